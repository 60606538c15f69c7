/** Which versions of Node may run Kayan, and from which on no known hole is open. */

/** CVE-2026-111497: remote code execution in Node's Brotli decoder. */
export const SECURITY_FLOOR = {
  cve: 'CVE-2026-111497',
  versions: { 24: '24.22.1', 26: '26.12.1' },
} as const

/** `unsupported`: outside `engines`; `unpatched`: below the security floor of its line. */
export type NodeVerdict = 'ok' | 'unpatched' | 'unsupported'

/** Judges a version such as `26.10.0`, by the range of `engines` in package.json. */
export function judgeNode(version: string): NodeVerdict {
  const [major = 0, minor = 0] = parts(version)
  const supported = (major === 24 && minor >= 16) || (major === 26 && minor >= 1) || major > 26
  if (!supported) return 'unsupported'
  if (major !== 24 && major !== 26) return 'ok'
  return isBelow(version, SECURITY_FLOOR.versions[major]) ? 'unpatched' : 'ok'
}

function isBelow(version: string, floor: string): boolean {
  const [ours, theirs] = [parts(version), parts(floor)]
  const at = ours.findIndex((part, i) => part !== theirs[i])
  return at >= 0 && ours[at]! < theirs[at]!
}

function parts(version: string): number[] {
  return version.split('.').map((part) => Number.parseInt(part, 10))
}
