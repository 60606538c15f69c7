/** What the lock file and the installed packages must not hold: the house rules for dependencies. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Licences that need no decision record. */
const LICENCES = [
  'MIT',
  'ISC',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  '0BSD',
  'BlueOak-1.0.0',
]

/** Node itself arrives as an optional package: it is the runtime, not a part of what runs on it. */
const RUNTIME = /^node_modules\/node-(linux|darwin|win)-/

interface LockedPackage {
  readonly dev?: boolean
  readonly hasInstallScript?: boolean
  readonly license?: string
}

/** Paths (`node_modules/…`) of all packages that run in production, Node apart. */
export function productionPackages(
  lock: string = readFileSync('package-lock.json', 'utf8'),
): string[] {
  return [...production(lock).keys()]
}

/** Every broken rule as one line. */
export function dependencyFindings(lock: string): string[] {
  return [
    ...[...production(lock)].flatMap(([path, locked]) => packageFindings(path, locked)),
    ...(/"resolved": "https?:/.test(lock)
      ? ['package-lock.json names the host of a registry']
      : []),
  ]
}

function packageFindings(path: string, locked: LockedPackage): string[] {
  const licence = locked.license ?? 'none'
  const binaries = existsSync(path) ? binariesBelow(path) : []
  return [
    ...(locked.hasInstallScript === true ? [`${path} has an install script`] : []),
    ...(LICENCES.includes(licence) ? [] : [`${path} has licence ${licence}`]),
    ...binaries.map((binary) => `${binary} is a native binary`),
  ]
}

function production(lock: string): Map<string, LockedPackage> {
  const { packages } = JSON.parse(lock) as { packages: Record<string, LockedPackage> }
  return new Map(
    Object.entries(packages).filter(([path, { dev }]) => {
      return path !== '' && dev !== true && !RUNTIME.test(path)
    }),
  )
}

function binariesBelow(path: string): string[] {
  return readdirSync(path, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.node'))
    .map((name) => join(path, name))
}
