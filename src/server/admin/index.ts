/** The admin API as the service mounts it: its libraries are loaded when somebody first asks. */
import type { AdminHandler, AdminRoutes } from './app.ts'

export type { AdminHandler, AdminRoutes }

/** Answers requests to the admin API. */
export function createAdmin(routes: AdminRoutes): AdminHandler {
  let handler: Promise<AdminHandler> | undefined
  return async (request) => {
    handler ??= import('./app.ts').then(({ createAdminApp }) => createAdminApp(routes))
    return (await handler)(request)
  }
}
