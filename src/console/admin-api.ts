/** Calls to the admin API; each is kept for the inspector, which shows them as curl. */

/** One call as the inspector shows it. */
export interface AdminCall {
  readonly id: number
  readonly method: string
  readonly path: string
  readonly body: string | undefined
  readonly status: number
  readonly durationMs: number
}

const KEPT_CALLS = 50

let calls: readonly AdminCall[] = []
const listeners = new Set<() => void>()

/** A refusal of the admin API. */
export class AdminError extends Error {
  readonly status: number

  constructor(status: number, message: string) {
    super(message)
    this.name = 'AdminError'
    this.status = status
  }
}

/** Calls the admin API and gives its JSON; throws `AdminError` when it refuses. */
export async function callAdmin<T>(path: string, input?: unknown): Promise<T> {
  const method = input === undefined ? 'GET' : 'POST'
  const body = input === undefined ? undefined : JSON.stringify(input)
  const startedMs = performance.now()
  const response = await fetch(path, {
    method,
    ...(body !== undefined && { body, headers: { 'Content-Type': 'application/json' } }),
  })
  const text = await response.text()
  keep({ method, path, body, status: response.status, durationMs: performance.now() - startedMs })
  if (!response.ok) throw new AdminError(response.status, text)
  return JSON.parse(text) as T
}

/** The calls kept, the newest first, for `useSyncExternalStore`. */
export const adminCalls = {
  subscribe(listener: () => void): () => void {
    listeners.add(listener)
    return () => listeners.delete(listener)
  },
  snapshot: (): readonly AdminCall[] => calls,
}

/** A call as a line for a shell. */
export function asCurl({ method, path, body }: AdminCall): string {
  const quoted = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`
  const url = quoted(location.origin + path)
  if (body === undefined) return `curl -s ${url}`
  return `curl -s -X ${method} ${url} -H 'Content-Type: application/json' -d ${quoted(body)}`
}

function keep(call: Omit<AdminCall, 'id'>): void {
  const id = (calls[0]?.id ?? 0) + 1
  calls = [{ id, ...call }, ...calls].slice(0, KEPT_CALLS)
  for (const listener of listeners) listener()
}
