/** What a team writes first: ask one vendor, and when no verdict comes, the next. */
import { randomBytes, randomUUID } from 'node:crypto'
import { Secret } from '../../src/domain/secret.ts'
import type { VendorAsk } from '../../src/protocols/vendor-client.ts'
import type { SyntheticPerson } from '../../src/testing/people-csv.ts'
import { httpCall } from '../support/http-call.ts'
import type { Simulator } from '../vendors/simulators.ts'
import type { Word } from './week-of-visitors.ts'

/** Asks one vendor after the other until one gives a verdict. */
export async function askNaively(
  vendors: readonly Simulator[],
  endpoints: readonly string[],
  person: SyntheticPerson,
  nowMs: number,
): Promise<Word> {
  let last: Word = 'busy'
  for (const [i, vendor] of vendors.entries()) {
    const word = await askOne(vendor, endpoints[i]!, person, nowMs).catch(() => 'busy' as const)
    if (word === 'match' || word === 'mismatch') return word
    if (word === 'too_often') last = word
  }
  return last
}

async function askOne(
  { vendor, credential }: Simulator,
  endpoint: string,
  { name, idNumber, cardNumber, mobile }: SyntheticPerson,
  nowMs: number,
): Promise<Word> {
  const ask: VendorAsk = {
    product: 'card4',
    elements: {
      name: new Secret(name),
      idNumber: new Secret(idNumber),
      cardNumber: new Secret(cardNumber),
      mobile: new Secret(mobile),
    },
    credential,
    requestId: randomUUID(),
    nowMs,
    host: new URL(endpoint).host,
    random: randomBytes,
  }
  const { method, target, headers, body } = await vendor.request(ask)
  const pairs = Array.from({ length: headers.length / 2 }, (_, i) => {
    return [headers[2 * i]!, headers[2 * i + 1]!] as const
  })
  const sent = { Host: ask.host, ...Object.fromEntries(pairs) }
  const reply = await httpCall(endpoint, { method, path: target, headers: sent, body })
  const { status, rawHeaders } = reply
  const read = vendor.read({ status, headers: rawHeaders, body: Buffer.from(reply.body) }, ask)
  if (read.outcome === 'match' || read.outcome === 'mismatch') return read.outcome
  return read.outcome === 'attempts_exceeded' ? 'too_often' : 'busy'
}
