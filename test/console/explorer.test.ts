/** The explorer, the doctor and the reference in production, as people with keys of their own use them. */
import { readFileSync } from 'node:fs'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { Running } from '../../src/main.ts'
import type { ConsoleClient } from '../support/console-client.ts'
import { furnishTwoAccounts, type TwoAccounts } from '../support/console-users.ts'
import { Place } from '../support/service.ts'
import { ConsoleBrowser, hasBrowser, PATIENCE, pick, type View } from './browser.ts'

interface Made {
  readonly id: string
  readonly credential: string
  readonly secret: string
}

const place = new Place()
let running: Running
let world: TwoAccounts
let browser: ConsoleBrowser
let testKey: Made
let liveKey: Made

beforeAll(async () => {
  if (!hasBrowser) return
  running = await place.serve({ KAYAN_MODE: 'production' })
  world = await furnishTwoAccounts(place, running)
  const { buyer_admin: buyer } = world.people
  const make = async (mode: string) => {
    const { json } = await buyer.post('/api/admin/keys', { kind: 'tencent', mode })
    return json as unknown as Made
  }
  testKey = await make('test')
  liveKey = await make('live')
  await buyer.post('/api/admin/orders', { plan: 'card4-1200', mode: 'test' })
  browser = await ConsoleBrowser.open()
}, 240_000)

afterEach(() => browser?.closePages())

afterAll(async () => {
  if (hasBrowser) {
    await browser.close()
    await running.stop('test')
  }
  place.remove()
}, 30_000)

function visit(client: ConsoleClient, view: View = {}) {
  return browser.visit(running.url, { cookie: client.cookie, ...view })
}

describe.runIf(hasBrowser)('in production', PATIENCE, () => {
  test('a call with an own test key verifies, and its secret is nowhere on the page', async () => {
    const { page, complaints } = await visit(world.people.buyer_finance)
    await page.getByLabel('用哪个密钥调用').selectOption(testKey.id)
    await pick(page, '选一位虚构的人')
    await page.getByRole('button', { name: '发起调用' }).click()
    const verdict = page.getByRole('status')
    await verdict.waitFor()
    expect(await verdict.textContent()).toContain('认证通过')
    for (const tab of ['请求', '签名过程', '示例代码']) {
      await page.getByRole('tab', { name: tab, exact: true }).click()
      expect(await page.content()).not.toContain(testKey.secret)
    }
    await page.getByText('TENCENTCLOUD_SECRET_KEY').first().waitFor()
    expect(complaints).toEqual([])
  })

  test('a live call asks again, says what it may take, and is made when that is confirmed', async () => {
    const { page } = await visit(world.people.buyer_developer, { locale: 'en-US', width: 390 })
    await page.getByLabel('Key to call with').selectOption(liveKey.id)
    await page.getByRole('button', { name: 'Send the live call' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByText('1 unit of package').waitFor()
    expect(await dialog.textContent()).toMatch(/about ¥\d/)
    expect(await page.getByRole('status').count()).toBe(0)
    await dialog.getByRole('button', { name: 'Send the live call' }).click()
    await page.getByRole('status').waitFor()
    expect(await page.getByRole('status').textContent()).toContain('HTTP status 200')
  })

  test('who may not call with a key is told so, and takes the code', async () => {
    const { page } = await visit(world.people.buyer_finance)
    await page.getByLabel('用哪个密钥调用').selectOption(liveKey.id)
    await page.getByText('您的角色不能用这个密钥发起调用').waitFor()
    expect(await page.getByRole('button', { name: '发起正式调用' }).isDisabled()).toBe(true)
    await page.getByRole('tab', { name: '示例代码' }).click()
    await page.getByRole('tabpanel').getByText(liveKey.credential).first().waitFor()
  })

  test('the doctor takes the key that a request names', async () => {
    const { page } = await visit(world.people.buyer_admin, { path: '/console/doctor' })
    const scope = `${testKey.credential}/2026-01-01/faceid/tc3_request`
    const proof = `SignedHeaders=content-type;host, Signature=${'0'.repeat(64)}`
    const head = `POST / HTTP/1.1\nAuthorization: TC3-HMAC-SHA256 Credential=${scope}, ${proof}`
    await page.getByRole('textbox').fill(`${head}\n\n{}`)
    expect(await page.getByLabel('核对用的密钥').inputValue()).toBe(testKey.id)
    await page.getByRole('button', { name: '诊断' }).click()
    await page.getByRole('status').waitFor()
    expect(await page.getByRole('status').textContent()).toContain('header_missing')
  })

  test('a link to a code shows that code alone, what it costs and what to do', async () => {
    const view = { path: '/console/reference?code=B403MQ', locale: 'en-US' } as const
    const { page } = await visit(world.people.auditor, view)
    const row = page.getByRole('row').filter({ hasText: 'quota exhausted' })
    await row.waitFor()
    expect(await page.getByRole('row').count()).toBe(2)
    expect(await row.textContent()).toContain('units are used up')
    const focused = await page.evaluate<string>('document.activeElement.getAttribute("aria-label")')
    expect(focused).toContain('Search codes')
  })

  test('an API is taken along as a document', async () => {
    const { page } = await visit(world.people.auditor)
    await page.getByRole('tab', { name: '导出' }).click()
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: '下载 OpenAPI 3.1' }).click(),
    ])
    expect(download.suggestedFilename()).toBe('tencent.BankCard4EVerification.openapi.json')
    const document = JSON.parse(readFileSync((await download.path())!, 'utf8'))
    expect(document.servers).toEqual([{ url: running.url }])
  })
})
