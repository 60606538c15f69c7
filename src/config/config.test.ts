import { resolve } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ConfigError, readConfig } from './config.ts'
import { type IntegerVariable, languageOf, unknownVariables, VARIABLES } from './env.ts'

function failureOf(environment: Record<string, string>): ConfigError {
  try {
    readConfig(environment)
  } catch (error) {
    if (error instanceof ConfigError) return error
  }
  throw new Error('the configuration was accepted')
}

test('an empty environment gives the documented defaults, frozen at every level', () => {
  const config = readConfig({})
  expect(config).toMatchObject({
    mode: 'development',
    language: 'zh',
    listen: { host: '127.0.0.1', port: 8080 },
    store: { dataDir: resolve('data'), keyFile: resolve('data.key') },
    drain: { waitMs: 0, limitMs: 10_000 },
    vendors: { answerMsMin: 1_000, answerMsMax: 5_000 },
    verification: { precheck: 'format' },
  })
  expect(Object.isFrozen(config) && Object.isFrozen(config.limits)).toBe(true)
})

test('production waits for the load balancer before it drains', () => {
  expect(readConfig({ KAYAN_MODE: 'production' }).drain.waitMs).toBe(5_000)
  expect(readConfig({ KAYAN_MODE: 'production', KAYAN_DRAIN_WAIT_MS: '0' }).drain.waitMs).toBe(0)
})

test.each([
  [{ KAYAN_PORT: '80a' }, 'not_an_integer', 'port'],
  [{ KAYAN_PORT: '-1' }, 'not_an_integer', 'port'],
  [{ KAYAN_PORT: '65536' }, 'out_of_range', 'port'],
  [{ KAYAN_MODE: 'prod' }, 'not_a_choice', 'mode'],
  [{ KAYAN_LANG: 'fr' }, 'not_a_choice', 'lang'],
  [{ KAYAN_DATABASE_URL: 'mysql://u:password@h/d' }, 'not_an_address', 'databaseUrl'],
  [{ KAYAN_VALKEY_URL: 'localhost:6379' }, 'not_an_address', 'valkeyUrl'],
  [{ KAYAN_HEADERS_TIMEOUT_MS: '20000' }, 'headers_after_request', 'headersTimeoutMs'],
  [{ KAYAN_TLS_CERT_FILE: 'cert.pem' }, 'half_a_pair', 'tlsKeyFile'],
  [{ KAYAN_TLS_KEY_FILE: 'key.pem' }, 'half_a_pair', 'tlsCertFile'],
  [
    { KAYAN_ALIYUN_SIGNATURE_ECHO: 'full', KAYAN_MODE: 'production' },
    'development_only',
    'aliyunSignatureEcho',
  ],
  [{ KAYAN_DATA_DIR: '/d', KAYAN_KEY_FILE: '/d/k' }, 'key_file_inside_data_dir', 'keyFile'],
])('%j is refused by name of the variable and reason', (environment, code, variable) => {
  expect(failureOf(environment as Record<string, string>)).toMatchObject({ code, variable })
})

test('an address that may hold a password is not repeated, refused or accepted', () => {
  const failure = failureOf({ KAYAN_DATABASE_URL: 'mysql://u:password@h/d' })
  expect(`${failure.message}${failure.value}`).not.toContain('password')
  const config = readConfig({
    KAYAN_DATABASE_URL: 'postgres://u:password@h/d',
    KAYAN_VALKEY_URL: 'redis://:password@h',
  })
  expect(JSON.stringify(config)).not.toContain('password')
  expect(config.store.databaseUrl?.reveal()).toBe('postgres://u:password@h/d')
  expect(config.valkeyUrl?.reveal()).toBe('redis://:password@h')
})

test('every integer variable accepts its whole range and nothing beyond it', () => {
  const rows = Object.values(VARIABLES).filter((row) => row.type === 'integer')
  // The request limit is raised so that it never lies below the one for the headers.
  const base = { KAYAN_REQUEST_TIMEOUT_MS: '600000' }
  const accepts = (row: IntegerVariable, value: number) => {
    const request =
      row.name === 'KAYAN_REQUEST_TIMEOUT_MS' ? { KAYAN_HEADERS_TIMEOUT_MS: '100' } : base
    readConfig({ ...request, [row.name]: String(value) })
  }
  fc.assert(
    fc.property(
      fc.constantFrom<IntegerVariable>(...rows),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (row, at) => {
        accepts(row, Math.round(row.min + at * (row.max - row.min)))
        expect(failureOf({ ...base, [row.name]: String(row.max + 1) }).code).toBe('out_of_range')
      },
    ),
  )
})

test('lists are split at commas, and an empty default is an empty list', () => {
  const hosts = readConfig({ KAYAN_TENCENT_PUBLIC_HOSTS: 'a.example, b.example,' }).tencent
  expect(hosts).toMatchObject({ publicHosts: ['a.example', 'b.example'], trustedProxies: [] })
})

test('networks of proxies are read as such, and the first that is none is named', () => {
  const trusted = readConfig({ KAYAN_TRUSTED_PROXIES: '10.0.0.0/8, ::1' }).trustedProxies
  expect(trusted).toEqual(['10.0.0.0/8', '::1'])
  const failure = failureOf({ KAYAN_TRUSTED_PROXIES: '10.0.0.0/8,proxy.example' })
  expect(failure).toMatchObject({ code: 'not_a_network', value: 'proxy.example' })
})

test('a misspelt variable is noticed', () => {
  expect(unknownVariables({ KAYAN_PROT: '1', KAYAN_PORT: '1', PATH: '' })).toEqual(['KAYAN_PROT'])
})

test.each([
  [{}, 'zh'],
  [{ LANG: 'en_GB.UTF-8' }, 'en'],
  [{ LANG: 'zh_CN.UTF-8' }, 'zh'],
  [{ LC_ALL: 'en_US', LANG: 'zh_CN' }, 'en'],
  [{ KAYAN_LANG: 'zh', LANG: 'en_US' }, 'zh'],
])('the language of %j is %s', (environment, language) => {
  expect(languageOf(environment)).toBe(language)
})
