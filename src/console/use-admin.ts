/** What a page reads from the admin API, and what it asks of it. */
import { useCallback, useEffect, useRef, useState } from 'react'
import { AdminError, ask, type Method, newIdempotencyKey, type Problem } from './admin-api.ts'

export interface Reading<T> {
  readonly data: T | undefined
  readonly problem: Problem | undefined
  reload(): void
}

/**
 * Reads a path, and again whenever it changes; what came for an older path is dropped. What must not
 * stand in an address goes along as `input`.
 */
export function useAdmin<T>(path: string | undefined, input?: object): Reading<T> {
  const [read, setRead] = useState<{ path: string; sent: string; data?: T; problem?: Problem }>()
  const sent = input === undefined ? '' : JSON.stringify(input)
  const [round, setRound] = useState(0)
  // biome-ignore lint/correctness/useExhaustiveDependencies: another round reads the same path again
  useEffect(() => {
    if (path === undefined) return
    let current = true
    readFrom<T>(path, sent).then(
      (data) => current && setRead({ path, sent, data }),
      (error: unknown) => current && setRead({ path, sent, problem: problemOf(error) }),
    )
    return () => {
      current = false
    }
  }, [path, sent, round])
  const reload = useCallback(() => setRound((before) => before + 1), [])
  const mine = read?.path === path && read?.sent === sent ? read : undefined
  return { data: mine?.data, problem: mine?.problem, reload }
}

/** One page of a list, and where the next begins. */
export interface ListPage<T> {
  readonly items: readonly T[]
  readonly next?: string
}

export interface Listing<T> {
  readonly items: readonly T[] | undefined
  readonly problem: Problem | undefined
  /** Reads the next page; absent after the last. */
  readonly more: (() => void) | undefined
  /** The last page was short and is not the last: the next is being read already. */
  readonly isGoingOn: boolean
  reload(): void
}

/** A page of fewer items than this that is not the last has only looked far enough. */
const PAGE_ITEMS = 50

/** Reads a list page by page. */
export function useList<T>(path: string | undefined, input?: object): Listing<T> {
  const first = useAdmin<ListPage<T>>(path, input)
  const [rest, setRest] = useState<{ of: ListPage<T>; page: ListPage<T>; came: number }>()
  const [failure, setFailure] = useState<Problem>()
  const added = rest !== undefined && rest.of === first.data ? rest.page : undefined
  const next = added === undefined ? first.data?.next : added.next
  const more = () => {
    if (path === undefined || first.data === undefined || next === undefined) return
    const of = first.data
    const joint = path.includes('?') ? '&' : '?'
    const sent = input === undefined ? '' : JSON.stringify(input)
    readFrom<ListPage<T>>(`${path}${joint}after=${encodeURIComponent(next)}`, sent).then(
      ({ items, ...page }) => {
        const all = [...(added?.items ?? []), ...items]
        setRest({ of, page: { ...page, items: all }, came: items.length })
      },
      (error: unknown) => setFailure(problemOf(error)),
    )
  }
  const came = added === undefined ? first.data?.items.length : rest?.came
  const isGoingOn = next !== undefined && failure === undefined && (came ?? 0) < PAGE_ITEMS
  // biome-ignore lint/correctness/useExhaustiveDependencies: each place is gone on from once
  useEffect(() => {
    if (isGoingOn) more()
  }, [isGoingOn, next])
  return {
    isGoingOn,
    items: first.data && [...first.data.items, ...(added?.items ?? [])],
    problem: first.problem ?? failure,
    more: next === undefined ? undefined : more,
    reload: first.reload,
  }
}

export interface Deed<T> {
  readonly busy: boolean
  readonly problem: Problem | undefined
  /** Undefined when it was refused; the problem tells why. */
  run(method: Method, path: string, input?: unknown): Promise<T | undefined>
  clear(): void
}

/** Asks for a change; trying again after a lost answer repeats the request, not the change. */
export function useDeed<T = unknown>(): Deed<T> {
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<Problem>()
  const asked = useRef({ request: '', key: '' })
  const run = async (method: Method, path: string, input?: unknown): Promise<T | undefined> => {
    const request = `${method} ${path} ${JSON.stringify(input)}`
    if (asked.current.request !== request) asked.current = { request, key: newIdempotencyKey() }
    setBusy(true)
    setProblem(undefined)
    try {
      const done = await ask<T>(method, path, input, asked.current.key)
      asked.current = { request: '', key: '' }
      return done
    } catch (error) {
      // An answer came, so nothing is left open: another attempt is another request.
      if (error instanceof AdminError) asked.current = { request: '', key: '' }
      setProblem(problemOf(error))
      return undefined
    } finally {
      setBusy(false)
    }
  }
  return { busy, problem, run, clear: () => setProblem(undefined) }
}

function readFrom<T>(path: string, sent: string): Promise<T> {
  return sent === '' ? ask('GET', path) : ask('POST', path, JSON.parse(sent))
}

/** The problem that an exception tells; a network that failed is one too. */
export function problemOf(error: unknown): Problem {
  if (error instanceof AdminError) return error.problem
  return { error: 'unreachable', message: (error as Error).message }
}
