/** The rooms of `src` and the arrows between them (docs/architecture.md, "Rooms and arrows"). */
import {
  cycles,
  type Import,
  type ImportGraph,
  importGraph,
  isTestFile,
  sourceFiles,
} from './imports.ts'
import type { Finding, Tree } from './tree.ts'

/** Rooms from left to right; rooms of one rank do not know each other. */
export const RANKS: readonly (readonly string[])[] = [
  ['domain'],
  ['protocols', 'sandbox', 'observe', 'config'],
  ['accounts', 'billing', 'sources'],
  ['gateway', 'storage'],
  ['server'],
  ['main'],
  ['cli', 'testing'],
]

/** Tells its version to whoever prints it; the only file outside `src` that `src` may import. */
const MANIFEST = 'package.json'

/** Room that everybody may know. */
const COMMON_ROOM = 'domain'

/** A room with fewer rooms to its right than this cannot be "imported by everything". */
const READERS_MIN = 4

/** Rooms outside the ranks, with the only rooms of `src` they may import. */
const SIDE_ROOMS: Readonly<Record<string, readonly string[]>> = {
  client: ['domain', 'protocols'],
  console: [],
}

/** The room graph of a tree. */
export interface Rooms {
  /** Rooms present, left to right. */
  readonly rooms: readonly string[]
  /** For each room the rooms it imports. */
  readonly arrows: ReadonlyMap<string, ReadonlySet<string>>
  readonly cycles: readonly (readonly string[])[]
  readonly findings: readonly Finding[]
}

/** Room of a project path; undefined outside `src`. A file directly in `src` is a room by its name. */
export function roomOf(path: string): string | undefined {
  return /^src\/([^/.]+)/.exec(path)?.[1]
}

/** Reads the tree and judges every import of `src`. */
export function surveyRooms(tree: Tree): Rooms {
  const graph = importGraph(tree, sourceFiles(tree, 'src'))
  const arrows = arrowsOf(graph)
  const rings = cycles(graph)
  return {
    rooms: [...arrows.keys()].sort((a, b) => rankOf(a) - rankOf(b)),
    arrows,
    cycles: rings,
    findings: [
      ...wrongArrows(graph),
      ...strangersAmongProtocols(tree),
      ...roomsKnownToAll(arrows),
      ...rings.map((ring) => ({
        path: ring[0] ?? '',
        message: `import cycle: ${ring.join(' → ')}`,
      })),
    ],
  }
}

/** Rooms that import `room`. */
export function readersOf(arrows: Rooms['arrows'], room: string): string[] {
  return [...arrows].filter(([, targets]) => targets.has(room)).map(([reader]) => reader)
}

function rankOf(room: string): number {
  const rank = RANKS.findIndex((names) => names.includes(room))
  return rank < 0 ? RANKS.length : rank
}

function arrowsOf(graph: ImportGraph): Map<string, Set<string>> {
  const arrows = new Map<string, Set<string>>()
  for (const [path, imports] of graph) {
    const from = roomOf(path) ?? ''
    const targets = arrows.get(from) ?? new Set()
    arrows.set(from, targets)
    for (const { to } of imports) {
      const target = roomOf(to)
      if (target !== undefined && target !== from) targets.add(target)
    }
  }
  return arrows
}

function wrongArrows(graph: ImportGraph): Finding[] {
  const imports = [...graph.values()]
    .flat()
    .filter(({ relative, to }) => relative && to !== MANIFEST)
  return imports.flatMap((found) => {
    const [from, to] = [roomOf(found.from), roomOf(found.to)]
    if (from === undefined || from === to) return []
    if (to !== undefined && mayImport(from, to)) return []
    return [at(found, `${from} must not import ${to ?? found.to}`)]
  })
}

function mayImport(from: string, to: string): boolean {
  const side = SIDE_ROOMS[from]
  if (side !== undefined) return side.includes(to)
  return rankOf(from) < RANKS.length && rankOf(to) < rankOf(from)
}

/** A vendor's folder, tests included, knows no other vendor. */
function strangersAmongProtocols(tree: Tree): Finding[] {
  const files = sourceFiles(tree, 'src/protocols', 'with')
  const vendorOf = (path: string) => /^src\/protocols\/([^/]+)\//.exec(path)?.[1]
  return [...importGraph(tree, files).values()].flat().flatMap((found) => {
    const [own, other] = [vendorOf(found.from), vendorOf(found.to)]
    if (own === undefined || other === undefined || own === other) return []
    return [at(found, `protocols/${own} must not import protocols/${other}`)]
  })
}

/** A room known to every room on its right has become a drawer for everything. */
function roomsKnownToAll(arrows: Rooms['arrows']): Finding[] {
  return [...arrows.keys()].flatMap((room) => {
    const right = [...arrows.keys()].filter((other) => mayImport(other, room))
    const known = readersOf(arrows, room).length === right.length
    if (room === COMMON_ROOM || right.length < READERS_MIN || !known) return []
    return [{ path: `src/${room}`, message: 'only domain may be imported by everything' }]
  })
}

/**
 * Files of `src` that the program does not use. What only tests and benches import is no part of the
 * program, unless it was made for them.
 */
export function deadFiles(tree: Tree, entryPoints: readonly string[]): Finding[] {
  const all = ['src', 'test', 'bench'].flatMap((folder) => sourceFiles(tree, folder, 'with'))
  const used = new Set(entryPoints)
  for (const [path, imports] of importGraph(tree, all)) {
    for (const { to } of imports) if (isProgram(path) || !isProgram(to)) used.add(to)
  }
  return all
    .filter((path) => path.startsWith('src/') && !path.endsWith('.test.ts') && !used.has(path))
    .map((path) => ({ path, message: 'no file imports it and it is no entry point' }))
}

function isProgram(path: string): boolean {
  return path.startsWith('src/') && !path.startsWith('src/testing/') && !isTestFile(path)
}

function at({ from, line }: Import, message: string): Finding {
  return { path: from, line, message }
}
