/** The documented samples of both vendors, through the official clients and as the documents print them. */
import { execFile } from 'node:child_process'
import { createRequire } from 'node:module'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Running } from '../src/main.ts'
import { httpCall } from './support/http-call.ts'
import { Place } from './support/service.ts'
import { SANDBOX_TENCENT_KEY, v1Query } from './support/tencent-signer.ts'

const require = createRequire(import.meta.url)
const place = new Place()
let kayan: Running

beforeAll(async () => {
  kayan = await place.serve()
})
afterAll(async () => {
  await kayan.stop('test')
  place.remove()
})

const SAMPLE_1 = {
  Name: '韦小宝',
  BankCard: '6225768888888888',
  Phone: '16137688175',
  IdCard: '11204416541220243X',
}
const SAMPLE_2 = { ...SAMPLE_1, BankCard: '6226090210146748', IdCard: ' 11204416541220243X' }
const ALIYUN_FORM = 'acc_no=6217920181755914&idcard=32132419860817421X&mobile=13636643334&name=张三'
const ALIYUN_PATH = '/communication/personal/1887'
const APPCODE = 'kayansandboxappcode'

/** Actions by name. */
type FaceidClient = Readonly<
  Record<
    | 'BankCard4EVerification'
    | 'BankCardVerification'
    | 'BankCard2EVerification'
    | 'CheckBankCardInformation',
    (request: object) => Promise<Record<string, string>>
  >
>

function officialClient(secretKey = SANDBOX_TENCENT_KEY.secretKey): FaceidClient {
  const { v20180301 } = require('tencentcloud-sdk-nodejs/tencentcloud/services/faceid/v20180301')
  return new v20180301.Client({
    credential: { secretId: SANDBOX_TENCENT_KEY.secretId, secretKey },
    region: '',
    profile: { httpProfile: { endpoint: new URL(kayan.url).host, protocol: 'http://' } },
  })
}

test('the official Tencent SDK reads sample 1 as 0 认证通过', async () => {
  const reply = await officialClient().BankCard4EVerification(SAMPLE_1)
  expect(reply).toMatchObject({ Result: '0', Description: '认证通过' })
  expect(reply.RequestId).toMatch(/^[0-9a-f-]{36}$/)
})

test('the official Tencent SDK reads sample 2, leading space kept, as -6 持卡人信息有误', async () => {
  const reply = await officialClient().BankCard4EVerification(SAMPLE_2)
  expect(reply).toMatchObject({ Result: '-6', Description: '持卡人信息有误' })
})

test('the official Tencent SDK reads the samples of the sibling actions, each by its own table', async () => {
  const { Name, IdCard } = SAMPLE_1
  const [credit, debit] = [' 6225768888888888', ' 6226090210146748']
  const client = officialClient()
  const three = (BankCard: string) => client.BankCardVerification({ IdCard, Name, BankCard })
  expect(await three(debit)).toMatchObject({ Result: '0', Description: '认证通过' })
  expect(await three(credit)).toMatchObject({ Result: '-1', Description: '认证未通过' })
  const two = (BankCard: string) => client.BankCard2EVerification({ Name, BankCard })
  expect(await two(credit)).toMatchObject({ Result: '0', Description: '认证通过' })
  expect(await two(debit)).toMatchObject({ Result: '-4', Description: '持卡人信息有误' })
  expect(await client.CheckBankCardInformation({ BankCard: credit.trim() })).toMatchObject({
    Result: '0',
    Description: '查询成功',
    AccountBank: '招商银行信用卡',
    AccountType: 2,
  })
  expect(await client.CheckBankCardInformation({ BankCard: '1111222233334444' })).toMatchObject({
    Result: '-1',
    Description: '未查到信息',
    AccountBank: '',
    AccountType: -1,
  })
})

test('the official Tencent SDK throws its own exception for a wrong SecretKey', async () => {
  await expect(officialClient('wrong').BankCard4EVerification(SAMPLE_1)).rejects.toMatchObject({
    code: 'AuthFailure.SignatureFailure',
  })
})

test('the documents’ own GET form of the Tencent samples answers as documented', async () => {
  const { host } = new URL(kayan.url)
  const nowS = Math.floor(Date.now() / 1000)
  for (const [sample, result, description] of [
    [SAMPLE_1, '0', '认证通过'],
    [SAMPLE_2, '-6', '持卡人信息有误'],
  ] as const) {
    const query = v1Query(SANDBOX_TENCENT_KEY, host, sample, nowS, 12_345)
    const reply = await httpCall(kayan.url, { method: 'GET', path: `/?${query}` })
    expect(JSON.parse(reply.body).Response).toMatchObject({
      Result: result,
      Description: description,
    })
    expect(reply.headers['content-type']).toBe('application/json')
  }
})

test('curl with APPCODE, as the documents print it, answers 10000 and state 1', async () => {
  const { stdout } = await promisify(execFile)('curl', [
    '-s',
    '-i',
    '-X',
    'POST',
    `${kayan.url}${ALIYUN_PATH}`,
    '-H',
    `Authorization:APPCODE ${APPCODE}`,
    '-H',
    'Content-Type: application/x-www-form-urlencoded; charset=UTF-8',
    '--data',
    ALIYUN_FORM,
  ])
  const [head, body] = stdout.split('\r\n\r\n')
  expect(head).toMatch(/^HTTP\/1\.1 200 /)
  expect(head).toMatch(/^X-Ca-Request-Id: [0-9A-F-]{36}\r?$/m)
  expect(body).toMatch(
    /^\{"code":"10000","message":"成功","data":\{"state":"1"\},"seqNo":"[0-9A-Z]{8}\d{10}"\}$/,
  )
})

test('the official Aliyun SimpleClient reads the sample', async () => {
  const { SimpleClient } = require('aliyun-api-gateway')
  const reply = await new SimpleClient(APPCODE).post(`${kayan.url}${ALIYUN_PATH}`, {
    data: {
      acc_no: '6217920181755914',
      idcard: '32132419860817421X',
      mobile: '13636643334',
      name: '张三',
    },
    headers: { accept: 'application/json' },
  })
  expect(reply).toMatchObject({ code: '10000', message: '成功', data: { state: '1' } })
})

test('a path of no vendor is 404, and the probes answer one word', async () => {
  const status = async (path: string) => (await httpCall(kayan.url, { method: 'GET', path })).status
  expect(await status('/nothing-here')).toBe(404)
  expect(await status('/livez')).toBe(200)
  expect(await status('/readyz')).toBe(200)
  const metrics = await httpCall(kayan.url, { method: 'GET', path: '/metrics' })
  expect(metrics.body).toContain('kayan_answers_total{api="aliyun.1887",result="match"}')
})
