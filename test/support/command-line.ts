/** The command line in process, in English, on a store of the test's own. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished, vi } from 'vitest'
import { run } from '../../src/cli/program.ts'

export interface Printed {
  readonly code: number
  readonly out: string
  readonly err: string
}

export interface CommandLine {
  /** A directory of the test, with the store in `data`; removed at its end. */
  readonly root: string
  /** Runs one line; its words are separated by single spaces. */
  kayan(line: string): Promise<Printed>
  /** Runs a line with `--json` and reads what it prints. */
  json(line: string): Promise<ReturnType<typeof JSON.parse>>
}

/** Opens a command line for one test. */
export function commandLine(): CommandLine {
  const root = mkdtempSync(join(tmpdir(), 'kayan-cli-'))
  onTestFinished(() => rmSync(root, { recursive: true }))
  const environment = { KAYAN_LANG: 'en', KAYAN_DATA_DIR: join(root, 'data') }
  const kayan = async (line: string) => {
    const printed = { out: '', err: '' }
    const capture = (to: 'out' | 'err') => (text: unknown) => {
      printed[to] += String(text)
      return true
    }
    const spies = [
      vi.spyOn(process.stdout, 'write').mockImplementation(capture('out')),
      vi.spyOn(process.stderr, 'write').mockImplementation(capture('err')),
    ]
    const code = await run(line.split(' '), environment)
    for (const spy of spies) spy.mockRestore()
    return { code, ...printed }
  }
  const json = async (line: string) => JSON.parse((await kayan(`${line} --json`)).out)
  return { root, kayan, json }
}
