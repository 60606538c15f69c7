/** Sorting fixed-width records in memory by their token, the newest of equal keys alone surviving. */
import { isErased, type RecordFormat } from './record-format.ts'

/** Bits of a token and bits of a record's number: together the 53 bits of an exact float. */
const TOKEN_BITS = 29
const NUMBER_SPAN = 2 ** 24

/** Most records that can be sorted at once. */
const SORT_RECORDS_MAX = NUMBER_SPAN

/**
 * Returns the records in order of key; of records with the same key only the last given remains,
 * and erased ones are dropped. Numbers sort an order of magnitude faster than a comparing function,
 * so the first bits and the position are sorted as one number and ties are settled afterwards.
 */
export function sortRecords(records: Buffer, format: RecordFormat): Buffer {
  const { widthBytes } = format
  const order = orderOf(records, widthBytes)
  const sorted = Buffer.allocUnsafe(order.length * widthBytes)
  let length = 0
  const take = (number: number): void => {
    const at = number * widthBytes
    length += records.copy(sorted, length, at, at + widthBytes)
  }
  for (let from = 0; from < order.length; ) {
    const first = order[from] ?? 0
    const number = first % NUMBER_SPAN
    const tieEnd = first - number + NUMBER_SPAN
    let end = from + 1
    while ((order[end] ?? tieEnd) < tieEnd) end++
    if (end === from + 1) take(number)
    else settle(order.subarray(from, end), records, format).forEach(take)
    from = end
  }
  return sorted.subarray(0, length)
}

/** First bits of the token and number of each record that is not erased, in order. */
function orderOf(records: Buffer, widthBytes: number): Float64Array {
  const count = records.length / widthBytes
  if (count > SORT_RECORDS_MAX) throw new Error('too many records to sort at once')
  const order = new Float64Array(count)
  let kept = 0
  for (let number = 0; number < count; number++) {
    const at = number * widthBytes
    if (isErased(records, at)) continue
    order[kept++] = (records.readUInt32BE(at) >>> (32 - TOKEN_BITS)) * NUMBER_SPAN + number
  }
  return order.subarray(0, kept).sort()
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
