/** What people do in the console, in a real browser. */
import { readFileSync } from 'node:fs'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { totpCode } from '../../src/accounts/totp.ts'
import type { Running } from '../../src/main.ts'
import { Place } from '../support/service.ts'
import {
  ConsoleBrowser,
  hasBrowser,
  PATIENCE,
  pick,
  reload,
  seriousFindings,
  type View,
  type Visit,
} from './browser.ts'

const TOTP_STEP_MS = 30_000
/** The sample of the vendor's own page. */
const SAMPLE = {
  acc_no: '6217920181755914',
  idcard: '32132419860817421X',
  mobile: '13636643334',
  name: '张三',
}

let running: Running
let browser: ConsoleBrowser
const place = new Place()

beforeAll(async () => {
  if (!hasBrowser) return
  browser = await ConsoleBrowser.open()
  running = await place.serve()
  await furnish()
}, 180_000)

afterEach(() => browser?.closePages())

afterAll(async () => {
  if (hasBrowser) {
    await browser.close()
    await running.stop('test')
  }
  place.remove()
}, 30_000)

/** Something of everything, so that no page is looked at empty. */
async function furnish(): Promise<void> {
  await admin('orders', { plan: 'card4-1200', mode: 'test' })
  const order = await admin<{ id: string }>('orders', { plan: 'card4-6000', mode: 'live' })
  await admin(`orders/${order.id}/payment`, { paymentId: 'T1' })
  await admin('orders', { plan: 'card4-1200', mode: 'live' })
  await admin('accounts', { name: 'shop', ratePerSecond: 20 })
  await admin('users', { name: 'ann', role: 'auditor' })
  const title = { title: '某某公司', taxNumber: '91110000600037341L' }
  await admin('invoices', { kind: 'ordinary', title, orderIds: [order.id] })
  const headers = { Authorization: 'APPCODE kayansandboxappcode' }
  const url = `${running.url}/communication/personal/1887`
  await fetch(url, { method: 'POST', headers, body: new URLSearchParams(SAMPLE) })
}

async function admin<T>(path: string, input: unknown): Promise<T> {
  const reply = await fetch(`${running.url}/api/admin/${path}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(input),
  })
  const answer = await reply.text()
  if (!reply.ok) throw new Error(`${path}: ${answer}`)
  return JSON.parse(answer) as T
}

/** Opens a page of the service that all tests share. */
function visit(view: View = {}): Promise<Visit> {
  return browser.visit(running.url, view)
}

describe.runIf(hasBrowser)('the console', PATIENCE, () => {
  test('a picked result is the result that comes', async () => {
    const { page } = await visit({ locale: 'en-US' })
    await page.getByRole('button', { name: '/communication/personal/1887' }).click()
    await pick(page, 'Pick a result', 'dormant')
    await page.getByRole('button', { name: 'Send the call' }).click()
    const verdict = page.getByRole('status')
    await verdict.waitFor()
    expect(await verdict.textContent()).toContain('10000 · state 3')
    expect(await verdict.textContent()).toContain('free')
  })

  test('the doctor names the mistake of a pasted request', async () => {
    const { page, complaints } = await visit({ path: '/console/doctor' })
    const request =
      'POST /communication/personal/1887 HTTP/1.1\nAuthorization: APPCODEkayansandboxappcode\n\n'
    await page.getByRole('textbox').fill(request)
    await page.getByRole('button', { name: '诊断' }).click()
    const verdict = page.getByRole('status')
    await verdict.waitFor()
    expect(await verdict.textContent()).toContain('appcode_blank')
    expect(complaints).toEqual([])
  })

  test('the keyboard alone reaches the call and sends it', async () => {
    const { page } = await visit()
    await page.getByLabel('Phone').focus()
    await page.keyboard.press('Enter')
    await page.getByRole('status').waitFor()
    expect(await page.getByRole('status').textContent()).toContain('认证通过')
  })

  test('a script that somebody writes into a page does not run', async () => {
    const { page, complaints } = await visit()
    const ran = await page.evaluate(() => {
      const script = document.createElement('script')
      script.textContent = 'document.documentElement.dataset.ran = "true"'
      document.body.append(script)
      return document.documentElement.dataset.ran
    })
    expect(ran).toBeUndefined()
    expect(complaints.join()).toContain('Content Security Policy')
  })

  test('language and theme are remembered', async () => {
    const { page, settle } = await visit()
    await page.getByRole('button', { name: 'English' }).click()
    await page.getByRole('button', { name: 'Dark' }).click()
    await reload({ page, settle })
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('API Explorer')
    expect(await page.evaluate<string>('document.documentElement.dataset.theme')).toBe('dark')
  })

  test.each([
    ['what changes its colour fades', true],
    ['who asks the system for stillness sees nothing fade', false],
  ])('%s', async (_, moves) => {
    const { page, settle } = await visit({ path: '/console/vendors', moves })
    // Counted as they begin: on a busy machine a fade is over before anybody looks.
    await page.evaluate(() => {
      const { dataset } = document.documentElement
      dataset.fades = '0'
      addEventListener('transitionrun', () => {
        dataset.fades = String(Number(dataset.fades) + 1)
      })
    })
    await page.locator('.theme-button').click()
    await settle()
    const fades = await page.evaluate(() => Number(document.documentElement.dataset.fades))
    expect(fades > 0).toBe(moves)
  })

  test('the inspector shows the calls of the page as curl', async () => {
    const { page } = await visit()
    await page.getByRole('button', { name: 'API 检查器' }).click()
    await page.getByText('GET /api/admin/explorer', { exact: true }).first().waitFor()
    const shown = await page.getByRole('dialog').textContent()
    expect(shown).toContain(`curl -s '${running.url}/api/admin/explorer'`)
  })

  test('a refused form says so at its field, and a made key is shown once', async () => {
    const { page } = await visit({ path: '/console/keys' })
    await page.getByRole('button', { name: '新建密钥' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('种类').selectOption('appcode')
    await dialog.getByLabel('自定义 AppCode').fill('short')
    await dialog.getByRole('button', { name: '新建密钥' }).click()
    await dialog.getByRole('alert').waitFor()
    expect(await dialog.getByRole('alert').textContent()).toContain('格式不可用')
    expect(await seriousFindings(page)).toEqual([])
    await dialog.getByLabel('自定义 AppCode').fill('my-own-appcode-0001')
    await dialog.getByRole('button', { name: '新建密钥' }).click()
    await dialog.getByText('my-own-appcode-0001').first().waitFor()
    await page.getByRole('button', { name: '我已保存' }).click()
    await page.getByRole('row').filter({ hasText: 'AppCode' }).first().waitFor()
    expect(await page.locator('body').textContent()).not.toContain('my-own-appcode-0001')
  })

  test('an order placed and paid by clicks puts its units on the statement', async () => {
    const { page, complaints } = await visit({ path: '/console/plans', locale: 'en-US' })
    await page.getByRole('button', { name: 'Buy' }).first().click()
    await page.getByRole('button', { name: 'Place order' }).click()
    await page.getByRole('heading', { level: 1, name: 'Orders' }).waitFor()
    await page.getByRole('button', { name: 'Manage' }).first().click()
    await page.getByLabel('Payment reference').fill('T-by-clicks')
    await page.getByRole('dialog').getByRole('button', { name: 'Confirm payment' }).click()
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    await page.getByRole('link', { name: 'Statements' }).click()
    const pool = page.getByRole('table', { name: 'Four-element verification · Live' })
    // The 1,200 units of the first tier, besides the 6,000 that were there.
    await pool.getByText('7,200').first().waitFor()
    expect(complaints).toEqual([])
  })

  test('an operator issues an invoice and attaches its file, which the buyer takes', async () => {
    const { page, complaints } = await visit({ path: '/console/invoices', locale: 'en-US' })
    await page.getByRole('button', { name: 'Open' }).first().click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('Invoice number').fill('26112000000000000001')
    await dialog.getByRole('button', { name: 'Mark as issued' }).click()
    await dialog.waitFor({ state: 'detached' })
    await page.getByText('Issued').waitFor()
    await page.getByRole('button', { name: 'Open' }).first().click()
    const buffer = Buffer.from('%PDF-1.7')
    const file = { name: 'invoice.pdf', mimeType: 'application/pdf', buffer }
    await dialog.locator('input[type=file]').setInputFiles(file)
    await dialog.waitFor({ state: 'detached' })
    await page.getByRole('button', { name: 'Open' }).first().click()
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      dialog.getByRole('link', { name: 'invoice.pdf' }).click(),
    ])
    expect(readFileSync(await download.path(), 'utf8')).toBe('%PDF-1.7')
    expect(complaints).toEqual([])
  })

  test('one call opens its story', async () => {
    const { page, complaints } = await visit({ path: '/console/calls?result=match' })
    await page.locator('.call-name').first().click()
    const story = page.getByRole('dialog')
    await story.getByRole('table', { name: '账本流水' }).waitFor()
    expect(await story.textContent()).toContain('结算')
    expect(await seriousFindings(page)).toEqual([])
    await page.keyboard.press('Escape')
    await story.waitFor({ state: 'detached' })
    expect(complaints).toEqual([])
  })

  test('in production the printed link leads to a password, an authenticator, and in', async () => {
    const other = new Place()
    const production = await other.serve({ KAYAN_MODE: 'production' })
    try {
      const { page } = await browser.visit(production.url, { path: production.setupPath! })
      await page.getByLabel('新密码').fill('correct horse battery')
      await page.getByRole('button', { name: '设定密码并登录' }).click()
      await page.getByLabel('密码', { exact: true }).fill('correct horse battery')
      expect(await seriousFindings(page)).toEqual([])
      await page.getByRole('button', { name: '启用验证器' }).click()
      const seed = await page.getByRole('main').locator('code').textContent()
      const step = Math.floor(Date.now() / TOTP_STEP_MS)
      await page.getByLabel('动态验证码').fill(totpCode(seed!, step))
      await page.getByRole('button', { name: '确认' }).click()
      await page.getByRole('navigation', { name: '菜单' }).waitFor()
      await page.getByRole('button', { name: '退出' }).click()
      await page.getByRole('button', { name: '登录' }).waitFor()
      expect(await seriousFindings(page)).toEqual([])
    } finally {
      await production.stop('test')
      other.remove()
    }
  })

  test('the inspector writes what a page asked as a command', async () => {
    const { page } = await visit({ path: '/console/keys' })
    await page.getByRole('button', { name: 'API 检查器' }).click()
    await page.getByText('kayan keys list acc_sandbox', { exact: true }).first().waitFor()
    const shown = await page.getByRole('dialog').locator('.command').allTextContents()
    expect(shown).toContain('kayan accounts list')
  })
})
