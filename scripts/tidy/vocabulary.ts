/** Whether the two closed vocabularies are carried through: catalogues, golden files, scenarios. */
import type { Finding, Tree } from './tree.ts'

/** Names of the vocabularies, as the domain's tables hold them. */
export interface Vocabulary {
  readonly outcomes: readonly string[]
  readonly faults: readonly string[]
}

/** Vendors of which the tree holds a catalogue. */
export function vendorsOf(tree: Tree): string[] {
  return tree.paths.flatMap((path) => {
    const vendor = /^src\/protocols\/([^/]+)\/catalogue\.ts$/.exec(path)?.[1]
    return vendor === undefined ? [] : [vendor]
  })
}

/**
 * The compiler refuses a catalogue without a row of each name, as long as the tables say so; this
 * notices when one stops saying so.
 */
export function looseCatalogues(tree: Tree): Finding[] {
  return vendorsOf(tree).flatMap((vendor) => {
    const path = `src/protocols/${vendor}/catalogue.ts`
    return ['Outcome', 'FaultName']
      .filter((name) => !new RegExp(`Record<\\s*${name}\\b`).test(tree.text(path)))
      .map((name) => ({ path, message: `no table is typed Record<${name}, …>` }))
  })
}

/** Outcomes and faults of which a vendor has no golden file. */
export function missingGolden(tree: Tree, vocabulary: Vocabulary): Finding[] {
  const names = [...vocabulary.outcomes, ...vocabulary.faults]
  return vendorsOf(tree).flatMap((vendor) => {
    const folder = `test/golden/${vendor}`
    return names
      .filter((name) => !tree.has(`${folder}/${name}.txt`))
      .map((name) => ({ path: folder, message: `no golden file for ${name}` }))
  })
}

/** Names of a vocabulary that nothing in the sandbox shows. */
export function missingScenarios(shown: Iterable<string>, names: readonly string[]): Finding[] {
  const seen = new Set(shown)
  return names
    .filter((name) => !seen.has(name))
    .map((name) => ({ path: 'src/sandbox', message: `no scenario shows ${name}` }))
}
