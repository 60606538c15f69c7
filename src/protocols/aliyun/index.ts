/**
 * The Aliyun market face, server half: `POST /communication/personal/1887` behind the API gateway
 * (product page 银行卡四要素核验, cmapi00035267).
 */
import type { Outcome } from '../../domain/outcome.ts'
import { chargeTable } from '../charge-table.ts'
import type { Check, Protocol } from '../protocol.ts'
import { APIS } from './apis.ts'
import { RESULTS, type ResultRow, SIBLINGS } from './catalogue.ts'
import { createNonceMemory, type NonceMemory } from './nonces.ts'
import { type AliyunOptions, settingsOf } from './options.ts'
import { createReplies } from './replies.ts'
import { readCall, routeOf } from './server.ts'
import { AppSecrets } from './signature.ts'

export type { AliyunOptions } from './options.ts'
export { PROVOCATIONS } from './provocations.ts'

/** Every path below it belongs to this face and is refused in its form. */
const FACE = '/communication/'

/** Order of the checks: the gateway looks at the package before it looks at the parameters. */
const PRECEDENCE: readonly Check[] = [
  'account',
  'subscription',
  'throttle',
  'repeat',
  'decode',
  'format',
]

/** Nonces of one key within two windows at 20 calls a second. */
const NONCES_PER_KEY_MAX = 36_000

/** The protocol as the gateway sees it. `nonces` may be shared by several instances. */
export function createAliyun(
  options: AliyunOptions = {},
  nonces: NonceMemory = createNonceMemory(NONCES_PER_KEY_MAX),
): Protocol {
  const ground = { settings: settingsOf(options), nonces, secrets: new AppSecrets() }
  return {
    name: 'aliyun',
    precedence: PRECEDENCE,
    addressFirst: true,
    charges: [...APIS.values()].map(({ api, product }) => {
      const rows: Record<Outcome, ResultRow> = { ...RESULTS, ...SIBLINGS[api]?.results }
      return chargeTable(api, product, rows, ({ code, state }) => `${code} ${state}`)
    }),
    owns: (path) => path.startsWith(FACE) || routeOf(path).startsWith(FACE),
    read: (request) => readCall(request, ground),
    ...createReplies(ground),
  }
}
