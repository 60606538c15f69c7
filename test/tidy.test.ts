/** The house rules of CONTRIBUTING.md, as tests over the checkout itself. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { generatePages } from '../scripts/generate-docs.ts'
import { brokenLinks, stalePages, twinless } from '../scripts/tidy/pages.ts'
import {
  impureDomain,
  leftovers,
  misplaced,
  strayedDependencies,
  strayedSpellings,
} from '../scripts/tidy/placements.ts'
import { deadFiles, surveyRooms } from '../scripts/tidy/rooms.ts'
import { type Finding, printFindings, readTree } from '../scripts/tidy/tree.ts'
import { looseCatalogues, missingGolden, missingScenarios } from '../scripts/tidy/vocabulary.ts'
import { FAULT_NAMES } from '../src/domain/fault.ts'
import { OUTCOME_NAMES } from '../src/domain/outcome.ts'
import { FAULT_KEYS } from '../src/sandbox/fault-keys.ts'
import { SCENARIOS } from '../src/sandbox/scenarios.ts'

const ROOT = join(import.meta.dirname, '..')
/** Where programs begin. */
const ENTRY_POINTS = ['src/main.ts', 'src/cli/kayan.ts', 'src/console/main.tsx']
const VOCABULARY = { outcomes: OUTCOME_NAMES, faults: FAULT_NAMES }
const tree = readTree(ROOT)

/** An empty list, or the findings as a person reads them. */
function expectNone(findings: readonly Finding[]): void {
  expect(printFindings(findings)).toEqual([])
}

test('a room imports only rooms to its left, no vendor another vendor, and nothing in a circle', () => {
  expectNone(surveyRooms(tree).findings)
})

test('each dependency is imported only by the file of ours that stands before it', () => {
  expectNone(strayedDependencies(tree))
})

test('the domain reaches nothing outside itself and has no randomness', () => {
  expectNone(impureDomain(tree))
})

test('only the configuration reads the environment', () => {
  expectNone(misplaced(tree, 'ENVIRONMENT'))
})

test('only the composition root and the CLI ask the real clock or chance', () => {
  expectNone(misplaced(tree, 'CLOCK_AND_CHANCE'))
})

test('only the CLI writes to the console', () => {
  expectNone(misplaced(tree, 'CONSOLE'))
})

test('a Secret is opened only where its value is needed', () => {
  expectNone(misplaced(tree, 'REVEAL'))
})

test('a vendor’s spelling stays in the vendor’s folder', () => {
  expectNone(strayedSpellings(tree))
})

test('every catalogue is typed so that a new outcome or fault does not compile without a row', () => {
  expectNone(looseCatalogues(tree))
})

test('every outcome and every fault has a golden file for each vendor', () => {
  expectNone(missingGolden(tree, VOCABULARY))
})

test('every outcome is shown by a card of the sandbox, and every fault by a key', () => {
  const outcomes = SCENARIOS.flatMap((row) => ('outcome' in row ? [row.outcome] : []))
  const faults = FAULT_KEYS.map(({ fault }) => fault.fault)
  expectNone(missingScenarios(outcomes, OUTCOME_NAMES))
  expectNone(missingScenarios(faults, FAULT_NAMES))
})

test('every page has a twin in the other language with the same headings', () => {
  expectNone(twinless(tree))
})

test('every link between pages leads to a file that is there', () => {
  expectNone(brokenLinks(tree, (path) => existsSync(join(ROOT, path))))
})

test('the generated pages say what the tables say now', async () => {
  expectNone(stalePages(tree, await generatePages()))
})

test('every source file is used by the program', () => {
  expectNone(deadFiles(tree, ENTRY_POINTS))
})

test('no unfinished work is left without the number of its issue', () => {
  expectNone(leftovers(tree))
})
