/** `kayan verify`: one verification from the terminal, by the local store or a running service. */
import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Command, Option } from 'commander'
import { SANDBOX_KEYS } from '../accounts/sandbox-keys.ts'
import { type Elements, normalise, precheck } from '../domain/elements.ts'
import { isFault } from '../domain/fault.ts'
import { type Issuer, issuerOf } from '../domain/issuer.ts'
import { maskCardNumber, maskIdNumber, maskMobile, maskName } from '../domain/mask.ts'
import { type ElementName, PRODUCTS, type Product } from '../domain/product.ts'
import { Secret } from '../domain/secret.ts'
import { deriveTokenKeys, Tokens } from '../domain/token.ts'
import { createRegistry } from '../sources/registry.ts'
import { createSandbox } from '../sources/sandbox.ts'
import type { Finding } from '../sources/source.ts'
import { openRegistry } from '../storage/records/record-store.ts'
import { appendAudit } from '../storage/sql/audit.ts'
import { CliError, type Context } from './context.ts'
import { deedOf, withStorage } from './open-store.ts'
import { addExamples, jsonOption, productOption, readLineOfFile } from './options.ts'
import { callService, type ServiceReply, type Typed } from './service-call.ts'
import { displayWidth } from './table.ts'

interface VerifyOptions {
  readonly product: Product
  readonly name?: string
  readonly id?: string
  readonly card?: string
  readonly mobile?: string
  readonly stdin?: true
  readonly live?: true
  readonly url?: string
  readonly appCode?: string
  readonly appCodeFile?: string
  readonly json?: true
}

const MASKS: { readonly [E in ElementName]: (raw: string) => string } = {
  name: maskName,
  idNumber: maskIdNumber,
  cardNumber: maskCardNumber,
  mobile: maskMobile,
}

/** Adds the command's options and action. */
export function define(command: Command, context: Context): void {
  const texts = context.locale.verify
  command
    .description(texts.description)
    .addOption(productOption(texts.product).default('card4'))
    .option('--name <name>', texts.name)
    .option('--id <number>', texts.id)
    .option('--card <number>', texts.card)
    .option('--mobile <number>', texts.mobile)
    .addOption(new Option('--stdin', texts.stdin).conflicts(['name', 'id', 'card', 'mobile']))
    .addOption(new Option('--live', texts.live).conflicts('url'))
    .option('--url <url>', texts.url)
    .addOption(new Option('--app-code <code>', texts.appCode).conflicts('appCodeFile'))
    .option('--app-code-file <file>', texts.appCodeFile)
    .addOption(jsonOption(context))
    .action((options: VerifyOptions) => verify(context, options))
  addExamples(command, context, [
    'kayan verify --name 韦小宝 --id 11204416541220243X --card 6225768888888888 --mobile 16137688175',
    'kayan verify --live --stdin < person.json',
    'kayan verify --url http://127.0.0.1:8080',
  ])
}

async function verify(context: Context, options: VerifyOptions): Promise<void> {
  const { product, url } = options
  if (url !== undefined && product !== 'card4') throw new CliError(context.locale.verify.urlCard4)
  const typed = await readElements(context, options)
  const missing = PRODUCTS[product].find((element) => !typed[element])
  if (missing) {
    const { missing: line, element } = context.locale.verify
    throw new CliError(line(element[missing]))
  }
  if (url !== undefined) {
    const reply = await callService(context, { url, appCode: appCodeOf(context, options), typed })
    printReply(context, typed, reply, options)
    return
  }
  const elements = Object.fromEntries(
    PRODUCTS[product].map((element) => [element, new Secret(typed[element] ?? '')]),
  ) as Elements
  const verdict = options.live
    ? await askRegistry(context, product, elements)
    : await askSandbox(product, elements)
  printVerdict(context, typed, verdict, options)
}

async function readElements(context: Context, options: VerifyOptions): Promise<Typed> {
  if (options.stdin) return parseTyped(context, await text(process.stdin))
  const { name, id, card, mobile } = options
  const typed: { [E in ElementName]?: string | undefined } = {
    name,
    idNumber: id,
    cardNumber: card,
    mobile,
  }
  const given = Object.values(typed).some((value) => value !== undefined)
  if (given && (options.live || options.url)) context.err(context.locale.verify.optionsVisible)
  if (process.stdin.isTTY) await ask(context, options.product, typed)
  return typed as Typed
}

function parseTyped(context: Context, json: string): Typed {
  try {
    const value: unknown = JSON.parse(json)
    if (typeof value === 'object' && value !== null) {
      const entries = PRODUCTS.card4.map((element) => [element, Reflect.get(value, element)])
      if (entries.every(([, item]) => item === undefined || typeof item === 'string')) {
        return Object.fromEntries(entries)
      }
    }
  } catch {
    // Told below, without what was read: it may hold elements.
  }
  throw new CliError(context.locale.verify.badJson)
}

/** Asks for what no option gave. */
async function ask(
  context: Context,
  product: Product,
  typed: { [E in ElementName]?: string | undefined },
): Promise<void> {
  const { createInterface } = await import('node:readline/promises')
  const terminal = createInterface({ input: process.stdin, output: process.stderr })
  try {
    for (const element of PRODUCTS[product]) {
      typed[element] ??= await terminal.question(context.locale.verify.prompt[element])
    }
  } finally {
    terminal.close()
  }
}

function appCodeOf(context: Context, options: VerifyOptions): string {
  if (options.appCodeFile !== undefined) return readLineOfFile(context, options.appCodeFile)
  return options.appCode ?? SANDBOX_KEYS.appcode.credential
}

function askSandbox(product: Product, submitted: Elements): Finding | Promise<Finding> {
  const elements = normalise(submitted, product)
  const source = createSandbox((durationMs) => sleep(durationMs))
  return precheck(elements, product, 'format') ?? source.verify({ product, elements })
}

/** Asks the register, which leaves a line in the audit: it costs nothing, so it must not be silent. */
function askRegistry(context: Context, product: Product, submitted: Elements): Promise<Finding> {
  const { store, verification } = context.config()
  const elements = normalise(submitted, product)
  return withStorage(context, 'write', async ({ engine, keyring }) => {
    const registry = openRegistry(store.registryDir, keyring)
    try {
      await appendAudit(engine.queries, {
        ...deedOf(context),
        action: 'registry.verify',
        subject: 'registry',
        detail: product,
      })
      const source = createRegistry(registry, new Tokens(deriveTokenKeys(keyring)))
      return (
        precheck(elements, product, verification.precheck) ??
        (await source.verify({ product, elements }))
      )
    } finally {
      registry.close()
    }
  })
}

function printVerdict(
  context: Context,
  typed: Typed,
  verdict: Finding,
  { product, json }: VerifyOptions,
): void {
  const { verify: texts, outcomes } = context.locale
  const issuer = product === 'cardInfo' && verdict === 'match' ? issuerOfTyped(typed) : undefined
  if (json) {
    const said = isFault(verdict) ? { fault: verdict.fault } : { outcome: verdict, ...issuer }
    context.out(JSON.stringify(said))
    return
  }
  const result = isFault(verdict) ? texts.fault(verdict.fault) : `${outcomes[verdict]} (${verdict})`
  const rows = [...maskedRows(context, typed, product), [texts.result, result] as const]
  if (issuer) rows.push([texts.issuer, `${issuer.bank} · ${texts.cardTypes[issuer.type]}`])
  printRows(context, rows)
}

/** Who issued the card; of a card that exists in the sandbox only, nobody. */
function issuerOfTyped({ cardNumber = '' }: Typed): Issuer | undefined {
  const normalised = normalise({ cardNumber: new Secret(cardNumber) }, 'cardInfo').cardNumber
  return normalised && issuerOf(normalised)
}

function printReply(
  context: Context,
  typed: Typed,
  reply: ServiceReply,
  { product, json }: VerifyOptions,
): void {
  const texts = context.locale.verify
  if (json) {
    context.out(JSON.stringify(reply))
    return
  }
  const state = reply.state === '' ? '' : ` · state ${reply.state}`
  printRows(context, [
    ...maskedRows(context, typed, product),
    [texts.result, `${reply.message}${state}`],
    [texts.code, reply.code],
    [texts.sequence, reply.sequence],
  ])
}

function maskedRows(context: Context, typed: Typed, product: Product): [string, string][] {
  const { element: labels } = context.locale.verify
  return PRODUCTS[product].map((element) => [labels[element], MASKS[element](typed[element] ?? '')])
}

function printRows(context: Context, rows: readonly (readonly [string, string])[]): void {
  const width = Math.max(...rows.map(([label]) => displayWidth(label)))
  for (const [label, value] of rows) {
    context.out(`${label}${' '.repeat(width - displayWidth(label))}  ${value}`)
  }
}
