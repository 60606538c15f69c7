/** Figures that inform and forbid nothing: how long files and functions are, how much is tested. */
import { sourceFiles } from './tidy/imports.ts'
import type { Tree } from './tidy/tree.ts'

/** Worth a second look above these. */
const FILE_LINES = 400
const FUNCTION_LINES = 70

/** The readings of a tree, one line each. */
export function printReadings(tree: Tree, packages: readonly string[]): string[] {
  const source = sourceFiles(tree, 'src').filter((path) => !path.endsWith('.generated.ts'))
  const all = sourceFiles(tree, 'src', 'with').filter((path) => !path.endsWith('.generated.ts'))
  const tests = [
    ...all.filter((path) => !source.includes(path)),
    ...sourceFiles(tree, 'test', 'with'),
  ]
  const files = source.map((path) => ({ path, lines: linesOf(tree, path).length }))
  const functions = source.flatMap((path) => functionsOf(path, linesOf(tree, path)))
  const total = sum(files.map(({ lines }) => lines))
  const tested = sum(tests.map((path) => linesOf(tree, path).length))
  return [
    '\nreadings',
    `  source      ${source.length} files, ${total} lines; ${spread(files)}`,
    `  functions   ${functions.length}; ${spread(functions)}`,
    `  tests       ${tests.length} files, ${tested} lines; ${ratio(tested, total)} of the source`,
    `  packages    ${packages.length} at run time`,
    ...longer(files, FILE_LINES),
    ...longer(functions, FUNCTION_LINES),
  ]
}

interface Measured {
  readonly path: string
  readonly lines: number
}

/**
 * Functions and methods by their indentation: from a line that opens one to the closing brace below
 * it. Approximate, and good enough to see a giant.
 */
function functionsOf(path: string, lines: readonly string[]): Measured[] {
  const opening =
    /^( *)(?:export )?(?:async )?(?:function\b|(?:static |get |set )?#?\w+\(.*\{$|const \w+ = .*=> \{$)/
  return lines.flatMap((line, start) => {
    const indent = opening.exec(line)?.[1]
    if (indent === undefined || /^ *(?:if|for|while|switch|catch|return)\b/.test(line)) return []
    const end = lines.findIndex((other, at) => at > start && other.startsWith(`${indent}}`))
    return end < 0 ? [] : [{ path: `${path}:${start + 1}`, lines: end - start + 1 }]
  })
}

function spread(measured: readonly Measured[]): string {
  const sorted = measured.map(({ lines }) => lines).sort((a, b) => a - b)
  const at = (share: number) => sorted[Math.floor((sorted.length - 1) * share)] ?? 0
  return `median ${at(0.5)}, p95 ${at(0.95)}, longest ${at(1)} lines`
}

function longer(measured: readonly Measured[], limit: number): string[] {
  return measured
    .filter(({ lines }) => lines > limit)
    .map(({ path, lines }) => `  look at     ${path}: ${lines} lines`)
}

function linesOf(tree: Tree, path: string): string[] {
  return tree.text(path).trimEnd().split('\n')
}

function ratio(part: number, whole: number): string {
  return whole === 0 ? '0' : (part / whole).toFixed(2)
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}
