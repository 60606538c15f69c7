import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { writePeopleCsv } from '../../testing/people-csv.ts'
import { registryStats } from '../records/stats.ts'
import { testDirectory } from '../records/test-records.ts'

/** Enough for several runs in one thread. */
const FEW_ROWS = 20_000
/** Enough for worker threads. */
const MANY_ROWS = 72_000
const CHILD = fileURLToPath(new URL('./test-import.ts', import.meta.url))
/** In blocks of 1024 bytes: room for the runs of a stretch, not for the merged segment. */
const FILE_LIMIT_BLOCKS = 1500

/** A new file of people. */
function peopleCsv(rows: number): string {
  const path = join(testDirectory(), 'people.csv')
  writePeopleCsv({ path, rows, seed: 31 })
  return path
}

interface Options {
  /** Kills the child when it has printed a line that this accepts. */
  killAt?(line: string): boolean
  readonly fileLimitBlocks?: number
}

/** Lines that an import in a process of its own prints. */
async function importApart(path: string, directory: string, options: Options = {}) {
  const limit = options.fileLimitBlocks ?? 'unlimited'
  const script = `ulimit -f ${limit} && exec "$0" "$@"`
  const child = spawn('bash', ['-c', script, process.execPath, CHILD, path, directory], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const lines: string[] = []
  const exit = once(child, 'exit')
  for await (const line of createInterface({ input: child.stdout })) {
    lines.push(line)
    if (options.killAt?.(line)) child.kill('SIGKILL')
  }
  await exit
  return lines
}

function segmentsOf(directory: string): string[] {
  const names = readdirSync(directory).filter((name) => /cards|subjects/.test(name))
  return names.map((name) => `${name} ${readFileSync(join(directory, name)).toString('base64')}`)
}

test('an import killed while reading and again while writing goes on to the same registry', async () => {
  const csvPath = peopleCsv(FEW_ROWS)
  const [directory, whole] = [testDirectory(), testDirectory()]
  const isHalfway = (line: string) => Number(line.split(' ')[1]) > FEW_ROWS / 2
  await importApart(csvPath, directory, { killAt: isHalfway })
  expect(registryStats(directory).cards).toBe(0)
  const second = await importApart(csvPath, directory, {
    killAt: (line) => line.startsWith('write'),
  })
  expect(second.some((line) => line.startsWith('read'))).toBe(true)
  const last = await importApart(csvPath, directory)
  expect(last.at(-1)).toBe(`added ${FEW_ROWS} resumed true`)
  await importApart(csvPath, whole)
  expect(segmentsOf(directory)).toEqual(segmentsOf(whole))
})

test('a full disk is one clear error, the registry stays, and with room again the import goes on', async () => {
  const csvPath = peopleCsv(MANY_ROWS)
  const directory = testDirectory()
  const full = await importApart(csvPath, directory, { fileLimitBlocks: FILE_LIMIT_BLOCKS })
  expect(full.at(-1)).toBe('refused disk_full')
  expect(registryStats(directory).cards).toBe(0)
  expect(readdirSync(directory)).toEqual(['import'])
  const last = await importApart(csvPath, directory)
  expect(last.at(-1)).toBe(`added ${MANY_ROWS} resumed true`)
})
