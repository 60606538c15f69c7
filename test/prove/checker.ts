/**
 * The separate checker of a proof: reads what the clients wrote down and the ledger dump, nothing
 * else, and prints the invariants one by one. Usage: `node test/prove/checker.ts HISTORY LEDGER`.
 * Exit: 0 all hold, 1 one is broken, 2 the files could not be read.
 */
import { readFileSync } from 'node:fs'
import { readHistory, readLedger } from './evidence.ts'
import { judge } from './judge.ts'

const NAMED_MAX = 10
const BROKEN_EXIT_CODE = 1
const UNREADABLE_EXIT_CODE = 2

const [historyPath = '', ledgerPath = ''] = process.argv.slice(2)
process.exitCode = check()

function check(): number {
  let findings: ReturnType<typeof judge>
  try {
    const witness = readHistory(readFileSync(historyPath, 'utf8'))
    findings = judge(witness, readLedger(readFileSync(ledgerPath, 'utf8')))
  } catch (error) {
    process.stderr.write(`checker: ${(error as Error).message}\n`)
    return UNREADABLE_EXIT_CODE
  }
  for (const { id, text, breaches } of findings) {
    print(`${id}  ${breaches.length === 0 ? 'OK  ' : 'FAIL'}  ${text}`)
    for (const breach of breaches.slice(0, NAMED_MAX)) print(`          ${breach}`)
    if (breaches.length > NAMED_MAX) print(`          and ${breaches.length - NAMED_MAX} more`)
  }
  return findings.every(({ breaches }) => breaches.length === 0) ? 0 : BROKEN_EXIT_CODE
}

function print(line: string): void {
  process.stdout.write(`${line}\n`)
}
