/**
 * Every program that the API Explorer shows is run, as it is shown, against a running service: with
 * the published key in it, and as people with a key of their own see it, who keep its secret in the
 * environment.
 */
import { execFile, execFileSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { Script } from 'node:vm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { SANDBOX_KEYS } from '../src/accounts/sandbox-keys.ts'
import { Secret } from '../src/domain/secret.ts'
import type { Running } from '../src/main.ts'
import { ALIYUN_EXPLORER } from '../src/protocols/aliyun/explorer/index.ts'
import type {
  ApiDescription,
  CodeSample,
  Explorer,
  ExplorerCall,
  SignedCall,
} from '../src/protocols/explorer.ts'
import { TENCENT_EXPLORER } from '../src/protocols/tencent/explorer/index.ts'
import { Place } from './support/service.ts'

/** How a program of each language is run, where the machine has the language. */
const RUNNERS: Readonly<Record<string, { file: string; command: readonly string[] }>> = {
  curl: { file: 'verify.sh', command: ['bash'] },
  'Node.js': {
    file: 'verify.ts',
    command: [process.execPath, '--disable-warning=ExperimentalWarning'],
  },
  Python: { file: 'verify.py', command: ['python3'] },
  Go: { file: 'verify.go', command: ['go', 'run'] },
  Java: { file: 'Verify.java', command: ['java', '-Dfile.encoding=UTF-8'] },
  PHP: { file: 'verify.php', command: ['php'] },
  'C#': { file: 'verify.cs', command: ['dotnet', 'run'] },
  'Kayan CLI': { file: 'verify.sh', command: ['bash'] },
}
/** SDKs that are packages of this checkout; those of other languages are run by test/clients. */
const SDKS_HERE: readonly (string | undefined)[] = [
  undefined,
  'tencentcloud-sdk-nodejs',
  'aliyun-api-gateway',
]
/** The secret as published, or read from the environment. */
const SECRETS = ['in the program', 'in the environment'] as const
const VARIABLES = ['TENCENTCLOUD_SECRET_KEY', 'APP_CODE', 'APP_SECRET']
/** The command as it is called once it is installed. */
const COMMAND = `kayan() { '${process.execPath}' '${join(import.meta.dirname, '../src/cli/kayan.ts')}' "$@"; }`
/** Languages that the machine of CI does without. */
const BEYOND_CI: readonly string[] = ['PHP', 'C#']
const RUN_MS_MAX = 60_000

const KEYS: Readonly<Record<string, { credential: string; secret: string }>> = {
  'TC3-HMAC-SHA256': SANDBOX_KEYS.tencent,
  APPCODE: SANDBOX_KEYS.appcode,
  AppKey: SANDBOX_KEYS.appkey,
}

const place = new Place()
const directory = mkdtempSync(join(tmpdir(), 'kayan-samples-'))
let running: Running

beforeAll(async () => {
  process.stderr.write('skipped: Objective-C, because its Foundation is Apple’s\n')
  running = await place.serve()
  writeFileSync(join(directory, 'package.json'), '{"type":"module"}')
  // So that programs find the packages they import.
  symlinkSync(join(import.meta.dirname, '../node_modules'), join(directory, 'node_modules'))
})

afterAll(async () => {
  await running.stop('test')
  place.remove()
  rmSync(directory, { recursive: true })
})

/** The four-element call of each vendor in each way to authenticate. */
const CALLS = [TENCENT_EXPLORER, ALIYUN_EXPLORER].flatMap((explorer) => {
  const api = explorer.apis.find(({ product }) => product === 'card4')
  if (api === undefined) throw new Error('no four-element API')
  return api.authentications.map((authentication) => ({ explorer, api, authentication }))
})

describe.each(CALLS)('$api.id with $authentication', ({ explorer, api, authentication }) => {
  const runnable = explorer
    .samples(callOf(api, authentication, 'http://127.0.0.1:8080'))
    .filter(({ language, sdk }) => RUNNERS[language] !== undefined && SDKS_HERE.includes(sdk))
    .flatMap(({ language, sdk }) => SECRETS.map((secret) => ({ language, sdk, secret })))

  test.each(runnable)(
    'the $language program $sdk verifies with its secret $secret',
    async ({ language, sdk, secret }) => {
      const runner = RUNNERS[language]!
      if (!isInstalled(runner.command[0]!)) {
        if (process.env.CI === 'true' && !BEYOND_CI.includes(language)) {
          throw new Error(`CI needs ${language}`)
        }
        process.stderr.write(`skipped: ${language}, because this machine has none\n`)
        return
      }
      const { secret: secretText } = KEYS[authentication]!
      const { secret: shown, ...call } = callOf(api, authentication, running.url)
      const isRead = secret === 'in the environment'
      const code = sampleOf(explorer, isRead ? call : { ...call, secret: shown }, { language, sdk })
      if (isRead) expect(code).not.toContain(secretText)
      const folder = join(directory, randomUUID())
      mkdirSync(folder)
      const prelude = language === 'Kayan CLI' ? `${COMMAND}\n` : ''
      writeFileSync(join(folder, runner.file), prelude + code)
      const [program, ...options] = runner.command
      const variables = isRead ? VARIABLES.map((name) => [name, secretText]) : []
      const { stdout } = await promisify(execFile)(program!, [...options, runner.file], {
        cwd: folder,
        timeout: RUN_MS_MAX,
        env: { ...process.env, ...Object.fromEntries(variables) },
      })
      expect(stdout).toMatch(/"(Result":"0|state":"1)"/)
    },
    RUN_MS_MAX,
  )

  test('the request as shown is the request that verifies', async () => {
    const { method, path, headers, body } = explorer.prepare(
      callOf(api, authentication, running.url),
    )
    const response = await fetch(running.url + path, {
      method,
      headers: headers.map(([name, value]) => [name, value]),
      body,
    })
    expect(await response.text()).toMatch(/"(Result":"0|state":"1)"/)
  })
})

/** Cloud functions, which are programs of Node that somebody else calls. */
test('the cloud function of the mini program verifies', async () => {
  const call = callOf(TENCENT_EXPLORER.apis[0]!, 'TC3-HMAC-SHA256', running.url)
  const code = sampleOf(TENCENT_EXPLORER, call, { language: '微信小程序', sdk: undefined })
  const folder = join(directory, randomUUID())
  mkdirSync(folder)
  writeFileSync(join(folder, 'index.cjs'), code)
  const event = JSON.parse(/data: (\{.*\}) \}\)/.exec(code)![1]!)
  const { main } = await import(join(folder, 'index.cjs'))
  expect(await main(event)).toMatchObject({ Response: { Result: '0' } })
})

test('the mini program without a cloud function is a program', () => {
  const call = callOf(ALIYUN_EXPLORER.apis[0]!, 'APPCODE', running.url)
  const code = sampleOf(ALIYUN_EXPLORER, call, { language: '微信小程序', sdk: undefined })
  expect(() => new Script(code)).not.toThrow()
})

test('every language of the vendors has a program for every vendor', () => {
  for (const { explorer, api } of CALLS) {
    const [authentication] = api.authentications
    const samples = explorer.samples(callOf(api, authentication!, 'http://127.0.0.1:8080'))
    const raw = samples.filter(({ sdk }) => sdk === undefined).map(({ language }) => language)
    expect(raw).toEqual([
      'curl',
      'Node.js',
      'Python',
      'Go',
      'Java',
      'PHP',
      'C#',
      'Objective-C',
      '微信小程序',
      'Kayan CLI',
    ])
  }
})

function sampleOf(
  explorer: Explorer,
  call: ExplorerCall,
  wanted: Pick<CodeSample, 'language'> & { sdk: string | undefined },
): string {
  const found = explorer
    .samples(call)
    .find(({ language, sdk }) => language === wanted.language && sdk === wanted.sdk)
  return found!.code
}

function callOf(api: ApiDescription, authentication: string, origin: string): SignedCall {
  const { credential, secret } = KEYS[authentication]!
  return {
    api: api.id,
    authentication,
    values: new Map(api.parameters.map(({ name, sample }) => [name, new Secret(sample)])),
    origin,
    credential,
    secret: new Secret(secret),
    nowMs: Date.now(),
    nonce: randomUUID(),
  }
}

function isInstalled(program: string): boolean {
  try {
    execFileSync('which', [program], { stdio: 'pipe', cwd: tmpdir() })
    return true
  } catch {
    return false
  }
}
