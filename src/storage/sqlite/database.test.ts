import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { databasePath, openDatabase, pragma, transaction } from './database.ts'

let dataDir: string

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'kayan-database-'))
})
afterEach(() => rmSync(dataDir, { recursive: true }))

test('a store is opened in WAL with full synchronisation, foreign keys and a busy timeout', () => {
  const database = openDatabase(join(dataDir, 'new', 'deep'))
  expect(pragma(database, 'journal_mode')).toBe('wal')
  expect(pragma(database, 'synchronous')).toBe(2)
  expect(pragma(database, 'foreign_keys')).toBe(1)
  expect(pragma(database, 'busy_timeout')).toBe(5000)
  database.close()
})

test('what one opening wrote, the next reads, also read-only beside a writer', () => {
  const writer = openDatabase(dataDir)
  writer.exec(`INSERT INTO meta VALUES ('a', 1)`)
  const reader = openDatabase(dataDir, { readOnly: true })
  expect(reader.prepare('SELECT value FROM meta').get()).toMatchObject({ value: '1' })
  expect(() => reader.exec(`INSERT INTO meta VALUES ('b', 1)`)).toThrow(/readonly/)
  writer.close()
  reader.close()
  const again = openDatabase(dataDir, { readOnly: true })
  expect(again.prepare('SELECT value FROM meta').get()).toMatchObject({ value: '1' })
  again.close()
})

test('a store of a newer version is refused and left as it was', () => {
  const database = openDatabase(dataDir)
  database.exec('PRAGMA user_version = 999')
  database.close()
  expect(() => openDatabase(dataDir)).toThrow(expect.objectContaining({ code: 'newer_version' }))
  expect(() => openDatabase(dataDir, { readOnly: true })).toThrow(
    expect.objectContaining({ code: 'newer_version' }),
  )
})

test('a store of an older version is refused read-only and migrated otherwise', () => {
  const database = openDatabase(dataDir)
  database.close()
  const older = openDatabase(dataDir)
  older.exec('PRAGMA user_version = 0')
  older.close()
  expect(() => openDatabase(dataDir, { readOnly: true })).toThrow(
    expect.objectContaining({ code: 'older_version' }),
  )
})

test('a file that is no database is called corrupt, a missing one unreadable', () => {
  expect(() => openDatabase(dataDir, { readOnly: true })).toThrow(
    expect.objectContaining({ code: 'unreadable' }),
  )
  writeFileSync(databasePath(dataDir), 'x'.repeat(8192))
  expect(() => openDatabase(dataDir)).toThrow(expect.objectContaining({ code: 'corrupt' }))
})

test('a data directory that cannot be made is called unreadable', () => {
  writeFileSync(join(dataDir, 'file'), '')
  expect(() => openDatabase(join(dataDir, 'file', 'below'))).toThrow(
    expect.objectContaining({ code: 'unreadable' }),
  )
})

test('a transaction whose action throws leaves nothing behind', () => {
  const database = openDatabase(dataDir)
  const failing = () =>
    transaction(database, () => {
      database.exec(`INSERT INTO meta VALUES ('a', 1)`)
      throw new Error('no')
    })
  expect(failing).toThrow('no')
  expect(database.prepare('SELECT count(*) AS n FROM meta').get()).toMatchObject({ n: 0 })
  database.close()
})
