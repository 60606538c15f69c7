/** Sorting fixed-width records in memory by their token, the newest of equal keys alone surviving. */
import { isErased, type RecordFormat } from './record-format.ts'

/** Bits of a token and bits of a record's number: together the 53 bits of an exact float. */
const TOKEN_BITS = 29
const NUMBER_SPAN = 2 ** 24

/** Most records that can be sorted at once. */
export const SORT_RECORDS_MAX = NUMBER_SPAN

/**
 * Returns the records in order of key; of records with the same key only the last given remains,
 * and erased ones are dropped. Numbers sort an order of magnitude faster than a comparing function,
 * so the first bits and the position are sorted as one number and ties are settled afterwards.
 */
export function sortRecords(records: Buffer, format: RecordFormat): Buffer {
  const count = records.length / format.widthBytes
  if (count > SORT_RECORDS_MAX) throw new Error('too many records to sort at once')
  const order = new Float64Array(count)
  for (let number = 0; number < count; number++) {
    const top = records.readUInt32BE(number * format.widthBytes) >>> (32 - TOKEN_BITS)
    order[number] = top * NUMBER_SPAN + number
  }
  order.sort()
  const sorted = Buffer.allocUnsafe(records.length)
  let length = 0
  const take = (number: number): void => {
    const at = number * format.widthBytes
    if (!isErased(records, at)) length += records.copy(sorted, length, at, at + format.widthBytes)
  }
  for (let from = 0; from < count; ) {
    const end = endOfTie(order, from)
    if (end === from + 1) take((order[from] ?? 0) % NUMBER_SPAN)
    else settle(order.subarray(from, end), records, format).forEach(take)
    from = end
  }
  return sorted.subarray(0, length)
}

function endOfTie(order: Float64Array, from: number): number {
  const top = Math.floor((order[from] ?? 0) / NUMBER_SPAN)
  let end = from + 1
  while (end < order.length && Math.floor((order[end] ?? 0) / NUMBER_SPAN) === top) end++
  return end
}

/** Numbers of the surviving records among those that share their first bits, in order of key. */
function settle(tie: Float64Array, records: Buffer, format: RecordFormat): number[] {
  const numbers = Array.from(tie, (value) => value % NUMBER_SPAN)
  const compare = (a: number, b: number) => compareKeys(records, format, a, b)
  numbers.sort((a, b) => compare(a, b) || a - b)
  return numbers.filter((number, i) => {
    const next = numbers[i + 1]
    return next === undefined || compare(number, next) !== 0
  })
}

function compareKeys(records: Buffer, format: RecordFormat, a: number, b: number): number {
  const atA = a * format.widthBytes
  const atB = b * format.widthBytes
  return records.compare(records, atB, atB + format.keyBytes, atA, atA + format.keyBytes)
}
