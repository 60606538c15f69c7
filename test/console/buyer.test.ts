/** What buyers do in the console, each by his role: calls and their story, keys, colleagues, logins. */
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { Role } from '../../src/accounts/user.ts'
import { httpCall } from '../support/http-call.ts'
import { Place } from '../support/service.ts'
import { type TencentKey, tc3Headers } from '../support/tencent-signer.ts'
import { ConsoleBrowser, hasBrowser, PATIENCE, reload, type Visit } from './browser.ts'
import { type History, liveHistory } from './history.ts'

const SPAN = { days: 3, callsPerDay: 6 }
/** Of the sandbox's sample: a card that matches. */
const CARD = '6217920181755914'

let browser: ConsoleBrowser
let history: History
const place = new Place()

beforeAll(async () => {
  if (!hasBrowser) return
  browser = await ConsoleBrowser.open()
  history = await liveHistory(place, SPAN)
}, 240_000)

afterEach(() => browser?.closePages())
afterAll(async () => {
  if (hasBrowser) {
    await browser.close()
    await history.running.stop('test')
  }
  place.remove()
}, 30_000)

function enter(role: Role, path: string): Promise<Visit> {
  const { cookie } = history.people[role]
  return browser.visit(history.running.url, { path: `/console${path}`, cookie, locale: 'en-US' })
}

function admin(method: string, path: string, input: object = {}) {
  return history.people.buyer_admin.ask(method, `/api/admin/${path}`, JSON.stringify(input))
}

describe.runIf(hasBrowser)('a buyer', PATIENCE, () => {
  test('opens the story of a call by the name he was given, and follows it to the reference', async () => {
    const { json } = await history.people.buyer_admin.get('/api/admin/calls?limit=1&result=match')
    const [call] = json.items as { requestId: string; sequenceCode: string }[]
    const { page, complaints } = await enter('buyer_developer', '/calls')
    await page.getByLabel('RequestId or seqNo').fill(call!.sequenceCode)
    await page.keyboard.press('Enter')
    const dialog = page.getByRole('dialog')
    await dialog.getByText('Key recognised').waitFor()
    // The request is drawn from the description of its API, which is asked for beside the call.
    await dialog.getByText('***').first().waitFor()
    const story = await dialog.textContent()
    expect(story).toContain(call!.requestId)
    expect(story).toContain('***')
    expect(await dialog.getByText('Requests to vendors').count()).toBe(0)
    await dialog.getByRole('link', { name: 'What the code means' }).click()
    await page.waitForURL('**/console/reference?code=*')
    expect(complaints).toEqual([])
  })

  test('an address that names a call opens its story', async () => {
    const { json } = await history.people.buyer_admin.get('/api/admin/calls?limit=1')
    const [call] = json.items as { requestId: string }[]
    const { page } = await enter('buyer_finance', `/calls?call=${call!.requestId}`)
    await page.getByRole('dialog').getByText('What happened', { exact: true }).waitFor()
  })

  test('finds calls by an element that is in no address and not in the inspector', async () => {
    const { page, settle } = await enter('buyer_admin', '/calls')
    const addresses: string[] = []
    page.on('request', (request) => addresses.push(request.url()))
    await page.getByText('Find by an element').click()
    await page.getByLabel('Its value').fill(CARD)
    await page.getByRole('button', { name: 'Find' }).click()
    await page.getByText('Showing the calls with this card number.').waitFor()
    await settle()
    expect(addresses.some((address) => address.includes('/calls/search'))).toBe(true)
    expect(addresses.join()).not.toContain(CARD)
    expect(page.url()).not.toContain(CARD)
    await page.getByRole('button', { name: 'API Inspector' }).click()
    await page.getByText('/api/admin/calls/search').first().waitFor()
    expect(await page.content()).not.toContain(CARD)
  })

  test('sees on the overview the numbers that the list of calls has', async () => {
    const { page } = await enter('buyer_admin', '/overview')
    const { json } = await history.people.buyer_admin.get('/api/admin/overview')
    const { calls } = json.today as { calls: number }
    const figure = page.locator('.figure', { hasText: 'Calls today' }).locator('strong')
    expect(await figure.textContent()).toBe(calls.toLocaleString('en-US'))
    await page.getByLabel('Period').selectOption('day')
    const chart = page.getByRole('img', { name: /^Last 30 days: / }).first()
    await chart.waitFor()
    const series = await history.people.buyer_admin.get('/api/admin/overview/series?by=day')
    const points = series.json.items as { calls: number }[]
    const all = points.reduce((sum, point) => sum + point.calls, 0)
    expect(await chart.getAttribute('aria-label')).toContain(`${all.toLocaleString('en-US')} calls`)
  })

  test('makes an encryption key, and the program shown encrypts what the service opens', async () => {
    const { page } = await enter('buyer_developer', '/encryption')
    await page.getByRole('button', { name: 'New key' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'New key' }).click()
    const program = (await page.locator('[data-sample=rsa]').textContent()) ?? ''
    const run = promisify(execFile)(process.execPath, ['--input-type=module', '-e', program])
    const { stdout } = await run
    const made = await admin('POST', 'keys', { kind: 'tencent', mode: 'test' })
    const { credential, secret } = made.json as { credential: string; secret: string }
    const key = { secretId: credential, secretKey: secret }
    expect(await verdictOf(stdout.trim(), key)).toBe('0')
    await page.getByRole('tab', { name: 'Retire' }).click()
    await page.getByRole('tabpanel').getByRole('button', { name: 'Retire' }).click()
    await page.getByText('Retired', { exact: true }).waitFor()
  })

  test('invites a colleague who comes in with a password of his own, and lets him out again', async () => {
    const { page } = await enter('buyer_admin', '/colleagues')
    await page.getByRole('button', { name: 'Invite' }).first().click()
    const dialog = page.getByRole('dialog')
    expect(await dialog.getByLabel('Role').textContent()).not.toContain('Operator')
    await dialog.getByLabel('Name').fill('li.lei')
    await dialog.getByRole('button', { name: 'Invite' }).click()
    const link = (await dialog.locator('pre').textContent()) ?? ''
    const guest = await browser.visit(link.split('/console')[0]!, {
      path: `/console${link.split('/console')[1]}`,
      locale: 'en-US',
    })
    await guest.page.getByLabel('New password').fill('correct horse battery')
    await guest.page.keyboard.press('Enter')
    await guest.page.getByRole('link', { name: 'li.lei' }).waitFor()
    await dialog.getByRole('button', { name: 'Close' }).click()
    const row = page.getByRole('row', { name: /li\.lei/ })
    await row.getByRole('button', { name: 'Disable' }).click()
    await dialog.getByRole('button', { name: 'Disable' }).click()
    await row.getByText('Disabled').waitFor()
    // At his own machine somebody without a session is the developer, and li.lei no more.
    await reload(guest)
    expect(await guest.page.getByRole('link', { name: 'li.lei' }).count()).toBe(0)
  })

  test('who may not keep keys or people is offered none of it', async () => {
    const finance = await enter('buyer_finance', '/encryption')
    expect(await finance.page.getByRole('button', { name: 'New key' }).count()).toBe(0)
    expect(await menuOf(finance.page)).not.toContain('Colleagues')
    const developer = await enter('buyer_developer', '/alerts')
    await developer.page.getByRole('heading', { name: 'When to alert', exact: true }).waitFor()
    expect(await developer.page.getByRole('button', { name: 'Save' }).count()).toBe(0)
  })
})

describe.runIf(hasBrowser)('whoever is not signed in', PATIENCE, () => {
  test('is asked to, without a complaint of the browser', async () => {
    const place = new Place()
    const running = await place.serve({ KAYAN_MODE: 'production' })
    try {
      const { page, complaints } = await browser.visit(running.url, { locale: 'en-US' })
      await page.getByLabel('Password').waitFor()
      expect(complaints).toEqual([])
    } finally {
      await running.stop('test')
      place.remove()
    }
  })
})

function menuOf(page: Page): Promise<string | null> {
  return page.locator('#menu').textContent()
}

/** What the service says to a request made by a program. A node knows a key within a second. */
async function verdictOf(body: string, key: TencentKey): Promise<string | undefined> {
  const { url } = history.running
  for (;;) {
    const headers = tc3Headers(key, new URL(url).host, body, Math.floor(Date.now() / 1_000))
    const reply = JSON.parse((await httpCall(url, { headers, body })).body).Response
    if (!String(reply.Error?.Code).startsWith('AuthFailure')) return reply.Result
  }
}
