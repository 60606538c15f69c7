/** The calls of both READMEs, pasted as printed but for the port, answer as printed below them. */
import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Running } from '../src/main.ts'
import { Place } from './support/service.ts'

const ROOT = join(import.meta.dirname, '..')
const PRINTED_HOST = '127.0.0.1:8080'
const BLOCK = /<!-- test: ([\w-]+) -->\n```\w+\n([\s\S]*?)```\n\n```\w+\n([\s\S]*?)```/g

const place = new Place()
let kayan: Running

beforeAll(async () => {
  kayan = await place.serve()
})
afterAll(async () => {
  await kayan.stop('test')
  place.remove()
})

for (const file of ['README.md', 'README.zh-CN.md']) {
  const blocks = [...readFileSync(join(ROOT, file), 'utf8').matchAll(BLOCK)]

  test(`${file} shows a call of each vendor`, () => {
    const names = blocks.map(([, name]) => name)
    expect(names).toEqual(expect.arrayContaining(['aliyun-curl', 'tencent-sdk', 'tencent-curl']))
  })

  for (const [, name, code, printed] of blocks) {
    test(`${name} of ${file} answers as printed`, async () => {
      const pasted = code!.replaceAll(PRINTED_HOST, new URL(kayan.url).host)
      const [program, ...args] = name!.endsWith('-sdk')
        ? [process.execPath, '--input-type=module', '-e', pasted]
        : ['bash', '-c', pasted]
      const { stdout } = await promisify(execFile)(program!, args, { cwd: ROOT })
      expect(stdout.trim()).toMatch(asPattern(printed!.trim()))
    })
  }
}

/** The printed answer with `…` for what differs from call to call. */
function asPattern(printed: string): RegExp {
  const literal = printed.split('…').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
  return new RegExp(`^${literal.join('[\\w-]+')}$`)
}
