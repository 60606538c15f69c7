/** Which page the address names, and how a link changes it without loading the console anew. */
import { type MouseEvent, useSyncExternalStore } from 'react'
import type { Role } from './session.ts'

const BUYERS: readonly Role[] = ['buyer_admin', 'buyer_developer', 'buyer_finance']
const STAFF: readonly Role[] = ['operator', 'auditor']
const ALL: readonly Role[] = [...BUYERS, ...STAFF]
const BOOKS: readonly Role[] = ['buyer_admin', 'buyer_finance', ...STAFF]

/** The menu: its groups in order, and who has use for each page. */
export const MENU = {
  develop: {
    '/': ALL,
    '/doctor': ALL,
    '/reference': ALL,
    '/keys': ALL,
    '/encryption': ALL,
    '/calls': ALL,
  },
  account: {
    '/overview': ALL,
    '/plans': ALL,
    '/packages': ALL,
    '/orders': BOOKS,
    '/alerts': ALL,
    '/statements': BOOKS,
    '/invoices': BOOKS,
    '/colleagues': ['buyer_admin'],
    '/profile': ALL,
  },
  operate: {
    '/accounts': STAFF,
    '/users': STAFF,
    '/postpaid': STAFF,
    '/payments': STAFF,
    '/rules': STAFF,
    '/vendors': STAFF,
    '/registry': STAFF,
    '/conduct': STAFF,
    '/sandbox': STAFF,
    '/audit': STAFF,
    '/health': STAFF,
  },
} as const satisfies Record<string, Record<string, readonly Role[]>>

export type Group = keyof typeof MENU
export type Path = { [G in Group]: keyof (typeof MENU)[G] }[Group]

export const GROUPS = Object.keys(MENU) as readonly Group[]

const BASE = '/console'
const MOVED = 'kayan:moved'

/** The pages of a group that somebody with these roles has use for. */
export function pagesOf(group: Group, mine: readonly Role[]): readonly Path[] {
  const pages = Object.entries(MENU[group]) as [Path, readonly Role[]][]
  return pages
    .filter(([, roles]) => roles.some((role) => mine.includes(role)))
    .map(([path]) => path)
}

/** Whether somebody with these roles has use for a page. */
export function isPageOf(path: Path, mine: readonly Role[]): boolean {
  return GROUPS.some((group) => pagesOf(group, mine).includes(path))
}

/** The page that the address names; the first for an address that names none. */
export function usePath(): Path {
  return useSyncExternalStore(subscribe, currentPath)
}

/** What the address says behind its question mark. */
export function useQuery(): URLSearchParams {
  return new URLSearchParams(useSyncExternalStore(subscribe, () => location.search))
}

/** The address of a page. */
export function addressOf(path: Path, query?: Readonly<Record<string, string>>): string {
  return BASE + path + (query === undefined ? '' : `?${new URLSearchParams(query)}`)
}

/** Moves within the console. */
export function move(path: Path, query?: Readonly<Record<string, string>>): void {
  history.pushState(null, '', addressOf(path, query))
  scrollTo(0, 0)
  dispatchEvent(new Event(MOVED))
}

/** For a link's click: moves within the console, unless the browser is asked for more than that. */
export function follow(
  event: MouseEvent,
  path: Path,
  query?: Readonly<Record<string, string>>,
): void {
  if (event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return
  event.preventDefault()
  move(path, query)
}

function currentPath(): Path {
  const named = location.pathname.slice(BASE.length).replace(/\/$/, '') || '/'
  const paths = GROUPS.flatMap((group) => Object.keys(MENU[group]) as Path[])
  return paths.find((path) => path === named) ?? '/'
}

function subscribe(listener: () => void): () => void {
  addEventListener('popstate', listener)
  addEventListener(MOVED, listener)
  return () => {
    removeEventListener('popstate', listener)
    removeEventListener(MOVED, listener)
  }
}
