/** What the registry costs: import, disk, and look-ups at growing size. */
import { randomBytes } from 'node:crypto'
import { readdirSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { type Elements, normalise } from '../src/domain/elements.ts'
import { Keyring } from '../src/domain/keyring.ts'
import { Secret } from '../src/domain/secret.ts'
import { deriveTokenKeys, Tokens } from '../src/domain/token.ts'
import { createRegistry } from '../src/sources/registry.ts'
import { openRegistry } from '../src/storage/records/record-store.ts'
import { importRegistry } from '../src/storage/registry-import/import.ts'
import { syntheticPerson, writePeopleCsv } from '../src/testing/people-csv.ts'
import { against, type Figure, figure } from './report.ts'

const LOOKUPS = 200_000
const ROUNDS = 5
const SEED = 2

interface Order {
  readonly directory: string
  readonly sizes: readonly number[]
  readonly say: (line: string) => void
}

/** Figures at each size; the last look-up figure is held against the first. */
export async function benchRegistry({ directory, sizes, say }: Order): Promise<Figure[]> {
  const figures: Figure[] = []
  const lookups: Figure[] = []
  for (const size of sizes) {
    const label = `${size / 1e6} M cards`
    say(`registry of ${label}`)
    const place = join(directory, `registry-${size}`)
    const csvPath = join(directory, `people-${size}.csv`)
    writePeopleCsv({ path: csvPath, rows: size, seed: SEED })
    const keyring = new Keyring(randomBytes(32))
    const clock = { nowMs: () => Date.now(), monotonicUs: () => performance.now() * 1000 }
    const startedMs = performance.now()
    await importRegistry({ csvPath, directory: place, keyring, clock })
    const rate = size / ((performance.now() - startedMs) / 1000)
    rmSync(csvPath)
    figures.push(
      against(
        figure(`import, ${label}`, 'rows/s', [rate]),
        '≥ 150,000',
        (row) => row.median >= 150_000,
      ),
      against(
        figure(`disk, ${label}`, 'bytes/card', [bytesIn(place) / size]),
        '≤ 100',
        (row) => row.median <= 100,
      ),
    )
    lookups.push(...lookUp(place, keyring, size, label))
    rmSync(place, { recursive: true })
  }
  const [small, large] = [lookups[0]!, lookups.at(-2)!]
  if (small !== large) {
    const growth = figure('look-up: largest against smallest', '×', [large.median / small.median])
    lookups.push(against(growth, '≤ 1.5', (row) => row.median <= 1.5))
  }
  return [...figures, ...lookups]
}

/** Microseconds of a bare look-up by token, and of a whole verification. */
function lookUp(place: string, keyring: Keyring, size: number, label: string): Figure[] {
  const store = openRegistry(place, keyring)
  const tokens = new Tokens(deriveTokenKeys(keyring))
  const source = createRegistry(store, tokens)
  const asked: Elements[] = Array.from({ length: LOOKUPS }, (_, i) => elementsOf((i * 7919) % size))
  const cardTokens = asked.map(({ cardNumber }) => tokens.card(cardNumber!))
  const times = (work: (i: number) => unknown): number[] =>
    Array.from({ length: ROUNDS + 1 }, () => {
      const startedMs = performance.now()
      for (let i = 0; i < LOOKUPS; i++) if (work(i) === undefined) throw new Error('card not found')
      return ((performance.now() - startedMs) * 1000) / LOOKUPS
    }).slice(1)
  const bare = times((i) => store.get(cardTokens[i]!))
  const whole = times((i) => source.verify({ product: 'card4', elements: asked[i]! }))
  store.close()
  return [
    figure(`look-up by token, ${label}`, 'µs', bare),
    figure(`verification by the registry, ${label}`, 'µs', whole),
  ]
}

function elementsOf(index: number): Elements {
  const person = syntheticPerson(SEED, index)
  const submitted = Object.fromEntries(
    Object.entries(person).map(([name, value]) => [name, new Secret(value)]),
  )
  return normalise(submitted, 'card4')
}

function bytesIn(directory: string): number {
  return readdirSync(directory, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0)
}
