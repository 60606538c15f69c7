/** `kayan call`: one call to a running service, signed as the vendor's clients sign. */
import { randomUUID } from 'node:crypto'
import { text } from 'node:stream/consumers'
import { type Command, Option } from 'commander'
import { SANDBOX_KEYS } from '../accounts/sandbox-keys.ts'
import { isBearer } from '../domain/key.ts'
import { Secret } from '../domain/secret.ts'
import { ALIYUN_EXPLORER } from '../protocols/aliyun/explorer/index.ts'
import type { Explorer, PreparedRequest } from '../protocols/explorer.ts'
import { TENCENT_EXPLORER } from '../protocols/tencent/explorer/index.ts'
import { CliError, type Context } from './context.ts'
import { addExamples, readLineOfFile } from './options.ts'

interface CallOptions {
  readonly stdin?: true
  readonly url: string
  readonly authentication?: string
  readonly id?: string
  readonly secretEnv?: string
  readonly secretFile?: string
}

const EXPLORERS: readonly Explorer[] = [TENCENT_EXPLORER, ALIYUN_EXPLORER]
const TIMEOUT_MS = 30_000

/** Adds the command's arguments, options and action. */
export function define(command: Command, context: Context): void {
  const texts = context.locale.call
  command
    .description(texts.description)
    .argument('<api>', texts.api)
    .argument('[values...]', texts.values)
    .option('--stdin', texts.stdin)
    .option('--url <url>', texts.url, 'http://127.0.0.1:8080')
    .option('--authentication <name>', texts.authentication)
    .option('--id <id>', texts.id)
    .option('--secret-env <name>', texts.secretEnv)
    .addOption(new Option('--secret-file <file>', texts.secretFile).conflicts('secretEnv'))
    .action((api: string, values: readonly string[], options: CallOptions) =>
      call(context, api, values, options),
    )
  addExamples(command, context, [
    'kayan call tencent.BankCard2EVerification Name=韦小宝 BankCard=6225768888888888',
    'kayan call aliyun.1887 --secret-env APP_CODE --stdin < person.json',
  ])
}

async function call(
  context: Context,
  api: string,
  values: readonly string[],
  options: CallOptions,
): Promise<void> {
  const explorer = EXPLORERS.find(({ apis }) => apis.some(({ id }) => id === api))
  const [first = ''] = explorer?.apis.find(({ id }) => id === api)?.authentications ?? []
  const authentication = options.authentication ?? first
  const kind = explorer?.keyKinds[authentication]
  if (explorer === undefined || kind === undefined) {
    const apis = EXPLORERS.flatMap(({ apis }) => apis.map(({ id }) => id))
    throw new CliError(context.locale.call.unknownApi(apis.join(' ')))
  }
  const typed = options.stdin ? parsed(context, await text(process.stdin)) : split(context, values)
  const origin = originOf(context, options.url)
  const secret = secretOf(context, options)
  // Nobody's secret is to be sent as if it were a name.
  if (secret !== undefined && options.id === undefined && !isBearer(kind)) {
    throw new CliError(context.locale.call.idMissing)
  }
  const published = SANDBOX_KEYS[kind]
  const request = explorer.prepare({
    api,
    authentication,
    values: new Map(typed.map(([name, value]) => [name, new Secret(value)])),
    origin,
    credential: options.id ?? secret ?? published.credential,
    secret: new Secret(secret ?? published.secret),
    nowMs: context.nowMs(),
    nonce: randomUUID(),
  })
  if (secret !== undefined && !options.stdin) context.err(context.locale.verify.optionsVisible)
  await send(context, origin, request)
}

function split(context: Context, values: readonly string[]): [string, string][] {
  return values.map((value) => {
    const at = value.indexOf('=')
    if (at < 1) throw new CliError(context.locale.call.badValue(value))
    return [value.slice(0, at), value.slice(at + 1)]
  })
}

function parsed(context: Context, json: string): [string, string][] {
  try {
    const value: unknown = JSON.parse(json)
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      return Object.entries(value).map(([name, each]) => [name, String(each)])
    }
  } catch {
    // Told below, without what was read: it may hold elements.
  }
  throw new CliError(context.locale.call.badJson)
}

function originOf(context: Context, url: string): string {
  const target = URL.parse(url)
  if (target?.protocol.startsWith('http') !== true) {
    throw new CliError(context.locale.call.unreachable(url))
  }
  return target.origin
}

/** One's own secret; undefined for the published one. */
function secretOf(context: Context, options: CallOptions): string | undefined {
  const { id, secretEnv, secretFile } = options
  if (secretFile !== undefined) return readLineOfFile(context, secretFile)
  if (secretEnv === undefined) {
    if (id !== undefined) throw new CliError(context.locale.call.secretMissing)
    return undefined
  }
  const secret = Object.entries(context.environment()).find(([name]) => name === secretEnv)?.[1]
  if (!secret) throw new CliError(context.locale.call.secretEmpty(secretEnv))
  return secret
}

/** Prints what came; an answer that is a refusal of the gateway ends the command as a failure. */
async function send(context: Context, origin: string, request: PreparedRequest): Promise<void> {
  const { method, path, headers, body } = request
  const sent = {
    method,
    headers: headers.map(([name, value]): [string, string] => [name, value]),
    body,
    signal: AbortSignal.timeout(TIMEOUT_MS),
  }
  const response = await fetch(origin + path, sent).catch(() => {
    throw new CliError(context.locale.call.unreachable(origin))
  })
  const reason = response.headers.get('x-ca-error-message')
  context.out(await response.text())
  if (reason !== null) context.err(`${response.status} ${reason}`)
  if (!response.ok) context.exitCode = 1
}
