/** Invoices over paid orders. */
export const INVOICES = ``
