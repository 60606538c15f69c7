/** What the doctor says of each mistake. */
import type { Bilingual } from '../../explorer.ts'

type Explain = (detail: string) => Bilingual

const EXPLANATIONS = {
  verifies: () => ({
    zh: '凭证正确：这个请求能通过鉴权。',
    en: 'The credential is right: this request is accepted.',
  }),
  credential_missing: () => ({
    zh: '请求里既没有 Authorization 头，也没有 X-Ca-Signature 头。',
    en: 'The request has neither an Authorization nor an X-Ca-Signature header.',
  }),
  appcode_scheme: () => ({
    zh: 'Authorization 头必须以 APPCODE 加一个英文空格开头。',
    en: 'The Authorization header must begin with APPCODE and one blank.',
  }),
  appcode_blank: () => ({
    zh: 'APPCODE 与 AppCode 之间必须有一个英文空格（不是冒号、全角空格，也不能没有）。',
    en: 'Between APPCODE and the code there must be one plain blank: no colon, no full-width blank, not nothing.',
  }),
  appcode_dressed: () => ({
    zh: 'AppCode 前后多了引号、尖括号、冒号或看不见的字符。',
    en: 'There are quotes, brackets, a colon or invisible characters around the AppCode.',
  }),
  appcode_other: () => ({
    zh: '这不是所选密钥的 AppCode：可能已被重置，或者属于别的账号。',
    en: 'This is not the AppCode of the chosen key: it may have been reset, or belong to another account.',
  }),
  key_header_missing: () => ({
    zh: '缺少请求头 X-Ca-Key。',
    en: 'The header X-Ca-Key is missing.',
  }),
  key_other: (key) => ({
    zh: `请求用的是另一个 AppKey：${key}。`,
    en: `The request names another AppKey: ${key}.`,
  }),
  method_unknown: () => ({
    zh: 'X-Ca-Signature-Method 只能是 HmacSHA256 或 HmacSHA1。',
    en: 'X-Ca-Signature-Method must be HmacSHA256 or HmacSHA1.',
  }),
  clock_off: (seconds) => ({
    zh: `X-Ca-Timestamp（毫秒）与服务器时间相差 ${seconds} 秒，超过 15 分钟。`,
    en: `X-Ca-Timestamp (milliseconds) is ${seconds} seconds away from the server's clock, more than 15 minutes.`,
  }),
  secret_wrong: () => ({
    zh: '没有一种已知的写法能得到这个签名：AppSecret 不是这个 AppKey 的，或者签名之后请求又被改过。',
    en: 'No known mistake gives this signature: the AppSecret is not that of the AppKey, or the request was changed after it was signed.',
  }),
  secret_blank: () => ({
    zh: 'AppSecret 前后多了空白或换行。',
    en: 'The AppSecret was used with a blank or line break around it.',
  }),
  parameters_left_out: () => ({
    zh: '待签名字符串里没有表单参数：表单与查询参数都要参与签名。',
    en: 'The parameters are not in the string to sign: those of form and query both belong there.',
  }),
  parameters_order: () => ({
    zh: '参数要按名称的字典序排列。',
    en: 'Parameters are sorted by name.',
  }),
  parameters_encoded: () => ({
    zh: '参数以解码后的原文参与签名，不要百分号编码。',
    en: 'Parameters are signed decoded, not percent-encoded.',
  }),
  middle_headers: () => ({
    zh: 'Accept、Content-MD5、Content-Type、Date 四行必须与发出的请求头逐字一致；没有的头也占一个空行。',
    en: 'The four lines Accept, Content-MD5, Content-Type and Date must be those sent, letter by letter; an absent header still has its empty line.',
  }),
  header_list: () => ({
    zh: 'X-Ca-Signature-Headers 列出的头要按名称排序，并且全部写进待签名字符串。',
    en: 'The headers listed in X-Ca-Signature-Headers are sorted by name, and each is in the string to sign.',
  }),
  path: () => ({
    zh: '待签名字符串里的路径要与请求路径一致。',
    en: 'The path in the string to sign is that of the request.',
  }),
  body_digest: () => ({
    zh: 'Content-MD5 不是实际请求体的 MD5（Base64）：签名之后请求体又变了，或算的是十六进制。',
    en: 'Content-MD5 is not the MD5 of the body that was sent, in Base64: the body changed after it was signed, or the digest is in hex.',
  }),
  digest: () => ({
    zh: '摘要算法与 X-Ca-Signature-Method 不一致，或者签名没有用 Base64。',
    en: 'The digest is not the one that X-Ca-Signature-Method names, or the signature is not in Base64.',
  }),
  lines: () => ({
    zh: '待签名字符串的换行是 \\n（错误信息里显示为 #）。',
    en: 'Lines of the string to sign end with \\n, which error messages show as #.',
  }),
} as const satisfies Record<string, Explain>

export type Fault = keyof typeof EXPLANATIONS

/** The explanation of a mistake; `detail` is the word that it is about, where there is one. */
export function explanationOf(fault: Fault, detail: string): Bilingual {
  return (EXPLANATIONS[fault] as Explain)(detail)
}
