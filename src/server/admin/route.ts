/**
 * How a route of the admin API is made: its forms are read here, its refusals are told here, and its
 * description goes into `/openapi.json`. What is left to the route is a function of values.
 */
import { createHmac } from 'node:crypto'
import type { OpenAPIHono } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { z } from 'zod'
import { AccountError, type Deed } from '../../accounts/store.ts'
import { isFormRefusal, readForm } from '../../config/form.ts'
import type { WireRequest } from '../../protocols/protocol.ts'
import type { Caller } from './caller.ts'
import type { RouteName } from './permissions.ts'
import { invalid, type Refused, refusalOf } from './problem.ts'

/** What the gate hands to a route with the request. */
export interface Admitted {
  readonly caller: Caller
  readonly request: WireRequest
  readonly nowMs: number
  /** Under which repeated requests are known again: they may hold what is personal. */
  readonly digestKey: Uint8Array
}

export type AdminApp = OpenAPIHono<{ Bindings: Admitted }> & {
  /** Describes the routes; work for whoever asks for the description, and for no other start. */
  readonly describing: (() => void)[]
}

/** One request as its route sees it. */
export interface Asked<Query, Body> extends Admitted {
  /** From the path; the gate has judged their form. */
  readonly params: Readonly<Record<string, string>>
  readonly query: Query
  readonly body: Body
  /** Who does it and when, under the `Idempotency-Key` of the request. */
  readonly deed: Deed
  /** A header of the reply. */
  setHeader(name: string, value: string): void
}

/** Deeply readonly, as the stores give their values. */
export type Frozen<T> = T extends readonly (infer Item)[]
  ? readonly Frozen<Item>[]
  : T extends object
    ? { readonly [Name in keyof T]: Frozen<T[Name]> }
    : T

/** A reply that is a file. */
export class FileReply {
  readonly type: string
  readonly name: string
  readonly content: string | Uint8Array

  constructor(type: string, name: string, content: string | Uint8Array) {
    this.type = type
    this.name = name
    this.content = content
  }
}

/** A refusal that says more than its name. */
export class Refusal {
  readonly refused: Refused

  constructor(refused: Refused) {
    this.refused = refused
  }
}

interface Spec<Query, Body, Reply> {
  readonly summary: string
  readonly query?: z.ZodType<Query>
  readonly body?: z.ZodType<Body>
  /** The body is a file. */
  readonly file?: true
  /** Absent where the reply is a file. */
  readonly reply?: z.ZodType<Reply>
}

type Answer<Reply> = Frozen<Reply> | FileReply | Refusal | string

/** A request changes nothing twice under one key. */
const IDEMPOTENCY_KEY = /^[!-~]{1,128}$/
const NOTHING = z.strictObject({})

/** Adds a route; `act` gives its reply, or the name of a refusal. */
export function serve<Query = object, Body = undefined, Reply = object>(
  app: AdminApp,
  name: RouteName,
  spec: Spec<Query, Body, Reply>,
  act: (asked: Asked<Query, Body>) => Answer<Reply> | Promise<Answer<Reply>>,
): void {
  const [method = '', path = ''] = name.split(' ')
  app.describing.push(() => app.openAPIRegistry.registerPath(describe(method, path, spec)))
  app.on(method, path.replaceAll(/\{(\w+)\}/g, ':$1'), async (context) => {
    const asked = await read(context, name, spec)
    if (asked instanceof Refusal) return told(context, asked)
    try {
      return told(context, await act(asked))
    } catch (error) {
      // The stores of accounts and of idempotency keys refuse by throwing.
      if (error instanceof AccountError) return told(context, error.code)
      throw error
    }
  })
}

async function read<Query, Body>(
  context: Context<{ Bindings: Admitted }>,
  name: RouteName,
  spec: Spec<Query, Body, unknown>,
): Promise<Asked<Query, Body> | Refusal> {
  const { caller, request, nowMs, digestKey } = context.env
  const form = (spec.query ?? NOTHING) as z.ZodType<object>
  const fields = context.req.query()
  const odd = Object.keys(fields).find((field) => `${field}${fields[field]}`.includes('\0'))
  if (odd !== undefined) return new Refusal(invalid(odd.replaceAll('\0', ''), 'malformed'))
  const query = readForm(form, fields)
  if (isFormRefusal(query)) return badForm(query)
  const sent = spec.body === undefined ? undefined : parsed(request.body)
  const body = spec.body && readForm(spec.body, sent)
  if (body !== undefined && isFormRefusal(body as object)) return badForm(body)
  const deed = deedOf(context, name)
  if (deed instanceof Refusal) return deed
  const params = context.req.param() as Readonly<Record<string, string>>
  return {
    caller,
    request,
    nowMs,
    digestKey,
    params,
    query: query as Query,
    body: body as Body,
    deed,
    setHeader: (header, value) => context.header(header, value),
  }
}

/** A character that no text has, and that not every store keeps. */
const ESCAPED_NUL = '\\u0000'

/** What is no JSON is missing all its fields. */
function parsed(body: Buffer): unknown {
  const text = body.toString('utf8')
  if (text.includes(ESCAPED_NUL)) return undefined
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function deedOf(context: Context<{ Bindings: Admitted }>, name: RouteName): Deed | Refusal {
  const { caller, request, nowMs, digestKey } = context.env
  const deed = { actor: `user:${caller.user.name}`, atMs: nowMs }
  const key = context.req.header('idempotency-key')
  if (key === undefined) return deed
  if (!IDEMPOTENCY_KEY.test(key)) return new Refusal(invalid('Idempotency-Key', 'malformed'))
  const body = createHmac('sha256', digestKey).update(request.body).digest('hex')
  return { ...deed, idempotency: { key, request: `${name} ${request.target} ${body}` } }
}

function badForm(refusal: unknown): Refusal {
  const { field, problem } = refusal as { field: string; problem: string }
  return new Refusal(invalid(field, problem))
}

function told(context: Context, answer: unknown): Response {
  if (typeof answer === 'string') return refuse(context, refusalOf(answer))
  if (answer instanceof Refusal) return refuse(context, answer.refused)
  if (answer instanceof FileReply) {
    context.header('Content-Type', answer.type)
    const name = encodeURIComponent(answer.name)
    context.header('Content-Disposition', `attachment; filename*=UTF-8''${name}`)
    return context.body(
      typeof answer.content === 'string' ? answer.content : new Uint8Array(answer.content),
    )
  }
  return context.json(answer as object)
}

function refuse(context: Context, { status, problem }: Refused): Response {
  if (problem.retryAfterMs !== undefined) {
    context.header('Retry-After', String(Math.ceil(problem.retryAfterMs / 1_000)))
  }
  return context.json(problem, status)
}

const PROBLEM = {
  description: 'Refused',
  content: { 'application/json': { schema: { $ref: '#/components/schemas/Problem' } } },
}

/** The route as `/openapi.json` has it. */
function describe(method: string, path: string, spec: Spec<unknown, unknown, unknown>) {
  const schema = (type: z.ZodType, io: 'input' | 'output') =>
    z.toJSONSchema(type, { io, unrepresentable: 'any', target: 'draft-2020-12' }) as object
  const content = spec.file
    ? { 'application/octet-stream': { schema: { type: 'string' as const } } }
    : spec.body && { 'application/json': { schema: schema(spec.body, 'input') } }
  const reply = spec.reply
    ? { 'application/json': { schema: schema(spec.reply, 'output') } }
    : { 'application/octet-stream': { schema: { type: 'string' as const } } }
  return {
    method: method.toLowerCase() as 'get',
    path,
    summary: spec.summary,
    parameters: parametersOf(path, spec.query && schema(spec.query, 'input')),
    ...(content && { request: { body: { required: true, content } } }),
    responses: { 200: { description: 'Done', content: reply }, default: PROBLEM },
  }
}

function parametersOf(path: string, query: { properties?: object; required?: string[] } = {}) {
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => {
    return { name, in: 'path' as const, required: true, schema: { type: 'string' as const } }
  })
  const inQuery = Object.entries(query.properties ?? {}).map(([name, schema]) => {
    const required = query.required?.includes(name) ?? false
    return { name, in: 'query' as const, required, schema: schema as object }
  })
  return [...inPath, ...inQuery]
}
