/** The commands of the sale, on a store of their own. */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { commandLine } from '../../test/support/command-line.ts'
import { Secret } from '../domain/secret.ts'
import { signBody } from '../domain/signed-body.ts'
import { inYuan, yuan } from './sale.ts'

const PROGRAM = join(import.meta.dirname, 'kayan.ts')

test('money is read and written to the fen', () => {
  expect([yuan('500'), yuan('0.01'), yuan('12.5')]).toEqual([50_000, 1, 1_250])
  for (const text of ['', '-1', '1.234', '1,000', '01', '1e3', '¥5']) {
    expect(() => yuan(text)).toThrow()
  }
  fc.assert(fc.property(fc.nat(99_999_999_999), (fen) => yuan(inYuan(fen)) === fen))
})

test('an order is placed, paid, seen in the quota, and refunded', async () => {
  const { json, kayan } = commandLine()
  await kayan('accounts create shop')
  const order = await json('orders place shop --plan card4-1200')
  expect(order).toMatchObject({ state: 'placed', amountFen: 50_000 })
  const pay = `orders pay ${order.id} --payment-id 20261122001`
  expect((await kayan(`${pay} --amount 499.99`)).err).toContain('amount is not that')
  expect((await kayan(`${pay} --amount 500`)).out).toContain('1200 units granted')
  expect((await kayan(pay)).err).toContain('is paid')
  expect(await json('quota shop')).toMatchObject([
    { product: 'card4', mode: 'live', total: { remaining: 1_200, used: 0, capacity: 1_200 } },
  ])
  expect((await kayan('quota shop --lang zh')).out).toMatch(/card4 live\n.*剩余[\s\S]*合计 +1200/)
  const refund = await kayan(`orders refund ${order.id} --units 7 --reason unused`)
  expect(refund.out).toContain('7 units taken back, 2.91 yuan')
  expect((await kayan(`orders void ${order.id} --reason fraud`)).out).toContain('1193 units')
  expect((await kayan(`orders show ${order.id}`)).out).toContain('"partly_refunded"')
  expect(await json('orders list shop --state partly_refunded')).toHaveLength(1)
  expect((await kayan('orders list --lang zh')).out).toContain('部分退款')
  expect(await json('ledger verify')).toMatchObject({ ok: true })
})

test('an order can be cancelled until it is paid', async () => {
  const { json, kayan } = commandLine()
  await kayan('accounts create shop')
  const { id } = await json('orders place shop --plan card4-1200')
  expect((await kayan(`orders cancel ${id} --reason changed`)).code).toBe(0)
  const pay = `orders pay ${id} --payment-id p1`
  expect(await kayan(pay)).toMatchObject({ code: 1, err: expect.stringContaining('cancelled') })
})

test('a request repeated under its key is done once, and another under it is refused', async () => {
  const { json, kayan } = commandLine()
  await kayan('accounts create shop')
  const place = 'orders place shop --plan card4-1200 --idempotency-key k1'
  const first = await json(place)
  expect(await json(place)).toEqual(first)
  expect(await json('orders list')).toHaveLength(1)
  expect((await kayan(place.replace('1200', '6000'))).err).toContain('k1')
})

test('what cannot be asked is refused by the name of the field', async () => {
  const { kayan } = commandLine()
  await kayan('accounts create shop')
  const refusals = [
    ['orders pay ord_1 --payment-id p', 'orderId'],
    ['orders cancel ord_0123456789abcdef --reason ', 'reason'],
    ['plans add UPPER_case --product card4 --units 1 --price 1', 'name'],
    ['plans add a --product card4 --units 1 --price 1 --years 21', 'validity.years'],
    ['trial shop', 'taxNumber'],
    ['alerts set shop --low-percent 101', 'lowPercents.0'],
    ['alerts webhook shop nowhere', 'url'],
    ['payments add NAME', 'name'],
  ]
  for (const [line, field] of refusals) {
    expect([line, await kayan(line!)]).toMatchObject([
      line,
      { code: 1, err: expect.stringContaining(`${field} `) },
    ])
  }
  expect((await kayan('plans add a --product card4 --units 1 --price 1.001')).code).toBe(2)
})

test('plans are listed, added in versions and retired', async () => {
  const { kayan } = commandLine()
  await kayan('accounts create shop')
  expect((await kayan('plans list')).out).toMatch(/card4-40000 +1 +package +card4 +40000 +10000.00/)
  const add = 'plans add card4-1200 --product card4 --units 1200 --price 450 --days 365'
  expect((await kayan(add)).out).toContain('version 2')
  expect((await kayan(`${add} --trial`)).err).toContain('A trial costs nothing')
  expect((await kayan('plans retire card4-1200')).code).toBe(0)
  expect((await kayan('orders place shop --plan card4-1200')).err).toContain('for sale')
  expect((await kayan('plans list --all --lang zh')).out).toContain('365 天')
})

test('the trial is given once, and neither number is kept or printed', async () => {
  const { kayan } = commandLine()
  await kayan('accounts create shop')
  await kayan('accounts create other')
  const trial = await kayan('trial shop --tax-number 91350100M000100Y43 --phone 13800138000')
  expect(trial.out).toContain('Gave 20 units')
  expect((await kayan('trial shop --phone 13900139000')).err).toContain('has had the trial')
  expect((await kayan('trial other --phone +8613800138000')).err).toContain('has had the trial')
  expect(trial.out + trial.err).not.toMatch(/91350100M|138001/)
  expect((await kayan('trial other --phone 12345')).err).toContain('phone')
})

test('alerts are set, shown and ended', async () => {
  const { json, kayan } = commandLine()
  await kayan('accounts create shop')
  expect((await kayan('alerts show shop')).out).toContain('Per cent left 20;')
  await kayan('alerts set shop --low-percent 50,10 --low-units -')
  const hook = await kayan('alerts webhook shop https://shop.example/alerts')
  expect(hook.out).toMatch(/\n[0-9a-f]{64}\n$/)
  expect(hook.err).toContain('shop.example is not in KAYAN_WEBHOOK_HOSTS')
  await kayan('alerts reorder shop --plan card4-6000 --below 1000')
  expect(await json('alerts show shop')).toEqual({
    lowPercents: [50, 10],
    lowUnits: [],
    expiryDays: [30, 7, 1],
    webhookUrl: 'https://shop.example/alerts',
    reorders: [expect.objectContaining({ plan: 'card4-6000', belowUnits: 1_000 })],
  })
  await kayan('alerts webhook-off shop')
  expect((await kayan('alerts reorder-off shop --product card4')).code).toBe(0)
  expect((await kayan('alerts reorder-off shop --product card4')).code).toBe(1)
  expect((await kayan('alerts show shop --lang zh')).out).toContain('投递到 无')
  expect((await kayan('alerts list')).out).toContain('No alerts')
})

test('a postpaid account has its month at once', async () => {
  const { json, kayan } = commandLine()
  await kayan('accounts create shop')
  await kayan('postpaid set shop --product card4 --units 1000 --price 250')
  expect(await json('quota shop')).toMatchObject([{ total: { remaining: 1_000 } }])
  expect(await json('postpaid list')).toMatchObject([
    { unitsPerMonth: 1_000, priceFenPer1000Units: 25_000, dueDays: 15 },
  ])
  expect((await kayan('postpaid end shop --product card4')).code).toBe(0)
  expect((await kayan('postpaid end shop --product card4')).code).toBe(1)
})

test('the secret of a payment provider is shown once', async () => {
  const { kayan } = commandLine()
  const added = await kayan('payments add alipay')
  const secret = /[0-9a-f]{64}/.exec(added.out)?.[0]
  expect(secret).toBeDefined()
  expect((await kayan('payments list')).out).not.toContain(secret)
  expect((await kayan('payments revoke alipay')).code).toBe(0)
  expect((await kayan('payments revoke wechat')).err).toContain('no such payment provider')
})

test('a signed notice from standard input pays an order, once', async () => {
  const { root, json, kayan } = commandLine()
  await kayan('accounts create shop')
  const { id: orderId } = await json('orders place shop --plan card4-1200')
  const { secret } = await json('payments add alipay')
  const body = JSON.stringify({ orderId, paymentId: 'ali-1', amountFen: 50_000 })
  const { timestamp, signature } = signBody(new Secret(secret), body, Date.now())
  const send = (input: string) => {
    const line = `payments notice alipay --timestamp ${timestamp} --signature ${signature}`
    const env = { ...process.env, KAYAN_LANG: 'en', KAYAN_DATA_DIR: join(root, 'data') }
    return spawnSync(process.execPath, [PROGRAM, ...line.split(' ')], { input, env }).stderr
  }
  expect(String(send(body.replace('50000', '50001')))).toContain('signature is wrong')
  expect(String(send(body)) + String(send(body))).not.toMatch(/wrong|changed|Internal/)
  expect(await json('orders list')).toMatchObject([{ state: 'paid', channel: 'alipay' }])
  expect(await json('quota shop')).toMatchObject([{ total: { remaining: 1_200 } }])
})
