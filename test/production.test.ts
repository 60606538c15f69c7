/** What a store keeps from its days in development is closed in production. */
import { afterAll, expect, test } from 'vitest'
import { httpCall } from './support/http-call.ts'
import { LIVE_APPCODE, Place } from './support/service.ts'
import { SANDBOX_TENCENT_KEY, tc3Headers } from './support/tencent-signer.ts'

const place = new Place()
afterAll(() => place.remove())

test('the published sandbox keys of a development store are unknown in production, live keys work', async () => {
  await place.furnish({ units: 5 })
  const development = await place.serve()
  const appCode = (url: string, code: string) =>
    httpCall(url, {
      path: '/communication/personal/1887',
      headers: { Authorization: `APPCODE ${code}` },
      body: 'acc_no=6217920181755914&idcard=32132419860817421X&mobile=13636643334&name=张三',
    })
  expect((await appCode(development.url, 'kayansandboxappcode')).status).toBe(200)
  await development.stop('test')

  const production = await place.serve({ KAYAN_MODE: 'production' })
  try {
    const refused = await appCode(production.url, 'kayansandboxappcode')
    expect([refused.status, refused.headers['x-ca-error-code']]).toEqual([400, 'A400AC'])
    const { host } = new URL(production.url)
    const headers = tc3Headers(SANDBOX_TENCENT_KEY, host, '{}', Math.floor(Date.now() / 1000))
    const unknown = await httpCall(production.url, { headers, body: '{}' })
    expect(unknown.body).toContain('AuthFailure.SecretIdNotFound')
    expect((await appCode(production.url, LIVE_APPCODE.credential)).status).toBe(200)
  } finally {
    await production.stop('test')
  }
})
