/** The admin API as the service mounts it: its libraries are loaded when somebody first asks. */
import type { AdminHandler, AdminRoutes } from './app.ts'

import type { AdminServices } from './services.ts'

export type { AdminHandler, AdminRoutes, AdminServices }

/** Answers requests to the admin API. */
export function createAdmin(routes: AdminRoutes): AdminHandler {
  let handler: Promise<AdminHandler> | undefined
  return async (request) => {
    handler ??= import('./app.ts').then(({ createAdminApp }) => createAdminApp(routes))
    return (await handler)(request)
  }
}
