/**
 * The table of paid calls, row by row: every fault at every phase of a call, with either vendor in
 * front. Nothing is ever paid twice, and no customer is charged for what nobody knows.
 */
import { createServer, type Server } from 'node:net'
import { gzipSync } from 'node:zlib'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { Fault } from '../../src/domain/fault.ts'
import type { Outcome } from '../../src/domain/outcome.ts'
import { type Gateway, openGateway } from './composition.ts'
import { type Cut, openProxy, type ProxyFault } from './fault-proxy.ts'
import { type Simulator, simulate, type VendorName } from './simulators.ts'

/**
 * What a row of the table allows: the verdict of the first vendor, the next vendor now, or no second
 * paid call and an unknown; `elsewhere_or_unknown` where only chance decides which bytes had left.
 */
type Allowed = 'verdict' | 'elsewhere' | 'unknown' | 'elsewhere_or_unknown'

interface Row {
  readonly name: string
  readonly fault: ProxyFault
  readonly allowed: Allowed
  /** Whether the first vendor made its verdict, and so wants its money. */
  readonly asked: boolean
}

const MATCH = '0'
const BUSY = '-18'
const CUTS: readonly Cut[] = ['reset', 'end', 'hang']

function cutRequests(): Row[] {
  return (['headers', 'half', 'whole'] as const).flatMap((request) =>
    CUTS.map((how) => {
      const name = `the request is lost after ${request}, then ${how}`
      return { name, fault: { request, how }, allowed: 'unknown', asked: false } as const
    }),
  )
}

function cutReplies(): Row[] {
  return [0, 0.3, 0.7, 0.98].flatMap((replyShare) =>
    CUTS.map((how) => {
      const name = `the reply ends after ${replyShare * 100} %, then ${how}`
      return { name, fault: { replyShare, how }, allowed: 'unknown', asked: true } as const
    }),
  )
}

/** A reply of the proxy's own in place of the vendor's. */
function instead(name: string, text: string | Buffer): Row {
  return { name, fault: { reply: () => Buffer.from(text) }, allowed: 'unknown', asked: true }
}

function http(status: string, headers: readonly string[], body: string | Buffer = ''): Buffer {
  const length = `Content-Length: ${Buffer.byteLength(body)}`
  const head = [`HTTP/1.1 ${status}`, ...headers, length, '', ''].join('\r\n')
  return Buffer.concat([Buffer.from(head), Buffer.from(body)])
}

/** Claims another length than the body has. */
function relengthened(by: number): (whole: Buffer) => Buffer {
  return (whole) => {
    const text = whole.toString('latin1')
    const changed = text.replace(/(content-length: *)(\d+)/i, (_, name, length) => {
      return `${name}${Number(length) + by}`
    })
    return Buffer.from(changed, 'latin1')
  }
}

/** The same reply in gzip. */
function gzipped(whole: Buffer): Buffer {
  const at = whole.indexOf('\r\n\r\n') + 4
  return http('200 OK', [JSON_TYPE, 'Content-Encoding: gzip'], gzipSync(whole.subarray(at)))
}

const JSON_TYPE = 'Content-Type: application/json'
const BOMB = gzipSync(Buffer.alloc(8 * 1024 * 1024, 0x20))

const ROWS: readonly Row[] = [
  { name: 'nothing is wrong', fault: {}, allowed: 'verdict', asked: true },
  { name: 'the reply is slow', fault: { delayMs: 60 }, allowed: 'verdict', asked: true },
  {
    name: 'the connection is reset as soon as it is made',
    fault: { request: 'connect', how: 'reset' },
    allowed: 'elsewhere_or_unknown',
    asked: false,
  },
  {
    name: 'the connection is closed as soon as it is made',
    fault: { request: 'connect', how: 'end' },
    allowed: 'elsewhere_or_unknown',
    asked: false,
  },
  ...cutRequests(),
  ...cutReplies(),
  { name: 'the reply is too late', fault: { delayMs: 1_500 }, allowed: 'unknown', asked: true },
  { name: 'the reply drips', fault: { dripMs: 20 }, allowed: 'unknown', asked: true },
  instead('bytes that are not HTTP', 'garbage\r\n\r\n'),
  instead(
    'a page of HTML with status 200',
    http('200 OK', ['Content-Type: text/html'], '<p>OK</p>'),
  ),
  instead('an empty body', http('200 OK', [JSON_TYPE])),
  instead('JSON of another kind', http('200 OK', [JSON_TYPE], '{"Response":[],"code":{}}')),
  instead('a page of status 502', http('502 Bad Gateway', ['Content-Type: text/html'], 'bad')),
  instead('a page of status 404', http('404 Not Found', ['Content-Type: text/html'], 'none')),
  instead('a redirection', http('302 Found', ['Location: http://127.0.0.1:1/'])),
  instead('more than a reply can be', http('200 OK', [JSON_TYPE], ' '.repeat(300_000))),
  instead('a gzip bomb', http('200 OK', [JSON_TYPE, 'Content-Encoding: gzip'], BOMB)),
  {
    name: 'a good reply, compressed uninvited',
    fault: { reply: gzipped },
    allowed: 'unknown',
    asked: true,
  },
  instead('Brotli', http('200 OK', [JSON_TYPE, 'Content-Encoding: br'], 'x')),
  instead('two lengths', http('200 OK', [JSON_TYPE, 'Content-Length: 3'], '{"a":1}')),
  {
    name: 'a length that is too short',
    fault: { reply: relengthened(-7) },
    allowed: 'unknown',
    asked: true,
  },
  {
    name: 'a length that is too long',
    fault: { reply: relengthened(7) },
    allowed: 'unknown',
    asked: true,
  },
  {
    name: 'bytes behind a whole reply',
    fault: { reply: (whole) => Buffer.concat([whole, Buffer.from('HTTP/1.1 200 OK\r\n')]) },
    allowed: 'verdict',
    asked: true,
  },
  {
    name: 'bytes behind the JSON, inside the length',
    fault: {
      reply: (whole) => relengthened(2)(Buffer.concat([whole, Buffer.from('{}')])),
    },
    allowed: 'unknown',
    asked: true,
  },
]

/** Two vendors, the first behind a proxy, and a gateway before both. */
async function arrange(first: VendorName, second: VendorName, finished = onTestFinished) {
  const vendors = await Promise.all([simulate(first), simulate(second)])
  const proxy = await openProxy(vendors[0].port)
  const endpoint = `http://127.0.0.1:${proxy.port}`
  const gateway = openGateway([{ vendor: vendors[0], endpoint }, { vendor: vendors[1] }])
  finished(async () => {
    await gateway.close()
    proxy.close()
    for (const vendor of vendors) vendor.close()
  })
  return { vendors, proxy, gateway }
}

/** What must hold after any call, whatever happened on its way. */
function expectHonest(gateway: Gateway, vendors: readonly Simulator[], result: string): void {
  const paid = vendors.reduce((sum, vendor) => sum + vendor.bill.paid, 0)
  const [settled, unknown] = [gateway.attempts.count('settled'), gateway.attempts.count('unknown')]
  expect(paid).toBeLessThanOrEqual(1)
  expect(gateway.attempts.count('prepared')).toBe(0)
  expect(settled).toBeLessThanOrEqual(paid)
  expect(settled + unknown).toBeGreaterThanOrEqual(paid)
  expect([MATCH, BUSY]).toContain(result)
  expect(gateway.metered.settled).toHaveLength(result === MATCH ? 1 : 0)
  expect(gateway.metered.released).toHaveLength(result === MATCH ? 0 : 1)
  if (result === MATCH) expect(settled).toBe(1)
}

const PAIRS: readonly (readonly [VendorName, VendorName])[] = [
  ['tencent', 'aliyun'],
  ['aliyun', 'tencent'],
]

describe.each(PAIRS)('%s before %s', (first, second) => {
  test.concurrent.for(ROWS)('$name: $allowed', async ({ fault, allowed, asked }, context) => {
    const { vendors, proxy, gateway } = await arrange(first, second, context.onTestFinished)
    proxy.fault = fault
    const { result } = await gateway.verify('6299991000000001')
    expectHonest(gateway, vendors, result)
    expect(vendors[0].bill.asked).toBe(asked ? 1 : 0)
    const told = result === BUSY ? 'unknown' : vendors[1].bill.asked === 1 ? 'elsewhere' : 'verdict'
    expect(allowed.split('_or_')).toContain(told)
  })

  test('nobody listens: the next vendor now', async () => {
    const { vendors, proxy, gateway } = await arrange(first, second)
    await proxy.down()
    const { result } = await gateway.verify('6299991000000001')
    expectHonest(gateway, vendors, result)
    expect(vendors.map(({ bill }) => bill.paid)).toEqual([0, 1])
    expect(gateway.attempts.count('free')).toBe(1)
  })

  test('two vendors that both hang are asked once: nobody knows whom to pay', async () => {
    const { vendors, proxy, gateway } = await arrange(first, second)
    proxy.fault = { replyShare: 0, how: 'hang' }
    vendors[1].close()
    expect((await gateway.verify('6299991000000001')).result).toBe(BUSY)
    expect(gateway.attempts.rows.size).toBe(1)
  })
})

/** The vendor's own words, and what may follow on each. */
const WORDS: readonly (readonly [
  string,
  Outcome | Fault,
  result: string,
  paid: readonly number[],
])[] = [
  ['a paid mismatch is definitive', 'mismatch', '-1', [1, 0]],
  ['a paid state of the card is definitive', 'card_lost', '-13', [1, 0]],
  ['busy is free and lets the next be asked', 'source_busy', '0', [0, 1]],
  ['a format code is free and final', 'card_malformed', '-4', [0, 0]],
  ['too many tries is free and final', 'attempts_exceeded', '-19', [0, 0]],
  ['arrears of ours are not the caller’s affair', { fault: 'arrears' }, '0', [0, 1]],
  ['a throttle on us is not the caller’s affair', { fault: 'rate_limited' }, '0', [0, 1]],
  ['a key of ours that is unknown is not either', { fault: 'key_unknown' }, '0', [0, 1]],
  ['an inner error is free', { fault: 'internal' }, '0', [0, 1]],
]

test.each(WORDS)('Tencent first: %s', async (_name, word, result, paid) => {
  const { vendors, gateway } = await arrange('tencent', 'aliyun')
  vendors[0].script = () => word
  expect((await gateway.verify('6299991000000001')).result).toBe(result)
  expect(vendors.map(({ bill }) => bill.paid)).toEqual(paid)
  expect(gateway.metered.settled).toHaveLength(paid.includes(1) ? 1 : 0)
})

test('1887 does not say that its busy is free, so nobody else is asked', async () => {
  const { vendors, gateway } = await arrange('aliyun', 'tencent')
  vendors[0].script = () => 'source_busy'
  expect((await gateway.verify('6299991000000001')).result).toBe(BUSY)
  expect(vendors[1].bill.asked).toBe(0)
  expect(gateway.attempts.count('unknown')).toBe(1)
})

/** A listener that does to a handshake what it is told. */
async function tlsBreaker(how: Cut): Promise<Server> {
  const server = createServer((socket) => {
    socket.on('error', () => socket.destroy())
    if (how === 'reset') socket.resetAndDestroy()
    if (how === 'end') socket.end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  return server
}

/** Of another host, out of date, and signed by nobody but itself. */
test.each(['stranger', 'expired', 'selfsigned'])(
  'a certificate that is %s is refused: the next vendor',
  async (certificate) => {
    const [bad, good] = await Promise.all([
      simulate('tencent', { certificate }),
      simulate('aliyun'),
    ])
    const gateway = openGateway([{ vendor: bad }, { vendor: good }])
    onTestFinished(async () => {
      await gateway.close()
      bad.close()
      good.close()
    })
    expect((await gateway.verify('6299991000000001')).result).toBe(MATCH)
    expect([bad.bill.asked, good.bill.paid]).toEqual([0, 1])
    expect(gateway.reports[0]?.report).toMatchObject({ phase: 'unreached', code: 'tls_failed' })
  },
)

test.each(CUTS)('a handshake that ends in %s: the next vendor', async (how) => {
  const [first, good] = await Promise.all([simulate('tencent'), simulate('aliyun')])
  const address = (await tlsBreaker(how)).address()
  const port = typeof address === 'object' ? address?.port : 0
  const endpoint = `https://127.0.0.1:${port}`
  const gateway = openGateway([{ vendor: first, endpoint }, { vendor: good }])
  onTestFinished(async () => {
    await gateway.close()
    first.close()
    good.close()
  })
  expect((await gateway.verify('6299991000000001')).result).toBe(MATCH)
  expect(gateway.reports[0]?.report.phase).toBe('unreached')
})

test('over TLS with the right certificate a verdict comes through', async () => {
  const vendor = await simulate('tencent', { certificate: 'valid' })
  const gateway = openGateway([{ vendor }])
  onTestFinished(async () => {
    await gateway.close()
    vendor.close()
  })
  expect((await gateway.verify('6299991000000001')).result).toBe(MATCH)
})

test('a name that nobody has: the next vendor', async () => {
  const [first, good] = await Promise.all([simulate('tencent'), simulate('aliyun')])
  const gateway = openGateway([
    { vendor: first, endpoint: 'http://vendor.invalid' },
    { vendor: good },
  ])
  onTestFinished(async () => {
    await gateway.close()
    first.close()
    good.close()
  })
  expect((await gateway.verify('6299991000000001')).result).toBe(MATCH)
  expect(gateway.reports[0]?.report.phase).toBe('unreached')
})
