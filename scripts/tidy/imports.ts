/** Import lines of TypeScript files, the graph they form, and its cycles. Lines only, no syntax tree. */
import { posix } from 'node:path'
import type { Tree } from './tree.ts'

/** One import as written. */
export interface Import {
  readonly from: string
  /** Project path for a relative import, else the bare specifier (`node:fs`, `commander`). */
  readonly to: string
  readonly line: number
  readonly relative: boolean
}

/** Imports of each file of the tree. */
export type ImportGraph = ReadonlyMap<string, readonly Import[]>

/**
 * The ways one file names another: import and export lines, `import()`, the URL of a worker thread
 * (also with our own ending in place of `.ts`), the path of a process. Biome keeps each on one line.
 */
const SPECIFIERS = [
  /^\s*(?:import|export)\b.*?\bfrom '([^']+)'/,
  /^\}\s*from '([^']+)'/,
  /^\s*import '([^']+)'/,
  /\bimport\('([^']+)'\)/,
  /\bnew URL\('([^']+)', import\.meta\.url\)/,
  /\bnew URL\(`([^$`]+)\$\{extname\(import\.meta\.url\)\}`, import\.meta\.url\)/,
  /\bjoin\(import\.meta\.dirname, '([^']+\.ts)'\)/,
]

/** Whether a file is a test or a suite shared by tests; such a file may import what it tests against. */
export function isTestFile(path: string): boolean {
  return /\.test\.tsx?$|(^|\/)(conformance|test-[a-z0-9-]+)\.ts$/.test(path)
}

/** TypeScript files below `folder`, tests left out unless asked for. */
export function sourceFiles(tree: Tree, folder: string, tests: 'without' | 'with' = 'without') {
  return tree.paths.filter((path) => {
    const wanted = path.startsWith(`${folder}/`) && /\.tsx?$/.test(path)
    return wanted && (tests === 'with' || !isTestFile(path))
  })
}

/** Reads the imports of the given files. */
export function importGraph(tree: Tree, files: readonly string[]): ImportGraph {
  return new Map(files.map((path) => [path, importsOf(path, tree.text(path))]))
}

/** Imports of one file. */
export function importsOf(path: string, text: string): Import[] {
  return text.split('\n').flatMap((content, index) => {
    const specifier = SPECIFIERS.map((pattern) => pattern.exec(content)?.[1]).find(Boolean)
    if (specifier === undefined) return []
    const relative = /^\.|\.tsx?$/.test(specifier)
    const to = relative ? posix.join(posix.dirname(path), withEnding(specifier)) : specifier
    return [{ from: path, to, line: index + 1, relative }]
  })
}

function withEnding(specifier: string): string {
  return posix.extname(specifier) === '' ? `${specifier}.ts` : specifier
}

/** Each cycle once, as the list of its files in import order, starting with the smallest name. */
export function cycles(graph: ImportGraph): string[][] {
  const found = new Map<string, string[]>()
  const done = new Set<string>()
  const trail: string[] = []
  const visit = (path: string): void => {
    const start = trail.indexOf(path)
    if (start >= 0) {
      const cycle = rotated(trail.slice(start))
      found.set(cycle.join(' '), cycle)
    } else if (!done.has(path)) {
      trail.push(path)
      for (const { to, relative } of graph.get(path) ?? []) if (relative) visit(to)
      trail.pop()
      done.add(path)
    }
  }
  for (const path of graph.keys()) visit(path)
  return [...found.values()]
}

function rotated(cycle: readonly string[]): string[] {
  const first = cycle.indexOf([...cycle].sort()[0] ?? '')
  return [...cycle.slice(first), ...cycle.slice(0, first)]
}
