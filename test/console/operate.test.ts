/** What operators do in the console, by clicks, and what an auditor sees of it without any. */
import { join } from 'node:path'
import type { Locator, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { Running } from '../../src/main.ts'
import { writePeopleCsv } from '../../src/testing/people-csv.ts'
import { furnishTwoAccounts, type TwoAccounts } from '../support/console-users.ts'
import { Place } from '../support/service.ts'
import { type Simulator, simulate } from '../vendors/simulators.ts'
import { ConsoleBrowser, hasBrowser, PATIENCE, type Visit } from './browser.ts'

const VENDOR_SECRET = 'vendorSecretEXAMPLE'
const PEOPLE = 500

const place = new Place()
let running: Running
let browser: ConsoleBrowser
let vendor: Simulator

beforeAll(async () => {
  if (!hasBrowser) return
  browser = await ConsoleBrowser.open()
  running = await place.serve()
  // As a vendor answers what it is asked in a test.
  vendor = await simulate('tencent', { script: () => 'card_malformed' })
}, 180_000)

afterEach(() => browser?.closePages())

afterAll(async () => {
  if (hasBrowser) {
    await browser.close()
    await vendor.close()
    await running.stop('test')
  }
  place.remove()
}, 30_000)

function visit(page: string): Promise<Visit> {
  return browser.visit(running.url, { path: `/console/${page}`, locale: 'en-US' })
}

function button(within: Page | Locator, name: string): Locator {
  return within.getByRole('button', { name, exact: true })
}

/** Waits until a dialog has gone. */
async function gone(dialog: Locator): Promise<void> {
  await dialog.waitFor({ state: 'detached' })
}

describe.runIf(hasBrowser)('an operator', PATIENCE, () => {
  test('adds a vendor whose secret is shown nowhere, tries it, changes its price and takes it out', async () => {
    const { page, complaints } = await visit('vendors')
    await button(page, 'Add a route').first().click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('Route name', { exact: true }).fill('first')
    await dialog.getByLabel('Vendor', { exact: true }).selectOption('tencent')
    await dialog.getByLabel('SecretId or AppKey').fill('AKIDvendorEXAMPLE')
    await dialog.getByLabel('Secret', { exact: true }).fill(VENDOR_SECRET)
    await dialog.getByLabel('Price (yuan per call)').fill('0:0.3,100000:0.25')
    await dialog.getByLabel('Address (optional)').fill(vendor.url)
    await button(dialog, 'Add a route').click()
    await gone(dialog)
    const row = page.getByRole('row').filter({ hasText: 'AKIDvendorEXAMPLE' })
    expect(await row.textContent()).toContain('≥ 100,000: ¥0.2500')
    await button(row, 'Probe').click()
    await button(dialog, 'Free test').click()
    await dialog.getByText('Address and credential work.').waitFor()
    expect(vendor.bill.paid).toBe(0)
    await page.keyboard.press('Escape')
    await button(row, 'Edit').click()
    await dialog.getByLabel('Price (yuan per call)').fill('0.2')
    await button(dialog, 'Edit').click()
    await gone(dialog)
    await row.getByText('¥0.2000').waitFor()
    await button(page, 'API Inspector').click()
    const shown = await page.getByRole('dialog').textContent()
    expect(shown).toContain('POST /api/admin/vendors/routes')
    expect(shown).toContain('kayan vendors test first')
    expect(shown).not.toContain(VENDOR_SECRET)
    await page.keyboard.press('Escape')
    await button(row, 'Remove').click()
    await button(dialog, 'Remove').click()
    await page.getByText('No routes yet').waitFor()
    expect(complaints).toEqual([])
  })

  test('imports people from a file, sees what was rejected and what the registry holds', async () => {
    const path = join(place.directory, 'people.csv')
    writePeopleCsv({ path, rows: PEOPLE, seed: 3 })
    const { page, complaints } = await visit('registry')
    await page.getByLabel('CSV file').setInputFiles(path)
    await button(page, 'Upload and import').click()
    await page.getByText('Done', { exact: true }).waitFor()
    const figures = page.locator('section').filter({ hasText: 'Current state' })
    await figures.getByText(String(PEOPLE)).first().waitFor()
    expect(complaints).toEqual([])
  })

  test('is told why a file is not imported, without what is in it', async () => {
    const { page } = await visit('registry')
    const buffer = Buffer.from('姓名,身份证号,银行卡号,6217920181755914\n')
    const file = { name: 'wrong.csv', mimeType: 'text/csv', buffer }
    await page.getByLabel('CSV file').setInputFiles(file)
    await button(page, 'Upload and import').click()
    await page.getByText('There is an unknown column, number 4').waitFor()
    expect(await page.locator('body').textContent()).not.toContain('6217920181755914')
  })

  test('proves the ledger and sees each check', async () => {
    const { page, complaints } = await visit('health')
    await button(page, 'Prove the ledger').click()
    await page.getByText('The ledger holds').waitFor()
    const checks = page.getByRole('table', { name: 'Proof of the ledger' })
    for (const check of ['V1', 'V11']) expect(await checks.textContent()).toContain(check)
    expect(complaints).toEqual([])
  })

  test('lets time pass in the sandbox, comes back, and rehearses a failure', async () => {
    const { page, complaints } = await visit('sandbox')
    await button(page, 'Move forward').click()
    await page.getByText('Time moved forward for test units: +30d.').waitFor()
    await button(page, 'Back to the present').click()
    await page.getByText('Back in the present.').waitFor()
    await page.getByLabel('Probability (%)').fill('25')
    await button(page, 'Switch on').click()
    await page.getByText('Returning overloaded with a probability of 25%.').waitFor()
    await button(page, 'Switch off').click()
    await page.getByText('Off.', { exact: true }).waitFor()
    expect(complaints).toEqual([])
  })

  test('agrees on postpaid terms and ends them', async () => {
    const { page, complaints } = await visit('postpaid')
    await button(page, 'Set up postpaid').click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('Units per month').fill('100000')
    await dialog.getByLabel('Price (yuan per 1,000)').fill('250')
    await button(dialog, 'Set up postpaid').click()
    await gone(dialog)
    const row = page.getByRole('row').filter({ hasText: '100,000' })
    expect(await row.textContent()).toContain('¥250.00')
    await button(row, 'End').click()
    await button(dialog, 'End').click()
    await gone(dialog)
    await row.getByText('Ended').waitFor()
    expect(complaints).toEqual([])
  })

  test('adds a payment provider whose secret is shown once', async () => {
    const { page } = await visit('payments')
    await button(page, 'Add a provider').first().click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('Name').fill('alipay')
    await button(dialog, 'Add a provider').click()
    const secret = await dialog.locator('pre').first().textContent()
    expect(secret).toMatch(/^[0-9a-f]{64}$/)
    await button(dialog, 'I have stored it').click()
    await page.getByRole('row').filter({ hasText: 'alipay' }).waitFor()
    expect(await page.locator('body').textContent()).not.toContain(secret)
  })

  test('takes a plan off sale, and finds that in the audit', async () => {
    const { page, complaints } = await visit('plans')
    await page.getByText('All versions').click()
    const versions = page.getByRole('table', { name: 'All versions' })
    await button(
      versions.getByRole('row').filter({ hasText: 'card4-1200' }),
      'Take off sale',
    ).click()
    const dialog = page.getByRole('dialog')
    await button(dialog, 'Take off sale').click()
    await gone(dialog)
    await versions.getByText('Off sale', { exact: true }).waitFor()
    await page.getByRole('link', { name: 'Audit log' }).click()
    await page.getByRole('textbox', { name: 'Action' }).fill('plan.retire')
    await button(page, 'Filter').click()
    const lines = page.getByRole('table', { name: 'Audit log' })
    await lines.getByText('card4-1200').waitFor()
    expect(await lines.locator('tbody').getByRole('row').count()).toBe(1)
    expect(complaints).toEqual([])
  })
})

describe.runIf(hasBrowser)('an auditor', PATIENCE, () => {
  const production = new Place()
  let service: Running
  let world: TwoAccounts

  beforeAll(async () => {
    service = await production.serve({ KAYAN_MODE: 'production' })
    world = await furnishTwoAccounts(production, service)
  }, 180_000)
  afterAll(async () => {
    await service.stop('test')
    production.remove()
  }, 30_000)

  const PAGES = {
    vendors: ['Add a route'],
    registry: ['Upload and import'],
    conduct: [],
    sandbox: ['Reset the sandbox', 'Move forward'],
    health: ['Prove the ledger'],
    postpaid: ['Set up postpaid'],
    payments: ['Add a provider'],
    plans: ['Take off sale'],
  }

  test.each(Object.entries(PAGES))(
    'reads the page %s and changes nothing there',
    async (name, deeds) => {
      const { cookie } = world.people.auditor
      const path = `/console/${name}`
      const view = { path, locale: 'en-US', cookie } as const
      const { page, complaints } = await browser.visit(service.url, view)
      for (const deed of deeds) expect(await button(page, deed).count()).toBe(0)
      expect(await page.getByRole('alert').count()).toBe(name === 'sandbox' ? 1 : 0)
      expect(complaints).toEqual([])
    },
  )
})
