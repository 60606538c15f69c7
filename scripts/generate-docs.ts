/** Writes `docs/reference/` from the tables of the code: run by hand, compared by the tidy test. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { cliPage } from './docs/cli.ts'
import { CLIENTS_PAGE } from './docs/clients.ts'
import { CONFIGURATION_PAGE } from './docs/configuration.ts'
import { ERROR_CODES_PAGE } from './docs/error-codes.ts'
import { renderPage } from './docs/page.ts'
import { SANDBOX_PAGE } from './docs/sandbox.ts'
import { VENDOR_CODES_PAGE } from './docs/vendor-codes.ts'
import { VOCABULARY_PAGE } from './docs/vocabulary.ts'
import { isMain } from './step.ts'

/** One row a page; a new table of the code gets its page here. */
const PAGES = [
  CONFIGURATION_PAGE,
  VOCABULARY_PAGE,
  ERROR_CODES_PAGE,
  VENDOR_CODES_PAGE,
  SANDBOX_PAGE,
  CLIENTS_PAGE,
] as const

/** Every generated file with its text. */
export async function generatePages(): Promise<ReadonlyMap<string, string>> {
  return new Map([...PAGES, await cliPage()].flatMap(renderPage))
}

if (isMain(import.meta)) {
  mkdirSync('docs/reference', { recursive: true })
  for (const [path, text] of await generatePages()) writeFileSync(path, text)
}
