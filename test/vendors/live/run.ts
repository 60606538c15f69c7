/**
 * A vendor client against the real vendor (`npm run live -- <vendor>`): says what it will ask and what
 * that costs at most, and asks it after `--yes`. Free questions always, paid ones with `--paid` and a
 * file of elements. Nothing that was given is kept or printed.
 */
import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import type { VendorClient } from '../../../src/protocols/vendor-client.ts'
import * as VENDORS from '../../../src/protocols/vendors.ts'
import { GivenError, readCredential, readPaidCases } from './given.ts'
import { ask, casesOf, type LiveCase, type LivePlace, type LiveResult, reach } from './suite.ts'

const FAILED_EXIT_CODE = 1
const USAGE_EXIT_CODE = 2
const USAGE = `npm run live -- <vendor> [--yes] [options]
  --credential-file <file>  JSON with id, secret and, as far as there are, kind, token, publicKey
                            (base64 of PEM); by default KAYAN_LIVE_ID, KAYAN_LIVE_SECRET and so on
  --paid --elements <file>  ask the paid questions of a JSON list too; each has name, idNumber,
                            cardNumber, mobile and the expected outcome
  --price <yuan>            what a paid call costs, for the sum
  --endpoint <url>          another address; without TLS only on this machine
  --ca-file <file>          certificates to trust in place of the system's
  --json                    print the report as JSON
Vendors: ${Object.keys(VENDORS).join(', ')}`

process.exitCode = await main(process.argv.slice(2))

async function main(words: readonly string[]): Promise<number> {
  try {
    return await run(words)
  } catch (error) {
    if (!(error instanceof GivenError)) throw error
    process.stderr.write(`${error.message}\n`)
    return USAGE_EXIT_CODE
  }
}

async function run(words: readonly string[]): Promise<number> {
  const options = readOptions(words)
  const place = placeOf(options)
  const paid = options.paid ? readPaidCases(place.vendor, options.elements!) : []
  const cases = casesOf(place.vendor, paid)
  // Of two outputs the report alone is on the first, so that a program can read it.
  printPlan(options.json ? process.stderr : process.stdout, place, cases, options.price)
  if (!options.yes) {
    print('Nothing was sent. Add --yes to ask these questions.')
    return 0
  }
  const trouble = await reach(place)
  const results = trouble === undefined ? await ask(place, cases) : []
  const asked = { vendor: place.vendor.name, trouble, unasked: cases.length - results.length }
  if (options.json) print(JSON.stringify({ ...asked, results }))
  else printReport(place.vendor, asked, results)
  const passed = asked.unasked === 0 && results.every((result) => result.passed)
  return passed ? 0 : FAILED_EXIT_CODE
}

function readOptions(words: readonly string[]) {
  const text = { type: 'string' } as const
  const flag = { type: 'boolean', default: false } as const
  try {
    const { values, positionals } = parseArgs({
      args: [...words],
      allowPositionals: true,
      options: {
        'credential-file': text,
        elements: text,
        price: text,
        endpoint: text,
        'ca-file': text,
        paid: flag,
        yes: flag,
        json: flag,
      },
    })
    const vendor = Object.values<VendorClient>(VENDORS).find(({ name }) => name === positionals[0])
    const isWhole = values.paid === (values.elements !== undefined) && positionals.length === 1
    const isPrice = /^\d+(?:\.\d{1,4})?$/.test(values.price ?? '0')
    if (vendor === undefined || !isWhole || !isPrice) throw new TypeError()
    return { ...values, vendor }
  } catch {
    // What was typed is not repeated: it may hold what belongs into a file.
    throw new GivenError(USAGE)
  }
}

function placeOf(options: ReturnType<typeof readOptions>): LivePlace {
  const { vendor, 'ca-file': caFile, endpoint = vendor.endpoint } = options
  if (!URL.canParse(endpoint)) throw new GivenError('the endpoint is no address')
  const { protocol, hostname, origin } = new URL(endpoint)
  const isHere = /^(?:localhost|127\.[\d.]+|\[::1\])$/.test(hostname)
  if (protocol !== 'https:' && !isHere) throw new GivenError('elements go over TLS only')
  return {
    vendor,
    credential: readCredential(vendor, process.env, options['credential-file']),
    endpoint: origin,
    ...(caFile !== undefined && { ca: readFileSync(caFile, 'utf8') }),
  }
}

function printPlan(
  to: NodeJS.WriteStream,
  { vendor, endpoint }: LivePlace,
  cases: readonly LiveCase[],
  price: string | undefined,
): void {
  const paid = cases.filter(({ cost }) => cost === 'paid').length
  const sum = price === undefined ? '' : `, CNY ${(paid * Number(price)).toFixed(4)}`
  const lines = [
    `${vendor.name} at ${endpoint}`,
    ...cases.map(({ cost, name, expected }) => `  ${cost}  ${name}: expects ${expected}`),
    `At most ${paid} paid calls${sum}; the run ends when a free question turns out to cost.`,
  ]
  to.write(`${lines.join('\n')}\n`)
}

interface Asked {
  /** Why the vendor could not be reached. */
  readonly trouble: string | undefined
  /** Questions that were not asked any more. */
  readonly unasked: number
}

function printReport(
  vendor: VendorClient,
  { trouble, unasked }: Asked,
  results: readonly LiveResult[],
): void {
  if (trouble !== undefined) print(`The vendor cannot be reached: ${trouble}.`)
  for (const result of results) {
    const { passed, name, phase, code, meant, expected, charge, known, tookMs } = result
    print(`${passed ? 'pass' : 'FAIL'}  ${name}`)
    print(
      `      ${phase}, code ${code || '(no name)'} → ${meant}, ${charge}, ${known}; ${tookMs} ms`,
    )
    if (meant !== expected) print(`      expected ${expected}`)
    if (known === 'unlisted') {
      print(`      no row for this code: src/protocols/${vendor.name}/client-catalogue.ts`)
    }
  }
  if (unasked > 0) print(`${unasked} questions were not asked.`)
  const paid = results.filter(({ charge }) => charge === 'paid').length
  const unknown = results.filter(({ charge }) => charge === 'unknown').length
  print(`${paid} calls were charged, of ${unknown} nobody knows.`)
}

function print(line: string): void {
  process.stdout.write(`${line}\n`)
}
