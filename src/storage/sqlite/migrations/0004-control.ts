/** What administration keeps beside accounts and keys. */
export const CONTROL = ``
