/**
 * Ids of somebody else, wherever the description of the admin API says that an id may stand: in
 * paths, queries and bodies. What is asked is made of the table of permissions and of the
 * description, so that a new route is held to it by being there.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { isBuyer, ROLES, type Role } from '../src/accounts/user.ts'
import type { Running } from '../src/main.ts'
import { PERMISSIONS, type Permission, type RouteName } from '../src/server/admin/permissions.ts'
import type { ConsoleClient, ConsoleReply } from './support/console-client.ts'
import { furnishTwoAccounts, type Things, type TwoAccounts } from './support/console-users.ts'
import { Place } from './support/service.ts'

/** As much of a JSON schema as is looked at. */
interface Schema {
  readonly type?: string
  readonly properties?: Readonly<Record<string, Schema>>
  readonly items?: Schema
  readonly anyOf?: readonly Schema[]
  readonly oneOf?: readonly Schema[]
  readonly additionalProperties?: boolean | Schema
}

interface Operation {
  readonly parameters?: readonly { readonly name: string; readonly in: string }[]
  readonly requestBody?: { readonly content: Readonly<Record<string, { schema?: Schema }>> }
}

/** Ids that name nothing, in the form of those that do. */
const NOTHING = {
  accountId: 'acc_none',
  keyId: 'key_0000000000000000',
  encryptionKeyId: 'EncryptKeyIdNone',
  orderId: 'ord_0000000000000000',
  invoiceId: 'inv_0000000000000000',
  titleId: 'ttl_0000000000000000',
  grantId: '999',
  userId: 'usr_0000000000000000',
  name: '00000000-0000-4000-8000-000000000000',
} as const satisfies Things

/** Parts of a path that name a thing within another one. */
const INNER = { number: '1' }
/** Fields that a body must never have: whose they are is decided by the session. */
const NEVER_SENT = ['accountId', 'tenant', 'userId', 'roles', 'actor']

const NAMES = Object.keys(PERMISSIONS) as RouteName[]

const place = new Place()
let running: Running
let world: TwoAccounts
let operations: ReadonlyMap<RouteName, Operation>

beforeAll(async () => {
  running = await place.serve({ KAYAN_MODE: 'production' })
  world = await furnishTwoAccounts(place, running)
  const { json } = await world.people.operator.get('/openapi.json')
  const paths = json.paths as Record<string, Record<string, Operation>>
  operations = new Map(
    NAMES.map((name) => {
      const [method = '', path = ''] = name.split(' ')
      return [name, paths[path]?.[method.toLowerCase()] ?? {}]
    }),
  )
}, 60_000)

afterAll(async () => {
  await running.stop('test')
  place.remove()
})

function buyersOf(name: RouteName): readonly Role[] {
  const permission: Permission = PERMISSIONS[name]
  if (typeof permission !== 'string') return permission.filter(isBuyer)
  return permission === 'signed_in' ? ROLES.filter(isBuyer) : []
}

function bodyOf(name: RouteName): Schema | undefined {
  return operations.get(name)?.requestBody?.content['application/json']?.schema
}

/** Every object within a schema, by its path. */
function objectsIn(schema: Schema, path = ''): (readonly [string, Schema])[] {
  const inner = [
    ...Object.entries(schema.properties ?? {}).map(([name, each]) => [`${path}.${name}`, each]),
    ...(schema.items === undefined ? [] : [[`${path}[]`, schema.items]]),
    ...[...(schema.anyOf ?? []), ...(schema.oneOf ?? [])].map((each) => [path, each]),
  ] as [string, Schema][]
  const below = inner.flatMap(([name, each]) => objectsIn(each, name))
  return schema.properties === undefined ? below : [[path, schema], ...below]
}

/** The thing that a field names: `orderIds` and `orderId` name an order. */
function thingOf(field: string): keyof Things | undefined {
  const single = field.replace(/Ids$/, 'Id')
  return single !== 'name' && Object.hasOwn(NOTHING, single) ? (single as keyof Things) : undefined
}

interface Ask {
  readonly things: Things
  readonly query?: string
  readonly body?: object
}

function ask(client: ConsoleClient, name: RouteName, { things, query, body }: Ask) {
  const [method = '', pattern = ''] = name.split(' ')
  const ids: Readonly<Record<string, string>> = { ...things, ...INNER }
  const path = pattern.replaceAll(/\{(\w+)\}/g, (_, parameter) => ids[parameter]!)
  const text = body === undefined ? '' : JSON.stringify(body)
  return client.ask(method, query === undefined ? path : `${path}?${query}`, text)
}

function said({ status, text }: ConsoleReply): readonly unknown[] {
  return [status, text]
}

/** Routes in whose paths a buyer may name something. */
const NAMING = NAMES.filter((name) => name.includes('{') && buyersOf(name).length > 0)

test('whatever a buyer may name in a path has an owner here', () => {
  const parameters = NAMING.flatMap((name) => [...name.matchAll(/\{(\w+)\}/g)].map(([, id]) => id!))
  const known = [...Object.keys(NOTHING), ...Object.keys(INNER), 'sessionId']
  expect([...new Set(parameters)].filter((id) => !known.includes(id))).toEqual([])
})

test('each id here is of something that is there', async () => {
  const reads = NAMING.filter((name) => name.startsWith('GET ') && !name.includes('{number}'))
  for (const side of ['mine', 'theirs'] as const) {
    for (const name of reads) {
      const reply = await ask(world.people.operator, name, { things: world.things[side] })
      expect([name, side, reply.status]).toEqual([name, side, 200])
    }
  }
})

describe('in a path, what is of another is as what is not there', () => {
  test.each(NAMING.filter((name) => !name.includes('{sessionId}')))('%s', async (name) => {
    for (const role of buyersOf(name)) {
      const client = world.people[role]
      const theirs = await ask(client, name, { things: world.things.theirs })
      const none = await ask(client, name, { things: NOTHING })
      expect([role, ...said(theirs)]).toEqual([role, ...said(none)])
      // A body is not looked at before its subject is known, or refused for itself.
      expect([400, 404]).toContain(theirs.status)
    }
  })

  test('a login of somebody else is not ended', async () => {
    const { operator, buyer_admin: buyer } = world.people
    const path = '/api/admin/session/logins'
    const logins = async () => (await operator.get(path)).json.sessions as { id: string }[]
    const before = await logins()
    const theirs = await buyer.ask('DELETE', `${path}/${before[0]!.id}`)
    const none = await buyer.ask('DELETE', `${path}/00000000`)
    expect(said(theirs)).toEqual(said(none))
    expect(await logins()).toEqual(before)
  })
})

test('in a query, what is of another is as what is not there', async () => {
  const asked: string[] = []
  for (const name of NAMES.filter((each) => buyersOf(each).length > 0)) {
    const fields = (operations.get(name)?.parameters ?? []).filter((field) => field.in === 'query')
    for (const field of fields.map((each) => each.name)) {
      const thing = thingOf(field)
      if (thing === undefined) continue
      asked.push(`${name} ${field}`)
      const mine = world.things.mine
      for (const role of buyersOf(name)) {
        const [theirs, none] = await Promise.all(
          [world.things.theirs, NOTHING].map((of) =>
            ask(world.people[role], name, { things: mine, query: `${field}=${of[thing]}` }),
          ),
        )
        expect([name, field, role, ...said(theirs!)]).toEqual([name, field, role, ...said(none!)])
      }
    }
  }
  expect(asked.length).toBeGreaterThan(20)
})

test('in a body, what is of another is as what is not there', async () => {
  const asked: string[] = []
  for (const name of NAMES.filter((each) => buyersOf(each).length > 0)) {
    for (const [field, schema] of Object.entries(bodyOf(name)?.properties ?? {})) {
      const thing = thingOf(field)
      if (thing === undefined) continue
      asked.push(`${name} ${field}`)
      for (const role of buyersOf(name)) {
        const [theirs, none] = await Promise.all(
          [world.things.theirs, NOTHING].map((of) => {
            const body = sampleOf(bodyOf(name)!)
            const id = schema.type === 'array' ? [of[thing]] : of[thing]
            const things = world.things.mine
            return ask(world.people[role], name, { things, body: { ...body, [field]: id } })
          }),
        )
        expect([name, field, role, ...said(theirs!)]).toEqual([name, field, role, ...said(none!)])
        // It was not for its form that it was refused.
        expect([name, field, theirs!.json.field]).toEqual([name, field, undefined])
      }
    }
  }
  expect(asked).toContain('POST /api/admin/invoices orderIds')
})

/** Values of fields whose form no schema tells. */
const EXAMPLES: Readonly<Record<string, unknown>> = {
  api: 'aliyun.1887',
  authentication: 'appcode',
  origin: 'http://127.0.0.1',
  request: 'POST / HTTP/1.1\nHost: 127.0.0.1\n\n{}',
  taxNumber: '9144030071526726XG',
}

/** The smallest body that has the required fields of a schema, as far as it tells them. */
function sampleOf(schema: Schema & { readonly required?: readonly string[] }): object {
  const entries = (schema.required ?? []).map((name) => [
    name,
    EXAMPLES[name] ?? exampleOf(schema.properties?.[name]),
  ])
  return Object.fromEntries(entries)
}

function exampleOf(schema: (Schema & { readonly enum?: readonly unknown[] }) | undefined): unknown {
  if (schema?.enum !== undefined) return schema.enum[0]
  if (schema?.type === 'object') return sampleOf(schema)
  if (schema?.type === 'array') return []
  return schema?.type === 'string' ? 'none' : 1
}

describe('a body', () => {
  const writes = NAMES.filter((name) => !name.startsWith('GET '))

  test.each(writes)('of %s takes no field that is not its own, at any depth', (name) => {
    const schema = bodyOf(name)
    if (schema === undefined) return expect(BODILESS).toContain(kindOf(name))
    const open = objectsIn(schema).filter(([, each]) => each.additionalProperties !== false)
    expect(open.map(([path]) => path)).toEqual([])
  })

  test.each(writes)('of %s never says whose something is', (name) => {
    const fields = objectsIn(bodyOf(name) ?? {}).flatMap(([, each]) =>
      Object.keys(each.properties ?? {}),
    )
    expect(fields.filter((field) => NEVER_SENT.includes(field))).toEqual([])
  })

  /** What a write without a described body takes. */
  const BODILESS = ['nothing', 'a file']
  function kindOf(name: RouteName): string {
    const content = operations.get(name)?.requestBody?.content
    if (content === undefined) return 'nothing'
    return 'application/octet-stream' in content ? 'a file' : Object.keys(content).join()
  }
})
