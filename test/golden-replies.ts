/**
 * The exact reply of each face to every outcome and every fault, as text: status line, headers, an
 * empty line, body. Date and connection headers are the server's and not part of it.
 */
import { STATUS_CODES } from 'node:http'
import { FAULT_NAMES, isFault } from '../src/domain/fault.ts'
import { OUTCOME_NAMES } from '../src/domain/outcome.ts'
import type { CallNames, WireReply } from '../src/protocols/protocol.ts'
import type { GoldenFace } from './golden-faces.ts'

/** The one call that all golden files answer: 2017-04-06 16:18 in Beijing. */
const NAMES: CallNames = {
  serial: 1,
  atMs: Date.UTC(2017, 3, 6, 8, 18, 30),
  requestId: '7ad052cb-ee8b-4dfd-bbaf-efb340e0a5af',
  sequenceCode: '4XU29Z4D',
}

/** File names below `test/golden` and their text. */
export function goldenReplies(faces: readonly GoldenFace[]): Map<string, string> {
  return new Map(faces.flatMap((face) => [...answers(face), ...refusals(face)]))
}

function answers({ protocol, request }: GoldenFace): [file: string, text: string][] {
  const call = protocol.read(request)
  if (isFault(call)) throw new Error(`the ${protocol.name} sample is refused: ${call.fault}`)
  return OUTCOME_NAMES.map((outcome) => {
    const body = protocol.answer(call, outcome, NAMES)
    return [fileOf(protocol.name, outcome), textOf(protocol.writeAnswer(request, body, NAMES))]
  })
}

function refusals({ protocol, request, details, causes }: GoldenFace): [string, string][] {
  return FAULT_NAMES.map((fault) => {
    const cause = { ...request, ...causes[fault] }
    const reply = protocol.writeFault(cause, { fault, ...details[fault] }, NAMES)
    return [fileOf(protocol.name, fault), textOf(reply)]
  })
}

function fileOf(protocol: string, name: string): string {
  return `${protocol}/${name}.txt`
}

/** A reply as its bytes, read as UTF-8 in the body; header values are bytes, one character each. */
function textOf({ status, headers, body }: WireReply): string {
  const lines = [`HTTP/1.1 ${status} ${STATUS_CODES[status]}`]
  for (let i = 0; i < headers.length; i += 2) lines.push(`${headers[i]}: ${headers[i + 1]}`)
  lines.push(`Content-Length: ${Buffer.byteLength(body)}`, '')
  const head = Buffer.from(`${lines.join('\r\n')}\r\n`, 'latin1')
  return head.toString('utf8') + body
}
