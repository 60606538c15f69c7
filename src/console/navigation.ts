/** Which page the address names, and how a link changes it without loading the console anew. */
import { type MouseEvent, useSyncExternalStore } from 'react'

export type Path = '/' | '/doctor'

export const PATHS: readonly Path[] = ['/', '/doctor']
const BASE = '/console'
const MOVED = 'kayan:moved'

/** The page that the address names; the first for an address that names none. */
export function usePath(): Path {
  return useSyncExternalStore(subscribe, currentPath)
}

/** The address of a page. */
export function addressOf(path: Path): string {
  return BASE + path
}

/** For a link's click: moves within the console, unless the browser is asked for more than that. */
export function follow(event: MouseEvent, path: Path): void {
  if (event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return
  event.preventDefault()
  history.pushState(null, '', addressOf(path))
  dispatchEvent(new Event(MOVED))
}

function currentPath(): Path {
  const named = location.pathname.slice(BASE.length).replace(/\/$/, '') || '/'
  return PATHS.find((path) => path === named) ?? '/'
}

function subscribe(listener: () => void): () => void {
  addEventListener('popstate', listener)
  addEventListener(MOVED, listener)
  return () => {
    removeEventListener('popstate', listener)
    removeEventListener(MOVED, listener)
  }
}
