/** Texts of the encryption keys. */

const zh = {
  title: '加密密钥',
  hint: '腾讯云接口的要素可以加密后再发送（Encryption 参数）。公钥交给调用方，私钥不会离开服务器。',
  empty: '还没有加密密钥。新建一把，调用方就可以加密要素。',
  create: '新建密钥',
  algorithm: '算法',
  algorithms: {
    rsa: 'RSA（要素用 AES-256-CBC）',
    sm2: '国密 SM2（要素用 SM4-GCM）',
    kms: 'KMS 主密钥（由 GenerateDataKey 派发数据密钥）',
  },
  oneEach: '每种算法同时只有一把有效的密钥；已有的请用轮换。',
  state: '状态',
  states: { active: '有效', retiring: '仍可解密', retired: '已停用' },
  created: '建立时间（北京时间）',
  retired: '停用时间（北京时间）',
  publicKey: '公钥',
  keyId: 'KeyId',
  download: '下载公钥（PEM）',
  rotate: '轮换',
  rotateHint:
    '生成同算法的新密钥。现在这把仍可解密，直到下次轮换或停用；请让调用方尽快换用新公钥。更早的一把立即停用。',
  retire: '停用',
  retireHint: '停用后，用它加密的请求会被拒绝（FailedOperation.DecryptSystemError），不可恢复。',
  how: '怎样使用',
  steps: {
    rsa: [
      '每次请求生成 32 字节的数据密钥和 16 字节的 Iv，用 AES-256-CBC 加密各要素，以 base64 放回原来的字段。',
      '用公钥加密数据密钥（RSA，PKCS#1 v1.5），放进 CiphertextBlob。',
      '官方 Node 加密客户端 faceid-api-crypto-nodejs 可以直接使用：把下面的公钥（base64）作为 init 的第一个参数，算法写 AES-256-CBC。它会把明文打印到标准输出，请留意日志。',
      '官方 Java 与 Go 加密客户端内置了供应商自己的公钥，不能用于这里；请用下面的代码。',
    ],
    sm2: [
      '每次请求生成 16 字节的数据密钥和 12 字节的 Iv，用 SM4-GCM 加密各要素，密文与各自的标签（TagList）以 base64 发送。',
      '用 SM2 公钥加密数据密钥，放进 CiphertextBlob；Algorithm 写 SM4-GCM。',
      '官方 Node 加密客户端 faceid-api-crypto-nodejs 可以直接使用：把公钥（base64）作为 init 的第一个参数，算法写 SM4-GCM。',
    ],
    kms: [
      '调用 GenerateDataKey（Version 2019-01-18），KeyId 写下面的编号，得到明文数据密钥和 CiphertextBlob。',
      '用数据密钥以 AES-256-CBC 加密各要素，把得到的 CiphertextBlob 原样放进 Encryption。',
      '数据密钥只属于这个账号；用完即弃。',
    ],
  },
  sample: 'Node 示例（不需要任何依赖）',
}

const en: typeof zh = {
  title: 'Encryption keys',
  hint: 'Elements of the Tencent APIs may be sent encrypted (parameter Encryption). Callers get the public key; the private one never leaves the server.',
  empty: 'No encryption keys yet. Create one, and callers can encrypt the elements.',
  create: 'New key',
  algorithm: 'Algorithm',
  algorithms: {
    rsa: 'RSA (elements under AES-256-CBC)',
    sm2: 'SM2 (elements under SM4-GCM)',
    kms: 'KMS master key (GenerateDataKey issues data keys)',
  },
  oneEach: 'Only one key of each algorithm is active at a time; rotate the existing one instead.',
  state: 'State',
  states: { active: 'Active', retiring: 'Decrypts only', retired: 'Retired' },
  created: 'Created (Beijing time)',
  retired: 'Retired (Beijing time)',
  publicKey: 'Public key',
  keyId: 'KeyId',
  download: 'Download the public key (PEM)',
  rotate: 'Rotate',
  rotateHint:
    'Creates the next key of this algorithm. The present one still decrypts until the next rotation or its retirement, so have callers switch to the new public key soon. Any older one is retired at once.',
  retire: 'Retire',
  retireHint:
    'Requests encrypted with it are refused from then on (FailedOperation.DecryptSystemError). This cannot be undone.',
  how: 'How to use it',
  steps: {
    rsa: [
      'For each request make a data key of 32 bytes and an Iv of 16, encrypt each element under AES-256-CBC, and put it back into its field as base64.',
      'Encrypt the data key with the public key (RSA, PKCS#1 v1.5) into CiphertextBlob.',
      'The official Node encryption client faceid-api-crypto-nodejs works as it is: give it the public key below (base64) as the first argument of init, and the algorithm AES-256-CBC. It prints plain values to standard output, so mind your logs.',
      "The official Java and Go encryption clients have the vendor's own public key built in and cannot be used here; take the code below.",
    ],
    sm2: [
      'For each request make a data key of 16 bytes and an Iv of 12, encrypt each element under SM4-GCM, and send ciphertexts and their tags (TagList) as base64.',
      'Encrypt the data key with the SM2 public key into CiphertextBlob; Algorithm is SM4-GCM.',
      'The official Node encryption client faceid-api-crypto-nodejs works as it is: give it the public key (base64) as the first argument of init, and the algorithm SM4-GCM.',
    ],
    kms: [
      'Call GenerateDataKey (Version 2019-01-18) with the KeyId below; it gives a plain data key and a CiphertextBlob.',
      'Encrypt the elements with the data key under AES-256-CBC, and put the CiphertextBlob as it came into Encryption.',
      'The data key belongs to this account alone; forget it after use.',
    ],
  },
  sample: 'Node sample, without any dependency',
}

export const ENCRYPTION_TEXTS = { zh, en }
