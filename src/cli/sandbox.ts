/** `kayan sandbox`: the time, the units and the chaos of the sandbox account. */
import { Argument, type Command, InvalidArgumentError, Option } from 'commander'
import { type ClockShift, clockShiftOf } from '../billing/clock-shift.ts'
import { FAULT_NAMES, type FaultName } from '../domain/fault.ts'
import { probabilityOf } from '../sandbox/chaos.ts'
import type { SqlSandbox } from '../storage/sql/sandbox.ts'
import { CliError, type Context } from './context.ts'
import { deedOf, withStorage } from './open-store.ts'
import { addExamples } from './options.ts'

interface ChaosOptions {
  readonly fault?: FaultName
  readonly probability?: number
}

/** Adds the command's options, sub-commands and actions. */
export function define(command: Command, context: Context): void {
  const texts = context.locale.sandbox
  command.description(texts.description)
  addExamples(command, context, [
    'kayan sandbox clock +2y',
    'kayan sandbox chaos --fault overloaded --probability 0.1',
    'kayan sandbox chaos off',
    'kayan sandbox reset',
  ])
  command
    .command('reset')
    .description(texts.reset)
    .action(() => reset(context))
  command
    .command('clock')
    .description(texts.clock)
    .addArgument(new Argument('<shift>', texts.shift).argParser(shiftOf))
    .action((shift) => clock(context, shift))
  command
    .command('chaos')
    .description(texts.chaos)
    .addArgument(new Argument('[off]', texts.off).choices(['off']))
    .addOption(new Option('--fault <name>', texts.fault).argParser(faultOf))
    .addOption(new Option('--probability <p>', texts.probability).argParser(shareOf))
    .action((off, options) => chaos(context, off === 'off', options))
}

function reset(context: Context): Promise<void> {
  return withSandbox(context, async (sandbox) => {
    await sandbox.reset(deedOf(context))
    context.out(context.locale.sandbox.wasReset)
  })
}

function clock(context: Context, shift: ClockShift | 'now'): Promise<void> {
  return withSandbox(context, async (sandbox) => {
    const texts = context.locale.sandbox
    const deed = deedOf(context)
    if (shift === 'now') await sandbox.restoreClock(deed)
    else await sandbox.advanceClock(shift.after(deed.atMs) - deed.atMs, shift.text, deed)
    context.out(shift === 'now' ? texts.restored : texts.moved(shift.text))
  })
}

function chaos(context: Context, off: boolean, options: ChaosOptions): Promise<void> {
  const texts = context.locale.sandbox
  const { fault, probability } = options
  const given = [fault, probability].filter((option) => option !== undefined).length
  if (given === 1 || (off && given > 0)) throw new CliError(texts.chaosIncomplete)
  return withSandbox(context, async (sandbox) => {
    const wanted = fault !== undefined && probability !== undefined
    if (off || wanted) {
      await sandbox.setChaos(wanted ? { fault, probability } : undefined, deedOf(context))
    }
    const on = await sandbox.chaos()
    context.out(on === undefined ? texts.chaosOff : texts.chaosOn(on.fault, `${on.probability}`))
  })
}

/** Opens the store with its sandbox account; production has none. */
function withSandbox(
  context: Context,
  action: (sandbox: SqlSandbox) => Promise<void>,
): Promise<void> {
  const { mode, limits } = context.config()
  if (mode === 'production') throw new CliError(context.locale.sandbox.production)
  return withStorage(context, 'write', async ({ sandbox }) => {
    await sandbox.seed({ ratePerSecond: limits.ratePerSecond, nowMs: context.nowMs() })
    await action(sandbox)
  })
}

function shiftOf(text: string): ClockShift | 'now' {
  const shift = clockShiftOf(text)
  if (shift === undefined) throw new InvalidArgumentError('')
  return shift
}

function faultOf(text: string): FaultName {
  const fault = FAULT_NAMES.find((name) => name === text)
  if (fault === undefined) throw new InvalidArgumentError('')
  return fault
}

function shareOf(text: string): number {
  const probability = probabilityOf(text)
  if (probability === undefined) throw new InvalidArgumentError('')
  return probability
}
