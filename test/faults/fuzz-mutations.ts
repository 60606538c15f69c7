/** What the fuzz does to a request once it is signed: to its headers, its route, its framing, its bytes. */
import { oddText, type Pairs, pick, type Random } from './fuzz-values.ts'

const ODD_HEADERS: Pairs = [
  ['Host', 'http://faceid.tencentcloudapi.com/'],
  ['Authorization', 'APPCODE kayansandboxappcode'],
  ['Authorization', 'TC3-HMAC-SHA256 Credential=a/b/c/d, SignedHeaders=, Signature='],
  ['Authorization', 'Basic eDp5'],
  ['Content-Type', 'application/json'],
  ['Content-Type', 'application/x-www-form-urlencoded'],
  ['Content-Encoding', 'gzip'],
  ['Content-Encoding', 'identity'],
  ['Content-MD5', 'AAAA'],
  ['Expect', '100-continue'],
  ['X-TC-Action', 'BankCard4EVerification'],
  ['X-TC-Version', '2019-01-18'],
  ['X-TC-Timestamp', '1'],
  ['X-TC-Timestamp', '99999999999999999999'],
  ['X-TC-Language', 'zh-CN'],
  ['X-TC-TraceId', 'a'.repeat(200)],
  ['X-TC-Token', 'x'],
  ['X-TC-Region', 'ap-\xe9'],
  ['X_TC_Action', 'x'],
  ['X-Ca-Key', '100000001'],
  ['X-Ca-Nonce', 'same'],
  ['X-Ca-Stage', 'TEST'],
  ['X-Ca-Timestamp', '-1'],
  ['X-Ca-Signature-Headers', 'host,x-ca-key,,x'],
  ['X-Ca-Signature-Method', 'HmacSHA1'],
  ['X-Forwarded-Host', 'x'],
  ['X-HTTP-Method-Override', 'DELETE'],
  ['Cookie', '__proto__=1'],
  ['__proto__', 'x'],
  ['constructor', 'x'],
]
/** Lines that make a message's end a matter of opinion. */
const FRAMINGS = [
  'Content-Length: 0',
  'Content-Length: 5',
  'Content-Length: +5',
  'Content-Length: 5, 5',
  'Content-Length : 5',
  'Content-Length: 99999999999999999999',
  'Transfer-Encoding: chunked',
  'Transfer-Encoding: xchunked',
  'Transfer-Encoding: gzip, chunked',
  'Transfer-Encoding: chunked, identity',
  'Transfer-Encoding:\x0bchunked',
  'Transfer-Encoding : chunked',
  'Host:',
  'Host: a\r\nHost: b',
  ' folded: x',
  'no colon',
  ': no name',
  'X: \x00',
]
const METHODS = ['PUT', 'DELETE', 'OPTIONS', 'PATCH', 'HEAD', 'TRACE', 'GET', 'POST', 'PROPFIND']
const TARGETS = [
  '/',
  '/tencent',
  '/tencent/',
  '//communication/personal/1887',
  '/communication/personal/1887/',
  '/communication/personal/9999',
  '/communication/%2e%2e/x',
  '/../x',
  '/livez',
  '/nowhere',
  'http://elsewhere:1/communication/personal/1887',
  '*',
  '/?Action=%00',
  '/?__proto__=1&constructor=2',
]

/** One request to send. */
export interface Shot {
  readonly bytes: Buffer
  /** Whether its framing is right, so that exactly one reply must come. */
  readonly framed: boolean
  /** Whether a reply has no body whatever it announces. */
  readonly bodiless: boolean
  /** Who must answer; undefined where that is itself in doubt. */
  readonly vendor: 'tencent' | 'aliyun' | undefined
}

/** A request before it is bytes. */
export interface Draft {
  readonly method: string
  readonly target: string
  readonly headers: Pairs
  readonly body: Buffer
}

/** A request whose end is clear: one reply must come. */
export function framed(random: Random, draft: Draft): Shot {
  const chunked = draft.method !== 'GET' && random(10) === 0
  const path = draft.target.split('?')[0]!
  return {
    bytes: chunked ? encodeChunked(random, draft) : encode(draft),
    framed: true,
    bodiless: draft.method === 'HEAD',
    vendor: ['/', '/tencent', '/tencent/'].includes(path)
      ? 'tencent'
      : path.startsWith('/communication/')
        ? 'aliyun'
        : undefined,
  }
}

/** Bytes of which nobody knows where a request ends. */
export function unframed(bytes: Buffer): Shot {
  const bodiless = bytes.includes('HEAD ')
  return { bytes, framed: false, bodiless, vendor: undefined }
}

/** Just under a limit, just over it, or far beyond; the refusal of a long head may be lost. */
export function oversize(random: Random, draft: Draft): Shot {
  const pad = (bytes: number) => 'a'.repeat(bytes)
  switch (random(4)) {
    case 0: {
      const bytes = pick(random, [65_535, 65_536, 65_537, 100_000, 300_000])
      const fill = Buffer.alloc(Math.max(0, bytes - draft.body.length), 0x20)
      return framed(random, { ...draft, method: 'POST', body: Buffer.concat([draft.body, fill]) })
    }
    case 1: {
      const mark = draft.target.includes('?') ? '&' : '?'
      const target = `${draft.target}${mark}x=${pad(pick(random, [8_000, 32_700, 60_000]))}`
      return unframed(encode({ ...draft, target }))
    }
    case 2: {
      const value = pad(pick(random, [8_000, 16_300, 50_000]))
      return unframed(encode({ ...draft, headers: [...draft.headers, ['X-Long', value]] }))
    }
    default: {
      const many = Array.from({ length: random(200) }, (_, i): [string, string] => [`X-${i}`, '1'])
      return unframed(encode({ ...draft, headers: [...many, ...draft.headers] }))
    }
  }
}

/** Other headers added, doubled or dropped, after the signature. */
export function reheaded(random: Random, draft: Draft): Draft {
  const headers = [...draft.headers]
  for (let changes = 1 + random(3); changes > 0; changes--) {
    switch (random(3)) {
      case 0:
        headers.push(pick(random, ODD_HEADERS))
        break
      case 1:
        headers.push([...pick(random, headers.length > 0 ? headers : ODD_HEADERS)])
        break
      default: {
        const [name] = pick(random, ODD_HEADERS)
        headers.push([name, oddText(random).replace(/[^\x20-\x7e\x80-\xff]/g, '?')])
      }
    }
  }
  const hosts = headers.filter(([name]) => name.toLowerCase() === 'host')
  return { ...draft, headers: hosts.length > 0 ? headers : [['Host', 'x'], ...headers] }
}

/** Another method, and another path or the same. */
export function misrouted(random: Random, draft: Draft): Draft {
  const target = random(2) === 0 ? pick(random, TARGETS) : draft.target
  return { ...draft, method: pick(random, METHODS), target }
}

/** One line among the headers that gives the message another end. */
export function misframed(random: Random, draft: Draft): Buffer {
  const [head, ...rest] = encode(draft).toString('latin1').split('\r\n')
  const line = pick(random, FRAMINGS)
  const at = random(3)
  const version = pick(random, ['HTTP/1.1', 'HTTP/1.1', 'HTTP/1.0', 'HTTP/0.9', 'HTTP/2.0', 'HTTP'])
  rest.splice(at, 0, line)
  const text = [head!.replace('HTTP/1.1', version), ...rest].join(random(8) === 0 ? '\n' : '\r\n')
  return Buffer.from(text, 'latin1')
}

/** Bytes flipped, cut out, doubled or put in anywhere, or the end left off. */
export function anywhere(random: Random, bytes: Buffer): Buffer {
  let changed = Buffer.from(bytes)
  for (let changes = 1 + random(4); changes > 0; changes--) {
    const at = random(changed.length + 1)
    const length = random(24)
    const [before, after] = [changed.subarray(0, at), changed.subarray(at)]
    const some = after.subarray(0, length)
    const junk = Buffer.from(Array.from({ length: random(8) }, () => random(256)))
    const parts = pick(random, [
      [before, junk, after],
      [before, some, after],
      [before, after.subarray(length)],
      [before, Buffer.from([random(256)]), after.subarray(1)],
      [before],
    ])
    changed = Buffer.concat(parts)
  }
  return changed
}

/** Takes a capture apart; its length is written anew when it is put together. */
export function parse(bytes: Buffer): Draft {
  const end = bytes.indexOf('\r\n\r\n')
  const [line = '', ...fields] = bytes.toString('latin1', 0, end).split('\r\n')
  const [method = '', target = ''] = line.split(' ')
  const headers = fields.map((field): [string, string] => {
    const colon = field.indexOf(':')
    return [field.slice(0, colon), field.slice(colon + 1).trim()]
  })
  const kept = headers.filter(
    ([name]) => !/^(content-length|transfer-encoding|connection)$/i.test(name),
  )
  return { method, target, headers: kept, body: bytes.subarray(end + 4) }
}

/** The bytes of a request, with its length. */
export function encode(draft: Draft): Buffer {
  const length = draft.body.length
  const headers: Pairs =
    length === 0 && draft.method === 'GET'
      ? draft.headers
      : [...draft.headers, ['Content-Length', String(length)]]
  return Buffer.concat([headOf(draft, headers), draft.body])
}

function encodeChunked(random: Random, draft: Draft): Buffer {
  const parts = [headOf(draft, [...draft.headers, ['Transfer-Encoding', 'chunked']])]
  for (let at = 0; at < draft.body.length; ) {
    const chunk = draft.body.subarray(at, at + 1 + random(20_000))
    parts.push(Buffer.from(`${chunk.length.toString(16)}\r\n`), chunk, Buffer.from('\r\n'))
    at += chunk.length
  }
  return Buffer.concat([...parts, Buffer.from('0\r\n\r\n')])
}

function headOf({ method, target }: Draft, headers: Pairs): Buffer {
  const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`)
  return Buffer.from(`${method} ${target} HTTP/1.1\r\n${lines.join('')}\r\n`, 'latin1')
}
