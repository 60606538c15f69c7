/** Plans, orders and alerts. */

// biome-ignore lint/suspicious/noEmptyInterface: filled by the migration of the same name.
export interface SaleTables {}
