/**
 * The console's pages from our own origin: files that the build left in `dist/console`, read once,
 * with a policy under which a browser loads nothing from anywhere else.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { extname, join, relative, sep } from 'node:path'
import { gzipSync } from 'node:zlib'
import type { WireRequest } from '../protocols/protocol.ts'
import { acceptsGzip, ZIPPED_BYTES_MIN } from './compression.ts'
import { text } from './health.ts'
import type { Handled } from './http.ts'

/** Where the build puts the pages. */
export const CONSOLE_DIRECTORY: string = join(import.meta.dirname, '../../dist/console')

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.json': 'application/json',
}

/** The component library writes its styles into the page; scripts come from files alone. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

const PAGE_HEADERS: readonly string[] = [
  'Content-Security-Policy',
  POLICY,
  'X-Content-Type-Options',
  'nosniff',
  'Referrer-Policy',
  'no-referrer',
  'Vary',
  'Accept-Encoding',
]

/** Whoever came over TLS once comes so for a year. */
const SECURE_HEADERS: readonly string[] = ['Strict-Transport-Security', 'max-age=31536000']

const PREFIX = '/console'
const INDEX = '/index.html'
interface StaticFile {
  readonly headers: readonly string[]
  readonly plain: Buffer
  /** Made when it is first asked for, so that a start does not wait for it; undefined if too small. */
  readonly compressed: () => Buffer | undefined
}

/** Answers `/console` and everything below it; undefined where the console was not built. */
export function createConsole(
  directory: string = CONSOLE_DIRECTORY,
): ((request: WireRequest) => Handled) | undefined {
  if (!existsSync(join(directory, INDEX))) return undefined
  const files = new Map(
    filesBelow(directory).map((path) => {
      const name = `/${relative(directory, path).split(sep).join('/')}`
      return [name, staticFile(name, readFileSync(path))] as const
    }),
  )
  return (request) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      return { reply: text(405, 'method not allowed') }
    }
    // A path without a file is a page of the console, which finds its way by itself.
    const name = request.path.slice(PREFIX.length)
    const file = files.get(name) ?? (extname(name) === '' ? files.get(INDEX) : undefined)
    return file === undefined ? { reply: text(404, 'not found') } : replyWith(file, request)
  }
}

/** Whether a path is the console's. */
export function isConsolePath(path: string): boolean {
  return path === PREFIX || path.startsWith(`${PREFIX}/`)
}

function replyWith(file: StaticFile, request: WireRequest): Handled {
  const secured = request.secure ? [...file.headers, ...SECURE_HEADERS] : file.headers
  const compressed = acceptsGzip(request) ? file.compressed() : undefined
  if (compressed !== undefined) {
    const headers = [...secured, 'Content-Encoding', 'gzip']
    return { reply: { status: 200, headers, body: compressed } }
  }
  return { reply: { status: 200, headers: secured, body: file.plain } }
}

function staticFile(name: string, plain: Buffer): StaticFile {
  // The build names files by their content, but for the page that names them.
  const caching = name === INDEX ? 'no-cache' : 'public, max-age=31536000, immutable'
  const type = TYPES[extname(name)] ?? 'application/octet-stream'
  let zipped: Buffer | undefined
  const compressed = () => {
    if (plain.length >= ZIPPED_BYTES_MIN) zipped ??= gzipSync(plain)
    return zipped
  }
  return {
    headers: ['Content-Type', type, 'Cache-Control', caching, ...PAGE_HEADERS],
    plain,
    compressed,
  }
}

function filesBelow(directory: string): string[] {
  return readdirSync(directory, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
}
