/** The clients under test, and the modes in which each of them can call. */

import { capturedCases } from './captured.ts'
import {
  ALIYUN_APP_CODE,
  ALIYUN_APP_CODE_CASES,
  ALIYUN_APP_KEY,
  ALIYUN_APP_KEY_CASES,
  type Case,
  TENCENT_CASES,
  TENCENT_KEY,
} from './cases.ts'
import type { Order } from './protocol.ts'
import {
  type Command,
  curlProgram,
  goProgram,
  javaProgram,
  nodeProgram,
  pythonProgram,
} from './toolchain.ts'

/** One row of the table of results. */
export interface Mode {
  readonly mode: string
  readonly verb: 'GET' | 'POST'
  readonly cases: readonly Case[]
  /** The sandbox's own credential, for cases that bring none. */
  readonly credential: { readonly id: string; readonly secret: string }
  /** From the server's base URL to what the client is configured with. */
  readonly endpoint: (url: URL) => string
  readonly settings: Pick<Order, 'signMethod' | 'unsignedPayload' | 'gateway' | 'body' | 'tls'>
}

export interface Client {
  /** As it introduces itself; known here for the line that says why it was skipped. */
  readonly name: string
  /** Makes it ready, and gives the command that starts it. */
  readonly prepare: () => Promise<Command>
  /** The class of its errors that an application catches. */
  readonly errorType: string
  readonly modes: readonly Mode[]
}

type TencentSettings = Partial<Pick<Mode, 'cases' | 'endpoint'>> & {
  readonly note?: string
  readonly unsignedPayload?: true
  readonly gateway?: true
  readonly tls?: true
}

const ALL_BUT_UNKNOWN = TENCENT_CASES.filter((each) => !each.unknownParameter)
/** Enough to tell whether another form of endpoint is signed and routed alike. */
const ONE_OF_EACH_KIND = [TENCENT_CASES[0]!, TENCENT_CASES.find((each) => each.secret)!]

const host = (url: URL): string => url.host
const base = (url: URL): string => url.origin

const LOCALHOST = {
  note: 'localhost',
  endpoint: (url: URL) => `localhost:${url.port}`,
  cases: ONE_OF_EACH_KIND,
}
const PATH = {
  note: 'endpoint with a path',
  endpoint: (url: URL) => `${url.host}/tencent`,
  cases: ONE_OF_EACH_KIND,
}
const SCHEME = { note: 'endpoint with a scheme', endpoint: base, cases: ONE_OF_EACH_KIND }
const GATEWAY = { note: 'behind an API gateway', gateway: true, cases: ONE_OF_EACH_KIND } as const
/** What the official encryption client made; see `captured.ts`. */
const CAPTURED = (['AES-256-CBC', 'SM4-GCM'] as const).map((suite) => ({
  note: `captured ${suite} payload`,
  cases: capturedCases(suite),
}))
const TLS = { note: 'TLS', tls: true, cases: ONE_OF_EACH_KIND } as const
const UNSIGNED = { note: 'unsigned payload', unsignedPayload: true } as const

function tencent(signMethod: string, verb: Mode['verb'], settings: TencentSettings = {}): Mode {
  const { note, unsignedPayload, gateway, tls, endpoint = host, cases = TENCENT_CASES } = settings
  return {
    mode: note === undefined ? signMethod : `${signMethod}, ${note}`,
    verb,
    cases,
    credential: TENCENT_KEY,
    endpoint,
    settings: {
      signMethod,
      ...(unsignedPayload && { unsignedPayload }),
      ...(gateway && { gateway }),
      ...(tls && { tls }),
    },
  }
}

/** Every signature method with both verbs. */
function tencentModes(cases: readonly Case[]): readonly Mode[] {
  return ['TC3-HMAC-SHA256', 'HmacSHA256', 'HmacSHA1'].flatMap((signMethod) => [
    tencent(signMethod, 'POST', { cases }),
    tencent(signMethod, 'GET', { cases }),
  ])
}

function aliyun(mode: string, body: 'form' | 'json', signed: boolean, signMethod?: string): Mode {
  return {
    mode,
    verb: 'POST',
    cases: signed ? ALIYUN_APP_KEY_CASES : ALIYUN_APP_CODE_CASES,
    credential: signed ? ALIYUN_APP_KEY : ALIYUN_APP_CODE,
    endpoint: base,
    settings: { body, ...(signMethod !== undefined && { signMethod }) },
  }
}

/** The modes of both editions of Go. */
function goModes(cases: readonly Case[]): readonly Mode[] {
  return [
    ...tencentModes(cases),
    tencent('TC3-HMAC-SHA256', 'POST', { ...UNSIGNED, cases }),
    tencent('TC3-HMAC-SHA256', 'POST', LOCALHOST),
    tencent('HmacSHA256', 'GET', PATH),
    tencent('TC3-HMAC-SHA256', 'POST', TLS),
    tencent('HmacSHA256', 'GET', TLS),
  ]
}

export const CLIENTS: readonly Client[] = [
  {
    name: 'tencentcloud-sdk-nodejs',
    prepare: () => nodeProgram('node/tencent.ts'),
    errorType: 'TencentCloudSDKHttpException',
    modes: [
      ...tencentModes(TENCENT_CASES),
      tencent('TC3-HMAC-SHA256', 'POST', LOCALHOST),
      tencent('HmacSHA256', 'GET', LOCALHOST),
      tencent('TC3-HMAC-SHA256', 'POST', TLS),
      ...CAPTURED.map((payload) => tencent('TC3-HMAC-SHA256', 'POST', payload)),
      ...CAPTURED.map((payload) => tencent('HmacSHA256', 'GET', payload)),
    ],
  },
  {
    name: 'aliyun-api-gateway',
    prepare: () => nodeProgram('node/aliyun.ts'),
    errorType: 'Error',
    modes: [
      aliyun('SimpleClient, APPCODE, form', 'form', false),
      aliyun('SimpleClient, APPCODE, JSON', 'json', false),
      aliyun('Client, AppKey signature, form', 'form', true),
      aliyun('Client, AppKey signature, JSON', 'json', true),
    ],
  },
  {
    name: 'tencentcloud-sdk-python',
    prepare: () => pythonProgram('python/client.py'),
    errorType: 'TencentCloudSDKException',
    modes: [
      ...tencentModes(TENCENT_CASES),
      tencent('TC3-HMAC-SHA256', 'POST', UNSIGNED),
      tencent('TC3-HMAC-SHA256', 'POST', LOCALHOST),
      tencent('TC3-HMAC-SHA256', 'POST', SCHEME),
      tencent('TC3-HMAC-SHA256', 'POST', GATEWAY),
      tencent('TC3-HMAC-SHA256', 'POST', PATH),
    ],
  },
  {
    name: 'tencentcloud-sdk-go common',
    prepare: () => goProgram('go/current'),
    errorType: '*errors.TencentCloudSDKError',
    modes: [
      ...goModes(TENCENT_CASES),
      tencent('TC3-HMAC-SHA256', 'POST', PATH),
      tencent('TC3-HMAC-SHA256', 'POST', GATEWAY),
    ],
  },
  {
    name: 'tencentcloud-sdk-go',
    prepare: () => goProgram('go/typed'),
    errorType: '*errors.TencentCloudSDKError',
    // This edition takes a path of the endpoint into the TC3 host it signs but not into the one it sends.
    modes: [...goModes(ALL_BUT_UNKNOWN), tencent('TC3-HMAC-SHA256', 'POST', PATH)],
  },
  {
    name: 'tencentcloud-sdk-java',
    prepare: () => javaProgram('TencentClient'),
    errorType: 'TencentCloudSDKException',
    modes: [
      // A parameter outside the types travels in a JSON body only.
      tencent('TC3-HMAC-SHA256', 'POST'),
      ...tencentModes(ALL_BUT_UNKNOWN).slice(1),
      tencent('TC3-HMAC-SHA256', 'POST', UNSIGNED),
      tencent('TC3-HMAC-SHA256', 'POST', LOCALHOST),
      tencent('TC3-HMAC-SHA256', 'POST', GATEWAY),
      tencent('TC3-HMAC-SHA256', 'POST', PATH),
    ],
  },
  {
    name: 'sdk-core-java',
    prepare: () => javaProgram('AliyunSdk'),
    errorType: 'ApiResponse',
    modes: [
      aliyun('AppKey signature, form', 'form', true),
      aliyun('AppKey signature, JSON', 'json', true),
      aliyun('AppKey signature, HmacSHA1, form', 'form', true, 'HmacSHA1'),
      aliyun('AppKey signature, HmacSHA1, JSON', 'json', true, 'HmacSHA1'),
    ],
  },
  {
    name: 'java.net.HttpURLConnection',
    prepare: () => javaProgram('AliyunSample'),
    errorType: 'HTTP status',
    modes: [aliyun('APPCODE, form', 'form', false)],
  },
  {
    name: 'curl, Tencent',
    prepare: () => curlProgram('curl/client.ts'),
    errorType: 'Error member',
    modes: [
      tencent('TC3-HMAC-SHA256', 'POST', { note: 'signed by openssl' }),
      tencent('HmacSHA1', 'GET', { note: 'SignatureMethod left out' }),
    ],
  },
  {
    name: 'curl, Aliyun',
    prepare: () => curlProgram('curl/client.ts'),
    errorType: 'HTTP status',
    modes: [aliyun('APPCODE, raw form', 'form', false)],
  },
]
