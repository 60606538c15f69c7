/**
 * C7, for a node that dies: signed calls are on their way to a vendor when their node is killed, and
 * their callers send the same bytes again, to the node that is left or to the one started anew.
 */
import { syntheticPerson } from '../../src/testing/people-csv.ts'
import { openProxy } from '../vendors/fault-proxy.ts'
import { simulate } from '../vendors/simulators.ts'
import type { Play } from './ground.ts'
import { type Answer, inParallel, type SignedCall, VendorStage } from './vendor-stage.ts'

const MATCH = '0'
const UNKNOWN = '-18'
/** Fewer than a vendor has room for: who is told "busy" may ask anew, and reads like an unknown. */
const WIDTH = 48
/** So that all of them are at the vendor when the node is killed. */
const VENDOR_MS = 250
/** A repeat waits for its call, as long as its node may live; then it is told to try again. */
const TRIES = 4

interface Repeated {
  /** What its caller was told before the kill; an empty result for most. */
  readonly first: Answer
  /** What the repeat was told. */
  readonly second: Answer
  /** What every node says at the end. */
  readonly last: readonly Answer[]
  /** How often the vendor was paid for its card, before the kill and at the end. */
  readonly paidFirst: number
  readonly paid: number
}

/** Plays so many calls; what is wrong, if anything. */
export async function playRepeats(
  seed: number,
  calls: number,
  { ground, print }: Play,
): Promise<string[]> {
  await using stage = await VendorStage.on(ground)
  const paid = new Map<string, number>()
  const killed = Promise.withResolvers<void>()
  const vendor = await simulate('tencent', {
    script(card) {
      paid.set(card, (paid.get(card) ?? 0) + 1)
      // Some have their answer by now, and some have not been asked yet.
      if (paid.size === calls >> 1) killed.resolve(stage.node(0).kill())
      return 'match'
    },
  })
  const line = await openProxy(vendor.port)
  line.fault = { delayMs: VENDOR_MS }
  for (const open of [vendor, line]) stage.defer(() => open.close())
  const [tenant] = await stage.furnish(['caller'])
  await stage.lead([{ name: 'vendor', vendor, endpoint: `http://127.0.0.1:${line.port}` }])
  await stage.serve()

  const people = Array.from({ length: calls }, (_, i) => syntheticPerson(seed + 2, i))
  const signed = people.map((person) => stage.sign(tenant!, person))
  const sendAll = async (send: (call: SignedCall) => Promise<Answer>) => {
    const answers: Answer[] = []
    await inParallel(signed, WIDTH, async (call, i) => {
      answers[i] = await send(call)
    })
    return answers
  }
  const firsts = await sendAll((call) => stage.send(call, 0))
  await killed.promise
  const paidFirst = new Map(paid)
  const heir = ground.nodes - 1
  if (heir === 0) await stage.serveNode(0)
  const seconds = await sendAll((call) => untilTold(() => stage.send(call, heir)))
  if (heir !== 0) await stage.serveNode(0)
  const lasts: Answer[][] = []
  for (const node of stage.dataDirs.keys()) {
    lasts.push(await sendAll((call) => stage.send(call, node)))
  }
  const all = people.map(({ cardNumber }, i): Repeated => {
    const of = (counts: ReadonlyMap<string, number>) => counts.get(cardNumber) ?? 0
    const last = lasts.map((answers) => answers[i]!)
    const told = { first: firsts[i]!, second: seconds[i]!, last }
    return { ...told, paidFirst: of(paidFirst), paid: of(paid) }
  })
  print(summaryOf(all))
  const charged = (await stage.charged()).get('caller') ?? 0
  const due = all.filter(({ second }) => second.result === MATCH).length
  const findings = charged === due ? [] : [`repeats: ${charged} charged for ${due} verdicts`]
  return [...findings, ...all.flatMap(judge), ...(await stage.ledgerFindings())]
}

async function untilTold(ask: () => Promise<Answer>): Promise<Answer> {
  for (let left = TRIES; ; left--) {
    const answer = await ask()
    if (answer.result === MATCH || answer.result === UNKNOWN || left === 0) return answer
  }
}

function judge({ first, second, last, paid }: Repeated, index: number): string[] {
  const found: string[] = []
  const said = ({ result, requestId }: Answer) => `${result} ${requestId}`
  if (paid > 1) found.push(`paid ${paid} times`)
  if (second.result !== MATCH && second.result !== UNKNOWN) found.push(`told ${second.result}`)
  const others = first.result === '' ? last : [first, ...last]
  if (others.some((other) => said(other) !== said(second))) {
    found.push(`told ${[first, second, ...last].map(said).join(', ')}`)
  }
  return found.map((words) => `repeats: call ${index} ${words}`)
}

function summaryOf(all: readonly Repeated[]): string {
  const count = (is: (repeated: Repeated) => boolean) => all.filter(is).length
  const answered = count(({ first }) => first.result === MATCH)
  const lost = count(({ first, second }) => first.result === '' && second.result === UNKNOWN)
  const anew = count(({ paidFirst, paid }) => paidFirst === 0 && paid === 1)
  const twice = count(({ paid }) => paid > 1)
  const slowestMs = Math.max(...all.map(({ second }) => second.tookMs))
  return (
    `repeats of ${all.length} calls, their node killed: ${answered} answered before, ${lost} told ` +
    `that it is unknown, ${anew} asked only now, the slowest in ${Math.round(slowestMs)} ms; ` +
    `paid twice ${twice}`
  )
}
