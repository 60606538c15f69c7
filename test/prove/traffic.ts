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
type Maker = (buyer: Buyer, number: number, random: Random) => Omit<Wire, 'digest'>

/** Signed for any of the nodes: the name of the service, not its port, is what is signed. */
const HOST = 'faceid.tencentcloudapi.com'
/** Of the sandbox: a match, a busy source, a mismatch, a card that is refused by its format. */
const MAGIC_CARDS = ['6299990000000009', '6299990000000181', '6299990000000017', '6299990000000041']
/** Younger than the window of five minutes, also at the end of a slow run. */
const AGE_SPAN_S = 60

/** What is asked, and how often of a hundred times. */
const MENU: readonly (readonly [number, Maker])[] = [
  [40, askTencent],
  [30, askAliyun],
  [16, askSandbox],
  [4, askMalformedTencent],
  [4, askMalformedAliyun],
  [3, askWithWrongSignature],
  [3, askWithUnknownAppCode],
]

/** A call that nobody made before: its number makes its elements its own. */
export function nextCall(buyers: readonly Buyer[], number: number, random: Random): Wire {
  const buyer = buyers[random(2) === 0 ? 0 : random(buyers.length)]!
  const wire = pick(random)(buyer, number, random)
  const digest = createHash('sha256')
    .update(JSON.stringify([wire.path, wire.headers, wire.body]))
    .digest('hex')
  return { ...wire, digest }
}

function pick(random: Random): Maker {
  let ticket = random(100)
  for (const [share, maker] of MENU) {
    if (ticket < share) return maker
    ticket -= share
  }
  return askTencent
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

function askTencent(buyer: Buyer, number: number, random: Random): Omit<Wire, 'digest'> {
  return tencent(buyer, elementsOf(number), random)
}

/** The sandbox reserves a unit before it asks. */
function askSandbox(buyer: Buyer, number: number, random: Random): Omit<Wire, 'digest'> {
  const BankCard = MAGIC_CARDS[random(MAGIC_CARDS.length)]!
  return tencent(buyer, { ...elementsOf(number), BankCard }, random, 'test')
}

function askMalformedTencent(buyer: Buyer, number: number, random: Random): Omit<Wire, 'digest'> {
  return tencent(buyer, { ...elementsOf(number), BankCard: '62' }, random)
}

function askWithWrongSignature(buyer: Buyer, number: number, random: Random): Omit<Wire, 'digest'> {
  const account = ''
  const tencentKey = { ...buyer.tencent, secretKey: 'wrong' }
  return tencent({ ...buyer, account, tencent: tencentKey }, elementsOf(number), random)
}

function askAliyun(buyer: Buyer, number: number): Omit<Wire, 'digest'> {
  return aliyun(buyer.account, buyer.appCode, elementsOf(number))
}

function askMalformedAliyun(buyer: Buyer, number: number): Omit<Wire, 'digest'> {
  return aliyun(buyer.account, buyer.appCode, { ...elementsOf(number), IdCard: '1' })
}

function askWithUnknownAppCode(_buyer: Buyer, number: number): Omit<Wire, 'digest'> {
  return aliyun('', 'nobodysappcode', elementsOf(number))
}

function tencent(
  buyer: Buyer,
  elements: Elements,
  random: Random,
  mode: Wire['mode'] = 'live',
): Omit<Wire, 'digest'> {
  const key = mode === 'test' ? buyer.testTencent : buyer.tencent
  const { account } = buyer
  const body = JSON.stringify(elements)
  const timestampS = Math.floor(Date.now() / 1000) - random(AGE_SPAN_S)
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
