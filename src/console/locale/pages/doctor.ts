/** Texts of the signature doctor, in both languages. */

const zh = {
  title: '签名诊断',
  hint: '贴上被拒绝的 HTTP 请求（请求行、请求头、空行、请求体），这里会指出签名错在哪一行。请求不会被保存，密钥内容不会显示。',
  key: '核对用的密钥',
  published: '公开的沙箱测试密钥',
  keyHint: '按请求里的 SecretId 或 AppKey 自动选择；AppCode 请自己选。',
  noKey: '账号还没有密钥，无从核对。',
  makeKey: '新建密钥',
  otherKind: '这个请求的认证方式要用另一种密钥，请另选一个。',
  wanted: '请选择这个请求应当使用的密钥。',
  example: '填入一个有错的例子',
  waiting: '诊断结果显示在这里：错在哪里，客户端签的与服务器算的有什么不同。',
}

const en: typeof zh = {
  title: 'Signature doctor',
  hint: 'Paste the HTTP request that was refused (request line, headers, an empty line, the body) and see where its signature went wrong. It is not kept, and no secret is shown.',
  key: 'Key to check against',
  published: 'Published sandbox test key',
  keyHint: 'Chosen by the SecretId or AppKey in the request; an AppCode is yours to choose.',
  noKey: 'The account has no key to check against.',
  makeKey: 'Make a key',
  otherKind: 'This request authenticates itself with another kind of key: choose that.',
  wanted: 'Choose the key that the request was meant to be made with.',
  example: 'Fill in a failing example',
  waiting: 'The diagnosis appears here: what is wrong, and where the client and the server differ.',
}

export const DOCTOR_TEXTS = { zh, en }
