/**
 * Every dialog that a button of a page opens: it keeps the focus, fits the screen, and gives the focus
 * back, in one language wide and in the other narrow.
 */
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { hasBrowser, keepPicture, overflowOf, seriousFindings, type Visit } from './browser.ts'
import { EVERY_PAGE, follow, PAGE_TIMEOUT_MS, pictureOf, toured, VIEWS } from './every-page.ts'
import { buttonNames, DIALOG, focusIn, markButton, TRIED } from './keyboard.ts'

/** What a button asks for is refused, so that any may be pressed. */
const REFUSED = { status: 409, json: { error: 'refused' } }
const tour = toured()

const DIALOG_VIEWS = [VIEWS[0], VIEWS[3]] as const
describe.runIf(hasBrowser).each([...DIALOG_VIEWS])('$locale at $width px', (view) => {
  let visit: Visit
  beforeAll(async () => {
    visit = await tour().enter(view)
    await visit.page.route('**/api/admin/**', (route) =>
      route.request().method() === 'GET' ? route.continue() : route.fulfill(REFUSED),
    )
  }, 90_000)
  afterAll(() => tour().browser.closePages())

  test.each(EVERY_PAGE)(
    'a dialog of %s keeps the focus, fits, and gives the focus back',
    async (path) => {
      const { page } = visit
      const come = async () => {
        await follow(visit, path)
        // What is folded away has buttons too.
        await page.locator('main details:not([open]) > summary').evaluateAll((all) => {
          for (const summary of all) (summary as HTMLElement).click()
        })
      }
      await come()
      for (const [index, name] of (await buttonNames(page)).entries()) {
        if (!(await markButton(page, name))) {
          // Another button has changed the page; coming anew restores it.
          await follow(visit, path === '/profile' ? '/' : '/profile')
          await come()
          if (!(await markButton(page, name))) continue
        }
        await page.locator(TRIED).focus()
        await page.keyboard.press('Enter')
        await visit.settle()
        if ((await page.locator(DIALOG).count()) === 0) {
          await come()
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
