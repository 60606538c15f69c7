/**
 * What the official clients are made to ask, and what each must read in the answer: the documented
 * samples of both vendors, a card of the sandbox, and refusals that every client can provoke.
 */

/** Elements of a documented call, by the names of the vendor's wire. */
type Parameters = Readonly<Record<string, string | number | object>>

/** What a client must report; only the fields given are compared. */
export interface Expectation {
  readonly result?: string
  readonly description?: string
  /** Aliyun's `data.state`. */
  readonly state?: string
  /** The client's own error: its code, and a text its message contains. */
  readonly error?: { readonly code: string; readonly message: string }
}

/** One call, whoever makes it and however it is signed. */
export interface Case {
  readonly name: string
  readonly parameters: Parameters
  readonly expect: Expectation
  /** SecretId, AppKey or AppCode; the sandbox's own where absent. */
  readonly id?: string
  /** SecretKey or AppSecret; the sandbox's own where absent. */
  readonly secret?: string
  readonly language?: 'zh-CN' | 'en-US'
  /** Only some clients can send a parameter that their types do not know. */
  readonly unknownParameter?: true
}

export const TENCENT_KEY = {
  id: 'AKIDKayanSandboxEXAMPLE',
  secret: 'KayanSandboxSecretKeyEXAMPLE',
} as const

export const ALIYUN_APP_CODE = { id: 'kayansandboxappcode', secret: '' } as const

export const ALIYUN_APP_KEY = { id: '100000001', secret: 'kayansandboxappsecret' } as const

/** Document 1007/35775, first sample. */
const TENCENT_SAMPLE = {
  Name: '韦小宝',
  BankCard: '6225768888888888',
  Phone: '16137688175',
  IdCard: '11204416541220243X',
} as const

const LOST_CARD = '6299990000000132'
const MATCHING_CARD = '6299990000000009'
const { Phone: _, ...WITHOUT_PHONE } = TENCENT_SAMPLE

/** BankCard4EVerification. */
export const TENCENT_CASES: readonly Case[] = [
  {
    name: 'documented sample 1',
    parameters: TENCENT_SAMPLE,
    expect: { result: '0', description: '认证通过' },
  },
  {
    name: 'documented sample 2, with its leading space',
    parameters: {
      ...TENCENT_SAMPLE,
      BankCard: '6226090210146748',
      IdCard: ' 11204416541220243X',
    },
    expect: { result: '-6', description: '持卡人信息有误' },
  },
  {
    name: 'integer parameter CertType',
    parameters: { ...TENCENT_SAMPLE, CertType: 0 },
    expect: { result: '0', description: '认证通过' },
  },
  {
    name: 'sandbox card reported lost',
    parameters: { ...TENCENT_SAMPLE, BankCard: LOST_CARD },
    expect: { result: '-13', description: '此卡已挂失' },
  },
  {
    name: 'characters that encodings disagree about',
    parameters: { ...TENCENT_SAMPLE, Name: "阿·𠮷 ~*'()+%=&/", BankCard: MATCHING_CARD },
    expect: { result: '0', description: '认证通过' },
  },
  {
    name: 'wrong SecretKey, in Chinese',
    parameters: TENCENT_SAMPLE,
    secret: 'NotTheSecretKey',
    language: 'zh-CN',
    expect: {
      error: {
        code: 'AuthFailure.SignatureFailure',
        message: '请求签名验证失败，请检查您的签名计算是否正确。',
      },
    },
  },
  {
    name: 'unknown SecretId, in English',
    parameters: TENCENT_SAMPLE,
    id: 'AKIDNobodyEXAMPLE',
    language: 'en-US',
    expect: {
      error: {
        code: 'AuthFailure.SecretIdNotFound',
        message: 'The SecretId is not found, please ensure that your SecretId is correct.',
      },
    },
  },
  {
    name: 'missing parameter',
    parameters: WITHOUT_PHONE,
    language: 'en-US',
    expect: {
      error: {
        code: 'MissingParameter',
        message: 'The request is missing a required parameter `Phone`.',
      },
    },
  },
  {
    name: 'unknown parameter',
    parameters: { ...TENCENT_SAMPLE, Mobile: '16137688175' },
    language: 'en-US',
    unknownParameter: true,
    expect: {
      error: {
        code: 'UnknownParameter',
        message: 'The parameter `Mobile` is not recognized.',
      },
    },
  },
]

/** Market page of 1887. */
const ALIYUN_SAMPLE = {
  acc_no: '6217920181755914',
  idcard: '32132419860817421X',
  mobile: '13636643334',
  name: '张三',
} as const

const { acc_no: __, ...WITHOUT_CARD } = ALIYUN_SAMPLE

/** What an Aliyun client is asked whatever its credential. */
const ALIYUN_CALLS: readonly Case[] = [
  {
    name: 'documented sample',
    parameters: ALIYUN_SAMPLE,
    expect: { result: '10000', description: '成功', state: '1' },
  },
  {
    name: 'sandbox person with another mobile',
    parameters: {
      acc_no: '6299991000000015',
      idcard: '110101199003071022',
      mobile: '13800138999',
      name: '王芳',
    },
    expect: { result: '10000', description: '成功', state: '2' },
  },
  {
    name: 'sandbox card reported lost',
    parameters: { ...ALIYUN_SAMPLE, acc_no: LOST_CARD },
    expect: { result: '10000', description: '成功', state: '3' },
  },
  {
    name: 'missing parameter',
    parameters: WITHOUT_CARD,
    expect: { result: '10001', description: '参数传入有误' },
  },
]

/** 1887 with an AppCode. */
export const ALIYUN_APP_CODE_CASES: readonly Case[] = [
  ...ALIYUN_CALLS,
  {
    name: 'wrong AppCode',
    parameters: ALIYUN_SAMPLE,
    id: 'notanappcodeofthisserver',
    expect: { error: { code: '400', message: 'Invalid AppCode `not exists`' } },
  },
]

/** 1887 with a signature by AppKey and AppSecret. */
export const ALIYUN_APP_KEY_CASES: readonly Case[] = [
  ...ALIYUN_CALLS,
  {
    name: 'wrong AppSecret',
    parameters: ALIYUN_SAMPLE,
    secret: 'not-the-app-secret',
    expect: { error: { code: '403', message: 'Invalid Signature, Server StringToSign:`POST#' } },
  },
  {
    name: 'unknown AppKey',
    parameters: ALIYUN_SAMPLE,
    id: '199999999',
    expect: { error: { code: '400', message: 'Invalid AppKey' } },
  },
]
