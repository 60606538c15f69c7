/** What a live run promises, shown with vendors on this machine: it asks what it said, and keeps silent. */
import { execFile } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import * as VENDORS from '../../../src/protocols/vendors.ts'
import { type Script, simulate, type VendorName } from '../simulators.ts'

const RUN = join(import.meta.dirname, 'run.ts')
const NAMES = Object.keys(VENDORS) as VendorName[]
const MALFORMED = '6225768888888887'
const PERSON = {
  name: '王芳',
  idNumber: '110101199003071022',
  cardNumber: '6299991000000015',
  mobile: '13800138001',
}

/** Finds what a live run expects: the probe malformed, anybody else a match. */
const WELL: Script = (cardNumber) => (cardNumber === MALFORMED ? 'card_malformed' : 'match')

/** A vendor, a file with its credential, and the means to run against it. */
async function arrange(name: VendorName, script = WELL) {
  const vendor = await simulate(name, { script })
  const directory = mkdtempSync(join(tmpdir(), 'kayan-live-'))
  onTestFinished(() => {
    vendor.close()
    rmSync(directory, { recursive: true })
  })
  const own = (file: string, content: unknown) => {
    const path = join(directory, file)
    writeFileSync(path, JSON.stringify(content), { mode: 0o600 })
    return path
  }
  const { kind, id, secret } = vendor.credential
  const credential = own('credential', { kind, id, secret: secret.reveal() })
  const live = (...words: string[]) =>
    run([name, '--credential-file', credential, '--endpoint', vendor.url, ...words])
  return { vendor, own, credential, live, secret: secret.reveal() }
}

function run(words: readonly string[], environment: Record<string, string> = {}) {
  return new Promise<{ code: number; out: string; err: string }>((resolve) => {
    const env = { PATH: process.env.PATH, ...environment }
    const child = execFile(process.execPath, [RUN, ...words], { env }, (_, out, err) =>
      resolve({ code: child.exitCode ?? -1, out, err }),
    )
  })
}

test('without --yes the plan is told and nothing is sent', async () => {
  const { live, vendor, own } = await arrange('tencent')
  const elements = own('people', [{ ...PERSON, expected: 'match' }])
  const { code, out } = await live('--paid', '--elements', elements, '--price', '0.25')
  expect(code).toBe(0)
  expect(out).toContain('At most 1 paid calls, CNY 0.2500')
  expect(out).toContain('Nothing was sent.')
  expect(vendor.bill).toMatchObject({ asked: 0, paid: 0 })
})

test.each(NAMES)(
  '%s: its table holds, each question is asked once, and nothing given is printed',
  async (name) => {
    const { live, vendor, own, secret } = await arrange(name)
    const people = [{ ...PERSON, expected: 'match' }]
    const { code, out, err } = await live('--paid', '--elements', own('people', people), '--yes')
    expect(out).toContain('pass  a credential that nobody has is refused')
    expect(out).toContain('1 calls were charged, of 0 nobody knows.')
    expect({ code, paid: vendor.bill.paid }).toEqual({ code: 0, paid: 1 })
    for (const given of [secret, ...Object.values(PERSON)]) expect(out + err).not.toContain(given)
  },
)

test('an answer that is not what the file says fails', async () => {
  const { live, own } = await arrange('tencent', (card) =>
    card === MALFORMED ? 'card_malformed' : 'card_lost',
  )
  const { code, out } = await live('--paid', '--elements', own('people', [PERSON]), '--yes')
  expect(code).toBe(1)
  expect(out).toMatch(/code -13 → card_lost, paid, \w+; \d+ ms\n +expected match/)
})

/** A vendor that answers whoever asks with one thing. */
async function parrot(body: object): Promise<string> {
  const server = createServer((_, response) => response.end(JSON.stringify(body)))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

test('a code without a row is named, and nothing is asked after it', async () => {
  const { credential } = await arrange('tencent')
  const url = await parrot({ Response: { Result: '-99', Description: '王芳', RequestId: 'r-1' } })
  const words = ['tencent', '--credential-file', credential, '--endpoint', url, '--yes']
  const { code, out } = await run(words)
  expect(code).toBe(1)
  expect(out).toContain('code -99 → code_unlisted, unknown, unlisted')
  expect(out).toContain('no row for this code: src/protocols/tencent/client-catalogue.ts')
  expect(out).toContain('1 questions were not asked.')
  expect(out).not.toContain('王芳')
  const report = JSON.parse((await run([...words, '--json'])).out)
  expect(report.results).toMatchObject([{ code: '-99', known: 'unlisted', charge: 'unknown' }])
})

test('a free question that is charged ends the run before the paid ones', async () => {
  const { live, vendor, own } = await arrange('tencent', () => 'match')
  const { code, out } = await live('--paid', '--elements', own('people', [PERSON]), '--yes')
  expect({ code, asked: vendor.bill.asked }).toEqual({ code: 1, asked: 1 })
  expect(out).toContain('1 questions were not asked.')
})

test('a vendor that is not there is not asked', async () => {
  const { live, vendor } = await arrange('tencent')
  vendor.close()
  const { code, out } = await live('--yes')
  expect(code).toBe(1)
  expect(out).toContain('The vendor cannot be reached: connect_failed.')
})

test('the credential may come from the environment', async () => {
  const { vendor, secret } = await arrange('tencent')
  const environment = { KAYAN_LIVE_ID: vendor.credential.id, KAYAN_LIVE_SECRET: secret }
  const { code } = await run(['tencent', '--endpoint', vendor.url, '--yes'], environment)
  expect({ code, paid: vendor.bill.paid }).toEqual({ code: 0, paid: 0 })
  expect((await run(['tencent', '--endpoint', vendor.url])).err).toContain('no secret')
})

test('what others can read, what could lock a card, and a secret among the words are refused', async () => {
  const { live, own, credential, vendor } = await arrange('tencent')
  const misses = own(
    'misses',
    [1, 2].map(() => ({ ...PERSON, expected: 'mismatch' })),
  )
  expect((await live('--paid', '--elements', misses)).err).toContain('miss more than once')
  const many = own(
    'many',
    Array.from({ length: 6 }, () => PERSON),
  )
  expect((await live('--paid', '--elements', many)).err).toContain('more than 5')
  const wrong = own('wrong', [{ ...PERSON, cardNumber: MALFORMED }])
  const refused = await live('--paid', '--elements', wrong)
  expect(refused.err).toContain('question 1: card_malformed')
  expect(refused.err).not.toContain(MALFORMED)
  const typed = await live('--secret', 'typedSecretEXAMPLE', '--yes')
  expect(typed).toMatchObject({ code: 2, err: expect.stringContaining('Vendors: aliyun') })
  expect(typed.err).not.toContain('typedSecretEXAMPLE')
  const words = ['tencent', '--credential-file', credential, '--endpoint', 'http://vendor.example']
  expect((await run(words)).err).toContain('TLS only')
  chmodSync(credential, 0o644)
  expect(await live('--yes')).toMatchObject({ code: 2, err: expect.stringContaining('chmod 600') })
  expect(vendor.bill.asked).toBe(0)
})
