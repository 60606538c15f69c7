/** Child process of `crash.test.ts`: imports argv's CSV into argv's directory and prints what came of it. */
import { writeSync } from 'node:fs'
import { Keyring } from '../../domain/keyring.ts'
import { RegistryError } from '../records/registry-error.ts'
import { importRegistry } from './import.ts'

const [csvPath = '', directory = ''] = process.argv.slice(2)
const print = (text: string) => writeSync(1, `${text}\n`)

try {
  const report = await importRegistry({
    csvPath,
    directory,
    keyring: new Keyring(Buffer.alloc(32, 3)),
    clock: { nowMs: () => 0, monotonicUs: () => performance.now() * 1000 },
    runBytes: 2 ** 18,
    onProgress: ({ phase, rows }) => print(`${phase} ${rows}`),
  })
  print(`added ${report.added} resumed ${report.resumed}`)
} catch (error) {
  print(error instanceof RegistryError ? `refused ${error.code}` : 'failed')
}
