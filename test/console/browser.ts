/** The console in a real browser: it is built, opened as somebody sees it, and judged as people are. */
import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import {
  type Browser,
  type BrowserContext,
  chromium,
  type Page,
  type Request,
} from 'playwright-core'

const CHROMIUM = '/usr/bin/chromium'
const ROOT = join(import.meta.dirname, '../..')
/** Where pictures are kept; CI takes them along as artefacts. */
const PICTURES = process.env.KAYAN_TEST_PICTURES
const AXE = readFileSync(join(ROOT, 'node_modules/axe-core/axe.min.js'), 'utf8')
/** What never comes is given up; what is slow on a busy machine is waited for. */
const WAIT_MS = 25_000
export const PATIENCE = { timeout: 90_000 }
const HEIGHT_PX = 900
/** A page that asked for nothing so long has what it wants. */
const QUIET_TRIES_MAX = 200
const QUIET_MS = 120
const FADE_MS_MAX = 1_000
/** Done as soon as the page has nothing to do, such as drawing what a click has changed. */
const IDLE = 'new Promise((resolve) => requestIdleCallback(resolve, { timeout: 5000 }))'
const OVERFLOW = 'document.documentElement.scrollWidth - innerWidth'

/** Whether this machine has a browser; where it has none the suites are skipped, but not in CI. */
export const hasBrowser: boolean = existsSync(CHROMIUM)
if (!hasBrowser) {
  if (process.env.CI === 'true') throw new Error('CI needs chromium (Debian: chromium)')
  process.stderr.write('skipped: the console in a browser, because this machine has no chromium\n')
}

export interface View {
  /** Below the address of the service. */
  readonly path?: string
  readonly width?: number
  readonly locale?: 'zh-CN' | 'en-US'
  readonly dark?: boolean
  /** `name=value` of a session; none of the developer's, who needs none. */
  readonly cookie?: string
  /** Comes through a proxy, so that nobody is taken for the developer at his own machine. */
  readonly isRelayed?: boolean
  /** Colours fade and parts slide, as for people who did not ask their system for stillness. */
  readonly moves?: boolean
  /** What the browser's clock says; it goes on from there. The present by default. */
  readonly nowMs?: number
}

export interface Visit {
  readonly page: Page
  /** What the browser complained of so far. */
  readonly complaints: string[]
  /** Waits until the page asks for nothing more. */
  settle(): Promise<void>
}

/** A browser for one suite. */
export class ConsoleBrowser {
  readonly #browser: Browser
  readonly #opened: BrowserContext[] = []

  private constructor(browser: Browser) {
    this.#browser = browser
  }

  /** Builds the console as everybody does, and starts a browser; takes seconds. */
  static async open(): Promise<ConsoleBrowser> {
    // The test runner's own mode would be measured otherwise.
    const env = { ...process.env, NODE_ENV: 'production' }
    await promisify(execFile)(process.execPath, ['scripts/build-console.ts'], { cwd: ROOT, env })
    const options = { executablePath: CHROMIUM, args: ['--no-sandbox'] }
    return new ConsoleBrowser(await chromium.launch(options))
  }

  /** Opens a page of the service at `url` with a memory of its own, and waits until it is quiet. */
  async visit(url: string, view: View = {}): Promise<Visit> {
    const { path = '/console/', width = 1280, dark = false, locale = 'zh-CN', cookie, moves } = view
    const context = await this.#browser.newContext({
      viewport: { width, height: HEIGHT_PX },
      locale,
      colorScheme: dark ? 'dark' : 'light',
      reducedMotion: moves ? 'no-preference' : 'reduce',
      permissions: ['clipboard-read', 'clipboard-write'],
      ...(view.isRelayed && { extraHTTPHeaders: { 'X-Forwarded-For': '203.0.113.9' } }),
    })
    this.#opened.push(context)
    if (cookie !== undefined) {
      const [name = '', value = ''] = cookie.split('=')
      await context.addCookies([{ name, value, url }])
    }
    const page = await context.newPage()
    page.setDefaultTimeout(WAIT_MS)
    if (view.nowMs !== undefined) await page.clock.setSystemTime(view.nowMs)
    const complaints = complaintsOf(page)
    const settle = settling(page)
    await page.goto(url + path, { waitUntil: 'networkidle' })
    await shown(page)
    await settle()
    return { page, complaints, settle }
  }

  /** Closes what the present test has opened. */
  async closePages(): Promise<void> {
    await Promise.all(this.#opened.splice(0).map((context) => context.close()))
  }

  close(): Promise<void> {
    return this.#browser.close()
  }
}

function complaintsOf(page: Page): string[] {
  const complaints: string[] = []
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text())
  })
  page.on('pageerror', (error) => complaints.push(error.message))
  return complaints
}

/** Waits for the page itself: the network is quiet as well while a slow machine reads its script. */
function shown(page: Page): Promise<void> {
  return page.locator('h1, .door').first().waitFor()
}

/** Loads a page anew, and waits until it is there. */
export async function reload({ page, settle }: Pick<Visit, 'page' | 'settle'>): Promise<void> {
  await page.reload({ waitUntil: 'networkidle' })
  await shown(page)
  await settle()
}

/** Picks from a list that opens when it is clicked, by the words of a choice or the first one. */
export async function pick(page: Page, list: string, words = ''): Promise<void> {
  await page.getByLabel(list).click()
  await page.keyboard.type(words)
  // Enter takes the choice that is marked, which is so a moment after the list is there.
  await page.locator('.ant-select-item-option-active', { hasText: words }).waitFor()
  await page.keyboard.press('Enter')
}

/** Counts what a page asks for; the function made waits for a pause in it. */
function settling(page: Page): () => Promise<void> {
  let asked = 0
  const open = new Set<Request>()
  page.on('request', (request) => {
    asked += 1
    open.add(request)
  })
  page.on('requestfinished', (request) => open.delete(request))
  page.on('requestfailed', (request) => open.delete(request))
  return async () => {
    for (let tries = 0; tries < QUIET_TRIES_MAX; tries++) {
      await page.evaluate(IDLE)
      const before = asked
      await page.waitForTimeout(QUIET_MS)
      if (open.size === 0 && asked === before) return
    }
    const urls = [...open].map((request) => request.url())
    throw new Error(`the page is never quiet; asked ${asked} times, open: ${urls.join(' ')}`)
  }
}

/** By how many pixels a page is wider than the screen. */
export function overflowOf(page: Page): Promise<number> {
  return page.evaluate<number>(OVERFLOW)
}

/** Waits until nothing fades any more: half a colour is judged for a contrast that nobody sees. */
export async function atRest(page: Page): Promise<void> {
  // What is folded away begins to fade when it is seen, which may be never.
  await page.evaluate(async (mostMs) => {
    const faded = Promise.allSettled(document.getAnimations().map(({ finished }) => finished))
    await Promise.race([faded, new Promise((resolve) => setTimeout(resolve, mostMs))])
  }, FADE_MS_MAX)
}

/** What axe-core holds to be serious or worse, as lines; by all its rules or by those named. */
export async function seriousFindings(page: Page, ...rules: string[]): Promise<string[]> {
  await atRest(page)
  if (!(await page.evaluate('"axe" in window'))) await page.evaluate(AXE)
  const options = rules.length === 0 ? {} : { runOnly: rules }
  const run = `axe.run(${JSON.stringify(options)}).then((found) => found.violations)`
  const violations = await page.evaluate<Violation[]>(run)
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 200)}`))
}

interface Violation {
  readonly id: string
  readonly impact: string
  readonly nodes: readonly { readonly html: string }[]
}

/** Keeps a picture of the whole page where `KAYAN_TEST_PICTURES` says, if it says so. */
export async function keepPicture(page: Page, name: string): Promise<void> {
  if (PICTURES === undefined) return
  mkdirSync(PICTURES, { recursive: true })
  await page.screenshot({ path: join(PICTURES, `${name}.png`), fullPage: true })
}
