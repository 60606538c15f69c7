/** Tencent Cloud API 3.0 face (faceid 2018-03-01). */
export { TENCENT_DEFAULTS, type TencentOptions } from './options.ts'
export { PROVOCATIONS } from './provocations.ts'
export { createTencent } from './server.ts'
