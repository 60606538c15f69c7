/** What the commands of the sale share: money, refusals, and requests that may be repeated. */
import { InvalidArgumentError, Option } from 'commander'
import type { Deed } from '../accounts/store.ts'
import { CliError, type Context } from './context.ts'
import type { SaleTexts } from './locale/sale.ts'
import { deedOf } from './open-store.ts'

/** Options of every command that changes something. */
export interface RepeatableOptions {
  readonly idempotencyKey?: string
  readonly json?: true
}

const FEN_PER_YUAN = 100

/** An amount in yuan with at most two decimals, as fen. */
export function yuan(value: string): number {
  const parts = /^(0|[1-9]\d{0,8})(?:\.(\d{1,2}))?$/.exec(value)
  if (parts === null) throw new InvalidArgumentError('')
  const [, whole, fraction = ''] = parts
  return Number(whole) * FEN_PER_YUAN + Number(fraction.padEnd(2, '0'))
}

/** Fen as people write yuan: `500.00`. */
export function inYuan(fen: number): string {
  const digits = String(fen).padStart(3, '0')
  return `${digits.slice(0, -2)}.${digits.slice(-2)}`
}

export function idempotencyOption(context: Context): Option {
  return new Option('--idempotency-key <key>', context.locale.sale.idempotencyKey)
}

/** Who asks for what; under a key the same request is done once. */
export function deedFor(
  context: Context,
  action: string,
  request: object,
  { idempotencyKey: key }: RepeatableOptions,
): Deed {
  const deed = deedOf(context)
  if (key === undefined) return deed
  return { ...deed, idempotency: { key, request: JSON.stringify([action, request]) } }
}

/** What a store answered; a refusal is one line for the user. */
export function agreed<T>(
  context: Context,
  result: T | keyof SaleTexts['refusals'],
): Exclude<T, string> {
  if (typeof result === 'string') {
    throw new CliError(context.locale.sale.refusals[result as keyof SaleTexts['refusals']])
  }
  return result as Exclude<T, string>
}
