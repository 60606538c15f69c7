import { expect, test } from 'vitest'
import {
  type CallRow,
  CommitUnknown,
  type Earlier,
  type Limited,
  type Meter,
  type StoredAnswer,
} from '../billing/store.ts'
import type { Elements } from '../domain/elements.ts'
import type { Fault } from '../domain/fault.ts'
import type { Key } from '../domain/key.ts'
import type { Outcome } from '../domain/outcome.ts'
import { Secret } from '../domain/secret.ts'
import { Events } from '../observe/events.ts'
import { createLog } from '../observe/log.ts'
import type { Check, Protocol, WireRequest } from '../protocols/protocol.ts'
import type { Source, Verdict } from '../sources/source.ts'
import { createPipeline } from './pipeline.ts'
import type { Services } from './services.ts'

const KEY: Key = {
  id: 'key_1',
  account: { id: 'acc_1', name: 'one', state: 'active', ratePerSecond: 20 },
  kind: 'tencent',
  mode: 'live',
  label: 'id',
  secret: new Secret('secret'),
}
const REQUEST = { method: 'POST', target: '/', path: '/', query: '' } as WireRequest
const ELEMENTS = {
  name: new Secret('王芳'),
  idNumber: new Secret('110101199003071022'),
  cardNumber: new Secret('6299991000000018'),
  mobile: new Secret('13800138001'),
}
const ALL: Check[] = [
  'throttle',
  'repeat',
  'decode',
  'account',
  'immediate',
  'subscription',
  'decrypt',
  'format',
]
const COSTING: ReadonlySet<string> = new Set<Outcome>(['match', 'mismatch'])

interface Setting {
  precedence?: Check[]
  read?: Fault | (() => never)
  denied?: Fault
  decoded?: Fault
  decrypted?: Elements | Fault
  immediate?: string | Fault
  throttled?: boolean
  availability?: 'usable' | 'exhausted'
  repeatKey?: string
  earlier?: StoredAnswer
  lost?: StoredAnswer
  elsewhere?: StoredAnswer
  charging?: 'burn' | 'reserve'
  verdict?: () => Verdict | Promise<Verdict>
  of?: (accountId: string) => Source
  burn?: () => Promise<Fault | Earlier | Limited | undefined>
  reserve?: () => Promise<Fault | Earlier | Limited | undefined>
  /** The source makes its first attempt ready. */
  begins?: true
  settle?: () => Promise<Fault | undefined>
  inFlightMax?: number
  addressFirst?: true
  permitted?: boolean
  key?: Key
}

/** A pipeline over fakes that write down what they are asked, in order. */
function arrange(setting: Setting = {}) {
  const steps: string[] = []
  const rows: CallRow[] = []
  const step = (name: string, row?: CallRow) => {
    steps.push(row ? `${name}:${row.result}` : name)
    if (row) rows.push(row)
  }
  const counted = <T>(name: string, row?: CallRow, end?: () => Promise<T | undefined>) => {
    step(name, row)
    return end?.() ?? Promise.resolve(undefined)
  }
  const asked = (name: string): Verdict | Promise<Verdict> => {
    step(name)
    return setting.verdict?.() ?? 'match'
  }
  const protocol: Protocol = {
    name: 'fake',
    precedence: setting.precedence ?? ALL,
    charges: [],
    ...(setting.addressFirst && { addressFirst: true }),
    owns: () => true,
    read: () =>
      (typeof setting.read === 'function' ? setting.read() : setting.read) ?? {
        product: 'card4',
        api: 'fake.four',
        credential: { kind: 'tencent', value: 'id' },
        authenticate: () => setting.denied,
        repeatKey: () => setting.repeatKey,
        decode: () => setting.decoded ?? ELEMENTS,
        decrypt: () => setting.decrypted && Promise.resolve(setting.decrypted),
        ...(setting.immediate && { immediate: async () => setting.immediate! }),
      },
    answer: (_, outcome) => `answer ${outcome}`,
    writeAnswer: (_, body) => ({ status: 200, headers: [], body }),
    writeFault: (_, fault) => ({ status: 200, headers: [], body: `fault ${fault.fault}` }),
  }
  const meter: Meter = {
    availability: () => setting.availability ?? 'usable',
    burn: (row) => counted('burn', row, setting.burn),
    reserve: () => counted('reserve', undefined, setting.reserve),
    settle: (row) => counted('settle', row, setting.settle),
    release: (row) => counted('release', row),
    record: (row) => counted('record', row),
    note: (row) => step('note', row),
    delivered: () => {},
    answerOf: () => undefined,
  }
  const repeats: Services['repeats'] = {
    open: () => setting.earlier,
    close: (repeatKey) => {
      if (repeatKey !== '') step('close')
    },
    remember: (row) => step('remember', row),
    lost: () => setting.lost,
    elsewhere: async () => setting.elsewhere,
  }
  const source: Source = {
    name: 'fake source',
    charging: setting.charging ?? 'burn',
    ...(setting.of && { of: setting.of }),
    ...(setting.begins && {
      begin: () => ({
        asking: {},
        verify: async () => asked('ask begun'),
        abandon: () => step('abandon'),
      }),
    }),
    limited: (by) => step(`full ${by}`),
    verify: () => asked('ask'),
  }
  const services: Services = {
    clock: { nowMs: () => 1_000, monotonicUs: () => 5 },
    nameCall: (atMs) => ({ serial: 7, atMs, requestId: 'r', sequenceCode: 's' }),
    keys: { find: () => ('key' in setting ? setting.key : KEY) },
    limiter: { take: () => (setting.throttled ? 21 : 1) },
    repeats,
    meter,
    chargeRules: {
      at: () => ({ version: 2, charged: COSTING, effectiveFromMs: 0 }),
    },
    sources: { live: source, test: source },
    precheck: { live: 'format', test: 'format' },
    elementToken: () => 'token',
    elementIndex: (accountId, elements) => `index of ${accountId}: ${Object.keys(elements).length}`,
    clients: {
      of: () => ({ bytes: undefined, masked: '203.0.113.*' }),
      permits: () => setting.permitted ?? true,
    },
    vault: {
      keys: () => [],
      decoy: (_, bytes) => Buffer.alloc(bytes),
      admit: () => 'open',
      note: () => {},
      conceal: async () => step('conceal'),
    },
    inFlightMax: setting.inFlightMax ?? 8,
    events: new Events(createLog('silent')),
  }
  const pipeline = createPipeline(services)
  return { steps, rows, run: () => pipeline(protocol, REQUEST) }
}

function throwing(): never {
  throw new Error('bug')
}

const STORED: StoredAnswer = {
  serial: 3,
  atMs: 900,
  answer: 'answer match',
  repeatKey: 'k',
  elementToken: 't',
}

test('a local source is asked first and the unit burned before the answer leaves', async () => {
  const { run, steps } = arrange()
  expect(await run()).toMatchObject({ body: 'answer match', answered: { serial: 7 } })
  expect(steps).toEqual(['ask', 'burn:match', 'remember:match'])
})

test('a repeat of a call that was lost while a vendor was asked asks nobody, and is told unknown', async () => {
  const lost = { ...STORED, answer: '' }
  const looked = arrange({ repeatKey: 'k', earlier: lost, charging: 'reserve' })
  expect((await looked.run()).body).toBe('answer source_unknown')
  expect(looked.steps).toEqual(['record:source_unknown', 'remember:source_unknown', 'close'])
  expect(looked.rows[0]).toMatchObject({ repeatKey: 'k', billable: false })

  const reserve = async () => ({ earlier: lost })
  const reserved = arrange({ repeatKey: 'k', charging: 'reserve', reserve })
  expect((await reserved.run()).body).toBe('answer source_unknown')
  expect(reserved.steps).not.toContain('ask')

  const burnt = arrange({ repeatKey: 'k', burn: async () => ({ earlier: lost }) })
  expect((await burnt.run()).body).toBe('answer source_unknown')
  expect(burnt.steps.slice(0, 3)).toEqual(['ask', 'burn:match', 'record:source_unknown'])
})

test('a verdict for which no unit is left is dropped unseen', async () => {
  const { run, steps } = arrange({ burn: async () => ({ fault: 'quota_exhausted' }) })
  expect((await run()).body).toBe('fault quota_exhausted')
  expect(steps).toEqual(['ask', 'burn:match'])
})

test('a unit is held before a source that may cost is asked, then settled', async () => {
  const { run, steps } = arrange({ charging: 'reserve' })
  expect((await run()).body).toBe('answer match')
  expect(steps).toEqual(['reserve', 'ask', 'settle:match', 'remember:match'])
})

test('without a unit a source that may cost is never asked', async () => {
  const { run, steps } = arrange({
    charging: 'reserve',
    reserve: async () => ({ fault: 'quota_exhausted' }),
  })
  expect((await run()).body).toBe('fault quota_exhausted')
  expect(steps).toEqual(['reserve'])
})

test('a free outcome, a fault of the source and a source that throws give the unit back', async () => {
  const endings: [() => Verdict | Promise<Verdict>, string, string][] = [
    [() => 'source_busy', 'release:source_busy', 'answer source_busy'],
    [() => ({ fault: 'rate_limited' }), 'release:rate_limited', 'fault rate_limited'],
    [() => Promise.reject(new Error('bug')), 'release:source_unknown', 'answer source_unknown'],
  ]
  for (const [verdict, ended, body] of endings) {
    const { run, steps } = arrange({ charging: 'reserve', verdict })
    expect((await run()).body).toBe(body)
    expect(steps.slice(0, 3)).toEqual(['reserve', 'ask', ended])
  }
})

test('a source that answers in the name of another is charged under that name', async () => {
  const verdict = () => ({ outcome: 'match', source: 'cache' }) as const
  const { run, rows } = arrange({ charging: 'reserve', verdict })
  expect((await run()).body).toBe('answer match')
  expect(rows[0]).toMatchObject({ result: 'match', source: 'cache' })
})

test('where accounts are led to different sources, each is asked, and metered, by its own', async () => {
  const own: Source = { name: 'own', charging: 'burn', verify: () => 'mismatch' }
  const of = () => own
  const { run, steps, rows } = arrange({ charging: 'reserve', of })
  expect((await run()).body).toBe('answer mismatch')
  expect(steps[0]).toBe('burn:mismatch')
  expect(rows[0]).toMatchObject({ source: 'own' })
})

test('an unknown outcome of a commit rejects: nothing may be answered', async () => {
  const unknown = () => Promise.reject(new CommitUnknown('?'))
  await expect(arrange({ burn: unknown }).run()).rejects.toThrow(CommitUnknown)
  await expect(arrange({ charging: 'reserve', settle: unknown }).run()).rejects.toThrow(
    CommitUnknown,
  )
  await expect(arrange({ charging: 'reserve', reserve: unknown }).run()).rejects.toThrow(
    CommitUnknown,
  )
})

test('what fails before the vendor’s own checks costs nothing and stores nothing', async () => {
  const settings: [Setting, string][] = [
    [{ read: { fault: 'action_unknown' } }, 'fault action_unknown'],
    [{ denied: { fault: 'signature_mismatch' } }, 'fault signature_mismatch'],
    [{ read: throwing }, 'fault internal'],
    [{ key: undefined } as unknown as Setting, 'fault key_unknown'],
    [{ inFlightMax: 0 }, 'fault overloaded'],
  ]
  for (const [setting, body] of settings) {
    const { run, steps } = arrange(setting)
    expect((await run()).body).toBe(body)
    expect(steps).toEqual([])
  }
})

test('an address outside a key’s list is refused where the vendor looks at it', async () => {
  const bad = { permitted: false, denied: { fault: 'signature_mismatch' } } as const
  expect((await arrange(bad).run()).body).toBe('fault signature_mismatch')
  expect((await arrange({ ...bad, addressFirst: true }).run()).body).toBe('fault ip_forbidden')
  const { run, steps } = arrange({ permitted: false, throttled: true })
  expect((await run()).body).toBe('fault ip_forbidden')
  expect(steps).toEqual([])
  const stranger = arrange({ ...bad, addressFirst: true, key: undefined } as unknown as Setting)
  expect((await stranger.run()).body).toBe('fault signature_mismatch')
})

test('the call log is told where a call came from, and its tokens once its elements are read', async () => {
  const answered = arrange()
  await answered.run()
  expect(answered.rows[0]).toMatchObject({
    client: '203.0.113.*',
    elementIndex: 'index of acc_1: 4',
  })
  const refused = arrange({ decoded: { fault: 'parameter_missing' } })
  await refused.run()
  expect(refused.rows[0]).toMatchObject({ client: '203.0.113.*', elementIndex: '' })
})

test('the first check of the protocol’s precedence that ends the call wins', async () => {
  const failing: Setting = {
    throttled: true,
    decoded: { fault: 'parameter_missing' },
    availability: 'exhausted',
    key: { ...KEY, account: { ...KEY.account, state: 'frozen' } },
  }
  const winners: Partial<Record<Check, string>> = {
    throttle: 'fault rate_limited',
    decode: 'fault parameter_missing',
    subscription: 'fault quota_exhausted',
    account: 'fault account_frozen',
  }
  for (const [first, body] of Object.entries(winners) as [Check, string][]) {
    const precedence = [first, ...ALL.filter((check) => check !== first)]
    expect((await arrange({ ...failing, precedence }).run()).body).toBe(body)
  }
})

test('refusals are noted in the call log, but not what floods consist of', async () => {
  const noted = arrange({ decoded: { fault: 'parameter_missing' } })
  await noted.run()
  expect(noted.steps).toEqual(['note:parameter_missing'])
  const flood = arrange({ throttled: true })
  await flood.run()
  expect(flood.steps).toEqual([])
})

test('a call that another node was first to answer gets that answer, whenever it is found out', async () => {
  const settings: Setting[] = [
    { burn: async () => ({ earlier: STORED }) },
    { charging: 'reserve', reserve: async () => ({ earlier: STORED }) },
    { burn: async () => ({ earlier: undefined }), elsewhere: STORED },
    { charging: 'reserve', reserve: async () => ({ earlier: undefined }), elsewhere: STORED },
  ]
  for (const setting of settings) {
    const reply = await arrange(setting).run()
    expect(reply).toMatchObject({ body: 'answer match', answered: { serial: 3, billable: false } })
  }
})

test('a call that is under way on another node until the deadline is refused free', async () => {
  for (const charging of ['burn', 'reserve'] as const) {
    const taken = async () => ({ earlier: undefined })
    const { run, steps } = arrange({ charging, burn: taken, reserve: taken })
    expect((await run()).body).toBe('fault overloaded')
    expect(steps).not.toContain('settle:match')
  }
})

test('where a counter is full the answer is the same whatever the verdict, free, and says who was asked', async () => {
  const full = async () => ({ full: 'card' }) as const
  for (const verdict of ['match', 'mismatch'] as const) {
    const burnt = arrange({ burn: full, verdict: () => verdict })
    expect((await burnt.run()).body).toBe('answer attempts_exceeded')
    const kept = ['record:attempts_exceeded', 'remember:attempts_exceeded']
    expect(burnt.steps).toEqual(['ask', `burn:${verdict}`, 'full card', ...kept])
    expect(burnt.rows.at(-1)).toMatchObject({ billable: false, source: 'fake source' })
  }
  const held = arrange({ charging: 'reserve', reserve: full, begins: true })
  expect((await held.run()).body).toBe('answer attempts_exceeded')
  expect(held.steps.slice(0, 3)).toEqual(['reserve', 'abandon', 'full card'])
  expect(held.steps).not.toContain('ask begun')
})

test('an attempt that was made ready is made when it is durable, and left when it is not', async () => {
  const made = arrange({ charging: 'reserve', begins: true })
  expect((await made.run()).body).toBe('answer match')
  expect(made.steps).toEqual(['reserve', 'ask begun', 'settle:match', 'remember:match'])
  const unknown = () => Promise.reject(new CommitUnknown('lost'))
  const lost = arrange({ charging: 'reserve', begins: true, reserve: unknown })
  await expect(lost.run()).rejects.toThrow('lost')
  expect(lost.steps).toEqual(['reserve', 'abandon'])
})

test('a malformed element is answered free, without asking the source', async () => {
  const { run, rows, steps } = arrange({
    decoded: { ...ELEMENTS, cardNumber: new Secret('12') } as never,
  })
  expect((await run()).body).toBe('answer card_malformed')
  expect(steps).toEqual(['record:card_malformed', 'remember:card_malformed'])
  expect(rows[0]).toMatchObject({ billable: false, source: '' })
})

test('a byte-identical repeat and a lost verdict get the stored bytes, marked, free', async () => {
  const repeated = arrange({ repeatKey: 'k', earlier: STORED })
  expect(await repeated.run()).toEqual({
    status: 200,
    headers: ['X-Kayan-Replayed', '1'],
    body: 'answer match',
    answered: { ...STORED, billable: false },
  })
  expect(repeated.steps).toEqual([])
  const lost = arrange({ lost: STORED })
  expect(await lost.run()).toMatchObject({ body: 'answer match', answered: { serial: 3 } })
  expect(lost.steps).toEqual([])
})

test('what a busy source said is not repeated: a repeat asks anew', async () => {
  const { run, rows } = arrange({ repeatKey: 'k', verdict: () => 'source_busy' })
  await run()
  expect(rows[0]).toMatchObject({ result: 'source_busy', repeatKey: '', elementToken: '' })
})

test('a repeat key is closed however the call ends', async () => {
  for (const setting of [{}, { decoded: { fault: 'body_malformed' } as Fault }]) {
    const { run, steps } = arrange({ repeatKey: 'k', ...setting })
    await run()
    expect(steps.at(-1)).toBe('close')
  }
})

test('an action without a source is answered at once: nothing is asked, charged or kept', async () => {
  const { run, steps } = arrange({ immediate: 'a data key', availability: 'exhausted' })
  expect(await run()).toEqual({ status: 200, headers: [], body: 'a data key' })
  expect(steps).toEqual([])
  const frozen = { ...KEY, account: { ...KEY.account, state: 'frozen' as const } }
  const refused = arrange({ immediate: 'a data key', key: frozen })
  expect((await refused.run()).body).toBe('fault account_frozen')
})

test('decrypted elements are judged and asked for in place of what came', async () => {
  const { run, rows } = arrange({ decrypted: { ...ELEMENTS, cardNumber: new Secret('12') } })
  expect((await run()).body).toBe('answer card_malformed')
  expect(rows[0]).toMatchObject({ billable: false })
})

test('a failure to decrypt is concealed and then refused, free, after account and units', async () => {
  const failing: Setting = { decrypted: { fault: 'decrypt_failed' } }
  const { run, steps } = arrange(failing)
  expect((await run()).body).toBe('fault decrypt_failed')
  expect(steps).toEqual(['conceal', 'note:decrypt_failed'])
  const spent = arrange({ ...failing, availability: 'exhausted' })
  expect((await spent.run()).body).toBe('fault quota_exhausted')
})
