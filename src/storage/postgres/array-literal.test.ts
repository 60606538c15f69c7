import fc from 'fast-check'
import { expect, inject, test } from 'vitest'
import { createDatabase } from '../../../test/support/postgres.ts'
import { bytesArray, numberArray, textArray } from './array-literal.ts'
import { openPool } from './pool.ts'

const directory = inject('postgresDirectory')

test.skipIf(directory === '')(
  'every array comes back from PostgreSQL as it was written',
  async () => {
    const pool = await openPool({ url: await createDatabase(directory), connectionsMax: 1 })
    const text = fc.string({ unit: 'binary' }).filter((each) => !each.includes('\0'))
    const bytes = fc
      .uint8Array({ maxLength: 40 })
      .map((each) => Buffer.from(each).toString('latin1'))
    const rows = fc.array(
      fc.tuple(fc.option(fc.maxSafeInteger()), fc.option(text), fc.option(bytes)),
      { maxLength: 20 },
    )
    try {
      await fc.assert(
        fc.asyncProperty(rows, async (written) => {
          const { rows: read } = await pool.query(
            'SELECT * FROM unnest($1::bigint[], $2::text[], $3::bytea[]) AS r(n, t, b)',
            [
              numberArray(written.map(([n]) => n)),
              textArray(written.map(([, t]) => t)),
              bytesArray(written.map(([, , b]) => b)),
            ],
          )
          expect(read.map(({ n, t, b }) => [n, t, b?.toString('latin1') ?? null])).toEqual(written)
        }),
        { numRuns: 100 },
      )
    } finally {
      await pool.end()
    }
  },
)
