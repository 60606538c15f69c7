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
  anywhere,
  type Draft,
  encode,
  framed,
  misframed,
  misrouted,
  oversize,
  parse,
  reheaded,
  type Shot,
  unframed,
} from './fuzz-mutations.ts'
import { oddForm, oddJson, oddPairs, type Pairs, pick, type Random } from './fuzz-values.ts'

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
