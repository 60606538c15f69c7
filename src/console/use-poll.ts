/** Reads again and again while something is under way. */
import { useEffect } from 'react'

const EVERY_MS = 1_000

/** Calls `read` each second as long as `active` says so. */
export function usePoll(active: boolean, read: () => void): void {
  useEffect(() => {
    if (!active) return
    const timer = setInterval(read, EVERY_MS)
    return () => clearInterval(timer)
  }, [active, read])
}
