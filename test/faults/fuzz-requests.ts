/**
 * Requests for the fuzz, as bytes: captures and right requests of both vendors, changed before or
 * after they are signed, in their headers, their framing or anywhere at all.
 */
import { createHmac } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { SANDBOX_KEYS } from '../../src/accounts/sandbox-keys.ts'
import * as aliyun from '../../src/protocols/aliyun/provocations.ts'
import * as tencent from '../../src/protocols/tencent/provocations.ts'
import { LIVE_APPCODE, LIVE_TENCENT } from '../support/service.ts'
import { tc3Headers, v1Query } from '../support/tencent-signer.ts'
import {
  oddForm,
  oddJson,
  oddPairs,
  oddText,
  type Pairs,
  pick,
  type Random,
} from './fuzz-values.ts'

const CAPTURES = join(import.meta.dirname, '../vectors/tencent/requests')
const ALIYUN_PATHS = ['1887', '1887', '1887', '1886', '2140'].map(
  (id) => `/communication/personal/${id}`,
)
const ACTIONS = [
  ...Array<string>(6).fill('BankCard4EVerification'),
  'BankCardVerification',
  'BankCard2EVerification',
  'CheckBankCardInformation',
  'GenerateDataKey',
  'NoSuchAction',
]
const FORM = 'application/x-www-form-urlencoded; charset=UTF-8'
const TYPES = [
  ...Array<string>(4).fill(FORM),
  'application/x-www-form-urlencoded; charset=GBK',
  'application/json',
  'application/json; charset=utf-8',
  'multipart/form-data; boundary=b',
  'text/plain',
  '',
]
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

interface Draft {
  readonly method: string
  readonly target: string
  readonly headers: Pairs
  readonly body: Buffer
}

/** An endless supply of requests, all of them told by the random numbers. */
export class RequestMaker {
  readonly #random: Random
  readonly #host: string
  readonly #nowMs: () => number
  readonly #captures: readonly Buffer[]
  #nonce = 0

  constructor(random: Random, host: string, nowMs: () => number) {
    this.#random = random
    this.#host = host
    this.#nowMs = nowMs
    const names = readdirSync(CAPTURES).filter((name) => name.endsWith('.req'))
    this.#captures = names.sort().map((name) => readFileSync(join(CAPTURES, name)))
  }

  next(): Shot {
    const random = this.#random
    switch (random(16)) {
      case 0:
        return unframed(anywhere(random, this.#bytes()))
      case 1:
        return unframed(misframed(random, this.#draft()))
      case 2:
        return oversize(random, this.#draft())
      case 3:
        return framed(random, misrouted(random, this.#draft()))
      case 4:
        return framed(random, parse(pick(random, this.#captures)))
      default:
        return framed(random, this.#draft())
    }
  }

  #bytes(): Buffer {
    const random = this.#random
    return random(2) === 0 ? pick(random, this.#captures) : encode(this.#draft())
  }

  /** A request that is right but for what was odd in it before it was signed. */
  #draft(): Draft {
    const random = this.#random
    const draft = pick(random, [
      () => this.#capture(),
      () => this.#tc3(),
      () => this.#tc3(),
      () => this.#v1(),
      () => this.#appCode(),
      () => this.#appCode(),
      () => this.#appKey(),
      () => this.#direct(),
    ])()
    return random(3) === 0 ? reheaded(random, draft) : draft
  }

  /** A capture with one byte of its content changed. */
  #capture(): Draft {
    const draft = parse(pick(this.#random, this.#captures))
    if (draft.body.length === 0) return draft
    const body = Buffer.from(draft.body)
    body[this.#random(body.length)] = this.#random(256)
    return { ...draft, body }
  }

  #tc3(): Draft {
    const random = this.#random
    const keys = [SANDBOX_KEYS.tencent, SANDBOX_KEYS.tencent, LIVE_TENCENT]
    const { credential, secret } = pick(random, keys)
    const key = { secretId: credential, secretKey: secret }
    const body = oddJson(random, Object.entries(tencent.RIGHT_PARAMETERS))
    const ageS = random(20) === 0 ? random(2_000) : random(200)
    const nowS = Math.floor(this.#nowMs() / 1_000) - ageS
    const headers = tc3Headers(key, this.#host, body, nowS, pick(random, ACTIONS))
    return { method: 'POST', target: '/', headers: Object.entries(headers), body }
  }

  #v1(): Draft {
    const random = this.#random
    const { credential, secret } = SANDBOX_KEYS.tencent
    const key = { secretId: credential, secretKey: secret }
    const pairs = oddPairs(random, Object.entries(tencent.RIGHT_PARAMETERS))
    const parameters = Object.fromEntries(
      pairs.map(([name, value]) => [name, value.toWellFormed()]),
    )
    const nowS = Math.floor(this.#nowMs() / 1_000)
    const query = v1Query(key, this.#host, parameters, nowS, this.#nonce++)
    const headers: Pairs = [['Host', this.#host]]
    return { method: 'GET', target: `/?${query}`, headers, body: Buffer.alloc(0) }
  }

  #appCode(): Draft {
    const random = this.#random
    const { credential } = pick(random, [SANDBOX_KEYS.appcode, LIVE_APPCODE])
    return this.#aliyun([['Authorization', `APPCODE ${credential}`]], [])
  }

  /** HmacSHA256 over the form; every third signature is wrong. */
  #appKey(): Draft {
    const random = this.#random
    const { credential, secret } = SANDBOX_KEYS.appkey
    const signed: Pairs = [
      ['X-Ca-Key', credential],
      ['X-Ca-Nonce', String(this.#nonce++)],
      ['X-Ca-Timestamp', String(this.#nowMs() - random(600_000))],
    ]
    const form = new URLSearchParams(
      oddPairs(random, Object.entries(aliyun.RIGHT_PARAMETERS)) as [string, string][],
    )
    const body = form.toString()
    form.sort()
    const sorted = [...form].map(([name, value]) => `${name}=${value}`).join('&')
    const list = signed.map(([name, value]) => `${name}:${value}`)
    const target = pick(random, ALIYUN_PATHS)
    const text = ['POST', '*/*', '', FORM, '', ...list, `${target}?${sorted}`].join('\n')
    const mac = createHmac('sha256', random(3) === 0 ? 'wrong' : secret).update(text)
    const headers: Pairs = [
      ['Host', this.#host],
      ['Accept', '*/*'],
      ['Content-Type', FORM],
      ...signed,
      ['X-Ca-Signature-Headers', 'X-Ca-Key,X-Ca-Nonce,X-Ca-Timestamp'],
      ['X-Ca-Signature', mac.digest('base64')],
    ]
    return { method: 'POST', target, headers, body: Buffer.from(body) }
  }

  #direct(): Draft {
    return this.#aliyun([], [['key', SANDBOX_KEYS.direct.credential]])
  }

  #aliyun(credential: Pairs, more: Pairs): Draft {
    const random = this.#random
    const right = [...Object.entries(aliyun.RIGHT_PARAMETERS), ...more]
    const type = pick(random, TYPES)
    const body = (type.includes('json') ? oddJson : oddForm)(random, right)
    const headers = [['Host', this.#host], ...credential] as [string, string][]
    if (type !== '') headers.push(['Content-Type', type])
    const path = pick(random, ALIYUN_PATHS)
    const query = random(6) === 0 ? `?${oddForm(random, right).toString('latin1')}` : ''
    const target = (path + query).replace(/[^\x21-\x7e\x80-\xff]/g, '+')
    return { method: 'POST', target, headers, body }
  }
}

function framed(random: Random, draft: Draft): Shot {
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

function unframed(bytes: Buffer): Shot {
  const bodiless = bytes.includes('HEAD ')
  return { bytes, framed: false, bodiless, vendor: undefined }
}

/** Just under a limit, just over it, or far beyond; the refusal of a long head may be lost. */
function oversize(random: Random, draft: Draft): Shot {
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
function reheaded(random: Random, draft: Draft): Draft {
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

function misrouted(random: Random, draft: Draft): Draft {
  const target = random(2) === 0 ? pick(random, TARGETS) : draft.target
  return { ...draft, method: pick(random, METHODS), target }
}

/** One line among the headers that gives the message another end. */
function misframed(random: Random, draft: Draft): Buffer {
  const [head, ...rest] = encode(draft).toString('latin1').split('\r\n')
  const line = pick(random, FRAMINGS)
  const at = random(3)
  const version = pick(random, ['HTTP/1.1', 'HTTP/1.1', 'HTTP/1.0', 'HTTP/0.9', 'HTTP/2.0', 'HTTP'])
  rest.splice(at, 0, line)
  const text = [head!.replace('HTTP/1.1', version), ...rest].join(random(8) === 0 ? '\n' : '\r\n')
  return Buffer.from(text, 'latin1')
}

/** Bytes flipped, cut out, doubled or put in anywhere, or the end left off. */
function anywhere(random: Random, bytes: Buffer): Buffer {
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
function parse(bytes: Buffer): Draft {
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

function encode(draft: Draft): Buffer {
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
