/** Holds a client's answers against what the vendors' documents promise. */
import type { Case, Expectation } from './cases.ts'
import type { Answer } from './protocol.ts'

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/i
/** Aliyun's seqNo: eight characters and a minute of Beijing time. */
const SEQUENCE_NUMBER = /^[0-9A-Z]{8}\d{10}$/

/** What is wrong with an answer; empty when it is as expected. */
export function findings(each: Case, answer: Answer, errorType: string): string[] {
  return each.expect.error === undefined
    ? resultFindings(each, answer)
    : errorFindings(each.expect.error, answer, errorType)
}

function resultFindings({ expect }: Case, answer: Answer): string[] {
  if (answer.error !== undefined) {
    const { type, code, message } = answer.error
    return [`expected result ${expect.result}, got ${type} ${code}: ${message}`]
  }
  return [
    ...differing('result', expect.result, answer.result),
    ...differing('description', expect.description, answer.description),
    ...differing('state', expect.state, answer.state),
    ...requestIdFindings(answer.requestId),
  ]
}

function errorFindings(
  expected: NonNullable<Expectation['error']>,
  { error, result }: Answer,
  errorType: string,
): string[] {
  if (error === undefined) return [`expected error ${expected.code}, got result ${result}`]
  return [
    ...differing('error type', errorType, error.type),
    ...differing('error code', expected.code, error.code),
    ...(error.message?.includes(expected.message)
      ? []
      : [`expected a message with ${expected.message}, got ${error.message}`]),
    ...requestIdFindings(error.requestId),
  ]
}

function differing(what: string, expected?: string, actual?: string | null): string[] {
  return expected === actual ? [] : [`expected ${what} ${expected}, got ${actual}`]
}

function requestIdFindings(id?: string | null): string[] {
  const fit = id != null && (UUID.test(id) || SEQUENCE_NUMBER.test(id))
  return fit ? [] : [`unfit request id ${id}`]
}
