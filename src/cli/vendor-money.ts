/** Vendors' prices at the command line: yuan with four decimals, kept in hundredths of a fen. */
import { InvalidArgumentError } from 'commander'

const DECIMALS = 4
const CENTIFEN_PER_YUAN = 10_000

/** An amount in yuan with at most four decimals, in hundredths of a fen. */
export function centifen(value: string): number {
  const parts = /^(0|[1-9]\d{0,4})(?:\.(\d{1,4}))?$/.exec(value)
  if (parts === null) throw new InvalidArgumentError('')
  const [, whole, fraction = ''] = parts
  return Number(whole) * CENTIFEN_PER_YUAN + Number(fraction.padEnd(DECIMALS, '0'))
}

/** Hundredths of a fen as yuan with all decimals: `0.2500`. */
export function inYuanExactly(amountCentifen: number): string {
  const digits = String(Math.abs(amountCentifen)).padStart(DECIMALS + 1, '0')
  const sign = amountCentifen < 0 ? '-' : ''
  return `${sign}${digits.slice(0, -DECIMALS)}.${digits.slice(-DECIMALS)}`
}
