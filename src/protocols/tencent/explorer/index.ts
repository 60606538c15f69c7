/** What the Tencent face tells the API Explorer. */
import { hash } from 'node:crypto'
import { commandLine } from '../../command-sample.ts'
import type {
  CodeSample,
  Explorer,
  ExplorerCall,
  PreparedRequest,
  SignedCall,
  SigningStep,
} from '../../explorer.ts'
import type { Held } from '../../held.ts'
import { VERSION } from '../messages.ts'
import { JSON_TYPE, signTc3, type Tc3Signed } from '../tc3-signing.ts'
import { APIS, PARAMETER_TYPES } from './apis.ts'
import { contractOf } from './contract.ts'
import { TENCENT_REFUSALS } from './refusals.ts'
import type { SampleCall } from './sample-call.ts'
import { CURL, GO, JAVA, NODE, PYTHON } from './samples.ts'
import { C_SHARP, MINI_PROGRAM, OBJECTIVE_C, PHP } from './samples-more.ts'
import { SDK_GO, SDK_JAVA, SDK_NODE, SDK_PYTHON } from './samples-sdk.ts'

const SERVICE = 'faceid'
/** As the vendor's own tools call it. */
const SECRET_VARIABLE = 'TENCENTCLOUD_SECRET_KEY'
const SAMPLES = [
  CURL,
  NODE,
  SDK_NODE,
  PYTHON,
  SDK_PYTHON,
  GO,
  SDK_GO,
  JAVA,
  SDK_JAVA,
  PHP,
  C_SHARP,
  OBJECTIVE_C,
  MINI_PROGRAM,
]

export const TENCENT_EXPLORER: Explorer = {
  apis: APIS,
  refusals: TENCENT_REFUSALS,
  keyKinds: { 'TC3-HMAC-SHA256': 'tencent' },
  contractOf,
  prepare,
  samples,
}

function prepare(call: SignedCall): PreparedRequest {
  const { host } = new URL(call.origin)
  const action = actionOf(call)
  const body = JSON.stringify(parametersOf(call))
  const { credential: secretId, secret, nowMs } = call
  const signed = signTc3({ secretId, secret, host, service: SERVICE, action, body, nowMs })
  return {
    method: 'POST',
    path: '/',
    headers: [
      ['Authorization', signed.authorization],
      ['Content-Type', JSON_TYPE],
      ['X-TC-Action', action],
      ['X-TC-Version', VERSION],
      ['X-TC-Timestamp', signed.timestamp],
    ],
    body,
    steps: stepsOf(body, signed),
  }
}

function samples(call: ExplorerCall): readonly CodeSample[] {
  const { host } = new URL(call.origin)
  const sample: SampleCall = {
    origin: call.origin,
    host,
    service: SERVICE,
    action: actionOf(call),
    version: VERSION,
    secretId: call.credential,
    secretKey: secretOf(call),
    parameters: parametersOf(call),
  }
  const command: CodeSample = { language: 'Kayan CLI', syntax: 'bash', code: commandOf(call) }
  return [...SAMPLES.map(({ write, ...rest }) => ({ ...rest, code: write(sample) })), command]
}

function commandOf(call: ExplorerCall): string {
  const { api, origin, credential, values } = call
  const parameters = [...values].map(([name, value]) => [name, value.reveal()] as const)
  return commandLine({ api, origin, credential, secret: secretOf(call), parameters })
}

function secretOf({ secret }: ExplorerCall): Held {
  return secret === undefined ? { variable: SECRET_VARIABLE } : { text: secret.reveal() }
}

/** The parameters with the types the action wants; text that is no number stays text, to be refused. */
function parametersOf({ values }: ExplorerCall): Record<string, string | number> {
  const typed = [...values].map(([name, value]) => {
    const text = value.reveal()
    const isInteger = PARAMETER_TYPES.get(name) === 'Integer' && /^-?\d{1,9}$/.test(text)
    return [name, isInteger ? Number(text) : text] as const
  })
  return Object.fromEntries(typed)
}

function actionOf({ api }: ExplorerCall): string {
  return api.slice(api.indexOf('.') + 1)
}

function stepsOf(body: string, signed: Tc3Signed): SigningStep[] {
  return [
    {
      title: { zh: '1. 请求体的 SHA-256', en: '1. SHA-256 of the body' },
      text: hash('sha256', body),
    },
    {
      title: { zh: '2. 规范请求串', en: '2. Canonical request' },
      text: signed.canonicalRequest,
    },
    { title: { zh: '3. 待签名字符串', en: '3. String to sign' }, text: signed.stringToSign },
    {
      title: { zh: '4. 派生密钥并签名', en: '4. Derive the key and sign' },
      text: [
        'kDate    = HMAC-SHA256("TC3" + SecretKey, date)',
        `kService = HMAC-SHA256(kDate, "${SERVICE}")`,
        'kSigning = HMAC-SHA256(kService, "tc3_request")',
        'Signature = Hex(HMAC-SHA256(kSigning, StringToSign))',
      ].join('\n'),
    },
    {
      title: { zh: '5. Authorization 头', en: '5. Authorization header' },
      text: signed.authorization,
    },
  ]
}
