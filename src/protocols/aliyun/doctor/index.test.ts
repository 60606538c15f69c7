import { createHash, createHmac } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { Secret } from '../../../domain/secret.ts'
import type { SuspectRequest } from '../../doctor.ts'
import { diagnoseAliyun } from './index.ts'

const NOW_MS = Date.UTC(2026, 10, 21, 20, 0, 0)
const TYPE = 'application/x-www-form-urlencoded; charset=UTF-8'
const KEY = { credential: '100000001', secret: new Secret('appsecret') }
const CODE = { credential: '', secret: new Secret('83359fd73fe94948385f570e3c139105') }
const BODY =
  'acc_no=6217920181755914&idcard=32132419860817421X&mobile=13636643334&name=%E5%BC%A0%E4%B8%89'

function bearing(authorization: string): SuspectRequest {
  return {
    method: 'POST',
    target: '/communication/personal/1887',
    headers: [['Authorization', authorization]],
    body: BODY,
  }
}

/** A client of its own; what it signs is given line by line. */
function signed(
  lines: readonly string[],
  secret = 'appsecret',
  timestampMs = NOW_MS,
): SuspectRequest {
  const signature = createHmac('sha256', secret).update(lines.join('\n')).digest('base64')
  return {
    method: 'POST',
    target: '/communication/personal/1887',
    headers: [
      ['Accept', '*/*'],
      ['Content-Type', TYPE],
      ['X-Ca-Key', '100000001'],
      ['X-Ca-Timestamp', String(timestampMs)],
      ['X-Ca-Signature-Headers', 'X-Ca-Key,X-Ca-Timestamp'],
      ['X-Ca-Signature', signature],
    ],
    body: BODY,
  }
}

const HEADERS = ['X-Ca-Key:100000001', `X-Ca-Timestamp:${NOW_MS}`]
const LAST =
  '/communication/personal/1887?acc_no=6217920181755914&idcard=32132419860817421X&mobile=13636643334&name=张三'
const RIGHT = ['POST', '*/*', '', TYPE, '', ...HEADERS, LAST]

function without(request: SuspectRequest, left: string): SuspectRequest {
  return { ...request, headers: request.headers.filter(([name]) => name !== left) }
}

function withHeader(request: SuspectRequest, name: string, value: string): SuspectRequest {
  return { ...request, headers: [...request.headers, [name, value]] }
}

/** The right lines under another digest than the one that the request names. */
function signedWith(algorithm: string): SuspectRequest['headers'] {
  const signature = createHmac(algorithm, 'appsecret').update(RIGHT.join('\n')).digest('base64')
  return [...without(signed(RIGHT), 'X-Ca-Signature').headers, ['X-Ca-Signature', signature]]
}

/** Signed with this text in the header for the digest of the body. */
function withDigest(digest: string): SuspectRequest {
  return withHeader(signed(RIGHT.with(2, digest)), 'Content-MD5', digest)
}

describe('the doctor names what is wrong with an AppCode', () => {
  const code = CODE.secret.reveal()
  test.each([
    ['verifies', `APPCODE ${code}`],
    ['appcode_blank', `APPCODE${code}`],
    ['appcode_blank', `APPCODE:${code}`],
    ['appcode_dressed', `APPCODE "${code}"`],
    ['appcode_scheme', code],
    ['appcode_scheme', `Bearer ${code}`],
    ['appcode_other', `APPCODE ${code.replaceAll('8', '9')}`],
  ])('%s: %s', (fault, authorization) => {
    expect(diagnoseAliyun(bearing(authorization), CODE, NOW_MS).fault).toBe(fault)
  })
})

describe('the doctor names what is wrong with a signature', () => {
  test.each([
    ['verifies', signed(RIGHT)],
    ['secret_wrong', signed(RIGHT, 'another')],
    ['secret_blank', signed(RIGHT, 'appsecret\n')],
    ['parameters_left_out', signed([...RIGHT.slice(0, -1), '/communication/personal/1887'])],
    ['parameters_order', signed(RIGHT.with(-1, LAST.replace(/\?(.*?)&(.*)$/, '?$2&$1')))],
    ['parameters_encoded', signed(RIGHT.with(-1, LAST.replace('张三', '%E5%BC%A0%E4%B8%89')))],
    ['middle_headers', signed(RIGHT.with(1, 'application/json'))],
    ['middle_headers', signed(RIGHT.filter((line) => line !== ''))],
    ['header_list', signed(RIGHT.filter((line) => !line.startsWith('X-Ca')))],
    ['lines', signed([RIGHT.join('\r\n')])],
    ['path', signed(RIGHT.with(-1, LAST.replace('/communication', 'communication')))],
    ['digest', { ...signed(RIGHT), headers: signedWith('sha1') }],
    ['body_digest', withDigest(createHash('md5').update('another').digest('base64'))],
    ['verifies', withDigest(createHash('md5').update(BODY).digest('base64'))],
    ['key_header_missing', without(signed(RIGHT), 'X-Ca-Key')],
    ['method_unknown', withHeader(signed(RIGHT), 'X-Ca-Signature-Method', 'HmacMD5')],
    [
      'clock_off',
      signed(RIGHT.with(-2, `X-Ca-Timestamp:${NOW_MS - 1e6}`), 'appsecret', NOW_MS - 1e6),
    ],
  ])('%s', (fault, request) => {
    expect(diagnoseAliyun(request, KEY, NOW_MS).fault).toBe(fault)
  })
})

test('a request of another key, or without any credential, is told apart', () => {
  const other = { ...KEY, credential: '100000002' }
  expect(diagnoseAliyun(signed(RIGHT), other, NOW_MS).fault).toBe('key_other')
  const bare = { ...bearing(''), headers: [] }
  expect(diagnoseAliyun(bare, KEY, NOW_MS).fault).toBe('credential_missing')
})
