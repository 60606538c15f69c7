import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { createConsole } from './console.ts'

function served(secure: boolean): Readonly<Record<string, string>> {
  const directory = mkdtempSync(join(tmpdir(), 'kayan-console-'))
  onTestFinished(() => rmSync(directory, { recursive: true }))
  writeFileSync(join(directory, 'index.html'), '<!doctype html>')
  const message = { method: 'GET', target: '/console', path: '/console', query: '', rawHeaders: [] }
  const peer = { bodyTooLarge: false, remoteAddress: '127.0.0.1', secure }
  const { reply } = createConsole(directory)!({ ...message, ...peer, body: Buffer.alloc(0) })
  const pairs = reply.headers.flatMap((name, i) =>
    i % 2 === 0 ? [[name, reply.headers[i + 1]!] as const] : [],
  )
  return Object.fromEntries(pairs)
}

test('a page loads nothing from elsewhere, runs no script written into it, and is in no frame', () => {
  const policy = served(false)['Content-Security-Policy']!
  expect(policy).toContain("default-src 'none'")
  expect(policy).toContain("script-src 'self';")
  expect(policy).toContain("frame-ancestors 'none'")
})

test('over TLS, and only there, a browser is told to come by TLS alone', () => {
  expect(served(true)['Strict-Transport-Security']).toBe('max-age=31536000')
  expect(served(false)['Strict-Transport-Security']).toBeUndefined()
})
