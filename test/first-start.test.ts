/** Nodes that start at the same moment on an empty database. */
import { expect, inject, onTestFinished, test } from 'vitest'
import { SANDBOX_KEYS } from '../src/accounts/sandbox-keys.ts'
import { createDatabase } from './support/postgres.ts'
import { Place } from './support/service.ts'
import { send, signedRequest } from './support/vendor-requests.ts'

const directory = inject('postgresDirectory')

test.skipIf(directory === '')(
  'all of them begin to answer (skipped without PostgreSQL)',
  async () => {
    const place = new Place({ KAYAN_DATABASE_URL: await createDatabase(directory) })
    onTestFinished(() => place.remove())
    const names = ['one', 'two', 'three']
    const nodes = await Promise.all(names.map((name) => place.serve({ KAYAN_NODE_NAME: name })))
    for (const node of nodes) onTestFinished(() => node.stop('test'))
    const { credential } = SANDBOX_KEYS.appcode
    for (const { url } of nodes) {
      const { code } = await send(url, signedRequest(url, 'appcode', { credential }))
      expect(code).toBe('10000')
    }
  },
)
