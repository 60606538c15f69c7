/** The options by which calls are chosen, and the filter they make. */
import { type Command, InvalidArgumentError, Option } from 'commander'
import type { CallFilter, ElementFilter } from '../billing/call-log.ts'
import { FAULTS } from '../domain/fault.ts'
import { isOutcome } from '../domain/outcome.ts'
import type { ElementName } from '../domain/product.ts'
import { Secret } from '../domain/secret.ts'
import { elementFilter } from '../storage/element-filter.ts'
import { mutate } from '../storage/sql/mutation.ts'
import type { Storage } from '../storage/storage.ts'
import type { Context } from './context.ts'
import { type Access, deedOf } from './open-store.ts'
import { moment, readLineOrAsk } from './options.ts'

/** Options as typed. */
export interface FilterOptions {
  readonly account?: string
  readonly key?: string
  readonly api?: string
  readonly source?: string
  readonly result?: string
  readonly charged?: 'yes' | 'no'
  readonly since?: number
  readonly until?: number
  readonly element?: keyof typeof ELEMENTS
}

/** The elements as people call them at the command line. */
const ELEMENTS = {
  name: 'name',
  id: 'idNumber',
  card: 'cardNumber',
  mobile: 'mobile',
} as const satisfies Record<string, ElementName>

/** Adds the options that choose calls. */
export function addFilterOptions(command: Command, context: Context): Command {
  const texts = context.locale.calls
  return command
    .option('--account <account>', texts.account)
    .option('--key <id>', texts.key)
    .option('--api <api>', texts.api)
    .option('--source <source>', texts.source)
    .option('--result <result>', texts.result, resultOf)
    .addOption(new Option('--charged <yes|no>', texts.chargedOption).choices(['yes', 'no']))
    .option('--since <time>', texts.since, moment)
    .option('--until <time>', texts.until, moment)
    .addOption(new Option('--element <which>', texts.element).choices(Object.keys(ELEMENTS)))
}

/** Who looks for a person's calls leaves an audit line, and must be let write it. */
export function accessFor({ element }: FilterOptions): Access {
  return element === undefined ? 'read' : 'write'
}

/** The filter of the options; an element is asked for now, and only its tokens stay. */
export async function filterOf(
  context: Context,
  storage: Storage,
  options: FilterOptions,
): Promise<CallFilter> {
  const { account, key, api, source, result, charged, since, until, element } = options
  const accountId = account === undefined ? undefined : (await storage.accounts.account(account)).id
  return {
    ...(accountId !== undefined && { accountId }),
    ...(key !== undefined && { keyId: key }),
    ...(api !== undefined && { api }),
    ...(source !== undefined && { source }),
    ...(result !== undefined && { result }),
    ...(charged !== undefined && { charged: charged === 'yes' }),
    ...(since !== undefined && { sinceMs: since }),
    ...(until !== undefined && { untilMs: until }),
    ...(element !== undefined && {
      element: await elementOf(context, storage, ELEMENTS[element], accountId),
    }),
  }
}

/** Remembers who looked and for what, but for an element, of which only the name is known here. */
export async function auditLook(
  context: Context,
  { engine }: Storage,
  action: 'calls.search' | 'calls.export',
  options: FilterOptions,
): Promise<void> {
  const mutation = {
    deed: deedOf(context),
    action,
    subject: 'call',
    detail: JSON.stringify(options),
  }
  await mutate(engine, mutation, async () => ({}))
}

/** The element is asked for where nobody sees it. */
async function elementOf(
  context: Context,
  storage: Storage,
  name: ElementName,
  accountId: string | undefined,
): Promise<ElementFilter> {
  const typed = await readLineOrAsk(context, context.locale.calls.elementPrompt, 'hidden')
  return elementFilter(storage, name, new Secret(typed), accountId)
}

function resultOf(value: string): string {
  if (!isOutcome(value) && !Object.hasOwn(FAULTS, value)) throw new InvalidArgumentError('')
  return value
}
