/** The files of a checkout as the tidy checks see them, so that a made-up tree serves as well. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'

/** Folders and loose files of the project that checks read; nothing else is looked at. */
const ROOTS = ['src', 'test', 'scripts', 'bench', 'docs', 'package.json']

/** Paths relative to the project, with `/`, and their text. */
export interface Tree {
  /** Sorted. */
  readonly paths: readonly string[]
  has(path: string): boolean
  /** Text of a file of the tree; an unknown path is a bug of the check. */
  text(path: string): string
}

/** One finding: where, and what to do about it. */
export interface Finding {
  readonly path: string
  /** 1-based; absent where the finding is about the whole file. */
  readonly line?: number
  readonly message: string
}

/** The tree on disk below `root`; a file is read when it is asked for. */
export function readTree(root: string): Tree {
  const top = readdirSync(root).filter((name) => name.endsWith('.md'))
  const paths = [...ROOTS, ...top].flatMap((entry) => filesBelow(root, entry)).sort()
  return treeOf(paths, (path) => readFileSync(join(root, path), 'utf8'))
}

/** A tree made of literal texts. */
export function madeUpTree(files: Readonly<Record<string, string>>): Tree {
  return treeOf(Object.keys(files).sort(), (path) => files[path] ?? '')
}

/** One line a finding, as a test prints it. */
export function printFindings(findings: readonly Finding[]): string[] {
  return findings.map(({ path, line, message }) => {
    return line === undefined ? `${path}: ${message}` : `${path}:${line}: ${message}`
  })
}

function treeOf(paths: readonly string[], read: (path: string) => string): Tree {
  const known = new Set(paths)
  const texts = new Map<string, string>()
  return {
    paths,
    has: (path) => known.has(path),
    text(path) {
      if (!known.has(path)) throw new Error(`${path} is not in the tree`)
      const text = texts.get(path) ?? read(path)
      texts.set(path, text)
      return text
    },
  }
}

function filesBelow(root: string, entry: string): string[] {
  const path = join(root, entry)
  if (!existsSync(path)) return []
  if (statSync(path).isFile()) return [entry]
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((found) => found.isFile())
    .map((found) => join(found.parentPath, found.name).slice(root.length + 1))
}
