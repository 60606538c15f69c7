/** The pages by their paths below `/console`, each loaded when it is first opened. */
import { type ComponentType, type LazyExoticComponent, lazy } from 'react'
import type { Path } from './navigation.ts'

export const PAGES: Readonly<Record<Path, LazyExoticComponent<ComponentType>>> = {
  '/': lazy(async () => {
    const { ExplorerPage } = await import('./pages/explorer/explorer-page.tsx')
    return { default: ExplorerPage }
  }),
  '/doctor': lazy(async () => {
    const { DoctorPage } = await import('./pages/doctor/doctor-page.tsx')
    return { default: DoctorPage }
  }),
  '/reference': lazy(async () => {
    const { ReferencePage } = await import('./pages/reference/reference-page.tsx')
    return { default: ReferencePage }
  }),
  '/keys': lazy(async () => {
    const { KeysPage } = await import('./pages/keys/keys-page.tsx')
    return { default: KeysPage }
  }),
  '/encryption': lazy(async () => {
    const { EncryptionPage } = await import('./pages/encryption/encryption-page.tsx')
    return { default: EncryptionPage }
  }),
  '/calls': lazy(async () => {
    const { CallsPage } = await import('./pages/calls/calls-page.tsx')
    return { default: CallsPage }
  }),
  '/overview': lazy(async () => {
    const { OverviewPage } = await import('./pages/overview/overview-page.tsx')
    return { default: OverviewPage }
  }),
  '/plans': lazy(async () => {
    const { PlansPage } = await import('./pages/plans/plans-page.tsx')
    return { default: PlansPage }
  }),
  '/packages': lazy(async () => {
    const { PackagesPage } = await import('./pages/packages/packages-page.tsx')
    return { default: PackagesPage }
  }),
  '/orders': lazy(async () => {
    const { OrdersPage } = await import('./pages/orders/orders-page.tsx')
    return { default: OrdersPage }
  }),
  '/alerts': lazy(async () => {
    const { AlertsPage } = await import('./pages/alerts/alerts-page.tsx')
    return { default: AlertsPage }
  }),
  '/statements': lazy(async () => {
    const { StatementsPage } = await import('./pages/statements/statements-page.tsx')
    return { default: StatementsPage }
  }),
  '/invoices': lazy(async () => {
    const { InvoicesPage } = await import('./pages/invoices/invoices-page.tsx')
    return { default: InvoicesPage }
  }),
  '/colleagues': lazy(async () => {
    const { ColleaguesPage } = await import('./pages/users/users-page.tsx')
    return { default: ColleaguesPage }
  }),
  '/profile': lazy(async () => {
    const { ProfilePage } = await import('./pages/session/profile-page.tsx')
    return { default: ProfilePage }
  }),
  '/accounts': lazy(async () => {
    const { AccountsPage } = await import('./pages/accounts/accounts-page.tsx')
    return { default: AccountsPage }
  }),
  '/users': lazy(async () => {
    const { UsersPage } = await import('./pages/users/users-page.tsx')
    return { default: UsersPage }
  }),
  '/rules': lazy(async () => {
    const { RulesPage } = await import('./pages/rules/rules-page.tsx')
    return { default: RulesPage }
  }),
  '/vendors': lazy(async () => {
    const { VendorsPage } = await import('./pages/vendors/vendors-page.tsx')
    return { default: VendorsPage }
  }),
  '/postpaid': lazy(async () => {
    const { PostpaidPage } = await import('./pages/postpaid/postpaid-page.tsx')
    return { default: PostpaidPage }
  }),
  '/payments': lazy(async () => {
    const { PaymentsPage } = await import('./pages/payments/payments-page.tsx')
    return { default: PaymentsPage }
  }),
  '/registry': lazy(async () => {
    const { RegistryPage } = await import('./pages/registry/registry-page.tsx')
    return { default: RegistryPage }
  }),
  '/conduct': lazy(async () => {
    const { ConductPage } = await import('./pages/conduct/conduct-page.tsx')
    return { default: ConductPage }
  }),
  '/sandbox': lazy(async () => {
    const { SandboxPage } = await import('./pages/sandbox/sandbox-page.tsx')
    return { default: SandboxPage }
  }),
  '/audit': lazy(async () => {
    const { AuditPage } = await import('./pages/audit/audit-page.tsx')
    return { default: AuditPage }
  }),
  '/health': lazy(async () => {
    const { HealthPage } = await import('./pages/health/health-page.tsx')
    return { default: HealthPage }
  }),
}
