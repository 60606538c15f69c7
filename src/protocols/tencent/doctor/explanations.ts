/** What the doctor says of each mistake. */
import type { Bilingual } from '../../explorer.ts'

type Explain = (detail: string) => Bilingual

const EXPLANATIONS = {
  verifies: () => ({
    zh: '签名正确，时间也在 5 分钟以内：这个请求能通过鉴权。',
    en: 'The signature is right and the time within five minutes: this request is accepted.',
  }),
  authorization_missing: () => ({
    zh: '请求里没有 Authorization 头。',
    en: 'The request has no Authorization header.',
  }),
  authorization_malformed: () => ({
    zh: 'Authorization 头的格式不对，应为：TC3-HMAC-SHA256 Credential=SecretId/日期/服务/tc3_request, SignedHeaders=…, Signature=64 位十六进制。',
    en: 'The Authorization header is not of the form TC3-HMAC-SHA256 Credential=SecretId/date/service/tc3_request, SignedHeaders=…, Signature=64 hexadecimal digits.',
  }),
  header_missing: (name) => ({ zh: `缺少请求头 ${name}。`, en: `The header ${name} is missing.` }),
  clock_off: (seconds) => ({
    zh: `X-TC-Timestamp 与服务器时间相差 ${seconds} 秒，超过 300 秒；请校准客户端的时钟。`,
    en: `X-TC-Timestamp is ${seconds} seconds away from the server's clock, more than 300; set the client's clock.`,
  }),
  date_wrong: (date) => ({
    zh: `签名里的日期必须是时间戳的 UTC 日期${date && `（${date}）`}，不是本地日期。`,
    en: `The date must be the UTC date of the timestamp${date && ` (${date})`}, not the local one.`,
  }),
  secret_id_other: (id) => ({
    zh: `请求用的是另一个 SecretId：${id}。`,
    en: `The request names another SecretId: ${id}.`,
  }),
  secret_wrong: () => ({
    zh: '没有一种已知的写法能得到这个签名：SecretKey 不是这个 SecretId 的，或者签名之后请求又被改过。',
    en: 'No known mistake gives this signature: the SecretKey is not that of the SecretId, or the request was changed after it was signed.',
  }),
  secret_blank: () => ({
    zh: 'SecretKey 前后多了空白或换行（常见于从文件或环境变量读取）。',
    en: 'The SecretKey was used with a blank or line break around it, as happens when it is read from a file.',
  }),
  payload_hash: () => ({
    zh: '规范请求串的最后一行不是实际请求体的 SHA-256（小写十六进制）。',
    en: 'The last line of the canonical request is not the SHA-256 of the body that was sent, in lower-case hex.',
  }),
  body_newline: () => ({
    zh: '签名用的请求体与发出的请求体相差一个结尾的换行或空白。',
    en: 'The body that was signed and the body that was sent differ by a line break or blank at the end.',
  }),
  body_reserialised: () => ({
    zh: '签名之后请求体又被序列化了一次（空格或字段顺序不同）：请对最终发出的字节签名。',
    en: 'The body was serialised anew after it was signed (other blanks or order): sign the bytes that are sent.',
  }),
  body_encoding: () => ({
    zh: '签名用的请求体与发出的请求体编码不同（\\uXXXX 转义或百分号编码）：统一为 UTF-8。',
    en: 'The signed body was encoded otherwise (\\uXXXX escapes or percent-encoding): use the UTF-8 text for both.',
  }),
  host_form: () => ({
    zh: '签名用的 host 与请求的 Host 头不同（端口、协议前缀，或官方域名）。',
    en: 'The host that was signed is not the Host header sent (port, scheme, or the vendor’s host name).',
  }),
  content_type_form: () => ({
    zh: '签名用的 content-type 与请求的 Content-Type 头不是同一个文本。',
    en: 'The content-type that was signed is not letter by letter the Content-Type header sent.',
  }),
  header_left_out: () => ({
    zh: 'SignedHeaders 里列出的某个头没有写进规范请求串。',
    en: 'A header listed in SignedHeaders is not in the canonical request.',
  }),
  query_sorted: () => ({
    zh: 'GET 的查询串必须按发出的顺序签名，不要重新排序。',
    en: 'The query of a GET is signed in the order in which it is sent, not sorted.',
  }),
  query_encoding: () => ({
    zh: 'GET 的查询串必须按发出的百分号编码签名，不要先解码。',
    en: 'The query of a GET is signed percent-encoded as it is sent, not decoded.',
  }),
  lines: () => ({
    zh: '规范请求串的换行不对：行与行之间是 \\n，最后一个头之后有一个空行，末尾没有换行。',
    en: 'The line breaks of the canonical request are wrong: \\n between lines, one empty line after the last header, none at the end.',
  }),
  service_other: () => ({
    zh: '派生密钥用的服务名与 Credential 里的服务名不同，应当一致（faceid）。',
    en: 'The key was derived with another service than the Credential names; both must be the same (faceid).',
  }),
  parameter_missing: (name) => ({
    zh: `缺少参数 ${name}（HmacSHA1、HmacSHA256 签名的调用，公共参数都在查询串或表单里）。`,
    en: `The parameter ${name} is missing: with HmacSHA1 or HmacSHA256 all common ones travel in query or form.`,
  }),
  v1_clock: (seconds) => ({
    zh: `Timestamp 与服务器时间相差 ${seconds} 秒，超过 300 秒；请校准客户端的时钟。`,
    en: `Timestamp is ${seconds} seconds away from the server's clock, more than 300; set the client's clock.`,
  }),
  v1_order: () => ({
    zh: '待签名字符串里的参数要按名称的字典序（ASCII）排列，与发出的顺序无关。',
    en: 'In the string to sign the parameters are sorted by name (ASCII), whatever their order in the request.',
  }),
  v1_encoding: () => ({
    zh: '参数以原文参与签名，签名之后再做百分号编码。',
    en: 'Parameters are signed as they are and percent-encoded afterwards.',
  }),
  v1_method: () => ({
    zh: '待签名字符串开头的请求方法与实际使用的不同（GET 或 POST）。',
    en: 'The string to sign begins with another method than the request was made with (GET or POST).',
  }),
  v1_digest: () => ({
    zh: '计算签名的算法与 SignatureMethod 不一致；没有这个参数时是 HmacSHA1。',
    en: 'The digest is not the one that SignatureMethod names; without that parameter it is HmacSHA1.',
  }),
  v1_plus: () => ({
    zh: 'Signature 里的加号没有编码成 %2B，到达时变成了空格：签名本身也要做百分号编码。',
    en: 'A plus in Signature was not encoded as %2B and arrived as a blank: the signature is percent-encoded, too.',
  }),
} as const satisfies Record<string, Explain>

export type Fault = keyof typeof EXPLANATIONS

/** The explanation of a mistake; `detail` is the word that it is about, where there is one. */
export function explanationOf(fault: Fault, detail: string): Bilingual {
  return (EXPLANATIONS[fault] as Explain)(detail)
}
