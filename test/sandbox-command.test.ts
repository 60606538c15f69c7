/** `kayan sandbox` beside a running service: what it changes for test keys, and for nobody else. */
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { run } from '../src/cli/program.ts'
import type { Running } from '../src/main.ts'
import { LIVE_APPCODE, Place } from './support/service.ts'
import { send, signedRequest } from './support/vendor-requests.ts'

const place = new Place()
let kayan: Running

beforeAll(async () => {
  await place.furnish({ units: 100 })
  kayan = await place.serve({ KAYAN_RATE_PER_SECOND: '10000' })
})
afterAll(async () => {
  await kayan.stop('test')
  place.remove()
})

/** Runs a command line in English and returns what it prints. */
async function command(line: string, mode = 'development') {
  const printed = { out: '', err: '' }
  const out = vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    printed.out += String(text)
    return true
  })
  const err = vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    printed.err += String(text)
    return true
  })
  const environment = { KAYAN_LANG: 'en', KAYAN_DATA_DIR: place.dataDir, KAYAN_MODE: mode }
  const code = await run(['sandbox', ...line.split(' ')], environment)
  out.mockRestore()
  err.mockRestore()
  return { code, ...printed }
}

/** The code of one call; Aliyun's sample, by AppCode. */
async function codeOf(credential?: string): Promise<string> {
  const change = credential === undefined ? {} : { credential }
  return (await send(kayan.url, signedRequest(kayan.url, 'appcode', change))).code
}

/** The service looks every half second; this waits until it has seen. */
function settles(code: string): Promise<void> {
  return vi.waitFor(async () => expect(await codeOf()).toBe(code), { timeout: 5_000 })
}

test('chaos refuses calls with test keys until it is off, and never one with a live key', async () => {
  const on = await command('chaos --fault overloaded --probability 1')
  expect(on.out).toContain('refused with probability 1 (overloaded)')
  await settles('T429IN')
  expect(await codeOf(LIVE_APPCODE.credential)).toBe('10000')
  expect((await command('chaos')).out).toContain('overloaded')
  expect((await command('chaos off')).out).toContain('There is no chaos.')
  await settles('10000')
})

test('the clock ends the packages of the sandbox account alone, and comes back', async () => {
  expect((await command('clock +300d')).code).toBe(0)
  await settles('10000')
  expect((await command('clock +2y')).out).toContain('+2y have passed')
  await settles('B403ME')
  expect(await codeOf(LIVE_APPCODE.credential)).toBe('10000')
  const tencent = await send(kayan.url, signedRequest(kayan.url, 'tc3'))
  expect(tencent.code).toBe('UnauthorizedOperation.Arrears')
  expect((await command('clock now')).out).toContain('back at now')
  await settles('10000')
})

test('a reset gives fresh grants and ends whatever was on', async () => {
  await command('clock +2y')
  await command('chaos --fault internal --probability 1')
  await settles('10004')
  expect((await command('reset')).out).toContain('The sandbox is reset')
  await settles('10000')
})

test('the ledger proves itself after all of it', async () => {
  const checks = await place.withStorage(({ verifyLedger }) => verifyLedger())
  expect(checks.filter(({ ok }) => !ok)).toEqual([])
})

test('in production mode every sub-command refuses and changes nothing', async () => {
  for (const line of ['reset', 'clock +1d', 'chaos --fault internal --probability 1']) {
    const { code, err } = await command(line, 'production')
    expect(code).toBe(1)
    expect(err).toContain('In production mode there is no sandbox')
  }
  expect(await place.withStorage(({ sandbox }) => sandbox.chaos())).toBeUndefined()
})

test('a service in production mode knows no magic key, even on the data of a sandbox', async () => {
  const other = new Place()
  const change = { credential: 'kayansandbox-overloaded' }
  const codeIn = async (mode: string) => {
    const service = await other.serve({ KAYAN_MODE: mode })
    const reply = await send(service.url, signedRequest(service.url, 'appcode', change))
    await service.stop('test')
    return reply.code
  }
  expect(await codeIn('development')).toBe('T429IN')
  expect(await codeIn('production')).toBe('A400AC')
  other.remove()
})

test('what cannot be understood is told in one line', async () => {
  for (const line of [
    'clock +0y',
    'clock -1d',
    'clock soon',
    'chaos --fault nothing --probability 1',
    'chaos --fault internal --probability 2',
    'chaos on',
  ]) {
    const { code, err } = await command(line)
    expect(code, line).toBe(2)
    expect(err.trim().split('\n'), line).toHaveLength(1)
  }
  for (const line of ['chaos --fault internal', 'chaos off --fault internal --probability 1']) {
    expect((await command(line)).err, line).toContain('Give both')
  }
})
