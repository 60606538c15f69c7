/** `kayan vendors shadow`, `disagreement` and `release`: sources held against each other. */
import { Argument, type Command, InvalidArgumentError } from 'commander'
import type { ShadowPolicy } from '../sources/shadow-policy.ts'
import { REGISTRY_ROUTE, type RouteRefusal } from '../sources/vendor-route.ts'
import {
  endShadow,
  readDisagreement,
  readShadow,
  releaseRoute,
  setShadow,
} from '../storage/sql/shadow-book.ts'
import { CliError, type Context } from './context.ts'
import { deedOf, withStorage } from './open-store.ts'
import {
  addExamples,
  beijingTime,
  jsonOption,
  moment,
  positiveInteger,
  wholeNumber,
} from './options.ts'
import { tableLines } from './table.ts'
import { centifen, inYuanExactly } from './vendor-money.ts'
import { type PeriodOptions, periodOf } from './vendors-costs.ts'

const WHOLE = 1_000
const WINDOW_CALLS = 200
const ALARM_PER_MILLE = 50

interface SetOptions {
  readonly second: string
  readonly perMille: number
  readonly all?: true
  readonly budget: number
  readonly window: number
  readonly alarm: number
  readonly stop?: true
}

interface JsonOptions {
  readonly json?: true
}

/** Adds the sub-commands. */
export function defineShadow(command: Command, context: Context): void {
  const texts = context.locale.routing
  const shadow = command.command('shadow').description(texts.shadow)
  addExamples(shadow, context, [
    'kayan vendors shadow set --second backup --per-mille 5 --budget 200',
    'kayan vendors disagreement --from 2026-11-01',
  ])
  shadow
    .command('set')
    .description(texts.set)
    .requiredOption('--second <route>', texts.second)
    .requiredOption('--per-mille <n>', texts.perMille, share)
    .requiredOption('--budget <yuan>', texts.budget, centifen)
    .option('--all', texts.all)
    .option('--window <n>', texts.window, positiveInteger, WINDOW_CALLS)
    .option('--alarm <n>', texts.alarm, perMille, ALARM_PER_MILLE)
    .option('--stop', texts.stop)
    .action((options) => set(context, options))
  shadow
    .command('show')
    .description(texts.show)
    .addOption(jsonOption(context))
    .action((options) => show(context, options))
  shadow
    .command('off')
    .description(texts.off)
    .action(() => off(context))
  command
    .command('release')
    .description(texts.release)
    .addArgument(new Argument('<route>', texts.route))
    .action((route) => release(context, route))
  command
    .command('disagreement')
    .description(texts.disagreement)
    .option('--from <date>', texts.from, moment)
    .option('--to <date>', texts.to, moment)
    .addOption(jsonOption(context))
    .action((options) => disagreement(context, options))
}

function set(context: Context, options: SetOptions): Promise<void> {
  const policy: ShadowPolicy = {
    second: options.second,
    perMille: options.perMille,
    compares: options.all ? 'verdicts' : 'matches',
    budgetCentifen: options.budget,
    windowCalls: options.window,
    alarmPerMille: options.alarm,
    stops: options.stop === true,
  }
  return withStorage(context, 'write', async ({ engine }) => {
    agreed(context, await setShadow(engine, policy, deedOf(context)))
    const texts = context.locale.routing
    if (policy.second !== REGISTRY_ROUTE) context.err(texts.consent)
    context.out(texts.started)
  })
}

function show(context: Context, { json }: JsonOptions): Promise<void> {
  return withStorage(context, 'read', async ({ engine }) => {
    const texts = context.locale.routing
    const { policy, spentCentifen, stops } = await readShadow(engine.queries, context.nowMs())
    if (json) return context.out(JSON.stringify({ policy, spentCentifen, stops }))
    if (policy === undefined) context.out(texts.none)
    else {
      const { budgetCentifen, compares, ...shown } = policy
      const amounts = {
        spentYuan: inYuanExactly(spentCentifen),
        budgetYuan: inYuanExactly(budgetCentifen),
      }
      context.out(texts.shown({ ...shown, ...amounts, matchesOnly: compares === 'matches' }))
    }
    if (stops.length === 0) return
    const rows = stops.map(({ route, second, compared, disagreed, atMs }) => {
      return [route, second, String(compared), String(disagreed), beijingTime(atMs)]
    })
    for (const line of tableLines(texts.stopColumns, rows)) context.out(line)
  })
}

function off(context: Context): Promise<void> {
  return withStorage(context, 'write', async ({ engine }) => {
    await endShadow(engine, deedOf(context))
    context.out(context.locale.routing.ended)
  })
}

function release(context: Context, route: string): Promise<void> {
  return withStorage(context, 'write', async ({ engine }) => {
    agreed(context, await releaseRoute(engine, route, deedOf(context)))
    context.out(context.locale.routing.released(route))
  })
}

function disagreement(context: Context, options: PeriodOptions & JsonOptions): Promise<void> {
  return withStorage(context, 'read', async ({ engine }) => {
    const texts = context.locale.routing
    const found = await readDisagreement(engine.queries, periodOf(context, options))
    if (options.json) return context.out(JSON.stringify(found))
    if (found.pairs.length === 0) return context.out(texts.noComparisons)
    for (const { route, second, compared, disagreed } of found.pairs) {
      context.out(texts.pair(route, second, compared, disagreed))
    }
    const rows = found.cells.map(({ route, second, bank, outcome, secondOutcome, count }) => {
      return [route, second, bank || texts.unknownBank, outcome, secondOutcome, String(count)]
    })
    for (const line of tableLines(texts.cellColumns, rows)) context.out(line)
  })
}

function agreed<T>(context: Context, result: T | RouteRefusal): T {
  const { refusals } = context.locale.vendors
  if (typeof result === 'string') throw new CliError(refusals[result as RouteRefusal])
  return result as T
}

function share(value: string): number {
  if (perMille(value) === 0) throw new InvalidArgumentError('')
  return perMille(value)
}

function perMille(value: string): number {
  const calls = wholeNumber(value)
  if (calls > WHOLE) throw new InvalidArgumentError('')
  return calls
}
