/** The registry's import through the admin API: in pieces, watched, stopped, resumed, and told of. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ConsoleClient, type ConsoleReply } from '../../../test/support/console-client.ts'
import { Place } from '../../../test/support/service.ts'
import { upload } from '../../../test/support/upload.ts'
import type { Running } from '../../main.ts'
import { syntheticPerson, writePeopleCsv } from '../../testing/people-csv.ts'

const SEED = 7
const POLL_MS = 50
const PIECE_BYTES = 32_768
const IMPORT = '/api/admin/registry/import'

const place = new Place()
let running: Running
let operator: ConsoleClient

const START = { KAYAN_BODY_BYTES_MAX: String(PIECE_BYTES), KAYAN_UPLOAD_BYTES_MAX: '20000000' }

beforeAll(async () => {
  running = await place.serve(START)
  operator = new ConsoleClient(running.url)
})
afterAll(async () => {
  await running.stop('test')
  place.remove()
})

function peopleCsv(rows: number): string {
  const path = join(place.directory, `people-${rows}.csv`)
  writePeopleCsv({ path, rows, seed: SEED })
  return readFileSync(path, 'utf8')
}

/** Asks until the import is at rest; each answer tells how far it is. */
async function ended(): Promise<ConsoleReply> {
  for (;;) {
    const reply = await operator.get(IMPORT)
    if (reply.json.state !== 'running') return reply
    // Whoever asks without a pause takes the time from the import.
    await pause(POLL_MS)
  }
}

/** Everything below the data directory, as text. */
function onDisk(): string {
  return readdirSync(place.dataDir, { recursive: true, encoding: 'utf8' })
    .map((name) => join(place.dataDir, name))
    .filter((path) => statSync(path, { throwIfNoEntry: false })?.isFile() && !path.endsWith('lock'))
    .map((path) => readFileSync(path, 'latin1'))
    .join('\n')
}

test('a file of many pieces is imported, rejected rows are told by line and reason alone, and nothing of it stays', async () => {
  const good = peopleCsv(1_000)
  const bad = `${good}张三,11010519491231002X,1234,13800000000\n`
  const uploadId = await upload(operator, bad)
  expect((await operator.post(IMPORT, { uploadId })).json.state).toBe('running')
  const done = await ended()
  expect(done.json).toMatchObject({ state: 'done', startedBy: 'user:sandbox' })
  expect(done.json.report).toMatchObject({ rows: 1_001, rejected: 1, added: 1_000 })
  const rejected = await operator.get(`${IMPORT}/rejected.csv`)
  expect(rejected.text).toBe('line,reason\n1002,card_malformed\n')
  expect((await operator.get('/api/admin/registry')).json.cards).toBe(1_000)
  const audit = await operator.get('/api/admin/audit?action=registry.import')
  expect(audit.json.items).toMatchObject([{ detail: '1001 rows, 1 rejected' }])
  const person = syntheticPerson(SEED, 1)
  for (const element of [person.cardNumber, person.mobile, person.idNumber]) {
    expect(onDisk()).not.toContain(element)
  }
})

test('pieces that come twice, out of turn or beyond the end are refused and change nothing', async () => {
  const { json } = await operator.post('/api/admin/uploads', { bytes: 6 })
  const send = (offset: number, piece: string) =>
    operator.ask('PUT', `/api/admin/uploads/${json.id}?offset=${offset}`, piece)
  expect((await send(0, 'abc')).json.received).toBe(3)
  expect(await send(0, 'abc')).toMatchObject({ status: 409, json: { error: 'offset_mismatch' } })
  expect(await send(4, 'e')).toMatchObject({ status: 409 })
  expect(await send(3, 'defg')).toMatchObject({ status: 409 })
  const early = await operator.post(IMPORT, { uploadId: json.id })
  expect(early).toMatchObject({ status: 409, json: { error: 'upload_incomplete' } })
  expect((await send(3, 'def')).json.received).toBe(6)
  await operator.ask('DELETE', `/api/admin/uploads/${json.id}`)
  expect((await send(6, '')).status).toBe(404)
})

test('a file beyond the limit is refused before any of it is sent', async () => {
  const reply = await operator.post('/api/admin/uploads', { bytes: 20_000_001 })
  expect([reply.status, reply.json.error]).toEqual([413, 'file_too_large'])
})

test('a heading that is none fails with the position of the column, never with what is in it', async () => {
  const uploadId = await upload(operator, '姓名,身份证号,银行卡号,6217920181755914\n')
  await operator.post(IMPORT, { uploadId })
  const failed = await ended()
  expect(failed.json).toMatchObject({ state: 'failed', problem: 'unknown_column', detail: '4' })
  expect(failed.text).not.toContain('6217920181755914')
  expect(onDisk()).not.toContain('6217920181755914')
})

test('an import that was stopped, and whose service was restarted, goes on and ends whole', async () => {
  const uploadId = await upload(operator, peopleCsv(20_000))
  await operator.post(IMPORT, { uploadId })
  expect((await operator.post(IMPORT, { uploadId })).json.error).toBe('import_running')
  await operator.post(`${IMPORT}/stop`)
  const stopped = await ended()
  expect(stopped.json).toMatchObject({ state: 'stopped', problem: 'interrupted' })
  await running.stop('test')
  running = await place.serve(START)
  operator = new ConsoleClient(running.url)
  expect((await operator.get(IMPORT)).json.state).toBe('stopped')
  expect((await operator.post(`${IMPORT}/resume`)).json.state).toBe('running')
  const done = await ended()
  expect(done.json).toMatchObject({ state: 'done', report: { rows: 20_000, rejected: 0 } })
  expect((await operator.get('/api/admin/registry')).json.cards).toBe(20_000)
  expect((await operator.post(`${IMPORT}/resume`)).json.error).toBe('nothing_to_import')
  expect(existsSync(join(place.dataDir, 'import', 'import.csv'))).toBe(false)
})
