/** Writes `docs/reference/` from the tables of the code: run by hand, compared by the tidy test. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { CONFIGURATION_PAGE } from './docs/configuration.ts'
import { ERROR_CODES_PAGE } from './docs/error-codes.ts'
import { type Page, renderPage } from './docs/page.ts'
import { SANDBOX_PAGE } from './docs/sandbox.ts'
import { VOCABULARY_PAGE } from './docs/vocabulary.ts'
import { isMain } from './step.ts'

/** One row a page; a new table of the code gets its page here. */
const PAGES: readonly Page[] = [CONFIGURATION_PAGE, VOCABULARY_PAGE, ERROR_CODES_PAGE, SANDBOX_PAGE]

/** Every generated file with its text. */
export function generatePages(): ReadonlyMap<string, string> {
  return new Map(PAGES.flatMap(renderPage))
}

if (isMain(import.meta)) {
  mkdirSync('docs/reference', { recursive: true })
  for (const [path, text] of generatePages()) writeFileSync(path, text)
}
