/**
 * Who may ask what of the admin API: one row a route. The gate answers nothing that has no row, and
 * a route without a row does not compile.
 */
import type { Role } from '../../accounts/user.ts'

/**
 * `anyone` needs no session and `visitor` neither, but is known by it where he has one; `signed_in`
 * needs any, else the roles. Except by role even somebody who must enrol an authenticator first may
 * act.
 */
export type Permission = 'anyone' | 'visitor' | 'signed_in' | readonly Role[]

const BUYERS: readonly Role[] = ['buyer_admin', 'buyer_developer', 'buyer_finance']
const STAFF: readonly Role[] = ['operator', 'auditor']
const READERS: readonly Role[] = [...BUYERS, ...STAFF]
const KEY_KEEPERS: readonly Role[] = ['buyer_admin', 'buyer_developer', 'operator']
const PURCHASERS: readonly Role[] = ['buyer_admin', 'buyer_finance', 'operator']
const BOOKS: readonly Role[] = ['buyer_admin', 'buyer_finance', ...STAFF]
const OPERATOR: readonly Role[] = ['operator']

/** Method and path of every route. */
export const PERMISSIONS = {
  'GET /openapi.json': 'anyone',
  /** A payment provider's notice: verified by its signature. */
  'POST /api/payments/{provider}/notices': 'anyone',

  'POST /api/admin/session': 'anyone',
  'POST /api/admin/session/invitation': 'anyone',
  'GET /api/admin/session': 'visitor',
  'DELETE /api/admin/session': 'signed_in',
  'POST /api/admin/session/password': 'signed_in',
  'POST /api/admin/session/totp': 'signed_in',
  'POST /api/admin/session/totp/confirmation': 'signed_in',
  'DELETE /api/admin/session/totp': 'signed_in',
  'GET /api/admin/session/logins': 'signed_in',
  'DELETE /api/admin/session/logins/{sessionId}': 'signed_in',

  'GET /api/admin/explorer': READERS,
  'POST /api/admin/explorer/prepare': READERS,
  /** With a live key only those who keep keys. */
  'POST /api/admin/explorer/call': [...BUYERS, 'operator'],
  'GET /api/admin/explorer/document': READERS,
  'GET /api/admin/reference': READERS,
  'POST /api/admin/doctor': READERS,

  'GET /api/admin/overview': READERS,
  'GET /api/admin/overview/series': READERS,

  'GET /api/admin/keys': READERS,
  'POST /api/admin/keys': KEY_KEEPERS,
  'GET /api/admin/keys/{keyId}': READERS,
  'GET /api/admin/keys/{keyId}/cost': READERS,
  'POST /api/admin/keys/{keyId}/rotation': KEY_KEEPERS,
  'POST /api/admin/keys/{keyId}/revocation': KEY_KEEPERS,
  'PUT /api/admin/keys/{keyId}/limits': KEY_KEEPERS,
  'POST /api/admin/keys/{keyId}/reveal': ['buyer_admin'],

  'GET /api/admin/encryption-keys': READERS,
  'POST /api/admin/encryption-keys': KEY_KEEPERS,
  'POST /api/admin/encryption-keys/rotation': KEY_KEEPERS,
  'POST /api/admin/encryption-keys/{encryptionKeyId}/retirement': KEY_KEEPERS,

  'GET /api/admin/plans': READERS,
  'POST /api/admin/plans': OPERATOR,
  'POST /api/admin/plans/{name}/retirement': OPERATOR,

  'GET /api/admin/orders': BOOKS,
  'POST /api/admin/orders': PURCHASERS,
  'GET /api/admin/orders/{orderId}': BOOKS,
  'POST /api/admin/orders/{orderId}/cancellation': PURCHASERS,
  'POST /api/admin/orders/{orderId}/payment': OPERATOR,
  'POST /api/admin/orders/{orderId}/refund': OPERATOR,
  'POST /api/admin/orders/{orderId}/void': OPERATOR,
  'POST /api/admin/trial': ['buyer_admin', 'operator'],

  'GET /api/admin/alerts': READERS,
  'GET /api/admin/alerts/settings': READERS,
  'PUT /api/admin/alerts/settings': ['buyer_admin', 'buyer_finance', 'operator'],
  'PUT /api/admin/alerts/webhook': KEY_KEEPERS,
  'DELETE /api/admin/alerts/webhook': KEY_KEEPERS,
  'POST /api/admin/alerts/webhook/trial': KEY_KEEPERS,
  'PUT /api/admin/alerts/reorder': PURCHASERS,
  'DELETE /api/admin/alerts/reorder': PURCHASERS,

  'GET /api/admin/statements': BOOKS,
  'GET /api/admin/statements.csv': BOOKS,

  'GET /api/admin/invoices': BOOKS,
  'POST /api/admin/invoices': PURCHASERS,
  'GET /api/admin/invoices/orders': BOOKS,
  'GET /api/admin/invoices/titles': BOOKS,
  'POST /api/admin/invoices/titles': PURCHASERS,
  'DELETE /api/admin/invoices/titles/{titleId}': PURCHASERS,
  'GET /api/admin/invoices/{invoiceId}': BOOKS,
  'POST /api/admin/invoices/{invoiceId}/withdrawal': PURCHASERS,
  'POST /api/admin/invoices/{invoiceId}/issue': OPERATOR,
  'POST /api/admin/invoices/{invoiceId}/rejection': OPERATOR,
  'POST /api/admin/invoices/{invoiceId}/red-letters': OPERATOR,
  'POST /api/admin/invoices/{invoiceId}/files': OPERATOR,
  'GET /api/admin/invoices/{invoiceId}/files/{number}': BOOKS,

  'GET /api/admin/calls': READERS,
  'POST /api/admin/calls/search': READERS,
  'GET /api/admin/calls.csv': READERS,
  'GET /api/admin/calls/{name}': READERS,

  'GET /api/admin/charge-rules': READERS,
  'POST /api/admin/charge-rules': OPERATOR,

  'GET /api/admin/accounts': STAFF,
  'POST /api/admin/accounts': OPERATOR,
  'GET /api/admin/accounts/{accountId}': READERS,
  'PUT /api/admin/accounts/{accountId}/state': OPERATOR,

  'GET /api/admin/grants': READERS,
  'POST /api/admin/grants': OPERATOR,
  'POST /api/admin/grants/{grantId}/withdrawal': OPERATOR,
  'POST /api/admin/grants/{grantId}/extension': OPERATOR,

  'GET /api/admin/users': ['buyer_admin', ...STAFF],
  'POST /api/admin/users': ['buyer_admin', 'operator'],
  'POST /api/admin/users/{userId}/invitation': ['buyer_admin', 'operator'],
  'POST /api/admin/users/{userId}/disabling': ['buyer_admin', 'operator'],

  'GET /api/admin/payment-providers': STAFF,
  'POST /api/admin/payment-providers': OPERATOR,
  'DELETE /api/admin/payment-providers/{name}': OPERATOR,

  'GET /api/admin/vendors': STAFF,
  'GET /api/admin/vendors/costs': STAFF,
  'GET /api/admin/vendors/savings': STAFF,
  'POST /api/admin/vendors/routes': OPERATOR,
  'PUT /api/admin/vendors/routes/{route}': OPERATOR,
  'DELETE /api/admin/vendors/routes/{route}': OPERATOR,
  'POST /api/admin/vendors/routes/{route}/reach': OPERATOR,
  'POST /api/admin/vendors/routes/{route}/trial': OPERATOR,
  'GET /api/admin/vendors/bills': STAFF,
  'POST /api/admin/vendors/routes/{route}/bills': OPERATOR,
  'POST /api/admin/vendors/attempts/{attemptId}/closing': OPERATOR,
  'GET /api/admin/vendors/comparison': STAFF,
  'PUT /api/admin/vendors/comparison': OPERATOR,
  'DELETE /api/admin/vendors/comparison': OPERATOR,
  'POST /api/admin/vendors/routes/{route}/release': OPERATOR,
  'PUT /api/admin/vendors/policies': OPERATOR,
  'DELETE /api/admin/vendors/policies': OPERATOR,
  'PUT /api/admin/vendors/passages': OPERATOR,

  'GET /api/admin/postpaid': BOOKS,
  'GET /api/admin/postpaid/bills': BOOKS,
  'PUT /api/admin/postpaid': OPERATOR,
  'DELETE /api/admin/postpaid': OPERATOR,

  'GET /api/admin/conduct': STAFF,

  'GET /api/admin/sandbox': STAFF,
  'POST /api/admin/sandbox/reset': OPERATOR,
  'PUT /api/admin/sandbox/clock': OPERATOR,
  'PUT /api/admin/sandbox/chaos': OPERATOR,
  'DELETE /api/admin/sandbox/chaos': OPERATOR,

  'GET /api/admin/audit': STAFF,
  'GET /api/admin/audit.csv': STAFF,
  'GET /api/admin/ledger/proof': STAFF,
  'POST /api/admin/ledger/proof': OPERATOR,
  'GET /api/admin/registry': STAFF,
  'GET /api/admin/registry/import': STAFF,
  'POST /api/admin/registry/import': OPERATOR,
  'POST /api/admin/registry/import/stop': OPERATOR,
  'POST /api/admin/registry/import/resume': OPERATOR,
  'DELETE /api/admin/registry/import': OPERATOR,
  'GET /api/admin/registry/import/rejected.csv': STAFF,

  'POST /api/admin/uploads': OPERATOR,
  'PUT /api/admin/uploads/{uploadId}': OPERATOR,
  'DELETE /api/admin/uploads/{uploadId}': OPERATOR,

  'GET /api/admin/health': STAFF,
} as const satisfies Record<string, Permission>

/** `METHOD /path`, with the names of its parameters in braces. */
export type RouteName = keyof typeof PERMISSIONS

/** A parameter of a path: never empty, never a step up, nothing that is written in two ways. */
const PARAMETER = '([A-Za-z0-9][A-Za-z0-9_.:-]{0,127})'

const ROUTES = (Object.keys(PERMISSIONS) as RouteName[])
  // A fixed word wins over a parameter.
  .toSorted((one, other) => Number(one.includes('{')) - Number(other.includes('{')))
  .map((name) => {
    const [method = '', path = ''] = name.split(' ')
    const pattern = path.replaceAll('.', '\\.').replaceAll(/\{\w+\}/g, PARAMETER)
    return { name, method, pattern: new RegExp(`^${pattern}$`) }
  })

/** The route that a request asks for; undefined where there is none. */
export function routeOf(method: string, path: string): RouteName | undefined {
  return ROUTES.find((route) => route.method === method && route.pattern.test(path))?.name
}
