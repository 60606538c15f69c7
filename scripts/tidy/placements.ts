/** What may be written where: scans of single lines, and of the dependencies each file imports. */
import { importGraph, sourceFiles } from './imports.ts'
import type { Finding, Tree } from './tree.ts'

/** A kind of text that belongs to some places of `src` and to no other. */
interface Placement {
  readonly pattern: RegExp
  /** Path prefixes below `src` where it is at home. */
  readonly home: readonly string[]
  readonly message: string
}

/** Programs that the explorer shows to people; they run elsewhere, in languages of their own. */
const SHOWN_PROGRAMS = ['src/protocols/tencent/explorer/', 'src/protocols/aliyun/explorer/']

/** The clock and chance enter where the program is composed, and where a thread of its own begins. */
const CLOCK_AND_CHANCE: Placement = {
  pattern: /\bDate\.now\b|\bnew Date\(\)|\bMath\.random\b|\bperformance\.now\b|\bhrtime\b/,
  home: [
    'src/main.ts',
    'src/cli/',
    'src/console/',
    'src/storage/beside/worker.ts',
    ...SHOWN_PROGRAMS,
  ],
  message: 'time and chance come in by the injected Clock',
}

const ENVIRONMENT: Placement = {
  pattern: /\bprocess\.env\b/,
  // A program that people are shown reads its own.
  home: ['src/config/env.ts', 'src/protocols/held.ts'],
  message: 'only src/config/env.ts reads the environment',
}

const CONSOLE: Placement = {
  pattern: /\bconsole\.\w+\(/,
  home: ['src/cli/', ...SHOWN_PROGRAMS],
  message: 'only the CLI writes to the console',
}

/** The sandbox matches its own people; everybody else hands the Secret on. */
const REVEAL: Placement = {
  pattern: /\.reveal\(/,
  home: ['src/protocols/', 'src/storage/', 'src/domain/', 'src/sources/sandbox.ts'],
  message: 'a Secret is opened only at the wire, in the domain’s matching and at the store',
}

/** Texts for people: calls to copy, settings, and the headings of CSV files that people have. */
const PEOPLE_FACING = [
  'src/cli/',
  'src/console/',
  'src/config/env.ts',
  'src/storage/registry-import/columns.ts',
]

/** Vendors whose spellings of elements and whose gateway are those of Aliyun's market. */
const MARKET = [
  'src/protocols/aliyun/',
  'src/protocols/fuqing/',
  'src/protocols/juhe/',
  'src/protocols/market-gateway.ts',
  'src/protocols/shumai/',
]

/** Wire spellings of each vendor. */
const SPELLINGS: readonly Placement[] = [
  {
    pattern: /\bBankCard\b|\bIdCard\b|\bCertType\b|\bX-TC-|\bTC3-HMAC|\bTC3\b|AuthFailure\./,
    home: ['src/protocols/tencent/', ...PEOPLE_FACING],
    message: 'a spelling of Tencent’s wire belongs to src/protocols/tencent',
  },
  {
    pattern: /\bacct?_no\b|\bidcard\b|['"`]APPCODE\b|Authorization: APPCODE|\bX-Ca-|\bseqNo\b/,
    home: [...MARKET, ...PEOPLE_FACING],
    message: 'a spelling of Aliyun’s wire belongs to src/protocols/aliyun',
  },
]

const PLACEMENTS = { CLOCK_AND_CHANCE, ENVIRONMENT, CONSOLE, REVEAL } as const

/** Each package, and the only files that may import it: a swap is one file. */
const DEPENDENCY_HOMES: Readonly<Record<string, readonly string[]>> = {
  '@prometheus-io/client': ['src/server/metrics.ts'],
  commander: ['src/cli/'],
  pino: ['src/observe/log.ts'],
  'sm-crypto-v2': ['src/protocols/tencent/sm-crypto.ts'],
  'node:sqlite': ['src/storage/sqlite/'],
  antd: ['src/console/'],
  react: ['src/console/'],
  'react-dom': ['src/console/main.tsx'],
  shiki: ['src/console/pages/explorer/highlight.ts'],
  uplot: ['src/console/'],
  kysely: ['src/storage/sql/', 'src/storage/sqlite/', 'src/storage/postgres/'],
  pg: ['src/storage/postgres/pool.ts'],
  ioredis: ['src/storage/valkey/client.ts'],
  undici: ['src/sources/upstream/http-client.ts', 'src/server/jobs/http-sender.ts'],
  cockatiel: ['src/sources/upstream/breaker.ts'],
  '@hono/zod-openapi': ['src/server/admin/'],
  hono: ['src/server/admin/route.ts'],
  zod: [
    'src/server/admin/',
    'src/config/',
    'src/cli/read-form.ts',
    'src/accounts/forms.ts',
    'src/accounts/user-forms.ts',
    'src/billing/forms.ts',
    'src/billing/invoice-forms.ts',
    'src/sources/vendor-forms.ts',
  ],
}

/** Node modules the domain may use; none reads or writes anything. */
const PURE_MODULES = ['node:crypto', 'node:util']

/** Lines of `src` (tests apart) where a kind of text is not at home. Comments may speak of anything. */
export function misplaced(tree: Tree, kind: keyof typeof PLACEMENTS): Finding[] {
  return misplacedText(tree, PLACEMENTS[kind])
}

/** Vendor spellings outside the vendor's folder. */
export function strayedSpellings(tree: Tree): Finding[] {
  return SPELLINGS.flatMap((placement) => misplacedText(tree, placement))
}

/** Imports of a dependency outside its home, and of packages that have none. */
export function strayedDependencies(tree: Tree): Finding[] {
  const imports = [...importGraph(tree, sourceFiles(tree, 'src')).values()].flat()
  return imports.flatMap(({ from, to, line, relative }) => {
    const name = packageOf(to)
    if (relative || (to.startsWith('node:') && DEPENDENCY_HOMES[to] === undefined)) return []
    const home = DEPENDENCY_HOMES[name]
    if (home?.some((prefix) => from.startsWith(prefix))) return []
    const place = home === undefined ? 'has no file of ours yet' : `belongs to ${home.join(', ')}`
    return [{ path: from, line, message: `${name} ${place}` }]
  })
}

/** Imports and calls by which the domain would reach the world. */
export function impureDomain(tree: Tree): Finding[] {
  const files = sourceFiles(tree, 'src/domain')
  const imports = [...importGraph(tree, files).values()].flat()
  const foreign = imports
    .filter(({ to, relative }) => !relative && !PURE_MODULES.includes(to))
    .map(({ from, to, line }) => ({ path: from, line, message: `the domain imports no ${to}` }))
  const chance = {
    pattern: /\brandom(Bytes|UUID|Int|FillSync)\b/,
    home: [],
    message: 'the domain has no randomness',
  }
  return [...foreign, ...files.flatMap((path) => linesMatching(tree, path, chance))]
}

/** Words that mark unfinished work; written so that this line does not match itself. */
const UNFINISHED = /\b(?:TO[D]O|FIX[M]E)\b(?!\(#\d+\))/

/** Marks of unfinished work without the number of the issue that will finish it. */
export function leftovers(tree: Tree): Finding[] {
  const files = ['src', 'test', 'scripts', 'bench'].flatMap((folder) => {
    return sourceFiles(tree, folder, 'with')
  })
  return files.flatMap((path) => {
    return tree
      .text(path)
      .split('\n')
      .flatMap((content, index) => {
        if (!UNFINISHED.test(content)) return []
        return [
          { path, line: index + 1, message: 'unfinished work names its issue, or is finished' },
        ]
      })
  })
}

function misplacedText(tree: Tree, placement: Placement): Finding[] {
  return sourceFiles(tree, 'src')
    .filter((path) => !placement.home.some((prefix) => path.startsWith(prefix)))
    .flatMap((path) => linesMatching(tree, path, placement))
}

function linesMatching(tree: Tree, path: string, { pattern, message }: Placement): Finding[] {
  return tree
    .text(path)
    .split('\n')
    .flatMap((content, index) => {
      const comment = /^\s*(?:\/\/|\/?\*)/.test(content)
      return !comment && pattern.test(content) ? [{ path, line: index + 1, message }] : []
    })
}

function packageOf(specifier: string): string {
  const parts = specifier.split('/')
  return specifier.startsWith('@') ? parts.slice(0, 2).join('/') : (parts[0] ?? specifier)
}
