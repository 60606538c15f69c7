/** Exact metering, for several nodes on one database. */
export const METERING = ``
