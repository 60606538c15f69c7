/**
 * What the explorer exports, read as other tools read it: the documents have the shape that their
 * formats ask for, the service's own answers fit the schemas in them, and Postman's requests are answered.
 */
import { createHash, createHmac, randomUUID } from 'node:crypto'
import { compileFunction } from 'node:vm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { SANDBOX_KEYS } from '../src/accounts/sandbox-keys.ts'
import type { Running } from '../src/main.ts'
import { ALIYUN_EXPLORER } from '../src/protocols/aliyun/explorer/index.ts'
import { TENCENT_EXPLORER } from '../src/protocols/tencent/explorer/index.ts'
import { SCENARIOS } from '../src/sandbox/scenarios.ts'
import { Place } from './support/service.ts'

const APIS = [TENCENT_EXPLORER, ALIYUN_EXPLORER].flatMap(({ apis }) => apis)
const SECRETS = Object.values(SANDBOX_KEYS).map(({ secret }) => secret)

const place = new Place()
let running: Running

beforeAll(async () => {
  running = await place.serve({ KAYAN_RATE_PER_SECOND: '1000' })
})
afterAll(async () => {
  await running.stop('test')
  place.remove()
})

/** Of the formats' own schemas what these documents use, and nothing else allowed. */
const Text = z.string().min(1)
const Schema = z.record(z.string(), z.unknown())
const Header = z.strictObject({ schema: Schema })
const OpenApi = z.strictObject({
  openapi: z.literal('3.1.0'),
  info: z.strictObject({ title: Text, version: Text }),
  servers: z.array(z.strictObject({ url: z.url() })).length(1),
  paths: z.record(
    z.string().startsWith('/'),
    z.strictObject({
      post: z.strictObject({
        operationId: z.string().regex(/^\w+$/),
        summary: Text,
        description: Text,
        security: z.array(z.record(Text, z.array(z.string()))).min(1),
        parameters: z.array(
          z.strictObject({
            name: Text,
            in: z.literal('header'),
            required: z.literal(true),
            schema: Schema,
          }),
        ),
        requestBody: z.strictObject({
          required: z.literal(true),
          content: z.record(
            z.string().regex(/^[\w/-]+$/),
            z.strictObject({ schema: Schema, example: Schema }),
          ),
        }),
        responses: z.record(
          z.string().regex(/^(\d{3}|default)$/),
          z.strictObject({
            description: Text,
            headers: z.record(Text, Header).optional(),
            content: z.record(Text, z.strictObject({ schema: Schema })).optional(),
          }),
        ),
      }),
    }),
  ),
  components: z.strictObject({
    securitySchemes: z.record(
      z.string().regex(/^\w+$/),
      z.strictObject({
        type: z.literal('apiKey'),
        in: z.literal('header'),
        name: Text,
        description: Text,
      }),
    ),
  }),
})

const Pair = z.strictObject({ key: Text, value: z.string() })
const Item = z.strictObject({
  name: Text,
  event: z
    .array(
      z.strictObject({
        listen: z.literal('prerequest'),
        script: z.strictObject({ type: z.literal('text/javascript'), exec: z.array(z.string()) }),
      }),
    )
    .optional(),
  request: z.strictObject({
    method: z.literal('POST'),
    description: Text,
    header: z.array(Pair),
    url: z.strictObject({ raw: Text, host: z.array(Text), path: z.array(z.string()) }),
    body: z.union([
      z.strictObject({
        mode: z.literal('raw'),
        raw: Text,
        options: z.strictObject({ raw: z.strictObject({ language: z.literal('json') }) }),
      }),
      z.strictObject({ mode: z.literal('urlencoded'), urlencoded: z.array(Pair) }),
    ]),
  }),
})
const Postman = z.strictObject({
  info: z.strictObject({
    name: Text,
    description: Text,
    schema: z.literal('https://schema.getpostman.com/json/collection/v2.1.0/collection.json'),
  }),
  item: z.array(Item).min(1),
  variable: z.array(Pair),
})
type Item = z.infer<typeof Item>
type Variables = Map<string, string>

async function exported(id: string, format: 'openapi' | 'postman'): Promise<unknown> {
  const query = new URLSearchParams({ api: id, format, origin: running.url })
  const reply = await fetch(`${running.url}/api/admin/explorer/document?${query}`)
  expect(reply.headers.get('content-disposition')).toContain(`${id}.${format}`)
  const text = await reply.text()
  for (const secret of SECRETS) expect(text).not.toContain(secret)
  return JSON.parse(text)
}

describe.each(APIS)('$id', (api) => {
  test('is described by OpenAPI 3.1, and every answer of the sandbox fits', async () => {
    const document = OpenApi.parse(await exported(api.id, 'openapi'))
    const { post } = document.paths[api.path]!
    const [content] = Object.values(post.requestBody.content)
    const form = z.fromJSONSchema(content!.schema)
    expect(form.safeParse(content!.example).success).toBe(true)
    expect(form.safeParse({}).success).toBe(false)
    const schemes = Object.keys(document.components.securitySchemes)
    for (const way of post.security)
      expect(schemes).toEqual(expect.arrayContaining(Object.keys(way)))
    const answer = z.fromJSONSchema(post.responses['200']!.content!['application/json']!.schema)
    const card = api.parameters.find(({ element }) => element === 'cardNumber')!.name
    const cards = SCENARIOS.filter(({ delayMs }) => delayMs === undefined)
    for (const value of [content!.example[card], ...cards.map(({ cardNumber }) => cardNumber)]) {
      const body = await calledWith(api.id, { ...content!.example, [card]: value })
      if (body !== '') expect(() => answer.parse(JSON.parse(body))).not.toThrow()
    }
    expect(answer.safeParse({ error: 'not ours' }).success).toBe(false)
  })

  test('is a Postman collection 2.1 whose requests are answered', async () => {
    const { item, variable } = Postman.parse(await exported(api.id, 'postman'))
    expect(item).toHaveLength(api.authentications.length)
    for (const each of item) {
      const body = await played(
        each,
        filledIn(new Map(variable.map((pair) => [pair.key, pair.value]))),
      )
      // Outside of the four elements the vendor's sample matches nobody.
      expect(body).toMatch(
        api.product === 'card4' ? /"(Result":"0|state":"1)"/ : /"(Result|state)":"/,
      )
    }
  })
})

/** Calls as the explorer does, under the published key. */
async function calledWith(id: string, values: Record<string, unknown>): Promise<string> {
  const api = APIS.find((each) => each.id === id)!
  const wish = { api: id, authentication: api.authentications[0], origin: running.url, values }
  const reply = await fetch(`${running.url}/api/admin/explorer/prepare`, {
    method: 'POST',
    body: JSON.stringify(wish),
  })
  const { request } = (await reply.json()) as {
    request: { method: string; path: string; headers: [string, string][]; body: string }
  }
  const answer = await fetch(running.url + request.path, request)
  return await answer.text()
}

/** What a person types into the collection's variables. */
function filledIn(variables: Variables): Variables {
  const { tencent, appcode, appkey } = SANDBOX_KEYS
  const typed = {
    secretId: tencent.credential,
    secretKey: tencent.secret,
    appCode: appcode.secret,
    appKey: appkey.credential,
    appSecret: appkey.secret,
  }
  const open = [...variables].map(([name, value]): [string, string] => [
    name,
    Object.hasOwn(typed, name) ? typed[name as keyof typeof typed] : value,
  ])
  expect(open.every(([, value]) => value !== '')).toBe(true)
  return new Map(open)
}

/** Runs a request's script and sends it, as Postman does. */
async function played({ event, request }: Item, variables: Variables): Promise<string> {
  const replaceIn = (text: string) =>
    text
      .replaceAll('{{$guid}}', () => randomUUID())
      .replaceAll(/\{\{(\w+)\}\}/g, (whole, name) => variables.get(name) ?? whole)
  const { header, url, body } = request
  const script = event?.[0]?.script.exec.join('\n')
  if (script !== undefined) {
    const get = (name: string) => header.find(({ key }) => key === name)?.value
    const urlencoded = { all: () => (body.mode === 'urlencoded' ? body.urlencoded : []) }
    const raw = body.mode === 'raw' ? body.raw : ''
    const pm = {
      variables: {
        get: (name: string) => variables.get(name),
        set: (name: string, value: string) => variables.set(name, value),
        replaceIn,
      },
      request: { headers: { get }, url, body: { raw, urlencoded } },
    }
    // The library is a name of Postman's own besides, which no script may take again.
    compileFunction(script, ['pm', 'require', 'CryptoJS'])(pm, () => CRYPTO_JS, CRYPTO_JS)
  }
  const sent = await fetch(replaceIn(url.raw), {
    method: request.method,
    headers: header.map(({ key, value }): [string, string] => [key, replaceIn(value)]),
    body:
      body.mode === 'raw'
        ? replaceIn(body.raw)
        : new URLSearchParams(body.urlencoded.map(({ key, value }) => [key, value])).toString(),
  })
  return await sent.text()
}

/** A digest that the library of Postman's scripts gives: a key of others, or a text. */
class Digest {
  readonly bytes: Buffer

  constructor(bytes: Buffer) {
    this.bytes = bytes
  }

  toString(encoding: 'hex' | 'base64' = 'hex'): string {
    return this.bytes.toString(encoding)
  }
}

/** As much of that library as the scripts use. */
const CRYPTO_JS = {
  enc: { Hex: 'hex', Base64: 'base64' },
  SHA256: (text: string) => new Digest(createHash('sha256').update(text).digest()),
  HmacSHA256: (text: string, key: string | Digest) => {
    const secret = key instanceof Digest ? key.bytes : key
    return new Digest(createHmac('sha256', secret).update(text).digest())
  },
}
