/** The vendors we can call, one line each; whoever wants them all takes the values of this module. */
export { aliyun } from './aliyun/client.ts'
export { tencent } from './tencent/client.ts'
