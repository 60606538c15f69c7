/** Requests that bring a refusal about on the Aliyun face; what no request can, a magic key does. */
import type { Provocation } from '../provocation.ts'

/** The sample of the product page. */
export const RIGHT_PARAMETERS: Readonly<Record<string, string>> = {
  acc_no: '6217920181755914',
  idcard: '32132419860817421X',
  mobile: '13636643334',
  name: '张三',
}

const TARGET_BYTES = 9 * 1024
const BODY_BYTES = 65_537
/** A minute more than a signature lives. */
const OLD_S = 960

/** A form body with other fields; one that is undefined is left out. */
function form(change: Readonly<Record<string, string | undefined>>): { readonly body: string } {
  const fields = Object.entries({ ...RIGHT_PARAMETERS, ...change })
  const given = fields.filter((field): field is [string, string] => field[1] !== undefined)
  return { body: new URLSearchParams(given).toString() }
}

/** `appcode` is the AppCode in its header, `appkey` HmacSHA256 with a nonce, `direct` the parameter `key`. */
export const PROVOCATIONS: readonly Provocation[] = [
  {
    fault: 'credential_missing',
    signing: 'appcode',
    how: { en: 'no credential', zh: '不带任何凭证' },
    after: { headers: { Authorization: undefined } },
  },
  {
    fault: 'credential_malformed',
    signing: 'appcode',
    how: { en: '`Authorization: Bearer …`', zh: '`Authorization: Bearer …`' },
    after: { headers: { Authorization: 'Bearer kayansandboxappcode' } },
  },
  {
    fault: 'key_unknown',
    signing: 'appcode',
    how: { en: 'an AppCode that does not exist', zh: '不存在的 AppCode' },
    before: { credential: '0'.repeat(32) },
  },
  {
    fault: 'key_unknown',
    signing: 'appkey',
    how: { en: 'an AppKey that does not exist', zh: '不存在的 AppKey' },
    before: { credential: '999999999' },
  },
  {
    fault: 'key_unknown',
    signing: 'direct',
    how: { en: 'a `key` that does not exist', zh: '不存在的 `key`' },
    before: { credential: '0'.repeat(32) },
  },
  {
    fault: 'credential_missing',
    signing: 'direct',
    how: { en: 'an empty `key`', zh: '`key` 为空' },
    before: { credential: '' },
  },
  {
    fault: 'signature_missing',
    signing: 'appkey',
    how: { en: 'no `X-Ca-Signature`', zh: '不带 `X-Ca-Signature`' },
    after: { headers: { 'X-Ca-Signature': undefined } },
  },
  {
    fault: 'signature_mismatch',
    signing: 'appkey',
    how: { en: 'a field changed after it was signed', zh: '签名后改动一个字段' },
    after: form({ mobile: '13636643335' }),
  },
  {
    fault: 'signature_expired',
    signing: 'appkey',
    how: { en: 'a timestamp more than 15 minutes off', zh: '时间戳相差超过 15 分钟' },
    before: { ageS: OLD_S },
  },
  {
    fault: 'nonce_replayed',
    signing: 'appkey',
    how: { en: 'the same `X-Ca-Nonce` again', zh: '重复使用同一个 `X-Ca-Nonce`' },
    times: 2,
  },
  {
    fault: 'header_invalid',
    signing: 'appkey',
    how: { en: '`X-Ca-Signature-Method: HmacMD5`', zh: '`X-Ca-Signature-Method: HmacMD5`' },
    after: { headers: { 'X-Ca-Signature-Method': 'HmacMD5' } },
  },
  {
    fault: 'header_repeated',
    signing: 'appcode',
    how: { en: '`X-Ca-Stage` twice', zh: '`X-Ca-Stage` 出现两次' },
    after: { headers: { 'X-Ca-Stage': ['TEST', 'TEST'] } },
  },
  {
    fault: 'route_unknown',
    signing: 'appcode',
    how: { en: 'method GET, or another path', zh: '请求方法 GET，或其他路径' },
    after: { method: 'GET' },
  },
  {
    fault: 'method_unknown',
    signing: 'appcode',
    how: { en: 'method PROPFIND', zh: '请求方法 PROPFIND' },
    after: { method: 'PROPFIND' },
  },
  {
    fault: 'stage_unknown',
    signing: 'appcode',
    how: { en: '`X-Ca-Stage: NIGHT`', zh: '`X-Ca-Stage: NIGHT`' },
    after: { headers: { 'X-Ca-Stage': 'NIGHT' } },
  },
  {
    fault: 'head_too_large',
    signing: 'appcode',
    how: { en: 'request line and headers of more than 8 KiB', zh: '请求行与请求头超过 8 KiB' },
    after: { target: `?a=${'a'.repeat(TARGET_BYTES)}` },
  },
  {
    fault: 'body_too_large',
    signing: 'appcode',
    how: { en: 'a body of more than 64 KiB', zh: '请求体超过 64 KiB' },
    after: { body: 'a'.repeat(BODY_BYTES) },
  },
  {
    fault: 'body_digest_mismatch',
    signing: 'appkey',
    how: { en: 'a wrong `Content-MD5`', zh: '错误的 `Content-MD5`' },
    after: { headers: { 'Content-MD5': 'AAAAAAAAAAAAAAAAAAAAAA==' } },
  },
  {
    fault: 'content_encoding_unsupported',
    signing: 'appcode',
    how: { en: '`Content-Encoding: gzip`', zh: '`Content-Encoding: gzip`' },
    after: { headers: { 'Content-Encoding': 'gzip' } },
  },
  {
    fault: 'body_malformed',
    signing: 'appcode',
    how: { en: 'a body that begins with `[`', zh: '请求体以 `[` 开头' },
    after: { body: '[1]' },
  },
  {
    fault: 'parameter_missing',
    signing: 'appcode',
    how: { en: 'no `acc_no`', zh: '不带 `acc_no`' },
    after: form({ acc_no: undefined }),
  },
  {
    fault: 'parameter_repeated',
    signing: 'appcode',
    how: { en: '`mobile` twice, with two values', zh: '`mobile` 出现两次且取值不同' },
    after: { target: '?mobile=13636643335' },
  },
  {
    fault: 'parameter_value_invalid',
    signing: 'appcode',
    how: { en: 'a security code (`cvv2`) in the request', zh: '请求中含安全码（`cvv2`）' },
    after: form({ cvv2: '123' }),
  },
]
