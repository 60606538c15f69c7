import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type InstallationOptions, openInstallation } from './installation.ts'

let directory: string

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'kayan-installation-'))
})

afterEach(() => rmSync(directory, { recursive: true }))

function open(options: Partial<InstallationOptions> = {}) {
  const installation = openInstallation({
    dataDir: join(directory, 'data'),
    keyFile: join(directory, 'data.key'),
    production: true,
    nowMs: 0,
    ...options,
  })
  installation.database.close()
  return installation
}

test('the first start creates store and key, later ones open the same, also read-only', () => {
  const first = open()
  expect(first.keyFileCreated).toBe(true)
  const later = open({ readOnly: true })
  expect(later.keyFileCreated).toBe(false)
  expect(later.keyring.fingerprint()).toBe(first.keyring.fingerprint())
})

test('a store refuses to be opened without its key file or with another one', () => {
  open()
  const keyFile = join(directory, 'other.key')
  expect(() => open({ keyFile })).toThrow('lost')
  open({ dataDir: join(directory, 'other'), keyFile })
  expect(() => open({ keyFile })).toThrow('foreign')
})

test('a store that is not there cannot be opened read-only, and nothing is created', () => {
  expect(() => open({ readOnly: true })).toThrow('no such file')
  expect(open().keyFileCreated).toBe(true)
})
