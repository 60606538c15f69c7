/** What an operator meets at the terminal when something is wrong, each by a process of its own. */
import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type CliResult, runCli, serveProcess } from '../../test/support/kayan-process.ts'
import { openDatabase } from '../storage/sqlite/database.ts'
import { openStorage } from '../storage/storage.ts'
import { writePeopleCsv } from '../testing/people-csv.ts'
import { judgeNode } from './node-version.ts'

const CLI = join(import.meta.dirname, 'kayan.ts')
const EN = { KAYAN_LANG: 'en' }
const PERSON = {
  name: '韦小宝',
  idNumber: '11204416541220243X',
  cardNumber: '6225768888888888',
  mobile: '16137688175',
}

let root: string
let dataDir: string

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'kayan-cli-'))
  dataDir = join(root, 'data')
  await install(dataDir)
})

afterAll(() => rmSync(root, { recursive: true, force: true }))

/** Makes an installation without the cost of a process. */
async function install(directory: string): Promise<void> {
  const keyFile = `${directory}.key`
  const storage = await openStorage({ dataDir: directory, keyFile, production: true, nowMs: 0 })
  await storage.close()
}

/** A failure is one line on standard error, nothing on standard output, no stack. */
function expectFailure(result: CliResult, code: number, line: string | RegExp): void {
  expect(result).toMatchObject({ code, stdout: '' })
  expect(result.stderr.trimEnd().split('\n')).toHaveLength(1)
  expect(result.stderr).toMatch(line)
}

function english(args: readonly string[], directory = dataDir, variables = {}) {
  return runCli(directory, args, { variables: { ...EN, ...variables } })
}

describe.concurrent('one line says what is wrong and what to do', () => {
  test('a flag that does not exist', async () => {
    expectFailure(
      await english(['serve', '--prot', '1']),
      2,
      'There is no option --prot. See kayan serve --help',
    )
  })

  test('a command that does not exist, in Chinese by default', async () => {
    const result = await runCli(dataDir, ['srve'], { variables: { KAYAN_LANG: '', LANG: 'C' } })
    expectFailure(result, 2, '没有命令 srve。')
  })

  test('a setting that cannot be used', async () => {
    const result = await english(['serve', '--port', '80a'])
    expectFailure(result, 1, 'KAYAN_PORT must be a whole number, not "80a".')
  })

  test('a CSV that is not there, for which no store is created', async () => {
    const directory = join(root, 'no-csv')
    const result = await english(['registry', 'import', join(root, 'none.csv')], directory)
    expectFailure(result, 1, /Cannot find .*none\.csv\. Check the path/)
    expect(existsSync(directory)).toBe(false)
  })

  test('a CSV without the columns wanted', async () => {
    const path = join(root, 'columns.csv')
    writeFileSync(path, 'name,idNumber,mobile\n')
    const result = await english(['registry', 'import', path])
    expectFailure(result, 1, 'lacks the column cardNumber')
  })

  test('a port in use', async () => {
    const other = createServer()
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
    const { port } = other.address() as { port: number }
    const result = await english(['serve', '--port', String(port)], join(root, 'port'))
    other.close()
    expect(result).toMatchObject({ code: 1, stdout: '' })
    expect(result.stderr).toContain(`127.0.0.1:${port} is already in use. Stop the program`)
    expect(result.stderr).not.toContain('    at ')
  })

  test('a data directory of a newer version, left as it is', async () => {
    const directory = join(root, 'newer')
    const database = openDatabase(directory)
    database.exec('PRAGMA user_version = 999')
    database.close()
    expectFailure(await english(['serve'], directory), 1, 'written by a newer Kayan')
    expect(existsSync(`${directory}.key`)).toBe(false)
  })

  test('a lost key file, which is not replaced by a new one', async () => {
    const directory = join(root, 'lost')
    await install(directory)
    rmSync(`${directory}.key`)
    expectFailure(
      await english(['serve'], directory),
      1,
      'is lost, and the data was written under it',
    )
    expect(existsSync(`${directory}.key`)).toBe(false)
  })

  test('a key file of another installation, which stays as it is', async () => {
    const directory = join(root, 'foreign')
    await install(directory)
    const key = readFileSync(`${dataDir}.key`)
    writeFileSync(`${directory}.key`, key)
    expectFailure(await english(['serve'], directory), 1, 'does not belong to this data')
    expect(readFileSync(`${directory}.key`)).toEqual(key)
  })

  test('a key file that others can read, in production', async () => {
    const directory = join(root, 'permissive')
    await install(directory)
    chmodSync(`${directory}.key`, 0o644)
    const result = await english(['accounts', 'list'], directory, { KAYAN_MODE: 'production' })
    expectFailure(result, 1, 'production mode refuses it. Run chmod 600')
  })

  test('elements that are no JSON, without a word of them', async () => {
    const input = `{"name":"${PERSON.name}",`
    const result = await runCli(dataDir, ['verify', '--stdin'], { variables: EN, input })
    expectFailure(result, 1, 'Standard input is not the JSON object wanted')
    expect(result.stderr).not.toContain(PERSON.name)
  })
})

/** A tiny file system of our own needs a name space of our own, which not every machine grants. */
const canMount = spawnSync('unshare', ['-rm', 'true']).status === 0

test.skipIf(!canMount)('a full disk (skipped where unshare is refused)', () => {
  const mount = join(root, 'small')
  const script = `mkdir ${mount} && mount -t tmpfs -o size=64k tmpfs ${mount} && ${process.execPath} ${CLI} accounts create shop; echo "exit $?"; ls -A ${mount}`
  const { stdout, stderr } = spawnSync('unshare', ['-rm', 'sh', '-c', script], {
    encoding: 'utf8',
    env: { PATH: '/usr/bin:/bin', ...EN, KAYAN_DATA_DIR: join(mount, 'data') },
  })
  expect(stdout).toContain('exit 1')
  expect(stderr).toContain('The disk is full')
  expect(stderr.trimEnd().split('\n')).toHaveLength(1)
})

test('asked for the issuer of a card, it names the bank and the kind of card', async () => {
  const input = '{"cardNumber":"6226090210146748"}'
  const args = ['verify', '--product', 'cardInfo', '--stdin']
  const result = await runCli(dataDir, args, { variables: EN, input })
  expect(result.stdout).toMatch(/^issuer +招商银行 · debit$/m)
  const json = await runCli(dataDir, [...args, '--json'], { variables: EN, input })
  expect(JSON.parse(json.stdout)).toEqual({ outcome: 'match', bank: '招商银行', type: 'debit' })
})

test('a verification shows masks and the result, and no element', async () => {
  const input = JSON.stringify(PERSON)
  const result = await runCli(dataDir, ['verify', '--stdin'], { variables: EN, input })
  expect(result).toMatchObject({ code: 0, stderr: '' })
  expect(result.stdout).toContain('match (match)')
  for (const element of Object.values(PERSON)) expect(result.stdout).not.toContain(element)
})

test('an AppCode of one’s own is read from standard input, and judged by its form', async () => {
  const directory = join(root, 'custom')
  await english(['accounts', 'create', 'shop'], directory)
  const create = ['keys', 'create', 'shop', '--kind', 'appcode', '--custom']
  const short = await runCli(directory, create, { variables: EN, input: 'too-short\n' })
  expectFailure(short, 1, 'appCode has an unusable form')
  const made = await runCli(directory, create, { variables: EN, input: 'shop-appcode-2026\n' })
  expect(made.stdout).toContain('AppCode  shop-appcode-2026')
})

const hasCurl = spawnSync('curl', ['--version']).status === 0

describe('serve', () => {
  test.skipIf(!hasCurl)(
    'prints calls that answer when pasted (skipped without curl), then drains on SIGTERM with 0',
    async () => {
      const service = await serveProcess(join(root, 'serve'), EN)
      await expect.poll(service.output).toContain('-d ')
      const calls = service.output().match(/^curl (?:.*\\\n)*.*$/gm) ?? []
      const replies = calls.map((call) => execFileSync('sh', ['-c', call], { encoding: 'utf8' }))
      expect(replies).toEqual([
        expect.stringContaining('"code":"10000","message":"成功","data":{"state":"1"}'),
        expect.stringContaining('"Result":"0","Description":"认证通过"'),
      ])
      const { seqNo } = JSON.parse(replies[0]!) as { seqNo: string }
      const reverse = ['ledger', 'reverse', seqNo, '--reason', 'test']
      expect((await english(reverse, join(root, 'serve'))).code).toBe(0)
      expectFailure(await english(reverse, join(root, 'serve')), 1, 'was reversed before')
      const shown = await english(['calls', 'show', seqNo, '--json'], join(root, 'serve'))
      expect(JSON.parse(shown.stdout)).toMatchObject({ result: 'match', reversed: true })
      expect((await english(['ledger', 'verify'], join(root, 'serve'))).code).toBe(0)
      const second = await english(['serve', '--port', '0'], join(root, 'serve'))
      expect(second.code).toBe(1)
      expect(second.stderr).toContain('Another Kayan is using this data directory')
      expect(await service.stop()).toBe(0)
    },
  )

  test('in production refuses a Node below the security floor unless told to go on', async () => {
    const directory = join(root, 'production')
    const variables = { KAYAN_MODE: 'production', KAYAN_DRAIN_WAIT_MS: '0' }
    if (judgeNode(process.versions.node) === 'unpatched') {
      const refused = await english(['serve', '--port', '0'], directory, variables)
      expectFailure(refused, 1, 'production mode refuses to start')
    }
    const child = spawn(process.execPath, [CLI, 'serve', '--port=0', '--allow-unpatched-node'], {
      env: { ...EN, ...variables, KAYAN_DATA_DIR: directory },
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    let printed = ''
    for await (const chunk of child.stdout) {
      printed += chunk
      if (printed.includes('Kayan ready')) child.kill('SIGTERM')
    }
    expect(printed).toMatch(/^Kayan 0\.1 · production/)
    // The published test keys exist in development only.
    expect(printed).not.toContain('AKIDKayanSandboxEXAMPLE')
    const listed = await english(['keys', 'list'], directory, variables)
    expect(listed).toMatchObject({ code: 0, stdout: expect.stringContaining('No keys yet') })
  })
})

test('every command explains itself in both languages', async () => {
  const { run } = await import('./program.ts')
  const names = Object.keys((await import('./locale/zh.ts')).zh.commands)
  const written: string[] = []
  const write = process.stdout.write
  process.stdout.write = ((text: string) => written.push(text) > 0) as typeof write
  try {
    for (const name of names) {
      for (const language of ['zh', 'en']) {
        expect(await run([name, '--help', '--lang', language], {})).toBe(0)
      }
    }
  } finally {
    process.stdout.write = write
  }
  const help = written.join('')
  expect(help.match(/^用法：/gm)).toHaveLength(names.length)
  expect(help.match(/^Usage:/gm)).toHaveLength(names.length)
  // Neither words nor commands that the library would add in English.
  expect(help.match(/\[选项\]/g)?.length).toBe(help.match(/\[options\]/g)?.length)
  expect(help).not.toContain('display help for command')
})

describe('registry', () => {
  const ROWS = 40_000

  test('an interrupted import says how to resume, and resuming imports every row once', async () => {
    const directory = join(root, 'interrupted')
    const csv = join(root, 'people.csv')
    writePeopleCsv({ path: csv, rows: ROWS, seed: 7 })
    const child = spawn(process.execPath, [CLI, 'registry', 'import', csv], {
      env: { ...EN, KAYAN_DATA_DIR: directory },
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    const stderr = text(child.stderr)
    const began = () => existsSync(join(directory, 'registry'))
    await expect.poll(began, { interval: 5, timeout: 10_000 }).toBe(true)
    child.kill('SIGINT')
    await once(child, 'exit')
    expect(child.exitCode).toBe(130)
    expect(await stderr).toContain(`To resume: kayan registry import ${csv}`)
    const again = await english(['registry', 'import', csv, '--json'], directory)
    expect(JSON.parse(again.stdout)).toMatchObject({ added: ROWS, rejected: 0 })
  })

  test('a person is erased by an ID number from standard input, which is printed nowhere', async () => {
    const directory = join(root, 'erase')
    const csv = join(root, 'one.csv')
    const { name, cardNumber, mobile } = PERSON
    const idNumber = '110101199003071022'
    writeFileSync(
      csv,
      `姓名,证件号码,银行卡号,手机号\n${name},${idNumber},${cardNumber},${mobile}\n`,
    )
    await english(['registry', 'import', csv], directory)
    const options = { variables: EN, input: `${idNumber}\n` }
    const erased = await runCli(directory, ['registry', 'erase'], options)
    expect(erased).toMatchObject({ code: 0, stdout: 'Erased 1 cards.\n', stderr: '' })
    const database = openDatabase(directory, { readOnly: true })
    const audit = JSON.stringify(database.prepare('SELECT * FROM audit').all())
    database.close()
    expect(audit).toContain('registry.erase')
    expect(audit).not.toContain(idNumber)
  })
})
