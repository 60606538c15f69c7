import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openStore, type Store } from '../storage.ts'

let directory: string
let store: Store

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'kayan-reader-'))
  store = await openStore({ dataDir: directory }, {})
})
afterEach(async () => {
  await store.close()
  rmSync(directory, { recursive: true, force: true })
})

function remember(name: string) {
  return store.engine.queries.insertInto('meta').values({ name, value: '' }).execute()
}

async function names(queries = store.reader.queries) {
  const rows = await queries.selectFrom('meta').select('name').orderBy('name').execute()
  return rows.map(({ name }) => name)
}

describe('the reader', () => {
  test('sees what was written before it was asked, bytes and numbers as they are', async () => {
    await remember('one')
    expect(await names()).toEqual(['one'])
    await remember('two')
    expect(await names()).toEqual(['one', 'two'])
    const { rows } = await sql`select x'00ff' as bytes, 9007199254740991 as number`.execute(
      store.reader.queries,
    )
    expect(rows).toEqual([{ bytes: new Uint8Array([0, 255]), number: 9007199254740991 }])
  })

  test('reads one state in a snapshot, while others read the newest', async () => {
    await remember('one')
    await store.reader.snapshot(async (queries) => {
      expect(await names(queries)).toEqual(['one'])
      await remember('two')
      expect(await names(queries)).toEqual(['one'])
      expect(await names()).toEqual(['one', 'two'])
    })
    expect(await names()).toEqual(['one', 'two'])
  })

  test('has more who ask than connections, and answers all of them', async () => {
    await remember('one')
    const all = Array.from({ length: 20 }, () => store.reader.snapshot((queries) => names(queries)))
    expect(await Promise.all(all)).toEqual(all.map(() => ['one']))
  })

  test('writes nothing', async () => {
    const wish = store.reader.queries.insertInto('meta').values({ name: 'x', value: '' }).execute()
    await expect(wish).rejects.toThrow(/readonly/)
    await expect(store.reader.queries.transaction().execute(() => names())).rejects.toThrow()
    expect(await names()).toEqual([])
  })

  test('lets the serving thread go on while it looks at many rows', async () => {
    const numbers = sql`with recursive n(i) as (select 1 union all select i + 1 from n limit 2000000)
      select max(i) as last from n`
    let turns = 0
    const timer = setInterval(() => turns++, 1)
    const { rows } = await numbers.execute(store.reader.queries)
    clearInterval(timer)
    expect(rows).toEqual([{ last: 2_000_000 }])
    expect(turns).toBeGreaterThan(10)
  })
})
