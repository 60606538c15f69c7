/** A newcomer's first two minutes: `npm start`, the console, a verified call, and its code in a shell. */
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { Place } from '../support/service.ts'
import { ConsoleBrowser, hasBrowser, PATIENCE } from './browser.ts'

const ROOT = join(import.meta.dirname, '../..')
const READY = /^Kayan ready: (https?:\/\/\S+)$/
const CLICKS_MAX = 5
const FIRST_PAGE_BYTES_MAX = 250 * 1024
const PAINT_MS_MAX = 1_000
/** A machine that is busy with other tests paints later; a page that waits for something, always. */
const BUSY_FACTOR = 5
const PAINTS = 3

let browser: ConsoleBrowser
let child: ChildProcess
let url = ''
const place = new Place()

beforeAll(async () => {
  if (!hasBrowser) return
  browser = await ConsoleBrowser.open()
  // npm hands no signal on to what it runs; a group of its own can be ended whole.
  const env = { ...process.env, KAYAN_DATA_DIR: place.dataDir, KAYAN_PORT: '0', NODE_ENV: '' }
  child = spawn('npm', ['start'], { cwd: ROOT, env, detached: true, stdio: ['ignore', 'pipe', 1] })
  url = await readyUrl(child)
}, 180_000)

afterEach(() => browser?.closePages())

afterAll(async () => {
  if (hasBrowser) {
    await browser.close()
    process.kill(-child.pid!, 'SIGTERM')
    await once(child, 'exit')
  }
  place.remove()
}, 30_000)

function readyUrl(started: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    createInterface({ input: started.stdout! }).on('line', (line) => {
      const found = READY.exec(line)
      if (found !== null) resolve(found[1]!)
    })
    started.once('exit', (code) => reject(new Error(`npm start ended with ${code}`)))
  })
}

/** Counts what the hand does, not what the test asks for. */
async function countClicks(page: Page): Promise<() => Promise<number>> {
  await page.evaluate(() => {
    document.documentElement.dataset.clicks = '0'
    addEventListener('click', ({ isTrusted }) => {
      const { dataset } = document.documentElement
      if (isTrusted) dataset.clicks = String(Number(dataset.clicks) + 1)
    })
  })
  return () => page.evaluate(() => Number(document.documentElement.dataset.clicks))
}

function withoutId(answer: string): unknown {
  const { Response } = JSON.parse(answer) as { Response: object }
  return { ...Response, RequestId: undefined }
}

describe.runIf(hasBrowser)('a newcomer', PATIENCE, () => {
  test('gets a verified call in a few clicks, and the curl shown gives the same in a shell', async () => {
    const startMs = performance.now()
    const { page, complaints } = await browser.visit(url, { path: '/console' })
    const clicks = await countClicks(page)
    await page.getByRole('button', { name: '发起调用' }).click()
    const verdict = page.getByRole('status')
    await verdict.waitFor()
    expect(await verdict.textContent()).toContain('认证通过')
    const shown = await page.getByRole('tabpanel').locator('.code, .raw').allTextContents()
    const answer = shown.find((text) => text.trim().startsWith('{'))
    await page.getByRole('tab', { name: '示例代码' }).click()
    await page.locator('.shiki').waitFor()
    await page.getByRole('tabpanel').getByRole('button', { name: '复制' }).first().click()
    await page.waitForFunction(async () => (await navigator.clipboard.readText()) !== '')
    const curl = await page.evaluate<string>('navigator.clipboard.readText()')
    const { stdout } = await promisify(execFile)('bash', ['-c', curl])
    expect(withoutId(stdout)).toEqual(withoutId(answer!))
    expect(stdout).toContain('"Result":"0"')
    expect(await clicks()).toBeLessThanOrEqual(CLICKS_MAX)
    expect(complaints).toEqual([])
    const ms = (performance.now() - startMs).toFixed(0)
    process.stderr.write(`console: a verified call by ${await clicks()} clicks in ${ms} ms\n`)
  })

  test('has a first page that is light and paints at once', async () => {
    const loads: Loaded[] = []
    for (let load = 0; load < PAINTS; load++) {
      const { page } = await browser.visit(url)
      loads.push(await page.evaluate(loaded))
    }
    const bytes = Math.max(...loads.map((load) => load.bytes))
    const paintMs = Math.min(...loads.map((load) => load.paintMs))
    process.stderr.write(`console: ${bytes} bytes, painted after ${paintMs.toFixed(0)} ms\n`)
    expect(bytes).toBeLessThanOrEqual(FIRST_PAGE_BYTES_MAX)
    expect(paintMs).toBeLessThanOrEqual(PAINT_MS_MAX * BUSY_FACTOR)
  })
})

interface Loaded {
  /** Of everything that came over the wire, as compressed as it came. */
  readonly bytes: number
  /** When the largest part of the page was painted. */
  readonly paintMs: number
}

/** Runs in the page. */
async function loaded(): Promise<Loaded> {
  const paints = await new Promise<PerformanceEntry[]>((resolve) => {
    new PerformanceObserver((list) => resolve(list.getEntries())).observe({
      type: 'largest-contentful-paint',
      buffered: true,
    })
  })
  const kinds = ['navigation', 'resource']
  const entries = kinds.flatMap((kind) => performance.getEntriesByType(kind))
  const bytes = (entries as PerformanceResourceTiming[]).map((entry) => entry.encodedBodySize)
  return { bytes: bytes.reduce((sum, each) => sum + each, 0), paintMs: paints.at(-1)!.startTime }
}
