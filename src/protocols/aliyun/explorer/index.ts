/** What the Aliyun face tells the API Explorer. */
import { createHmac } from 'node:crypto'
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
import { APIS } from './apis.ts'
import { contractOf } from './contract.ts'
import { ALIYUN_REFUSALS } from './refusals.ts'
import type { SampleCall } from './sample-call.ts'
import { CURL, GO, JAVA, NODE, PYTHON, SDK_SIMPLE } from './samples.ts'
import { C_SHARP, MINI_PROGRAM, OBJECTIVE_C, PHP } from './samples-more.ts'
import { SIGNED_CURL, SIGNED_NODE, SIGNED_SDK } from './samples-signed.ts'

const FORM_TYPE = 'application/x-www-form-urlencoded; charset=UTF-8'
const SIGNED_HEADERS = ['X-Ca-Key', 'X-Ca-Nonce', 'X-Ca-Signature-Method', 'X-Ca-Timestamp']

const BEARER_SAMPLES = [
  CURL,
  NODE,
  SDK_SIMPLE,
  PYTHON,
  GO,
  JAVA,
  PHP,
  C_SHARP,
  OBJECTIVE_C,
  MINI_PROGRAM,
]
const SIGNED_SAMPLES = [SIGNED_CURL, SIGNED_NODE, SIGNED_SDK]

export const ALIYUN_EXPLORER: Explorer = {
  apis: APIS,
  refusals: ALIYUN_REFUSALS,
  keyKinds: { APPCODE: 'appcode', AppKey: 'appkey' },
  contractOf,
  prepare,
  samples,
}

function prepare(call: SignedCall): PreparedRequest {
  const body = new URLSearchParams(parametersOf(call)).toString()
  return call.authentication === 'APPCODE' ? withAppCode(call, body) : signed(call, body)
}

function withAppCode(call: SignedCall, body: string): PreparedRequest {
  const authorization = `APPCODE ${call.secret.reveal()}`
  return {
    method: 'POST',
    path: pathOf(call),
    headers: [
      ['Authorization', authorization],
      ['Content-Type', FORM_TYPE],
    ],
    body,
    steps: [
      {
        title: {
          zh: 'Authorization 头：APPCODE、一个英文空格、你的 AppCode',
          en: 'Authorization header: APPCODE, one blank, your AppCode',
        },
        text: authorization,
      },
    ],
  }
}

function signed(call: SignedCall, body: string): PreparedRequest {
  const values: Readonly<Record<string, string>> = {
    'X-Ca-Key': call.credential,
    'X-Ca-Nonce': call.nonce,
    'X-Ca-Signature-Method': 'HmacSHA256',
    'X-Ca-Timestamp': String(call.nowMs),
  }
  const listed = SIGNED_HEADERS.map((name) => `${name}:${values[name]}\n`).join('')
  const toSign = `POST\n*/*\n\n${FORM_TYPE}\n\n${listed}${pathOf(call)}${sortedParameters(call)}`
  const signature = createHmac('sha256', call.secret.reveal()).update(toSign).digest('base64')
  return {
    method: 'POST',
    path: pathOf(call),
    headers: [
      ['Accept', '*/*'],
      ['Content-Type', FORM_TYPE],
      ...SIGNED_HEADERS.map((name) => [name, values[name] ?? ''] as const),
      ['X-Ca-Signature-Headers', SIGNED_HEADERS.join(',')],
      ['X-Ca-Signature', signature],
    ],
    body,
    steps: stepsOf(toSign, signature),
  }
}

function stepsOf(toSign: string, signature: string): SigningStep[] {
  return [
    { title: { zh: '1. 待签名字符串', en: '1. String to sign' }, text: toSign },
    {
      title: {
        zh: '2. Base64(HMAC-SHA256(AppSecret, 待签名字符串)) 放入 X-Ca-Signature',
        en: '2. Base64(HMAC-SHA256(AppSecret, string to sign)) goes into X-Ca-Signature',
      },
      text: signature,
    },
  ]
}

function samples(call: ExplorerCall): readonly CodeSample[] {
  const sample: SampleCall = {
    origin: call.origin,
    path: pathOf(call),
    appKey: call.authentication === 'APPCODE' ? '' : call.credential,
    secret: secretOf(call),
    parameters: parametersOf(call),
  }
  const writers = call.authentication === 'APPCODE' ? BEARER_SAMPLES : SIGNED_SAMPLES
  const command: CodeSample = { language: 'Kayan CLI', syntax: 'bash', code: commandOf(call) }
  return [...writers.map(({ write, ...rest }) => ({ ...rest, code: write(sample) })), command]
}

function commandOf(call: ExplorerCall): string {
  const { api, origin, authentication, credential } = call
  const named = authentication === 'APPCODE' ? {} : { authentication, credential }
  return commandLine({
    api,
    origin,
    ...named,
    secret: secretOf(call),
    parameters: parametersOf(call),
  })
}

function secretOf({ authentication, secret }: ExplorerCall): Held {
  if (secret !== undefined) return { text: secret.reveal() }
  return { variable: authentication === 'APPCODE' ? 'APP_CODE' : 'APP_SECRET' }
}

function parametersOf({ values }: ExplorerCall): [string, string][] {
  return [...values].map(([name, value]) => [name, value.reveal()])
}

/** `?` and the decoded parameters sorted by name; an empty value leaves its name alone. */
function sortedParameters(call: ExplorerCall): string {
  const sorted = parametersOf(call).toSorted(([a], [b]) => (a < b ? -1 : 1))
  const texts = sorted.map(([name, value]) => (value === '' ? name : `${name}=${value}`))
  return texts.length === 0 ? '' : `?${texts.join('&')}`
}

function pathOf({ api }: ExplorerCall): string {
  return APIS.find(({ id }) => id === api)?.path ?? '/'
}
