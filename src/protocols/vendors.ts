/** The vendors we can call, one line each; whoever wants them all takes the values of this module. */
export { aliyun } from './aliyun/client.ts'
export { fuqing } from './fuqing/client.ts'
export { juhe } from './juhe/client.ts'
export { shumai } from './shumai/client.ts'
export { tencent } from './tencent/client.ts'
