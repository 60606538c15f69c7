/** Figures with their spread, as a table for people and as JSON for comparison. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { join } from 'node:path'

/** One figure over all rounds. */
export interface Figure {
  readonly name: string
  readonly unit: string
  readonly median: number
  readonly min: number
  readonly max: number
  readonly rounds: number
  /** Median of the ratios to the floor, taken round by round; absent where it says nothing. */
  readonly ofFloor?: number
  readonly goal?: string
  readonly met?: boolean
}

/** Median of numbers. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}

/** A figure of its rounds; `floor` holds the floor's value of each round. */
export function figure(
  name: string,
  unit: string,
  values: readonly number[],
  floor?: readonly number[],
): Figure {
  const ofFloor = floor && median(values.map((value, i) => value / floor[i]!))
  return {
    name,
    unit,
    median: median(values),
    min: Math.min(...values),
    max: Math.max(...values),
    rounds: values.length,
    ...(ofFloor !== undefined && { ofFloor }),
  }
}

/** The same figure with the goal it is held against. */
export function against(row: Figure, goal: string, met: (row: Figure) => boolean): Figure {
  return { ...row, goal, met: met(row) }
}

/** Prints a table. */
export function print(figures: readonly Figure[]): void {
  console.table(
    figures.map((row) => ({
      figure: row.name,
      median: short(row.median),
      unit: row.unit,
      spread: `${short(row.min)} … ${short(row.max)}`,
      rounds: row.rounds,
      'of floor': row.ofFloor === undefined ? '' : row.ofFloor.toFixed(2),
      goal: row.goal === undefined ? '' : `${row.goal} ${row.met ? 'met' : 'MISSED'}`,
    })),
  )
}

/** Writes `bench/results/<name>.json` with the machine the figures were taken on. */
export function save(name: string, figures: readonly Figure[]): string {
  const directory = join(import.meta.dirname, 'results')
  mkdirSync(directory, { recursive: true })
  const path = join(directory, `${name}.json`)
  const machine = { cpu: cpus()[0]!.model, cores: cpus().length, node: process.version }
  const takenOn = new Date().toISOString().slice(0, 10)
  writeFileSync(path, `${JSON.stringify({ takenOn, machine, figures }, null, 2)}\n`)
  return path
}

function short(value: number): string {
  if (value >= 1000) return Math.round(value).toLocaleString('en')
  return value.toPrecision(3)
}
