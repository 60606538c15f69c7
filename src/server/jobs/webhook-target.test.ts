import { expect, test } from 'vitest'
import { judgeAddress, judgeTarget, webhookPolicy } from './webhook-target.ts'

const POLICY = webhookPolicy(['Hooks.example.com', '*.shop.example', '10.1.2.3'], ['10.1.0.0/16'])
const ANYWHERE = webhookPolicy(['*'], [])

test.each([
  ['https://hooks.example.com/a?b', undefined],
  ['https://HOOKS.example.com:8443/', undefined],
  ['https://a.shop.example/', undefined],
  ['https://shop.example/', 'host_refused'],
  ['https://evilshop.example/', 'host_refused'],
  ['https://hooks.example.com.evil.example/', 'host_refused'],
  ['https://hooks.example.com@evil.example/', 'host_refused'],
  ['http://10.1.2.3/', undefined],
  ['http://0x0a.1.2.3/', undefined],
  ['http://10.1.2.4/', 'host_refused'],
])('%s: %s', (url, refusal) => {
  expect(judgeTarget(POLICY, new URL(url))).toBe(refusal)
})

test('without a listed host nothing is called', () => {
  const nowhere = webhookPolicy([], ['0.0.0.0/0'])
  expect(judgeTarget(nowhere, new URL('https://example.com'))).toBe('host_refused')
})

test('an address is refused in every spelling when it is not public', () => {
  const spellings = [
    '127.0.0.1',
    '127.1',
    '2130706433',
    '0x7f000001',
    '0177.0.0.1',
    '169.254.169.254',
    '100.100.100.200',
    '192.168.0.1',
    '0.0.0.0',
    '[::1]',
    '[::]',
    '[::ffff:127.0.0.1]',
    '[::ffff:a9fe:a9fe]',
    '[fe80::1]',
    '[fd00::1]',
    '[64:ff9b::7f00:1]',
    '[2002:7f00:1::]',
  ]
  for (const host of spellings) {
    expect([host, judgeTarget(ANYWHERE, new URL(`https://${host}/`))]).toEqual([
      host,
      'address_refused',
    ])
  }
})

test('a name is judged by where it leads', () => {
  const url = new URL('https://hooks.example.com/')
  expect(judgeTarget(ANYWHERE, url)).toBeUndefined()
  expect(judgeAddress(ANYWHERE, url, '8.8.8.8')).toBeUndefined()
  expect(judgeAddress(ANYWHERE, url, '2606:4700::1111')).toBeUndefined()
  expect(judgeAddress(ANYWHERE, url, '10.1.2.3')).toBe('address_refused')
  expect(judgeAddress(POLICY, url, '10.1.2.3')).toBeUndefined()
  expect(judgeAddress(ANYWHERE, url, 'no address')).toBe('address_refused')
})

test('clear text goes to listed private networks alone', () => {
  const url = new URL('http://hooks.example.com/')
  expect(judgeAddress(POLICY, url, '8.8.8.8')).toBe('clear_text_refused')
  expect(judgeAddress(POLICY, url, '10.1.2.3')).toBeUndefined()
})
