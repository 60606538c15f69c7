/** The admin API as the service mounts it: its libraries are loaded after the start, or when somebody first asks. */
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { AdminHandler, AdminRoutes } from './app.ts'
import type { AdminServices } from './services.ts'

export type { AdminHandler, AdminRoutes, AdminServices }

export interface Admin {
  readonly answer: AdminHandler
  /** Loads what the first request would wait for, in pieces between which calls are answered. */
  load(): Promise<void>
}

/** What takes longest to load, each by itself some tens of milliseconds at most. */
const PIECES: readonly (() => Promise<unknown>)[] = [
  () => import('zod'),
  () => import('@hono/zod-openapi'),
  () => import('../../billing/forms.ts'),
  () => import('../../sources/vendor-forms.ts'),
  () => import('./session.ts'),
  () => import('./calls.ts'),
  () => import('./explorer.ts'),
  () => import('./invoices.ts'),
]

/** Mounts the admin API. */
export function createAdmin(routes: AdminRoutes): Admin {
  let made: Promise<AdminHandler> | undefined
  const handler = () => {
    made ??= import('./app.ts').then(({ createAdminApp }) => createAdminApp(routes))
    return made
  }
  return {
    answer: async (request) => (await handler())(request),
    async load() {
      for (const piece of PIECES) {
        await piece()
        await nextTurn()
      }
      await handler()
    },
  }
}
