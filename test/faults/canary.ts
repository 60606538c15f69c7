/**
 * P3 over the way to vendors: known people through both faces and all five vendors, with every fault,
 * vendors that give back what they were sent, the log at its most talkative, a kill and an uncaught
 * exception; then everything that was written is searched for them.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { PERMISSIONS } from '../../src/server/admin/permissions.ts'
import { type SyntheticPerson, syntheticPerson } from '../../src/testing/people-csv.ts'
import { Canary, filesBelow } from '../support/canary.ts'
import type { ConsoleClient } from '../support/console-client.ts'
import { peopleOf } from '../support/console-users.ts'
import { openProxy, type ProxyFault } from '../vendors/fault-proxy.ts'
import { type Simulator, simulate, type VendorName } from '../vendors/simulators.ts'
import { endOf, type Suite } from './suite.ts'
import { inParallel, type Tenant, VendorStage } from './vendor-stage.ts'

const VENDORS = ['tencent', 'aliyun', 'shumai', 'fuqing', 'juhe'] as const
const WIDTH = 8
const TOTAL_MS = 1_500
/** Makes the process throw where nobody catches it, at a signal. */
const BOMB = `process.on('SIGUSR2', () => { setImmediate(() => { throw new Error('bomb') }) })`

/** One vendor that does one wrong thing, for one account. */
interface Cell {
  readonly name: string
  readonly vendor: Simulator
  readonly endpoint: string
  readonly tenant: Tenant
}

export const canarySuite: Suite = {
  name: 'P3 canary over vendors',
  async run(seed, print) {
    await using stage = await VendorStage.on()
    const canary = new Canary()
    let asked = 0
    const nextPerson = (): SyntheticPerson => {
      const person = syntheticPerson(seed, asked++)
      // Names of two characters are found by chance.
      const canaryPerson = { ...person, name: `${person.name}龢鼐` }
      canary.watch(canaryPerson)
      return canaryPerson
    }
    const cells = await openCells(stage)
    const variables = crashable(stage)
    const written = new Map<string, Buffer>()
    const keep = (name: string, text: string) => written.set(name, Buffer.from(text))

    const first = await stage.serve(variables)
    await inParallel(cells, WIDTH, (cell) => askAll(stage, cell, nextPerson))
    await askBadly(stage, cells[0]!.tenant, nextPerson)
    keep('metrics', await stage.metrics())
    for (const [path, text] of await adminReplies(stage, cells[0]!.tenant)) keep(path, text)
    await askInto(stage, cells, nextPerson, () => first.kill())
    keep('output until the kill', first.output())
    const second = await stage.serve(variables)
    await askInto(stage, cells, nextPerson, async () => {
      process.kill(second.pid, 'SIGUSR2')
      await second.exited
    })
    keep('output until the exception', second.output())
    const third = await stage.serve(variables)
    await inParallel(cells.slice(0, WIDTH), WIDTH, (cell) => askAll(stage, cell, nextPerson))
    for (const [name, text] of await commandOutputs(stage)) keep(name, text)
    for (const [path, bytes] of filesBelow(stage.place.directory)) written.set(path, bytes)
    await third.stop()
    keep('output', third.output())
    for (const [path, bytes] of filesBelow(stage.place.directory)) {
      written.set(`${path} at the end`, bytes)
    }
    const bytes = [...written.values()].reduce((sum, { length }) => sum + length, 0)
    const findings = [...written].flatMap(([name, text]) => {
      return [...canary.hits(text)].map((label) => `${label} in ${name}`)
    })
    if (!/uncaught|bomb/i.test(second.output())) findings.push('the exception never came')
    print(
      `${asked} people, ${canary.count} needles, ${cells.length} routes, ` +
        `${written.size} places of ${Math.round(bytes / 1_048_576)} MiB`,
    )
    return endOf(findings, 'no element, and no digest of one, was written anywhere')
  },
}

/** A process that can be made to throw, and then writes down all that Node knows of it. */
function crashable(stage: VendorStage): Record<string, string> {
  const preload = join(stage.place.directory, 'bomb.mjs')
  const reports = join(stage.place.directory, 'reports')
  mkdirSync(reports)
  writeFileSync(preload, BOMB)
  const options = ['--report-uncaught-exception', `--report-directory=${reports}`]
  return {
    NODE_OPTIONS: [...options, `--import=${preload}`].join(' '),
    KAYAN_LOG_LEVEL: 'debug',
  }
}

/** What a vendor was sent, given back to us in every part of a reply that we read. */
const ECHOES: Readonly<Record<string, (sent: SyntheticPerson) => string>> = {
  'a Tencent error': ({ cardNumber, name }) =>
    JSON.stringify({ Response: { Error: { Code: cardNumber, Message: name }, RequestId: 'x' } }),
  'a Tencent result': ({ cardNumber, idNumber }) =>
    JSON.stringify({
      Response: { Result: idNumber, Description: cardNumber, RequestId: cardNumber },
    }),
  'a market code': ({ cardNumber, idNumber, mobile }) =>
    JSON.stringify({ code: cardNumber, message: idNumber, seqNo: mobile, data: { state: mobile } }),
  'a status': ({ mobile, cardNumber }) =>
    JSON.stringify({ status: mobile, msg: cardNumber, traceId: cardNumber }),
  'a number': ({ mobile, cardNumber }) =>
    JSON.stringify({ error_code: Number(mobile), reason: cardNumber, result: { jobid: mobile } }),
  'a message': (sent) => JSON.stringify({ ...sent, code: 200, success: true, data: { ...sent } }),
  'a page': (sent) => `<html>${Object.values(sent).join(' ')}</html>`,
}

/** Answers of the vendor's own, and what becomes of them on their way. */
const FAULTS: Readonly<Record<string, ProxyFault>> = {
  nothing: {},
  reset: { request: 'half', how: 'reset' },
  hang: { replyShare: 0, how: 'hang' },
  'cut reply': { replyShare: 0.7, how: 'end' },
  'late reply': { delayMs: TOTAL_MS + 500 },
  garbage: { reply: (whole) => Buffer.concat([Buffer.from('garbage '), whole]) },
}

async function openCells(stage: VendorStage): Promise<Cell[]> {
  const wishes = VENDORS.flatMap((name) => {
    const faults = Object.entries(FAULTS).map(([what, fault]) => ({ name, what, fault }))
    const echoes = Object.keys(ECHOES).map((what) => ({ name, what, fault: undefined }))
    return [...faults, ...echoes]
  })
  const tenants = await stage.furnish(wishes.map((_, i) => `canary${i}`))
  const cells = await Promise.all(
    wishes.map(({ name, what, fault }, i) => openCell(stage, { name, what, fault }, tenants[i]!)),
  )
  const policies = cells.map(({ name, tenant: { accountId } }) => {
    return { accountId, routes: [name], totalTimeoutMs: TOTAL_MS }
  })
  await stage.lead(cells, policies)
  return cells
}

async function openCell(
  stage: VendorStage,
  wish: { name: VendorName; what: string; fault: ProxyFault | undefined },
  tenant: Tenant,
): Promise<Cell> {
  const vendor = await simulate(wish.name)
  const line = await openProxy(vendor.port)
  line.fault = wish.fault
  const echo = ECHOES[wish.what]
  if (echo !== undefined) {
    // The vendor knows whom it was asked about; so does what it gives back.
    let sent = syntheticPerson(0, 0)
    vendor.script = (cardNumber, mobile) => {
      sent = { ...sent, cardNumber, mobile }
      return 'match'
    }
    line.fault = { reply: () => jsonReply(echo({ ...sent, ...SENT.get(sent.cardNumber) })) }
  }
  for (const open of [vendor, line]) stage.defer(() => open.close())
  const name = `${wish.name}-${tenant.accountId}`
  return { name, vendor, endpoint: `http://127.0.0.1:${line.port}`, tenant }
}

/** Who was asked about, by card. */
const SENT = new Map<string, SyntheticPerson>()

function jsonReply(body: string): Buffer {
  const head = `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nX-Echo: 1\r\n`
  const length = `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n`
  return Buffer.from(head + length + body)
}

/** Through both faces, once right and once as a mismatch. */
async function askAll(
  stage: VendorStage,
  { tenant, vendor }: Cell,
  nextPerson: () => SyntheticPerson,
): Promise<void> {
  const script = vendor.script
  for (const word of ['match', 'mismatch'] as const) {
    vendor.script = (card, mobile) => (script(card, mobile) === 'match' ? word : 'mismatch')
    const asks = [nextPerson(), nextPerson()] as const
    for (const person of asks) SENT.set(person.cardNumber, person)
    await stage.ask(tenant, asks[0])
    await stage.askAliyun(tenant, asks[1])
  }
  vendor.script = script
}

/** What is refused here for its form, its signature or its key. */
async function askBadly(
  stage: VendorStage,
  tenant: Tenant,
  nextPerson: () => SyntheticPerson,
): Promise<void> {
  const stranger = { ...tenant, key: { ...tenant.key, secretKey: 'wrong' }, appCode: 'nobody' }
  const malformed = [
    (person: SyntheticPerson) => ({ ...person, cardNumber: `${person.cardNumber}9` }),
    (person: SyntheticPerson) => ({ ...person, mobile: person.mobile.slice(1) }),
    (person: SyntheticPerson) => ({ ...person, idNumber: `${person.idNumber}'--` }),
    (person: SyntheticPerson) => ({ ...person, name: '' }),
  ]
  for (const change of malformed) {
    await stage.ask(tenant, change(nextPerson()))
    await stage.askAliyun(tenant, change(nextPerson()))
  }
  await stage.ask(stranger, nextPerson())
  await stage.askAliyun(stranger, nextPerson())
  await stage.ask(tenant, nextPerson(), Date.now() - 3_600_000)
}

/** Ends the process while calls are on their way. */
async function askInto(
  stage: VendorStage,
  cells: readonly Cell[],
  nextPerson: () => SyntheticPerson,
  end: () => Promise<void>,
): Promise<void> {
  const calls = cells.map(({ tenant }) => stage.ask(tenant, nextPerson()))
  await sleep(50)
  await end()
  await Promise.all(calls)
}

/** What an operator's browser gets of everything that can be read without a name. */
async function adminReplies(
  stage: VendorStage,
  { accountId }: Tenant,
): Promise<readonly (readonly [string, string])[]> {
  const { url } = stage.node(0)
  const { people } = await stage.place.withStorage((storage) => peopleOf(storage, url, accountId))
  const client: ConsoleClient = people.operator
  const paths = Object.keys(PERMISSIONS)
    .filter((route) => route.startsWith('GET ') && !route.includes('{'))
    .map((route) => route.slice('GET '.length))
  const replies: [string, string][] = []
  for (const path of paths) replies.push([path, (await client.get(path)).text])
  const { json } = await client.get('/api/admin/calls')
  for (const { requestId } of (json.items ?? []) as { requestId: string }[]) {
    const path = `/api/admin/calls/${requestId}`
    replies.push([path, (await client.get(path)).text])
  }
  return replies
}

async function commandOutputs(stage: VendorStage): Promise<readonly (readonly [string, string])[]> {
  const commands = ['calls list --json', 'calls export', 'vendors costs --json', 'vendors list']
  const outputs = commands.map(async (command) => {
    const { stdout, stderr } = await stage.command(command.split(' '))
    return [command, stdout + stderr] as const
  })
  return Promise.all(outputs)
}
