/**
 * The port each vendor's client half implements: a question becomes a request, and a reply becomes a
 * verdict or the vendor's refusal of us, with what may be done next and what the call cost.
 *
 * A client half is pure: time, chance and the credential come in with the ask. What a code means is
 * one row of the vendor's table; what the table does not have is unknown and may have been charged,
 * never a match and never a mismatch.
 */
import type { Elements } from '../domain/elements.ts'
import type { FaultName } from '../domain/fault.ts'
import type { KeyKind } from '../domain/key.ts'
import type { Outcome } from '../domain/outcome.ts'
import type { Product } from '../domain/product.ts'
import type { Secret } from '../domain/secret.ts'
import type { SealedMessage } from './protocol.ts'

/** What we call a vendor with. */
export interface VendorCredential {
  readonly kind: KeyKind
  /** SecretId or AppKey; empty where the secret is all there is. */
  readonly id: string
  readonly secret: Secret
  /** Session token of a temporary key. */
  readonly token?: Secret
  /** Base64 of the vendor's public key in PEM: elements travel encrypted for it. */
  readonly publicKey?: string
}

/** What a request to a vendor is made with, whatever it asks. */
export interface VendorOccasion {
  readonly product: Product
  readonly credential: VendorCredential
  /** Our name of the call, a lower-case UUID, for vendors that take one. */
  readonly requestId: string
  readonly nowMs: number
  /** Host of the endpoint with its port, as it goes on the wire. */
  readonly host: string
  /** Bytes that nobody can foretell. */
  readonly random: (bytes: number) => Buffer
}

/** One question to one vendor. */
export interface VendorAsk extends VendorOccasion {
  /** Normalised; all of the product are present. */
  readonly elements: Elements
}

/** Encryption of elements for a vendor's public key: AES-256-CBC with RSA, or SM4-GCM with SM2. */
export type VendorEncryption = 'aes' | 'sm'

/** How a vendor is sent messages that were encrypted for it by somebody else. */
export interface PassOn {
  /** The message as it came, signed as ours. */
  request(message: SealedMessage, occasion: VendorOccasion): VendorRequest
  read(reply: VendorReply, occasion: VendorOccasion): VendorReading
  /** Codes by which the vendor refuses the message itself, which its writer has to be told. */
  readonly refusals: ReadonlyMap<string, FaultName>
}

/** A request ready to be sent; its body has no length header yet. */
export interface VendorRequest {
  readonly method: 'GET' | 'POST'
  readonly target: string
  /** Names and values in alternation, without Host and Content-Length. */
  readonly headers: readonly string[]
  /** UTF-8 text; empty for a GET. */
  readonly body: string
}

/** A whole reply, its body not encoded. */
export interface VendorReply {
  readonly status: number
  /** Names and values in alternation as received, values as latin1 text. */
  readonly headers: readonly string[]
  readonly body: Buffer
}

/**
 * What the vendor's word allows:
 * - `final`: nobody else may be asked; either the answer is definitive or it may have been charged.
 * - `fail_over`: the vendor made no verdict and takes no money; another may be asked.
 * - `retry_later`: the same, and this vendor wants to be left alone for a while.
 */
export type NextAction = 'final' | 'fail_over' | 'retry_later'

/** Whether the vendor takes money for the call. */
export type ChargeClass = 'paid' | 'free' | 'unknown'

/** How a row is known. */
export type RowMark = 'documented' | 'observed' | 'inferred' | 'chosen'

/**
 * Why a vendor gave no verdict. `health` is what it says of the vendor: `barred` means that no call
 * can succeed until somebody mends it. `asked`: the issuer may have been asked, so the attempt counts
 * on the card.
 */
export const VENDOR_FAULTS = {
  credential_refused: { health: 'barred', asked: false },
  not_subscribed: { health: 'barred', asked: false },
  arrears: { health: 'barred', asked: false },
  ip_refused: { health: 'barred', asked: false },
  throttled: { health: 'well', asked: false },
  request_refused: { health: 'well', asked: false },
  unavailable: { health: 'ill', asked: false },
  busy: { health: 'ill', asked: true },
  failed: { health: 'ill', asked: true },
  reply_unreadable: { health: 'ill', asked: true },
  reply_foreign: { health: 'ill', asked: true },
  code_unlisted: { health: 'well', asked: true },
} as const satisfies Record<
  string,
  { readonly health: 'well' | 'ill' | 'barred'; readonly asked: boolean }
>

export type VendorFault = keyof typeof VENDOR_FAULTS

/** What one code of a vendor means. */
export interface ReplyRow {
  /** What the caller is told when this is the last word. */
  readonly outcome: Outcome
  readonly next: NextAction
  readonly charge: ChargeClass
  /** Absent of a verdict. */
  readonly fault?: VendorFault
  readonly mark: RowMark
}

/** What one reply means. */
export interface VendorReading extends ReplyRow {
  /** The vendor's own code as far as it is one; never free text, never an element. */
  readonly code: string
  /** The vendor's own name of the call; empty where it gave none. */
  readonly reference: string
}

export interface VendorClient {
  /** Name of the folder, for routes, cost rows and metric labels. */
  readonly name: string
  /** Origin of the vendor's public endpoint. */
  readonly endpoint: string
  /** Kinds of credential it can call with. */
  readonly credentials: readonly KeyKind[]
  readonly products: readonly Product[]
  /** What a free format code of the vendor's is known to answer; absent where none is known. */
  readonly probe?: Pick<VendorAsk, 'product' | 'elements'>
  /** The vendor is known to compress its replies whatever we accept. */
  readonly gzips?: true
  /** Every code it can read, under the name of the field that carries it. */
  readonly codes: Readonly<Record<string, ReadonlyMap<string, ReplyRow>>>
  /** What a public key (base64 of a PEM) can encrypt; absent where elements travel in clear only. */
  encryptionOf?(publicKey: string): VendorEncryption | undefined
  /** Absent where nothing can be encrypted for the vendor. */
  readonly passOn?: PassOn
  /** A promise where elements are encrypted. */
  request(ask: VendorAsk): VendorRequest | Promise<VendorRequest>
  read(reply: VendorReply, ask: VendorAsk): VendorReading
}

/** A vendor to whom elements travel in clear inside TLS. */
export interface ClearVendorClient extends VendorClient {
  request(ask: VendorAsk): VendorRequest
}

/** A definitive answer. */
export function verdict(outcome: Outcome, charge: ChargeClass, mark: RowMark): ReplyRow {
  return { outcome, next: 'final', charge, mark }
}

/** The vendor refused us before it asked anybody; the caller has no part in it. */
export function refused(fault: VendorFault, mark: RowMark): ReplyRow {
  const next = fault === 'throttled' ? 'retry_later' : 'fail_over'
  return { outcome: 'source_busy', next, charge: 'free', fault, mark }
}

/** Nobody can tell whether a verdict was made and charged. */
export function untold(fault: VendorFault, mark: RowMark): ReplyRow {
  return { outcome: 'source_unknown', next: 'final', charge: 'unknown', fault, mark }
}

/** The reading of a code: its row, or that it has none. */
export function readingOf(
  rows: ReadonlyMap<string, ReplyRow>,
  code: string,
  reference = '',
): VendorReading {
  const row = rows.get(code) ?? untold('code_unlisted', 'chosen')
  const ownCode = LONG_NUMBER.test(code) ? '' : nameIn(code)
  return { ...row, code: ownCode, reference: nameIn(reference) }
}

/** The reading with nothing of the question in it: a vendor may send back anywhere what it was sent. */
export function withoutEcho(reading: VendorReading, elements: Elements): VendorReading {
  const values = Object.values(elements).map((secret) => secret.reveal().toLowerCase())
  const own = (text: string) => {
    const folded = text.toLowerCase()
    return values.some((value) => value !== '' && folded.includes(value)) ? '' : text
  }
  return { ...reading, code: own(reading.code), reference: own(reading.reference) }
}

/** The reading of a reply that is not what the vendor's document says, or not to this question. */
export function strange(fault: 'reply_unreadable' | 'reply_foreign' | 'failed'): VendorReading {
  return { ...untold(fault, 'chosen'), code: fault, reference: '' }
}

/** The value of a header by its lower-case name; of one that came with several, all of them. */
export function replyHeader({ headers }: VendorReply, name: string): string | undefined {
  const values = headers.filter((_, i) => i % 2 === 1 && headers[i - 1]!.toLowerCase() === name)
  return values.length === 0 ? undefined : [...new Set(values)].join(', ')
}

const NAME = /^[\w.:-]{1,64}$/
/** No vendor's code is one, but every element that has digits is. */
const LONG_NUMBER = /\d{11}/

/** A vendor's code or id if it looks like one: what is kept of a reply must not hold an element. */
function nameIn(text: string): string {
  return NAME.test(text) ? text : ''
}
