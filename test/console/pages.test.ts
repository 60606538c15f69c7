/**
 * Every page of the menu, whoever added it: in both languages, wide and narrow, light and dark, by
 * keyboard, and as each role. `KAYAN_TEST_PICTURES` names the folder that pictures
 * are kept in.
 */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { ROLES } from '../../src/accounts/user.ts'
import { GROUPS, pagesOf } from '../../src/console/navigation.ts'
import {
  hasBrowser,
  keepPicture,
  overflowOf,
  PATIENCE,
  seriousFindings,
  type Visit,
} from './browser.ts'
import { EVERY_PAGE, follow, pictureOf, toured, VIEWS } from './every-page.ts'
import { unseenStops, walkByTab } from './keyboard.ts'

const tour = toured()

describe.runIf(hasBrowser).each([...VIEWS])(
  '$locale at $width px, dark: $dark',
  PATIENCE,
  (view) => {
    let visit: Visit
    const look = `${view.locale}-${view.width}-${view.dark ? 'dark' : 'light'}`
    beforeAll(async () => {
      visit = await tour().enter(view)
    }, 90_000)
    afterAll(() => tour().browser.closePages())

    test.each(EVERY_PAGE)('%s fits, is silent, and can be used by all', async (path) => {
      const { page, complaints } = visit
      await follow(visit, path)
      await keepPicture(page, pictureOf(path, look))
      expect(await overflowOf(page)).toBeLessThanOrEqual(0)
      expect(await page.getByRole('heading', { level: 1 }).count()).toBe(1)
      expect(await seriousFindings(page)).toEqual([])
      // The other theme differs in its colours alone.
      await page.locator('.theme-button').click()
      expect(await seriousFindings(page, 'color-contrast')).toEqual([])
      await page.locator('.theme-button').click()
      expect(complaints.splice(0)).toEqual([])
    })
  },
)

describe.runIf(hasBrowser)('by the keyboard alone', PATIENCE, () => {
  let visit: Visit
  beforeAll(async () => {
    visit = await tour().enter({})
  }, 90_000)
  afterAll(() => tour().browser.closePages())

  test.each(EVERY_PAGE)('everything on %s is reached, and is seen to be', async (path) => {
    await follow(visit, path)
    const stops = await walkByTab(visit.page)
    expect(stops.missed).toEqual([])
    expect(unseenStops(stops)).toEqual([])
  })
})

describe.runIf(hasBrowser).each(ROLES)('as %s', PATIENCE, (role) => {
  afterEach(() => tour().browser.closePages())

  test('the menu offers what the role may see, and nothing there is refused', async () => {
    const refused: string[] = []
    const visit = await tour().enter({ cookie: tour().history.people[role].cookie })
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
  })

  test('an address that is not for the role shows the first page', async () => {
    const other = EVERY_PAGE.find((path) => !GROUPS.some((g) => pagesOf(g, [role]).includes(path)))
    if (other === undefined) return expect(['operator', 'auditor']).toContain(role)
    const { cookie } = tour().history.people[role]
    const { page, complaints } = await tour().browser.visit(tour().history.running.url, {
      path: `/console${other}`,
      cookie,
    })
    const current = await page.locator('#menu a[aria-current=page]').getAttribute('href')
    expect(current).toBe('/console/')
    expect(complaints).toEqual([])
  })
})
