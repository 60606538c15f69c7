/**
 * The questions of a live run and what a vendor must do with each: the free ones first, each with the
 * reason why it is free, then the paid ones that the operator brought.
 */
import { randomBytes, randomUUID } from 'node:crypto'
import type { Outcome } from '../../../src/domain/outcome.ts'
import { Secret } from '../../../src/domain/secret.ts'
import type {
  RowMark,
  VendorAsk,
  VendorClient,
  VendorCredential,
  VendorFault,
  VendorReading,
} from '../../../src/protocols/vendor-client.ts'
import { HttpClient } from '../../../src/sources/upstream/http-client.ts'
import { UPSTREAM_LIMITS } from '../../../src/sources/upstream/settings.ts'
import type { PaidCase } from './given.ts'

/** One question, and what its answer must be for the table of the vendor to be right. */
export interface LiveCase {
  readonly name: string
  readonly cost: 'free' | 'paid'
  readonly expected: Outcome | VendorFault
  readonly question: Pick<VendorAsk, 'product' | 'elements'>
  /** Asked with a credential that the vendor cannot know. */
  readonly asStranger?: true
}

/** What came of a question; nothing in it was given by the operator. */
export interface LiveResult {
  readonly name: string
  readonly passed: boolean
  /** How far the request got. */
  readonly phase: string
  /** The field's value by which the vendor answered, or what went wrong on the way. */
  readonly code: string
  readonly meant: Outcome | VendorFault
  readonly expected: Outcome | VendorFault
  readonly charge: VendorReading['charge']
  /** How the meaning of the code is known; `unlisted` when the table has no row for it. */
  readonly known: RowMark | 'unlisted' | 'none'
  readonly tookMs: number
}

export interface LivePlace {
  readonly vendor: VendorClient
  readonly credential: VendorCredential
  readonly endpoint: string
  /** Certificates in PEM to trust in place of the system's. */
  readonly ca?: string
}

/** Nobody's: the card has a wrong check digit, which no vendor sends on to an issuer. */
const NOBODY: LiveCase['question'] = {
  product: 'card4',
  elements: {
    name: new Secret('王芳'),
    idNumber: new Secret('110101199003071022'),
    cardNumber: new Secret('6225768888888887'),
    mobile: new Secret('13800138000'),
  },
}

/** The questions in the order in which they are asked. */
export function casesOf({ probe }: VendorClient, paid: readonly PaidCase[]): LiveCase[] {
  const stranger = {
    name: 'a credential that nobody has is refused',
    cost: 'free',
    expected: 'credential_refused',
    question: probe ?? NOBODY,
    asStranger: true,
  } as const
  const malformed = {
    name: 'a card number with a wrong check digit is refused',
    cost: 'free',
  } as const
  return [
    stranger,
    ...(probe === undefined
      ? []
      : [{ ...malformed, expected: 'card_malformed', question: probe } as const]),
    ...paid.map(({ expected, ...question }, i) => {
      return { name: `question ${i + 1} of the file`, cost: 'paid', expected, question } as const
    }),
  ]
}

/** Connects and hangs up; why not, where that fails. */
export async function reach({ endpoint, ca }: LivePlace): Promise<string | undefined> {
  const client = clientOf({ endpoint, ca, gzips: false })
  try {
    return await client.reach()
  } finally {
    await client.close()
  }
}

/**
 * Asks one after the other, each once. An answer that nobody can read, or a free question that was
 * charged, ends the run: what comes after it could cost as well.
 */
export async function ask(place: LivePlace, cases: readonly LiveCase[]): Promise<LiveResult[]> {
  const { endpoint, ca, vendor } = place
  const client = clientOf({ endpoint, ca, gzips: vendor.gzips === true })
  const results: LiveResult[] = []
  try {
    for (const live of cases) {
      const result = await askOne(client, place, live)
      results.push(result)
      if (result.charge === 'unknown' || (live.cost === 'free' && result.charge !== 'free')) break
    }
  } finally {
    await client.close()
  }
  return results
}

async function askOne(client: HttpClient, place: LivePlace, live: LiveCase): Promise<LiveResult> {
  const { vendor, endpoint } = place
  const question: VendorAsk = {
    ...live.question,
    credential: live.asStranger ? strangerOf(place.credential) : place.credential,
    requestId: randomUUID(),
    nowMs: Date.now(),
    host: new URL(endpoint).host,
    random: randomBytes,
  }
  const startedMs = performance.now()
  const request = await vendor.request(question)
  const exchange = await client.send(request, UPSTREAM_LIMITS.firstByteTimeoutMs).answer
  const tookMs = Math.round(performance.now() - startedMs)
  const { name, expected } = live
  const { phase } = exchange
  if (exchange.phase !== 'replied') {
    const charge = phase === 'unreached' ? 'free' : 'unknown'
    const code = exchange.trouble
    return {
      name,
      passed: false,
      phase,
      code,
      meant: 'failed',
      expected,
      charge,
      known: 'none',
      tookMs,
    }
  }
  const { code, charge, fault, outcome, mark } = vendor.read(exchange.reply, question)
  const meant = fault ?? outcome
  const known = fault === 'code_unlisted' ? 'unlisted' : mark
  const passed = meant === expected && (live.cost === 'paid' || charge === 'free')
  return { name, passed, phase, code, meant, expected, charge, known, tookMs }
}

/** Like a credential and surely not it. */
function strangerOf({ kind, id }: VendorCredential): VendorCredential {
  const nobodys = randomBytes(16).toString('hex')
  return { kind, id: id === '' ? '' : nobodys, secret: new Secret(nobodys) }
}

function clientOf(of: { endpoint: string; ca: string | undefined; gzips: boolean }): HttpClient {
  const { endpoint, ca, gzips } = of
  return new HttpClient({
    endpoint,
    gzips,
    limits: UPSTREAM_LIMITS,
    ...(ca !== undefined && { ca }),
  })
}
