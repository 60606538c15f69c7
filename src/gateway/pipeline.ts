/**
 * The road of every call, from bytes to bytes. This file owns the order of everything; what it calls
 * are leaves. Read it first.
 *
 * Laws: a verdict leaves only after the transaction that counts it is durable; a reservation is
 * always closed; a rejected promise means that the outcome of a commit is unknown, and then no reply
 * may be sent at all.
 */
import { type CallStep, writeSteps } from '../billing/call-steps.ts'
import type { Sent } from '../billing/repeats.ts'
import {
  type CallRow,
  CommitUnknown,
  type Earlier,
  isUntold,
  type Limited,
  type Meter,
  type Reserving,
  type StoredAnswer,
} from '../billing/store.ts'
import { type Fault, type FaultName, isFault } from '../domain/fault.ts'
import { isOutcome, type Outcome } from '../domain/outcome.ts'
import type { CallNames, Protocol, WireReply, WireRequest } from '../protocols/protocol.ts'
import type { Begun, Question, Source, Verdict } from '../sources/source.ts'
import { CHECKS, type Ending, NO_ELEMENTS, type Visit } from './checks.ts'
import type { Services } from './services.ts'

/** A reply; `answered` is what must be told whether it arrived, when it carries a verdict. */
export interface Reply extends WireReply {
  readonly answered?: Sent
}

/** Answers one request in the protocol that owns its path. */
export type Pipeline = (protocol: Protocol, request: WireRequest) => Promise<Reply>

/** Answered before anything of the request is read. */
const OVERLOADED: Fault = { fault: 'overloaded' }

/** Tells a client that it is given an earlier verdict again. */
const REPLAYED: readonly string[] = ['X-Kayan-Replayed', '1']

/** What floods consist of is counted, not logged call by call: a refusal must not fill the disk. */
const UNLOGGED: ReadonlySet<FaultName> = new Set([
  'rate_limited',
  'overloaded',
  'quota_exhausted',
  'key_cap_reached',
])

/** The pipeline over the services that the composition root gives. */
export function createPipeline(services: Services): Pipeline {
  let inFlight = 0

  return async function answer(protocol, request) {
    const startedUs = services.clock.monotonicUs()
    const names = services.nameCall(services.clock.nowMs())
    const room = inFlight < services.inFlightMax
    const admitted = room ? admit(protocol, request, names, services) : OVERLOADED
    if (isFault(admitted)) {
      services.events.refused(protocol.name, admitted.fault)
      return protocol.writeFault(request, admitted, names)
    }

    const { call, key } = admitted
    const visit: Visit = {
      protocol,
      request,
      call,
      key,
      names,
      startedUs,
      stepsUs: {},
      repeatKey: '',
      elementToken: '',
      elements: NO_ELEMENTS,
      sealed: undefined,
      source: '',
      origin: undefined,
      reserved: false,
    }
    inFlight++
    try {
      note(visit, 'admitted', services)
      const ending = (await check(visit, services)) ?? (await ask(visit, services))
      if (isFault(ending)) return await refuse(visit, ending, services)
      if ('stored' in ending) return await repeat(visit, ending.stored, services)
      if ('body' in ending) return serve(visit, ending.body, services)
      return await conclude(visit, ending.outcome, services)
    } catch (error) {
      if (error instanceof CommitUnknown) throw error
      services.events.failed(call.api, names.requestId, error)
      return await refuse(visit, { fault: 'internal' }, services)
    } finally {
      inFlight--
      services.repeats.close(visit.repeatKey)
    }
  }
}

/** Reads who calls what, and verifies it. A bug here refuses the request, not the process. */
function admit(
  protocol: Protocol,
  request: WireRequest,
  names: CallNames,
  { keys, clients, events }: Services,
): Pick<Visit, 'call' | 'key'> | Fault {
  try {
    const call = protocol.read(request)
    if (isFault(call)) return call
    const key = keys.find(call.credential.kind, call.credential.value)
    const forbidden = () => key !== undefined && !clients.permits(key, request)
    if (protocol.addressFirst && forbidden()) return { fault: 'ip_forbidden' }
    const denied = call.authenticate(key, names.atMs)
    if (denied !== undefined) return denied
    if (forbidden()) return { fault: 'ip_forbidden' }
    return key === undefined ? { fault: 'key_unknown' } : { call, key }
  } catch (error) {
    events.failed(protocol.name, names.requestId, error)
    return { fault: 'internal' }
  }
}

/** Makes the protocol's checks in the protocol's order; the first that ends the call wins. */
async function check(visit: Visit, services: Services): Promise<Ending | undefined> {
  if (visit.key.scenario !== undefined) return visit.key.scenario
  for (const name of visit.protocol.precedence) {
    const found = CHECKS[name](visit, services)
    if (found === undefined) continue
    const ending = await found
    if (ending !== undefined) return ending
  }
  return undefined
}

/** Finds the verdict: one that was lost on its way to the same caller, else the source's. */
async function ask(visit: Visit, services: Services): Promise<Ending> {
  note(visit, 'checked', services)
  const { id: keyId, account, mode, dailyCap } = visit.key
  const { api, product } = visit.call
  const { elements } = visit
  if (visit.sealed === undefined) {
    visit.elementToken = services.elementToken({ accountId: account.id, api, product, elements })
    const lost = services.repeats.lost(visit.elementToken, visit.names.atMs)
    if (lost !== undefined) return { stored: lost }
  }

  const sources = services.sources[mode]
  const source = sources.of?.(account.id) ?? sources
  visit.source = source.name
  const question = questionOf(visit)
  if (visit.sealed === undefined) visit.origin = { source, question }
  let begun: Begun | undefined
  if (source.charging === 'reserve') {
    const { serial, atMs } = visit.names
    begun = visit.sealed === undefined ? source.begin?.(question) : undefined
    const row = {
      serial,
      atMs,
      accountId: account.id,
      keyId,
      dailyCap,
      product,
      mode,
      repeatKey: visit.repeatKey,
      elementToken: visit.elementToken,
    }
    const taken = await reserve(row, begun, services.meter)
    if (isFault(taken)) return taken
    if (taken !== undefined) return notReserved(visit, taken, services)
    visit.reserved = true
    note(visit, 'reserved', services)
  }
  const asked = begun?.verify ?? (() => verify(source, visit, question))
  const verdict = await verdictOf(asked, visit, services)
  if (typeof verdict === 'string') return { outcome: verdict }
  if (isFault(verdict)) return verdict
  visit.source = verdict.source
  return { outcome: verdict.outcome }
}

/** Holds a unit, and with it what is known of the first attempt; without it nobody is asked. */
async function reserve(row: Reserving, begun: Begun | undefined, meter: Meter) {
  let held = false
  try {
    const taken = await meter.reserve(row, begun?.asking)
    held = taken === undefined
    return taken
  } finally {
    if (!held) begun?.abandon()
  }
}

/** How a call ends for which no unit was held because there is an answer, or may be none. */
function notReserved(
  visit: Visit,
  taken: Earlier | Limited,
  services: Services,
): Ending | Promise<Ending> {
  return 'full' in taken ? limited(visit, taken) : earlierAnswer(visit, taken, services)
}

/** A counter is full: the answer is the same whatever the source would say, or has said. */
function limited(visit: Visit, { full }: Limited): { readonly outcome: Outcome } {
  visit.origin?.source.limited?.(full)
  visit.origin = undefined
  return { outcome: 'attempts_exceeded' }
}

function questionOf({ key, names, startedUs, call: { api, product }, elements }: Visit): Question {
  const { serial, requestId } = names
  const call = { serial, requestId, accountId: key.account.id, api, startedUs }
  return { product, elements, call }
}

/** A source that throws has told nothing: unknown, never a mismatch. */
async function verdictOf(
  ask: () => Verdict | Promise<Verdict>,
  visit: Visit,
  services: Services,
): Promise<Verdict> {
  try {
    return await ask()
  } catch (error) {
    services.events.failed(visit.call.api, visit.names.requestId, error)
    return 'source_unknown'
  }
}

function verify(source: Source, { sealed }: Visit, question: Question): Verdict | Promise<Verdict> {
  const { product, call } = question
  if (sealed === undefined || call === undefined) return source.verify(question)
  // Whoever would have read it may have been taken out meanwhile.
  return source.passage?.pass({ product, sealed, call }) ?? 'source_busy'
}

/** Counts the outcome and stores its answer; only then may the answer leave. */
async function conclude(visit: Visit, outcome: Outcome, services: Services): Promise<Reply> {
  const { protocol, call, names, request } = visit
  const answer = protocol.answer(call, outcome, names)
  const row = toRow(visit, outcome, answer, services)
  const counted = await store(visit, row, services.meter)
  if (isFault(counted)) return refuse(visit, counted, services)
  if (counted !== undefined && 'full' in counted) {
    return conclude(visit, limited(visit, counted).outcome, services)
  }
  if (counted !== undefined) {
    const ending = await earlierAnswer(visit, counted, services)
    return isFault(ending)
      ? refuse(visit, ending, services)
      : repeat(visit, ending.stored, services)
  }
  services.repeats.remember(row)
  services.events.answered(call.api, outcome, row.latencyUs)
  return { ...protocol.writeAnswer(request, answer, names), answered: row }
}

/** One transaction: the charge or its absence, the call row and the answer, and what they count. */
function store(
  visit: Visit,
  row: CallRow,
  meter: Meter,
): Promise<Fault | Earlier | Limited | undefined> {
  if (visit.reserved) {
    visit.reserved = false
    return row.billable ? meter.settle(row) : meter.release(row)
  }
  const { origin } = visit
  const asking = isOutcome(row.result)
    ? origin?.source.counts?.(origin.question, row.result)
    : undefined
  return row.billable ? meter.burn(row, asking) : meter.record(row, asking)
}

/** The answer that somebody else was first to give, waited for while it is being made. */
async function earlierAnswer(
  { repeatKey, names }: Visit,
  { earlier }: Earlier,
  { repeats }: Services,
): Promise<{ readonly stored: StoredAnswer } | Fault> {
  const stored = earlier ?? (await repeats.elsewhere(repeatKey, names.atMs))
  return stored === undefined ? OVERLOADED : { stored }
}

/** Refuses an authenticated call: gives back what was reserved and keeps the refusal in the log. */
async function refuse(visit: Visit, fault: Fault, services: Services): Promise<Reply> {
  const { protocol, call, names, request } = visit
  services.events.refused(call.api, fault.fault)
  const row = toRow(visit, fault.fault, '', services)
  if (visit.reserved) await store(visit, row, services.meter)
  else if (!UNLOGGED.has(fault.fault)) services.meter.note(row)
  return protocol.writeFault(request, fault, names)
}

/** Answers a repeat; of a call that was lost while a vendor was asked nobody knows what it came to. */
function repeat(visit: Visit, stored: StoredAnswer, services: Services): Reply | Promise<Reply> {
  if (!isUntold(stored)) return replay(visit, stored, services)
  visit.origin = undefined
  return conclude(visit, 'source_unknown', services)
}

/** Gives a stored answer again: the same bytes, no charge, no source asked. */
function replay(visit: Visit, stored: StoredAnswer, services: Services): Reply {
  const { protocol, request, names, call } = visit
  services.events.replayed(call.api)
  const reply = protocol.writeAnswer(request, stored.answer, names)
  return {
    ...reply,
    headers: [...reply.headers, ...REPLAYED],
    answered: { ...stored, billable: false },
  }
}

/** Answers an action that asks no source: nothing is charged and nothing is kept. */
function serve({ protocol, request, names, call }: Visit, body: string, services: Services): Reply {
  services.events.served(call.api)
  return protocol.writeAnswer(request, body, names)
}

/** Keeps when a step of the call was done. */
function note(visit: Visit, step: CallStep, services: Services): void {
  visit.stepsUs[step] = sinceStartUs(visit, services)
}

function sinceStartUs({ startedUs }: Visit, { clock }: Services): number {
  return Math.round(clock.monotonicUs() - startedUs)
}

function toRow(
  visit: Visit,
  result: Outcome | FaultName,
  answer: string,
  services: Services,
): CallRow {
  const { request, call, key, names, elements } = visit
  const rule = services.chargeRules.at(call.api, names.atMs)
  const repeatable = answer !== '' && result !== 'source_busy'
  return {
    serial: names.serial,
    atMs: names.atMs,
    accountId: key.account.id,
    keyId: key.id,
    dailyCap: key.dailyCap,
    api: call.api,
    product: call.product,
    mode: key.mode,
    source: visit.source,
    result,
    billable: rule.charged.has(result),
    ruleVersion: rule.version,
    latencyUs: sinceStartUs(visit, services),
    steps: writeSteps(visit.stepsUs),
    answer,
    repeatKey: repeatable ? visit.repeatKey : '',
    elementToken: repeatable ? visit.elementToken : '',
    client: services.clients.of(request).masked,
    elementIndex: elements === NO_ELEMENTS ? '' : services.elementIndex(key.account.id, elements),
  }
}
