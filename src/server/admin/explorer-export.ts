/** The admin API's files that describe an API to other tools. */
import { z } from 'zod'
import type { Explorer } from '../../protocols/explorer.ts'
import { openApiOf } from '../../protocols/export-openapi.ts'
import { postmanOf } from '../../protocols/export-postman.ts'
import { ORIGIN } from './explorer.ts'
import { type AdminApp, FileReply, serve } from './route.ts'

/** Without an origin the documents are of this one, which whoever reads them has to change. */
const SOME_ORIGIN = 'http://127.0.0.1:8080'

const FORMATS = {
  openapi: { ending: 'openapi.json', write: openApiOf },
  postman: { ending: 'postman_collection.json', write: postmanOf },
} as const

/** Adds the route. */
export function addExplorerExports(app: AdminApp, explorers: readonly Explorer[]): void {
  serve(
    app,
    'GET /api/admin/explorer/document',
    {
      summary: 'An API as an OpenAPI 3.1 document or as a Postman collection 2.1',
      query: z.strictObject({
        api: z.string().max(64),
        format: z.enum(['openapi', 'postman']),
        origin: ORIGIN.default(SOME_ORIGIN),
      }),
    },
    ({ query: { api: id, format, origin } }) => {
      const explorer = explorers.find(({ apis }) => apis.some((api) => api.id === id))
      const api = explorer?.apis.find((each) => each.id === id)
      if (explorer === undefined || api === undefined) return 'api_unknown'
      const { ending, write } = FORMATS[format]
      const text = JSON.stringify(write(api, explorer.contractOf(api), origin), null, 2)
      return new FileReply('application/json', `${id}.${ending}`, `${text}\n`)
    },
  )
}
