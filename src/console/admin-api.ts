/** Calls to the admin API; each is kept for the inspector, which shows them as curl. */

/** One call as the inspector shows it. */
export interface AdminCall {
  readonly id: number
  readonly method: Method
  readonly path: string
  readonly body: string | undefined
  readonly status: number
  readonly durationMs: number
}

export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE'

/** How the admin API refuses. */
export interface Problem {
  readonly error: string
  /** Path of the field at fault, dotted. */
  readonly field?: string
  /** What is wrong with it. */
  readonly message?: string
  /** When it is worth another try. */
  readonly retryAfterMs?: number
}

const KEPT_CALLS = 50
const KEY_BYTES = 16
const SESSION = '/api/admin/session'
const SEARCH = '/api/admin/calls/search'

let calls: readonly AdminCall[] = []
const listeners = new Set<() => void>()
const refusedListeners = new Set<() => void>()

/** A refusal of the admin API. */
export class AdminError extends Error {
  readonly status: number
  readonly problem: Problem

  constructor(status: number, problem: Problem) {
    super(problem.message ?? problem.error)
    this.name = 'AdminError'
    this.status = status
    this.problem = problem
  }
}

/** Reads from the admin API, or with `input` posts to it; throws `AdminError` when it refuses. */
export function callAdmin<T>(path: string, input?: unknown): Promise<T> {
  return input === undefined ? ask('GET', path) : ask('POST', path, input)
}

/** Asks the admin API; a repetition under the same idempotency key changes nothing twice. */
export async function ask<T>(
  method: Method,
  path: string,
  input?: unknown,
  idempotencyKey?: string,
): Promise<T> {
  const isFile = input instanceof Blob
  const body = input === undefined || isFile ? input : JSON.stringify(input)
  const headers = new Headers()
  if (body !== undefined && !isFile) headers.set('Content-Type', 'application/json')
  if (isFile) headers.set('Content-Type', 'application/octet-stream')
  if (idempotencyKey !== undefined) headers.set('Idempotency-Key', idempotencyKey)
  const startedMs = performance.now()
  const response = await fetch(path, { method, headers, ...(body !== undefined && { body }) })
  const text = await response.text()
  keep({
    method,
    path,
    body: shownBody(path, body),
    status: response.status,
    durationMs: performance.now() - startedMs,
  })
  if (!response.ok) refuse(path, response.status, text)
  return (text === '' ? undefined : JSON.parse(text)) as T
}

/** A key under which a request may be repeated; it needs no secure context, unlike a UUID. */
export function newIdempotencyKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(KEY_BYTES))
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}

/** Calls when the session has ended meanwhile. */
export function onSignedOut(listener: () => void): () => void {
  refusedListeners.add(listener)
  return () => refusedListeners.delete(listener)
}

/** The calls kept, the newest first, for `useSyncExternalStore`. */
export const adminCalls = {
  subscribe(listener: () => void): () => void {
    listeners.add(listener)
    return () => listeners.delete(listener)
  },
  snapshot: (): readonly AdminCall[] => calls,
}

/** A text as one word of a shell. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}

/** A call as a line for a shell. */
export function asCurl({ method, path, body }: AdminCall): string {
  const url = quoted(location.origin + path)
  const verb = method === 'GET' ? '' : ` -X ${method}`
  if (body === undefined) return `curl -s${verb} ${url}`
  return `curl -s${verb} ${url} -H 'Content-Type: application/json' -d ${quoted(body)}`
}

/** Fields whose values are told to the server and shown nowhere. */
const SECRET_FIELDS: readonly string[] = ['secret', 'token']

/** Passwords, codes, secrets and elements that are searched for are not kept to be shown. */
function shownBody(path: string, body: string | Blob | undefined): string | undefined {
  if (body === undefined || typeof body === 'string') {
    const isSecret = path.startsWith(SESSION) || path.startsWith(SEARCH)
    if (body === undefined) return undefined
    return isSecret ? '{…}' : withoutSecrets(body)
  }
  return '@file'
}

function withoutSecrets(body: string): string {
  const masked = (name: string, value: unknown) => (SECRET_FIELDS.includes(name) ? '…' : value)
  return JSON.stringify(JSON.parse(body), masked)
}

function refuse(path: string, status: number, text: string): never {
  if (status === 401 && !path.startsWith(SESSION)) for (const tell of refusedListeners) tell()
  throw new AdminError(status, problemOf(text))
}

function problemOf(text: string): Problem {
  try {
    const problem = JSON.parse(text) as Partial<Problem>
    if (typeof problem.error === 'string') return problem as Problem
  } catch {
    // Whatever stands between may answer in its own words.
  }
  return { error: 'unreadable', message: text.slice(0, 200) }
}

function keep(call: Omit<AdminCall, 'id'>): void {
  const id = (calls[0]?.id ?? 0) + 1
  calls = [{ id, ...call }, ...calls].slice(0, KEPT_CALLS)
  for (const listener of listeners) listener()
}
