/**
 * The vendors' own clients, unmodified, against a running server (`npm run test:clients`): each reads
 * results and refusals by its own types, in every signature mode and with every verb that it offers.
 *
 * A client whose tool is missing is skipped with the reason; where `CI=true` that is a failure.
 */
import { execFileSync } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { serveProcess } from '../support/kayan-process.ts'
import { importCapturedKeys } from './captured.ts'
import type { Case } from './cases.ts'
import { ClientProcess } from './client-process.ts'
import { CLIENTS, type Client, type Mode } from './clients.ts'
import type { Order } from './protocol.ts'
import { keepResults, printRow, type Row } from './report.ts'
import { runSamples, type SampleRun } from './samples.ts'
import { type Command, ToolMissing } from './toolchain.ts'
import { findings } from './verdict.ts'

/** The server allows 20 calls a second for a key and API. */
const CALL_INTERVAL_MS = 55

const toolsRequired = process.env.CI === 'true'

await main()

async function main(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'kayan-clients-'))
  const dataDir = join(folder, 'data')
  await importCapturedKeys(dataDir)
  const certFile = join(folder, 'cert.pem')
  const keyFile = join(folder, 'key.pem')
  certify(certFile, keyFile)
  const server = await serveProcess(dataDir)
  const secured = await serveProcess(join(folder, 'secured'), {
    KAYAN_TLS_CERT_FILE: certFile,
    KAYAN_TLS_KEY_FILE: keyFile,
  })
  const place = { clear: new URL(server.url), secured: new URL(secured.url), certFile }
  const rows: Row[] = []
  const samples: SampleRun[] = []
  let skipped = 0
  try {
    for (const client of CLIENTS) {
      const command = await ready(client)
      if (command === undefined) skipped += 1
      else rows.push(...(await runClient(client, command, place)))
    }
    samples.push(...(await runSamples(place.clear, folder)))
    for (const sample of samples) print(printSample(sample))
  } finally {
    await server.stop()
    await secured.stop()
    await rm(folder, { recursive: true, force: true })
  }
  await conclude(rows, samples, skipped)
}

/** The servers under test, one of them behind a certificate that only its clients believe. */
interface Place {
  readonly clear: URL
  readonly secured: URL
  readonly certFile: string
}

function certify(certFile: string, keyFile: string): void {
  const names = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1']
  const made = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2']
  const files = ['-keyout', keyFile, '-out', certFile]
  execFileSync('openssl', ['req', '-x509', ...made, ...names, ...files], { stdio: 'ignore' })
}

/** The command that starts a client, or nothing, having said why. */
async function ready({ name, prepare }: Client): Promise<Command | undefined> {
  try {
    return await prepare()
  } catch (error) {
    if (!(error instanceof ToolMissing)) throw error
    print(`skipped: ${name}: ${error.message}`)
    return undefined
  }
}

async function runClient(client: Client, command: Command, place: Place): Promise<Row[]> {
  const program = new ClientProcess(command, place.certFile)
  try {
    // A program that cannot even introduce itself fails case by case below, with its complaint.
    const version = await program.hello().then(
      (hello) => hello.version,
      () => undefined,
    )
    const rows: Row[] = []
    for (const mode of client.modes) {
      const failures = await runMode(
        program,
        client,
        mode,
        mode.settings.tls ? place.secured : place.clear,
      )
      const row = { client: client.name, ...(version !== undefined && { version }), mode, failures }
      print(printRow(row))
      rows.push(row)
    }
    return rows
  } finally {
    await program.end()
  }
}

async function runMode(
  program: ClientProcess,
  { errorType }: Client,
  mode: Mode,
  url: URL,
): Promise<string[]> {
  const failures: string[] = []
  for (const each of mode.cases) {
    const pause = sleep(CALL_INTERVAL_MS)
    const found = await program.ask(orderOf(each, mode, url)).then(
      (answer) => findings(each, answer, errorType),
      (error: Error) => [error.message],
    )
    if (found.length > 0) failures.push(`${each.name}: ${found.join('; ')}`)
    await pause
  }
  return failures
}

function orderOf(each: Case, mode: Mode, url: URL): Order {
  const { name, parameters, id, secret, language, unknownParameter } = each
  return {
    case: name,
    mode: mode.mode,
    verb: mode.verb,
    endpoint: mode.endpoint(url),
    id: id ?? mode.credential.id,
    secret: secret ?? mode.credential.secret,
    parameters,
    ...mode.settings,
    ...(language !== undefined && { language }),
    ...(unknownParameter && { unknownParameter }),
  }
}

/** A table that lacks a client is not kept, so that the kept one never loses rows to a bare machine. */
async function conclude(
  rows: readonly Row[],
  samples: readonly SampleRun[],
  clientsSkipped: number,
): Promise<void> {
  if (clientsSkipped === 0) await keepResults(rows)
  const failed =
    rows.filter(({ failures }) => failures.length > 0).length +
    samples.filter(({ failure }) => failure !== undefined).length
  const skipped = clientsSkipped + samples.filter(({ missing }) => missing !== undefined).length
  const passed = rows.length + samples.length - failed - (skipped - clientsSkipped)
  const missing = toolsRequired ? skipped : 0
  const rest = skipped > missing ? `, ${skipped} skipped` : ''
  print(`\n${passed} passed, ${failed + missing} failed${rest}`)
  process.exitCode = failed + missing > 0 ? 1 : 0
}

function printSample({ name, failure, missing }: SampleRun): string {
  if (missing !== undefined) return `skipped: ${name}: ${missing}`
  return failure === undefined ? `ok    ${name}` : `FAIL  ${name}\n      ${failure}`
}

function print(line: string): void {
  process.stdout.write(`${line}\n`)
}
