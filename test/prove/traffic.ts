/**
 * What the clients of a proof ask: over both protocols, signed and unsigned, live and sandbox, with
 * verdicts that are charged and results that are free, and with credentials that are wrong.
 */
import { createHash } from 'node:crypto'
import { tc3Headers } from '../support/tencent-signer.ts'
import { type Buyer, PEOPLE, person } from './installation.ts'
import type { Random } from './random.ts'

/** One call as it goes over the wire; a repeat sends the same bytes. */
export interface Wire {
  readonly protocol: 'tencent' | 'aliyun'
  /** Empty when the credential is wrong. */
  readonly account: string
  /** `live`, or `test` for the sandbox. */
  readonly mode: 'live' | 'test'
  readonly signed: boolean
  readonly path: string
  readonly headers: Record<string, string>
  readonly body: string
  /** SHA-256 of all of it. */
  readonly digest: string
}

type Elements = Record<'Name' | 'BankCard' | 'Phone' | 'IdCard', string>
/** What a call is made of. */
export interface Ingredients {
  readonly buyers: readonly Buyer[]
  /** Nobody else's: it makes the elements those of this call alone. */
  readonly number: number
  readonly random: Random
  /** How far the service's clock is ahead of ours. */
  readonly clockAheadS: number
}

type Order = Omit<Ingredients, 'buyers'> & { readonly buyer: Buyer }
type Maker = (order: Order) => Omit<Wire, 'digest'>

/** Signed for any of the nodes: the name of the service, not its port, is what is signed. */
const HOST = 'faceid.tencentcloudapi.com'
/** Of the sandbox: a match, a busy source, a mismatch, a card that is refused by its format. */
const MAGIC_CARDS = ['6299990000000009', '6299990000000181', '6299990000000017', '6299990000000041']
/** Younger than the window of five minutes, also at the end of a slow run. */
const AGE_SPAN_S = 60

/** What is asked, and how often of a hundred times. */
const MENU = {
  tencent: { share: 40, make: askTencent },
  aliyun: { share: 30, make: askAliyun },
  /** Of the sandbox, which reserves a unit before it asks. */
  sandbox: { share: 16, make: askSandbox },
  malformedTencent: { share: 4, make: askMalformedTencent },
  malformedAliyun: { share: 4, make: askMalformedAliyun },
  wrongSignature: { share: 3, make: askWithWrongSignature },
  unknownAppCode: { share: 3, make: askWithUnknownAppCode },
} as const satisfies Record<string, { share: number; make: Maker }>

export type CallKind = keyof typeof MENU

/** A call that nobody made before, of a kind or of any. */
export function makeWire(
  { buyers, number, random, clockAheadS }: Ingredients,
  kind: CallKind = pick(random),
): Wire {
  const buyer = buyers[random(2) === 0 ? 0 : random(buyers.length)]!
  const wire = MENU[kind].make({ buyer, number, random, clockAheadS })
  const digest = createHash('sha256')
    .update(JSON.stringify([wire.path, wire.headers, wire.body]))
    .digest('hex')
  return { ...wire, digest }
}

function pick(random: Random): CallKind {
  let ticket = random(100)
  for (const [kind, { share }] of Object.entries(MENU)) {
    if (ticket < share) return kind as CallKind
    ticket -= share
  }
  return 'tencent'
}

/** The first time a person is asked about is a match; later a mobile of its own makes a mismatch. */
function elementsOf(number: number): Elements {
  const { name, cardNumber, idNumber, mobile } = person(number)
  const other = `199${String(number % 100_000_000).padStart(8, '0')}`
  return {
    Name: name,
    BankCard: cardNumber,
    Phone: number < PEOPLE ? mobile : other,
    IdCard: idNumber,
  }
}

function askTencent(order: Order): Omit<Wire, 'digest'> {
  return tencent(order, elementsOf(order.number))
}

function askSandbox(order: Order): Omit<Wire, 'digest'> {
  const BankCard = MAGIC_CARDS[order.random(MAGIC_CARDS.length)]!
  return tencent(order, { ...elementsOf(order.number), BankCard }, 'test')
}

function askMalformedTencent(order: Order): Omit<Wire, 'digest'> {
  return tencent(order, { ...elementsOf(order.number), BankCard: '62' })
}

function askWithWrongSignature(order: Order): Omit<Wire, 'digest'> {
  const key = { ...order.buyer.tencent, secretKey: 'wrong' }
  const buyer = { ...order.buyer, account: '', tencent: key }
  return tencent({ ...order, buyer }, elementsOf(order.number))
}

function askAliyun({ buyer, number }: Order): Omit<Wire, 'digest'> {
  return aliyun(buyer.account, buyer.appCode, elementsOf(number))
}

function askMalformedAliyun({ buyer, number }: Order): Omit<Wire, 'digest'> {
  return aliyun(buyer.account, buyer.appCode, { ...elementsOf(number), IdCard: '1' })
}

function askWithUnknownAppCode({ number }: Order): Omit<Wire, 'digest'> {
  return aliyun('', 'nobodysappcode', elementsOf(number))
}

function tencent(
  { buyer, random, clockAheadS }: Order,
  elements: Elements,
  mode: Wire['mode'] = 'live',
): Omit<Wire, 'digest'> {
  const key = mode === 'test' ? buyer.testTencent : buyer.tencent
  const { account } = buyer
  const body = JSON.stringify(elements)
  const timestampS = Math.floor(Date.now() / 1000) + clockAheadS - random(AGE_SPAN_S)
  const headers = tc3Headers(key, HOST, body, timestampS)
  return { protocol: 'tencent', account, mode, signed: true, path: '/', headers, body }
}

function aliyun(account: string, appCode: string, elements: Elements): Omit<Wire, 'digest'> {
  const { Name, BankCard, Phone, IdCard } = elements
  return {
    protocol: 'aliyun',
    account,
    mode: 'live',
    signed: false,
    path: '/communication/personal/1887',
    headers: {
      Authorization: `APPCODE ${appCode}`,
      'Content-Type': 'application/x-www-form-urlencoded; charset=UTF-8',
    },
    body: new URLSearchParams({
      acc_no: BankCard,
      idcard: IdCard,
      mobile: Phone,
      name: Name,
    }).toString(),
  }
}
