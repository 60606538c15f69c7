/**
 * The programs on official SDKs that the API Explorer shows, run as it shows them: with the published
 * secret in them, and with a secret that they read from the environment. Those that need no SDK are
 * run by `test/explorer-samples.test.ts`.
 */
import { execFile } from 'node:child_process'
import { copyFile, mkdir, symlink, writeFile } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'
import { SANDBOX_KEYS } from '../../src/accounts/sandbox-keys.ts'
import { Secret } from '../../src/domain/secret.ts'
import { ALIYUN_EXPLORER } from '../../src/protocols/aliyun/explorer/index.ts'
import type { CodeSample, Explorer, ExplorerCall } from '../../src/protocols/explorer.ts'
import { TENCENT_EXPLORER } from '../../src/protocols/tencent/explorer/index.ts'
import { javaProgram, pythonProgram, ToolMissing } from './toolchain.ts'

/** One program, and what was wrong with it or its tools; nothing where it verified. */
export interface SampleRun {
  readonly name: string
  readonly failure?: string
  readonly missing?: string
}

const HERE = import.meta.dirname
const RUN_TIMEOUT_MS = 180_000
const VERIFIED = /"(Result":\s?"0|state":\s?"1)"/
const SECRETS = ['in the program', 'in the environment'] as const
const VARIABLES = ['TENCENTCLOUD_SECRET_KEY', 'APP_CODE', 'APP_SECRET']

type Language = CodeSample['language']
type Start = readonly [file: string, program: string, ...args: readonly string[]]

/** Readies a folder for programs of a language, and says how one is started there. */
const STARTS: { readonly [L in Language]?: (folder: string) => Promise<Start> } = {
  'Node.js': async (folder) => {
    await symlink(join(HERE, '../../node_modules'), join(folder, 'node_modules'))
    await writeFile(join(folder, 'package.json'), '{"type":"module"}')
    return ['verify.ts', process.execPath, '--disable-warning=ExperimentalWarning', 'verify.ts']
  },
  Python: async () => {
    const [python] = await pythonProgram('python/client.py')
    return ['verify.py', python, 'verify.py']
  },
  Go: async (folder) => {
    // The pins of the client that uses the same types; what it shares with others is left out.
    for (const file of ['go.mod', 'go.sum']) {
      await copyFile(join(HERE, 'go/typed', file), join(folder, file))
    }
    const orders = join(HERE, 'go/orders')
    await run(['go', 'mod', 'edit', `-replace=kayan.test/orders=${orders}`], folder)
    return ['main.go', 'go', 'run', '-buildvcs=false', '.']
  },
  Java: async () => {
    const [, , classPath = ''] = await javaProgram('TencentClient')
    const jars = classPath.split(delimiter).filter((part) => part.endsWith('*'))
    return ['Verify.java', 'java', '-Dfile.encoding=UTF-8', '-cp', jars.join(), 'Verify.java']
  },
}

/** Runs them all against a service in clear, each in a folder of its own below `root`. */
export async function runSamples(url: URL, root: string): Promise<readonly SampleRun[]> {
  const runs: SampleRun[] = []
  for (const [explorer, call, secretText] of calls(url.origin)) {
    for (const secret of SECRETS) {
      const { secret: shown, ...bare } = call
      const isRead = secret === 'in the environment'
      const samples = explorer.samples(isRead ? bare : { ...bare, ...(shown && { secret: shown }) })
      for (const sample of samples.filter(({ sdk }) => sdk !== undefined)) {
        const name = `explorer: ${sample.language}, ${sample.sdk}, ${call.authentication}, secret ${secret}`
        const folder = join(root, `sample-${runs.length}`)
        const environment = isRead ? VARIABLES.map((each) => [each, secretText] as const) : []
        runs.push({ name, ...(await runSample(sample, folder, Object.fromEntries(environment))) })
      }
    }
  }
  return runs
}

/** The four-element call of each vendor in each way to authenticate. */
function calls(origin: string): [Explorer, ExplorerCall, secret: string][] {
  return [TENCENT_EXPLORER, ALIYUN_EXPLORER].flatMap((explorer) => {
    const api = explorer.apis.find(({ product }) => product === 'card4')
    if (api === undefined) throw new Error('no four-element API')
    const { id, authentications, parameters } = api
    const values = new Map(parameters.map(({ name, sample }) => [name, new Secret(sample)]))
    return authentications.map((authentication): [Explorer, ExplorerCall, string] => {
      const { credential, secret } = SANDBOX_KEYS[explorer.keyKinds[authentication]!]
      const call = {
        api: id,
        authentication,
        values,
        origin,
        credential,
        secret: new Secret(secret),
      }
      return [explorer, call, secret]
    })
  })
}

async function runSample(
  { language, code }: CodeSample,
  folder: string,
  variables: Readonly<Record<string, string>>,
): Promise<Omit<SampleRun, 'name'>> {
  const start = STARTS[language]
  if (start === undefined) return { failure: `nothing runs ${language} here` }
  await mkdir(folder)
  try {
    const [file, ...command] = await start(folder)
    await writeFile(join(folder, file), code)
    const printed = await run(command, folder, variables)
    return VERIFIED.test(printed) ? {} : { failure: printed }
  } catch (error) {
    if (error instanceof ToolMissing) return { missing: error.message }
    return { failure: String(error) }
  }
}

async function run(
  [program = '', ...args]: readonly string[],
  cwd: string,
  variables: Readonly<Record<string, string>> = {},
): Promise<string> {
  const local = { NO_PROXY: '127.0.0.1,localhost', no_proxy: '127.0.0.1,localhost' }
  const env = { ...process.env, ...local, ...variables }
  const { stdout } = await promisify(execFile)(program, args, { cwd, env, timeout: RUN_TIMEOUT_MS })
  return stdout
}
