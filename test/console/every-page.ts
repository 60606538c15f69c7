/** What the suites over every page of the menu share: the pages, the views, a business to show. */
import { afterAll, beforeAll } from 'vitest'
import { ROLES } from '../../src/accounts/user.ts'
import { GROUPS, type Path, pagesOf } from '../../src/console/navigation.ts'
import { Place } from '../support/service.ts'
import { ConsoleBrowser, hasBrowser, reload, type Visit } from './browser.ts'
import { type History, liveHistory } from './history.ts'

export const EVERY_PAGE: readonly Path[] = GROUPS.flatMap((group) => pagesOf(group, ROLES))
export const VIEWS = [
  { locale: 'zh-CN', width: 1280, dark: false },
  { locale: 'zh-CN', width: 390, dark: true },
  { locale: 'en-US', width: 1280, dark: true },
  { locale: 'en-US', width: 390, dark: false },
] as const
const SPAN = { days: 20, callsPerDay: 15 }
/** A page with all its dialogs. */
export const PAGE_TIMEOUT_MS = 180_000

/** A browser before a business with some weeks behind it. */
export interface Tour {
  readonly browser: ConsoleBrowser
  readonly history: History
  /** Opens the console for somebody, with the account that has a history chosen. */
  enter(view: object): Promise<Visit>
}

/** Has both for the suite of the calling file. */
export function toured(): () => Tour {
  const place = new Place()
  let tour: Tour | undefined
  const now = () => {
    if (tour === undefined)
      throw new Error('a tour begins before the tests, where there is a browser')
    return tour
  }
  beforeAll(async () => {
    if (!hasBrowser) return
    const browser = await ConsoleBrowser.open()
    const history = await liveHistory(place, SPAN)
    tour = { browser, history, enter: (view) => enter(now(), view) }
  }, 240_000)
  afterAll(async () => {
    await tour?.browser.close()
    await tour?.history.running.stop('test')
    place.remove()
  }, 30_000)
  return now
}

async function enter({ browser, history }: Tour, view: object): Promise<Visit> {
  const visit = await browser.visit(history.running.url, view)
  const id = history.accountId
  await visit.page.evaluate((accountId) => sessionStorage.setItem('kayan.account', accountId), id)
  await reload(visit)
  return visit
}

/** Goes to a page by the menu, as people do. */
export async function follow({ page, settle }: Visit, path: Path): Promise<void> {
  const link = page.locator(`#menu a[href="/console${path}"]`)
  if (!(await link.isVisible())) await page.locator('.menu-button').click()
  await link.click()
  await page.getByRole('heading', { level: 1 }).waitFor()
  await settle()
}

/** The name of a page's picture. */
export function pictureOf(path: Path, name: string): string {
  return `${path === '/' ? 'explorer' : path.slice(1)}-${name}`
}
