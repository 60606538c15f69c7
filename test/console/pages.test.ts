/**
 * Every page of the menu, whoever added it: in both languages, wide and narrow, light and dark, by
 * keyboard, with its dialogs, and as each role. `KAYAN_TEST_PICTURES` names the folder that pictures
 * are kept in.
 */
import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { ROLES } from '../../src/accounts/user.ts'
import { GROUPS, type Path, pagesOf } from '../../src/console/navigation.ts'
import { Place } from '../support/service.ts'
import {
  ConsoleBrowser,
  hasBrowser,
  keepPicture,
  overflowOf,
  seriousFindings,
  type Visit,
} from './browser.ts'
import { type History, liveHistory } from './history.ts'
import {
  buttonNames,
  DIALOG,
  focusIn,
  markButton,
  TRIED,
  unseenStops,
  walkByTab,
} from './keyboard.ts'

const EVERY_PAGE: readonly Path[] = GROUPS.flatMap((group) => pagesOf(group, ROLES))
const VIEWS = [
  { locale: 'zh-CN', width: 1280, dark: false },
  { locale: 'zh-CN', width: 390, dark: true },
  { locale: 'en-US', width: 1280, dark: true },
  { locale: 'en-US', width: 390, dark: false },
] as const
const SPAN = { days: 20, callsPerDay: 15 }
/** Long pages are judged for seconds, and longer where the machine is busy. */
const PAGE_TIMEOUT_MS = 90_000
/** What a button asks for is refused, so that any may be pressed. */
const REFUSED = { status: 409, json: { error: 'refused' } }

let browser: ConsoleBrowser
let history: History
const place = new Place()

beforeAll(async () => {
  if (!hasBrowser) return
  browser = await ConsoleBrowser.open()
  history = await liveHistory(place, SPAN)
}, 120_000)

afterAll(async () => {
  if (hasBrowser) {
    await browser.close()
    await history.running.stop('test')
  }
  place.remove()
}, 30_000)

/** Opens the console for somebody, with the account that has a history chosen. */
async function enter(view: object): Promise<Visit> {
  const visit = await browser.visit(history.running.url, view)
  const id = history.accountId
  await visit.page.evaluate((accountId) => sessionStorage.setItem('kayan.account', accountId), id)
  await visit.page.reload({ waitUntil: 'networkidle' })
  return visit
}

/** Goes to a page by the menu, as people do. */
async function follow({ page, settle }: Visit, path: Path): Promise<void> {
  const link = page.locator(`#menu a[href="/console${path}"]`)
  if (!(await link.isVisible())) await page.locator('.menu-button').click()
  await link.click()
  await page.getByRole('heading', { level: 1 }).waitFor()
  await settle()
}

function pictureOf(path: Path, name: string): string {
  return `${path === '/' ? 'explorer' : path.slice(1)}-${name}`
}

const PATIENCE = { timeout: PAGE_TIMEOUT_MS }
describe.runIf(hasBrowser).each([...VIEWS])(
  '$locale at $width px, dark: $dark',
  PATIENCE,
  (view) => {
    let visit: Visit
    const look = `${view.locale}-${view.width}-${view.dark ? 'dark' : 'light'}`
    beforeAll(async () => {
      visit = await enter(view)
    }, 30_000)
    afterAll(() => browser.closePages())

    test.each(EVERY_PAGE)('%s fits, is silent, and can be used by all', async (path) => {
      const { page, complaints } = visit
      await follow(visit, path)
      await keepPicture(page, pictureOf(path, look))
      expect(await overflowOf(page)).toBeLessThanOrEqual(0)
      expect(await page.getByRole('heading', { level: 1 }).count()).toBe(1)
      expect(await seriousFindings(page)).toEqual([])
      // The other theme differs in its colours alone.
      await otherTheme(page)
      expect(await seriousFindings(page, 'color-contrast')).toEqual([])
      await otherTheme(page)
      expect(complaints.splice(0)).toEqual([])
    })
  },
)

/** Changes between light and dark. */
async function otherTheme(page: Page): Promise<void> {
  await page.locator('.theme-button').click()
  // Components fade from one colour into the other.
  await page.evaluate(async () => {
    await Promise.allSettled(document.getAnimations().map(({ finished }) => finished))
  })
}

describe.runIf(hasBrowser)('by the keyboard alone', PATIENCE, () => {
  let visit: Visit
  beforeAll(async () => {
    visit = await enter({})
  }, 30_000)
  afterAll(() => browser.closePages())

  test.each(EVERY_PAGE)('everything on %s is reached, and is seen to be', async (path) => {
    await follow(visit, path)
    const stops = await walkByTab(visit.page)
    expect(stops.missed).toEqual([])
    expect(unseenStops(stops)).toEqual([])
  })
})

const DIALOG_VIEWS = [VIEWS[0], VIEWS[3]] as const
describe.runIf(hasBrowser).each([...DIALOG_VIEWS])('$locale at $width px', (view) => {
  let visit: Visit
  beforeAll(async () => {
    visit = await enter(view)
    await visit.page.route('**/api/admin/**', (route) =>
      route.request().method() === 'GET' ? route.continue() : route.fulfill(REFUSED),
    )
  }, 30_000)
  afterAll(() => browser.closePages())

  test.each(EVERY_PAGE)(
    'a dialog of %s keeps the focus, fits, and gives the focus back',
    async (path) => {
      await follow(visit, path)
      const { page } = visit
      for (const [index, name] of (await buttonNames(page)).entries()) {
        if (!(await markButton(page, name))) {
          // Another button has changed the page; coming anew restores it.
          await follow(visit, path === '/profile' ? '/' : '/profile')
          await follow(visit, path)
          if (!(await markButton(page, name))) continue
        }
        await page.locator(TRIED).focus()
        await page.keyboard.press('Enter')
        await visit.settle()
        if ((await page.locator(DIALOG).count()) === 0) {
          await follow(visit, path)
          continue
        }
        await keepPicture(page, pictureOf(path, `dialog-${index}-${view.locale}-${view.width}`))
        expect(await overflowOf(page)).toBeLessThanOrEqual(0)
        expect(await seriousFindings(page)).toEqual([])
        expect(await focusIn(page)).toBe(true)
        await page.keyboard.press('Escape')
        await page.locator(DIALOG).waitFor({ state: 'detached' })
        expect([name, await isFocused(page, TRIED)]).toEqual([name, true])
      }
    },
    PAGE_TIMEOUT_MS,
  )
})

function isFocused(page: Page, selector: string): Promise<boolean> {
  return page.evaluate((wanted) => document.activeElement?.matches(wanted) === true, selector)
}

describe.runIf(hasBrowser).each(ROLES)('as %s', (role) => {
  afterEach(() => browser.closePages())

  test('the menu offers what the role may see, and nothing there is refused', async () => {
    const refused: string[] = []
    const visit = await enter({ cookie: history.people[role].cookie })
    visit.page.on('response', (response) => {
      if (response.status() >= 400) refused.push(`${response.status()} ${response.url()}`)
    })
    const mine = GROUPS.flatMap((group) => pagesOf(group, [role]))
    const offered = await visit.page
      .locator('#menu a')
      .evaluateAll((links) => links.map((link) => link.getAttribute('href')))
    expect(offered).toEqual(mine.map((path) => `/console${path}`))
    for (const path of mine) {
      await follow(visit, path)
      expect([path, refused, visit.complaints]).toEqual([path, [], []])
      expect([path, await visit.page.getByRole('heading', { level: 1 }).count()]).toEqual([path, 1])
    }
  }, 60_000)

  test('an address that is not for the role shows the first page', async () => {
    const other = EVERY_PAGE.find((path) => !GROUPS.some((g) => pagesOf(g, [role]).includes(path)))
    if (other === undefined) return expect(['operator', 'auditor']).toContain(role)
    const { cookie } = history.people[role]
    const { page, complaints } = await browser.visit(history.running.url, {
      path: `/console${other}`,
      cookie,
    })
    const current = await page.locator('#menu a[aria-current=page]').getAttribute('href')
    expect(current).toBe('/console/')
    expect(complaints).toEqual([])
  })
})
