/** What `kayan serve` prints when it is ready: where it answers, and calls that work when pasted. */
import { createHash, createHmac } from 'node:crypto'
import { isAbsolute, relative } from 'node:path'
import { SANDBOX_KEYS } from '../accounts/sandbox-keys.ts'
import type { Config } from '../config/config.ts'
import { SAMPLES, type Sample } from '../sandbox/scenarios.ts'
import type { Locale } from './locale/zh.ts'

const ALIYUN_PATH = '/communication/personal/1887'

/** The lines of the banner; the last is the one scripts wait for. */
export function bannerLines(
  config: Config,
  release: { readonly url: string; readonly version: string; readonly hasConsole: boolean },
  locale: Locale,
): string[] {
  const { url, version } = release
  const mode = config.mode === 'production' ? locale.serve.production : locale.serve.sandbox
  const faces = [
    ['Tencent', `${url}/`, 'faceid 2018-03-01'],
    ['Aliyun', `${url}${ALIYUN_PATH}`, ''],
    ...(release.hasConsole ? [['Console', `${url}/console`, ''] as const] : []),
  ]
  const width = Math.max(...faces.map(([, address]) => address.length))
  return [
    `Kayan ${version.split('.').slice(0, 2).join('.')} · ${mode} · ${storeName(config.store)}`,
    ...faces.map(([name, address, note], i) => {
      const branch = i === faces.length - 1 ? '└─' : '├─'
      return `${branch} ${name.padEnd(9)} ${address.padEnd(width)}  ${note}`.trimEnd()
    }),
    `Kayan ready: ${url}`,
  ]
}

/** The published test keys and one documented call for each face. */
export function sandboxLines(url: string, nowMs: number, locale: Locale): string[] {
  const { tencent, appcode, appkey } = SANDBOX_KEYS
  return [
    '',
    locale.serve.sandboxKeys,
    `  SecretId ${tencent.credential}  SecretKey ${tencent.secret}`,
    `  AppCode  ${appcode.credential}`,
    `  AppKey   ${appkey.credential}  AppSecret ${appkey.secret}`,
    '',
    locale.serve.tryAliyun,
    aliyunCurl(url, sampleOf('aliyun')),
    '',
    locale.serve.tryTencent,
    tencentCurl(url, sampleOf('tencent'), Math.floor(nowMs / 1_000)),
    '',
  ]
}

function aliyunCurl(url: string, sample: Sample): string {
  const fields = { acc_no: sample.cardNumber, idcard: sample.idNumber, mobile: sample.mobile }
  const pairs = Object.entries({ ...fields, name: sample.name }).map(
    ([field, value]) => `--data-urlencode '${field}=${value}'`,
  )
  return [
    `curl -s ${url}${ALIYUN_PATH} \\`,
    `  -H 'Authorization: APPCODE ${SANDBOX_KEYS.appcode.credential}' \\`,
    `  ${pairs.slice(0, 2).join(' ')} \\`,
    `  ${pairs.slice(2).join(' ')}`,
  ].join('\n')
}

/** Signed as clients sign (TC3-HMAC-SHA256, Tencent Cloud API 3.0), once, here and now. */
function tencentCurl(url: string, sample: Sample, timestamp: number): string {
  const body = JSON.stringify({
    Name: sample.name,
    BankCard: sample.cardNumber,
    Phone: sample.mobile,
    IdCard: sample.idNumber,
  })
  const host = new URL(url).host
  const date = new Date(timestamp * 1_000).toISOString().slice(0, 10)
  const scope = `${date}/faceid/tc3_request`
  const type = 'application/json; charset=utf-8'
  const head = `content-type:${type}\nhost:${host}\n`
  const canonical = ['POST', '/', '', head, 'content-type;host', sha256(body)].join('\n')
  const toSign = ['TC3-HMAC-SHA256', timestamp, scope, sha256(canonical)].join('\n')
  const key = [date, 'faceid', 'tc3_request'].reduce<string | Buffer>(
    (secret, part) => hmac(secret, part).digest(),
    `TC3${SANDBOX_KEYS.tencent.secret}`,
  )
  const signature = hmac(key, toSign).digest('hex')
  const credential = `Credential=${SANDBOX_KEYS.tencent.credential}/${scope}`
  return [
    `curl -s ${url}/ -H 'Content-Type: ${type}' \\`,
    `  -H 'X-TC-Action: BankCard4EVerification' -H 'X-TC-Version: 2018-03-01' -H 'X-TC-Timestamp: ${timestamp}' \\`,
    `  -H 'Authorization: TC3-HMAC-SHA256 ${credential}, SignedHeaders=content-type;host, Signature=${signature}' \\`,
    `  -d '${body}'`,
  ].join('\n')
}

function sampleOf(vendor: Sample['vendor']): Sample {
  return SAMPLES.find((sample) => sample.vendor === vendor && sample.product === 'card4')!
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

function hmac(key: string | Buffer, text: string) {
  return createHmac('sha256', key).update(text)
}

/** Which engine, and of SQLite where; the address of a server may hold a password. */
function storeName({ databaseUrl, dataDir }: Config['store']): string {
  return databaseUrl === undefined ? `sqlite ${shortPath(dataDir)}` : 'postgres'
}

/** As a person would type it: `./data` rather than the whole way from the root. */
function shortPath(path: string): string {
  const way = relative(process.cwd(), path)
  return way.startsWith('..') || isAbsolute(way) ? path : `./${way}`
}
