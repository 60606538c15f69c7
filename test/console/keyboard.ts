/** What the Tab key does on a page: where it stops, whether that is seen, and what it never reaches. */
import type { Page } from 'playwright-core'

/** An open dialog or drawer. */
export const DIALOG = 'dialog[open], [role=dialog]'
/** Tab presses after which a page is held to go round for ever. */
const PRESSES_MAX = 400
/** Buttons beyond it repeat those of earlier rows. */
const BUTTONS_MAX = 12

export interface Stop {
  readonly html: string
  readonly isVisible: boolean
  /** Whether it looks otherwise than an element without focus, or something close around it does. */
  readonly isMarked: boolean
}

export interface Walk {
  readonly stops: readonly Stop[]
  /** What can be used by a pointer but was not reached. */
  readonly missed: readonly string[]
}

/** Presses Tab through the whole page, from its beginning. */
export async function walkByTab(page: Page): Promise<Walk> {
  await page.evaluate(() => {
    for (const seen of document.querySelectorAll('[data-reached]')) {
      seen.removeAttribute('data-reached')
    }
  })
  await page.locator('.skip').focus()
  await page.keyboard.press('Shift+Tab')
  await page.keyboard.press('Tab')
  const stops: Stop[] = []
  for (let press = 0; press < PRESSES_MAX; press++) {
    const stop = await page.evaluate(stopHere)
    if (stop === 'round') break
    if (stop !== 'same') stops.push(stop)
    await page.keyboard.press('Tab')
  }
  return { stops, missed: await page.evaluate(notReached) }
}

/** Stops at which nobody sees where he is. */
export function unseenStops({ stops }: Walk): string[] {
  return stops.filter((stop) => !(stop.isVisible && stop.isMarked)).map(({ html }) => html)
}

/** Runs in the page: marks the focused element as reached; a field of a date has several stops. */
function stopHere(): Stop | 'same' | 'round' {
  const element = document.activeElement as HTMLElement | null
  if (element === null || element === document.body) return 'round'
  const { reached } = element.dataset
  if (reached !== undefined) return reached === 'last' ? 'same' : 'round'
  document.querySelector('[data-reached=last]')?.setAttribute('data-reached', 'before')
  element.dataset.reached = 'last'
  const around = [element, element.parentElement, element.parentElement?.parentElement]
  const isMarked = around.some((node) => {
    if (node === null || node === undefined) return false
    const { outlineStyle, boxShadow } = getComputedStyle(node)
    return outlineStyle !== 'none' || boxShadow !== 'none'
  })
  const { width, height } = element.getBoundingClientRect()
  const isVisible = element.checkVisibility() && width > 0 && height > 0
  return { html: element.outerHTML.slice(0, 160), isVisible, isMarked }
}

/** Runs in the page. */
function notReached(): string[] {
  const usable = 'a[href], button, input, select, textarea, summary, [tabindex]'
  const isStop = (element: HTMLElement) =>
    element.tabIndex >= 0 &&
    element.checkVisibility({ visibilityProperty: true }) &&
    !element.matches(':disabled, input[type=radio]:not(:checked)')
  return [...document.querySelectorAll<HTMLElement>(usable)]
    .filter((element) => isStop(element) && element.dataset.reached === undefined)
    .map((element) => element.outerHTML.slice(0, 160))
}

/** The button that is tried at present. */
export const TRIED = '[data-tried]'

/** Names of the buttons of the page's content; some of them open dialogs. */
export async function buttonNames(page: Page): Promise<string[]> {
  const names = await page.locator('main button[type=button]:not(:disabled)').allTextContents()
  return [...new Set(names.map(nameOf))].slice(0, BUTTONS_MAX)
}

/** Marks the first button of a name as the one that is tried; whether there is one. */
export async function markButton(page: Page, name: string): Promise<boolean> {
  await page.locator(TRIED).evaluateAll((all) => {
    for (const each of all) each.removeAttribute('data-tried')
  })
  const buttons = page.locator('main button[type=button]:not(:disabled)')
  const at = (await buttons.allTextContents()).findIndex((text) => nameOf(text) === name)
  if (at !== -1) await buttons.nth(at).evaluate((button) => button.setAttribute('data-tried', ''))
  return at !== -1
}

/** Ids differ from row to row; what such buttons do does not. */
function nameOf(text: string): string {
  return /[0-9a-f]{4}-|_[0-9a-z]{8}/.test(text) ? 'id' : text
}

/** Whether Tab, pressed on and on, stays within the open dialog or the browser's own frame. */
export async function focusIn(page: Page): Promise<boolean> {
  const stops = await page.locator(DIALOG).locator('a, button, input, select, textarea').count()
  for (let press = 0; press <= stops + 1; press++) {
    const isInside = await page.evaluate((dialog) => {
      const focused = document.activeElement
      return focused === document.body || focused?.closest(dialog) !== null
    }, DIALOG)
    if (!isInside) return false
    await page.keyboard.press('Tab')
  }
  return true
}
