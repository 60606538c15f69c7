/** Requests that bring a refusal about on the Tencent face; what no request can, a magic key does. */
import type { Provocation } from '../provocation.ts'

/** The documented sample of the four-element action (page 1007/35775). */
export const RIGHT_PARAMETERS: Readonly<Record<string, string>> = {
  Name: '韦小宝',
  BankCard: '6225768888888888',
  Phone: '16137688175',
  IdCard: '11204416541220243X',
}

/** The published temporary key, whose SecretKey is that of the permanent one. */
const TEMPORARY_ID = 'AKIDKayanSandboxTemporaryEXAMPLE'
const TARGET_BYTES = 33 * 1024
const BODY_BYTES = 65_537
/** Two minutes more than a signature lives. */
const OLD_S = 420

/** A JSON body with other members; one that is undefined is left out. */
function json(change: Readonly<Record<string, unknown>>): { readonly body: string } {
  return { body: JSON.stringify({ ...RIGHT_PARAMETERS, ...change }) }
}

function encrypted(encryption: object): { readonly body: string } {
  return json({ Encryption: { CiphertextBlob: 'AAAA', Iv: 'AAAA', ...encryption } })
}

/** `tc3` is TC3-HMAC-SHA256 over a JSON POST, `v1` HmacSHA256 over a GET. */
export const PROVOCATIONS: readonly Provocation[] = [
  {
    fault: 'credential_missing',
    signing: 'tc3',
    how: { en: 'no `Authorization`', zh: '不带 `Authorization`' },
    after: { headers: { Authorization: undefined } },
  },
  {
    fault: 'credential_malformed',
    signing: 'tc3',
    how: { en: '`Authorization: SKIP`', zh: '`Authorization: SKIP`' },
    after: { headers: { Authorization: 'SKIP' } },
  },
  {
    fault: 'key_unknown',
    signing: 'tc3',
    how: { en: 'a SecretId that does not exist', zh: '不存在的 SecretId' },
    before: { credential: 'AKIDnobody' },
  },
  {
    fault: 'signature_missing',
    signing: 'v1',
    how: { en: 'an empty `Signature`', zh: '`Signature` 为空' },
    after: { parameters: { Signature: '' } },
  },
  {
    fault: 'signature_mismatch',
    signing: 'tc3',
    how: { en: 'a body changed after it was signed', zh: '签名后改动请求体' },
    after: json({ Name: '韦大宝' }),
  },
  {
    fault: 'signature_expired',
    signing: 'tc3',
    how: { en: 'a timestamp more than five minutes off', zh: '时间戳相差超过五分钟' },
    before: { ageS: OLD_S },
  },
  {
    fault: 'token_invalid',
    signing: 'tc3',
    how: { en: 'the temporary key without `X-TC-Token`', zh: '临时密钥不带 `X-TC-Token`' },
    before: { credential: TEMPORARY_ID },
  },
  {
    fault: 'token_invalid',
    signing: 'v1',
    how: { en: 'the temporary key with another `Token`', zh: '临时密钥的 `Token` 不对' },
    before: { credential: TEMPORARY_ID, parameters: { Token: 'another' } },
  },
  {
    fault: 'header_missing',
    signing: 'tc3',
    how: { en: 'no `X-TC-Timestamp`', zh: '不带 `X-TC-Timestamp`' },
    after: { headers: { 'X-TC-Timestamp': undefined } },
  },
  {
    fault: 'header_invalid',
    signing: 'tc3',
    how: { en: '`X-TC-Timestamp: soon`', zh: '`X-TC-Timestamp: soon`' },
    after: { headers: { 'X-TC-Timestamp': 'soon' } },
  },
  {
    fault: 'header_repeated',
    signing: 'tc3',
    how: { en: '`X-TC-Action` twice', zh: '`X-TC-Action` 出现两次' },
    after: { headers: { 'X-TC-Action': ['BankCard4EVerification', 'BankCard4EVerification'] } },
  },
  {
    fault: 'method_unknown',
    signing: 'tc3',
    how: { en: 'method PUT', zh: '请求方法 PUT' },
    after: { method: 'PUT' },
  },
  {
    fault: 'action_unknown',
    signing: 'tc3',
    how: {
      en: '`X-TC-Action: BankCard5EVerification`',
      zh: '`X-TC-Action: BankCard5EVerification`',
    },
    after: { headers: { 'X-TC-Action': 'BankCard5EVerification' } },
  },
  {
    fault: 'version_unknown',
    signing: 'tc3',
    how: { en: '`X-TC-Version: 2018-03-02`', zh: '`X-TC-Version: 2018-03-02`' },
    after: { headers: { 'X-TC-Version': '2018-03-02' } },
  },
  {
    fault: 'head_too_large',
    signing: 'v1',
    how: { en: 'a query of more than 32 KiB', zh: '查询串超过 32 KiB' },
    after: { target: `&a=${'a'.repeat(TARGET_BYTES)}` },
  },
  {
    fault: 'body_too_large',
    signing: 'tc3',
    how: { en: 'a body of more than 64 KiB', zh: '请求体超过 64 KiB' },
    before: { body: ' '.repeat(BODY_BYTES) },
  },
  {
    fault: 'body_malformed',
    signing: 'tc3',
    how: { en: 'a body that is no JSON object', zh: '请求体不是 JSON 对象' },
    before: { body: '{' },
  },
  {
    fault: 'body_digest_mismatch',
    signing: 'tc3',
    how: { en: 'a wrong `X-TC-Content-SHA256`', zh: '错误的 `X-TC-Content-SHA256`' },
    after: { headers: { 'X-TC-Content-SHA256': '0'.repeat(64) } },
  },
  {
    fault: 'content_type_unsupported',
    signing: 'tc3',
    how: { en: '`Content-Type: text/plain`', zh: '`Content-Type: text/plain`' },
    before: { headers: { 'Content-Type': 'text/plain' } },
  },
  {
    fault: 'content_encoding_unsupported',
    signing: 'tc3',
    how: { en: '`Content-Encoding: gzip`', zh: '`Content-Encoding: gzip`' },
    after: { headers: { 'Content-Encoding': 'gzip' } },
  },
  {
    fault: 'parameter_missing',
    signing: 'tc3',
    how: { en: 'no `BankCard`', zh: '不带 `BankCard`' },
    before: json({ BankCard: undefined }),
  },
  {
    fault: 'parameter_unknown',
    signing: 'tc3',
    how: { en: 'a parameter `Mobile`', zh: '多传参数 `Mobile`' },
    before: json({ Mobile: '16137688175' }),
  },
  {
    fault: 'parameter_repeated',
    signing: 'tc3',
    how: { en: '`Name` twice', zh: '`Name` 出现两次' },
    before: { body: '{"Name":"韦小宝","Name":"韦小宝"}' },
  },
  {
    fault: 'parameter_type_invalid',
    signing: 'tc3',
    how: { en: 'a number as `Name`', zh: '`Name` 为数字' },
    before: json({ Name: 1 }),
  },
  {
    fault: 'parameter_value_invalid',
    signing: 'tc3',
    how: { en: '`CertType` other than 0', zh: '`CertType` 不为 0' },
    before: json({ CertType: 1 }),
  },
  {
    fault: 'parameter_list_invalid',
    signing: 'v1',
    how: {
      en: '`Encryption.EncryptList.1` without `….0`',
      zh: '有 `Encryption.EncryptList.1` 而没有 `….0`',
    },
    before: { parameters: { 'Encryption.EncryptList.1': 'Name' } },
  },
  {
    fault: 'parameter_pair_malformed',
    signing: 'v1',
    how: { en: 'a query pair without `=`', zh: '查询串中有一项没有 `=`' },
    after: { target: '&a' },
  },
  {
    fault: 'parameter_name_empty',
    signing: 'v1',
    how: { en: 'a query pair `=a`', zh: '查询串中有一项为 `=a`' },
    after: { target: '&=a' },
  },
  {
    fault: 'decrypt_failed',
    signing: 'tc3',
    how: { en: 'an `Encryption` that nobody can open', zh: '无法解开的 `Encryption`' },
    before: encrypted({ EncryptList: ['Name'] }),
  },
  {
    fault: 'encrypt_field_unsupported',
    signing: 'tc3',
    how: { en: '`EncryptList` with `CertType`', zh: '`EncryptList` 含 `CertType`' },
    before: encrypted({ EncryptList: ['CertType'] }),
  },
]
