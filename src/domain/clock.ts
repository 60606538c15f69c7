/** The seam through which time enters; only `main` and tests make one. */
export interface Clock {
  /** Wall clock, milliseconds since 1970-01-01 UTC. */
  nowMs(): number
  /** Monotonic microseconds from an arbitrary start; never steps back. */
  monotonicUs(): number
}
