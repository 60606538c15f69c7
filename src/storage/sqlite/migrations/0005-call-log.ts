/** What the call log keeps beside the charge. */
export const CALL_LOG = ``
