/** The tidy checks themselves, each on a tree made up to break it. */
import { expect, test } from 'vitest'
import { importsOf } from '../../scripts/tidy/imports.ts'
import { brokenLinks, stalePages, twinless } from '../../scripts/tidy/pages.ts'
import {
  impureDomain,
  leftovers,
  misplaced,
  strayedDependencies,
  strayedSpellings,
} from '../../scripts/tidy/placements.ts'
import { deadFiles, surveyRooms } from '../../scripts/tidy/rooms.ts'
import { type Finding, madeUpTree, printFindings } from '../../scripts/tidy/tree.ts'
import { looseCatalogues, missingGolden, missingScenarios } from '../../scripts/tidy/vocabulary.ts'

const VOCABULARY = { outcomes: ['match', 'mismatch'], faults: ['arrears'] }
const IMPORT_OF = (path: string) => `import { x } from '${path}'\n`

/** A domain that does nothing, for trees in which only the other files matter. */
const DOMAIN = { 'src/domain/elements.ts': 'export const x = 1\n' }

function rooms(files: Record<string, string>): string[] {
  return printFindings(surveyRooms(madeUpTree({ ...DOMAIN, ...files })).findings)
}

function printed(findings: readonly Finding[]): string[] {
  return printFindings(findings)
}

test('every way of writing an import is read with its line', () => {
  const text = [
    "import type { A } from './a.ts'",
    'import {',
    '  b,',
    "} from '../b/b.ts'",
    "export { c } from './c.ts'",
    "import './d.ts'",
    "const e = await import('./e.ts')",
    "new Worker(new URL('./f.ts', import.meta.url))",
    "import { g } from 'node:fs'",
    // biome-ignore lint/suspicious/noTemplateCurlyInString: this is the text of a source file.
    'const url = new URL(`./h${extname(import.meta.url)}`, import.meta.url)',
    "const child = join(import.meta.dirname, 'i.ts')",
  ].join('\n')
  expect(importsOf('src/x/y.ts', text).map(({ to, line }) => `${line} ${to}`)).toEqual([
    '1 src/x/a.ts',
    '4 src/b/b.ts',
    '5 src/x/c.ts',
    '6 src/x/d.ts',
    '7 src/x/e.ts',
    '8 src/x/f.ts',
    '9 node:fs',
    '10 src/x/h.ts',
    '11 src/x/i.ts',
  ])
})

test('the tidy test fails when an arrow is violated', () => {
  const allowed = { 'src/gateway/a.ts': IMPORT_OF('../domain/elements.ts') }
  expect(rooms(allowed)).toEqual([])
  expect(rooms({ 'src/domain/a.ts': IMPORT_OF('../gateway/b.ts') })).toEqual([
    'src/domain/a.ts:1: domain must not import gateway',
  ])
  expect(rooms({ 'src/gateway/a.ts': IMPORT_OF('../storage/sqlite/b.ts') })).toEqual([
    'src/gateway/a.ts:1: gateway must not import storage',
  ])
})

test('a folder that is no room may import nothing, and nothing outside src is imported', () => {
  expect(rooms({ 'src/misc/a.ts': IMPORT_OF('../domain/elements.ts') })).toHaveLength(1)
  expect(rooms({ 'src/server/a.ts': IMPORT_OF('../../test/b.ts') })).toEqual([
    'src/server/a.ts:1: server must not import test/b.ts',
  ])
})

test('the client knows domain and protocols alone, the console nothing', () => {
  expect(rooms({ 'src/client/a.ts': IMPORT_OF('../protocols/x/y.ts') })).toEqual([])
  expect(rooms({ 'src/client/a.ts': IMPORT_OF('../config/env.ts') })).toHaveLength(1)
  expect(rooms({ 'src/console/a.ts': IMPORT_OF('../domain/elements.ts') })).toHaveLength(1)
})

test('a vendor that imports another vendor is found, in its tests too', () => {
  expect(rooms({ 'src/protocols/a/x.test.ts': IMPORT_OF('../b/y.ts') })).toEqual([
    'src/protocols/a/x.test.ts:1: protocols/a must not import protocols/b',
  ])
})

test('an import cycle is found once, whichever file is read first', () => {
  const ring = {
    'src/server/c.ts': IMPORT_OF('./a.ts'),
    'src/server/a.ts': IMPORT_OF('./b.ts'),
    'src/server/b.ts': IMPORT_OF('./c.ts'),
  }
  expect(rooms(ring)).toEqual([
    'src/server/a.ts: import cycle: src/server/a.ts → src/server/b.ts → src/server/c.ts',
  ])
})

test('a room other than domain that every room to its right imports is found', () => {
  const readers = ['accounts', 'billing', 'gateway', 'server']
  const files = readers.map((room) => [`src/${room}/a.ts`, IMPORT_OF('../config/env.ts')])
  const tree = { 'src/config/env.ts': '', ...Object.fromEntries(files) }
  expect(rooms(tree)).toEqual(['src/config: only domain may be imported by everything'])
})

test('a dependency outside its file, and one without a file, are found', () => {
  const tree = madeUpTree({
    'src/observe/log.ts': IMPORT_OF('pino'),
    'src/server/http.ts': IMPORT_OF('pino') + IMPORT_OF('node:sqlite') + IMPORT_OF('node:http'),
    'src/server/page.ts': IMPORT_OF('left-pad/sub'),
  })
  expect(printed(strayedDependencies(tree))).toEqual([
    'src/server/http.ts:1: pino belongs to src/observe/log.ts',
    'src/server/http.ts:2: node:sqlite belongs to src/storage/sqlite/',
    'src/server/page.ts:1: left-pad has no file of ours yet',
  ])
})

test('input, output and randomness in the domain are found', () => {
  const tree = madeUpTree({
    'src/domain/a.ts': `${IMPORT_OF('node:crypto')}${IMPORT_OF('node:fs')}randomBytes(8)\n`,
  })
  expect(printed(impureDomain(tree))).toEqual([
    'src/domain/a.ts:2: the domain imports no node:fs',
    'src/domain/a.ts:3: the domain has no randomness',
  ])
})

test('the environment, the clock, the console and an opened Secret are found outside their homes', () => {
  const line = 'process.env.X; Date.now(); new Date(5); console.log(name.reveal())\n'
  const tree = madeUpTree({
    'src/server/a.ts': line,
    'src/server/a.test.ts': line,
    'src/server/b.ts': ` * ${line}`,
  })
  for (const kind of ['ENVIRONMENT', 'CLOCK_AND_CHANCE', 'CONSOLE', 'REVEAL'] as const) {
    expect(misplaced(tree, kind).map(({ path }) => path)).toEqual(['src/server/a.ts'])
  }
  const pure = madeUpTree({ 'src/server/a.ts': 'new Date(row.atMs)\n' })
  expect(misplaced(pure, 'CLOCK_AND_CHANCE')).toEqual([])
})

test('a vendor’s spelling in another folder is found, in the vendor’s own not', () => {
  const tree = madeUpTree({
    'src/gateway/a.ts': "const field = 'acc_no'\nconst other = 'BankCard'\n",
    'src/protocols/aliyun/a.ts': "const field = 'acc_no'\n",
    'src/protocols/tencent/a.ts': "const field = 'acc_no'\n",
  })
  expect(strayedSpellings(tree).map(({ path, line }) => `${path}:${line}`)).toEqual([
    'src/gateway/a.ts:2',
    'src/gateway/a.ts:1',
    'src/protocols/tencent/a.ts:1',
  ])
})

test('the tidy test fails when an outcome lacks a catalogue row that the compiler would demand', () => {
  const typed = 'export const RESULTS = {} satisfies Record<Outcome, Row>\n'
  const tree = madeUpTree({ 'src/protocols/a/catalogue.ts': typed })
  expect(printed(looseCatalogues(tree))).toEqual([
    'src/protocols/a/catalogue.ts: no table is typed Record<FaultName, …>',
  ])
})

test('the tidy test fails when an outcome or a fault lacks a golden file', () => {
  const tree = madeUpTree({
    'src/protocols/a/catalogue.ts': '',
    'test/golden/a/match.txt': '',
  })
  expect(printed(missingGolden(tree, VOCABULARY))).toEqual([
    'test/golden/a: no golden file for mismatch',
    'test/golden/a: no golden file for arrears',
  ])
})

test('the tidy test fails when an outcome lacks a sandbox scenario', () => {
  expect(printed(missingScenarios(['match'], VOCABULARY.outcomes))).toEqual([
    'src/sandbox: no scenario shows mismatch',
  ])
})

test('a page without twin and a twin with other headings are found', () => {
  const tree = madeUpTree({
    'docs/a.md': '# A\n',
    'docs/b.md': '# B\n\n## C\n',
    'docs/b.zh-CN.md': '# 乙\n\n### 丙\n',
    'docs/c.md': '# C\n\n```sh\n# comment\n```\n',
    'docs/c.zh-CN.md': '# 丙\n',
    'docs/decisions/0001-x.md': '# X\n',
  })
  expect(printed(twinless(tree))).toEqual([
    'docs/a.md: docs/a.zh-CN.md is missing',
    'docs/b.md: docs/b.zh-CN.md has other headings',
    'docs/b.zh-CN.md: docs/b.md has other headings',
  ])
})

test('a link to a missing file and a stale generated page are found', () => {
  const tree = madeUpTree({ 'docs/a.md': '[b](guides/b.md#top) [web](https://example.org)\n' })
  expect(printed(brokenLinks(tree, tree.has))).toEqual([
    'docs/a.md: links to docs/guides/b.md, which is not there',
  ])
  expect(stalePages(tree, new Map([['docs/a.md', 'new\n']]))).toHaveLength(1)
  expect(stalePages(tree, new Map([['docs/a.md', tree.text('docs/a.md')]]))).toEqual([])
})

test('a file that only its own test imports is dead, an entry point and a test helper are not', () => {
  const tree = madeUpTree({
    'src/main.ts': IMPORT_OF('./server/used.ts'),
    'src/server/used.ts': '',
    'src/server/dead.ts': '',
    'src/server/dead.test.ts': IMPORT_OF('./dead.ts') + IMPORT_OF('./conformance.ts'),
    'src/server/conformance.ts': '',
  })
  expect(deadFiles(tree, ['src/main.ts']).map(({ path }) => path)).toEqual(['src/server/dead.ts'])
})

test('unfinished work is found unless it names its issue', () => {
  const word = ['TO', 'DO'].join('')
  const tree = madeUpTree({ 'src/a/b.ts': `// ${word}: later\n// ${word}(#12): then\n` })
  expect(leftovers(tree).map(({ line }) => line)).toEqual([1])
})
