/** Numbers of bytes as people read them. */

const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB'] as const
const STEP = 1_024

/** `1.5 GiB`. */
export function readableBytes(bytes: number): string {
  const power = bytes < STEP ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log2(bytes) / 10))
  const amount = bytes / STEP ** power
  return `${power === 0 ? amount : amount.toFixed(1)} ${UNITS[power]}`
}
