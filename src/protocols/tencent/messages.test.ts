/** Shape is an error, content is a result: which parameters are accepted in which spelling. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Elements } from '../../domain/elements.ts'
import { type Fault, isFault } from '../../domain/fault.ts'
import type { ProtocolCall, WireRequest } from '../protocol.ts'
import { createTencent } from './index.ts'
import { locationOf, sample, signedPost, signedV1Get, withHeader } from './test-captures.ts'
import { clearOf } from './test-vault.ts'

const face = createTencent()

function decoded(request: WireRequest): Elements | Fault {
  const call = face.read(request)
  return isFault(call) ? call : (call as ProtocolCall).decode()
}

function post(body: string | Buffer, headers?: Record<string, string>): Elements | Fault {
  return decoded(signedPost(body, headers))
}

/** A TC3 GET with a query; its signature is not asked for here. */
function get(query: string): Elements | Fault {
  return decoded({ ...signedPost(''), method: 'GET', ...locationOf(`/?${query}`) })
}

const QUERY = new URLSearchParams(JSON.parse(sample())).toString()
const accepted = expect.objectContaining({ name: expect.anything() })

function type(field: string): Fault {
  return { fault: 'parameter_type_invalid', field }
}

test('elements come out as they were sent, blanks and all', () => {
  const elements = post(sample({ IdCard: ' 11204416541220243X', Name: '𠮷·A\u3000' })) as Elements
  expect(elements.idNumber?.reveal()).toBe(' 11204416541220243X')
  expect(elements.name?.reveal()).toBe('𠮷·A\u3000')
})

test('an empty text is present, and judging it is not our work', () => {
  expect(post(sample({ Phone: '' }))).toEqual(accepted)
})

test.each([
  ['a missing parameter', { Phone: undefined }, { fault: 'parameter_missing', field: 'Phone' }],
  ['null for a required one', { Phone: null }, { fault: 'parameter_missing', field: 'Phone' }],
  ['null for an optional one', { CertType: null, Encryption: null }, accepted],
  ['a misspelled one', { Mobile: '1' }, { fault: 'parameter_unknown', field: 'Mobile' }],
  [
    'an unknown one before a missing one',
    { Phone: undefined, Mobile: '1' },
    { fault: 'parameter_unknown', field: 'Mobile' },
  ],
  [
    'a missing one before a mistyped one',
    { Phone: undefined, Name: 1 },
    { fault: 'parameter_missing', field: 'Phone' },
  ],
  [
    'the whole-body encryption of newer actions',
    { EncryptedBody: '' },
    { fault: 'parameter_unknown', field: 'EncryptedBody' },
  ],
  ['a text of 4096 characters', { Name: 'a'.repeat(4096) }, accepted],
  [
    'a text of 4097 characters',
    { Name: 'a'.repeat(4097) },
    { fault: 'parameter_value_invalid', field: 'Name' },
  ],
])('W8, shape: %s', (_, changes, answer) => {
  expect(post(sample(changes))).toEqual(answer)
})

describe('W5: repeated parameters are refused, never first or last wins', () => {
  test.each(['Name', 'BankCard', 'Phone', 'IdCard'])('%s twice in JSON', (field) => {
    const body = `${sample().slice(0, -1)},"${field}":"1"}`
    expect(post(body)).toEqual({ fault: 'parameter_repeated', field })
  })

  test.each(['Name', 'BankCard', 'Phone', 'IdCard'])('%s twice in a query', (field) => {
    expect(get(`${QUERY}&${field}=1`)).toEqual({ fault: 'parameter_repeated', field })
  })

  test('a query beside a POST body is refused', () => {
    const request = { ...signedPost(sample()), ...locationOf('/?Phone=1') }
    expect(decoded(request)).toEqual({ fault: 'parameter_unknown', field: 'Phone' })
  })

  test('a common parameter beside headers that carry it is refused', () => {
    expect(get(`${QUERY}&Action=x`)).toEqual({ fault: 'parameter_unknown', field: 'Action' })
  })

  test('any member that is written twice, wherever it stands', () => {
    const members = Object.entries(JSON.parse(sample()) as Record<string, string>)
    fc.assert(
      fc.property(fc.nat(3), fc.nat(4), fc.string(), (which, at, value) => {
        const [field] = members[which]!
        const all = members.toSpliced(at, 0, [field, value])
        const body = `{${all.map(([n, v]) => `${JSON.stringify(n)}:${JSON.stringify(v)}`).join()}}`
        expect(post(body)).toEqual({ fault: 'parameter_repeated', field })
      }),
    )
  })
})

describe('W6: one strict decoding', () => {
  const replaced = (name: string) => get(QUERY.replace(/Name=[^&]*/, `Name=${name}`))
  test.each([
    ['%E9%9F%A6', '韦'],
    ['%e9%9f%a6', '韦'],
    ['a+b%20c', 'a b c'],
    ['%2B', '+'],
    ['%2541', '%41'],
  ])('%s is %s', (spelled, value) => {
    expect((replaced(spelled) as Elements).name?.reveal()).toBe(value)
  })

  test.each(['%u97E6', '%E9%9F', '%C0%AF', '%ED%A0%80', '%', '%zz', '%CE%F7'])(
    '%s is refused',
    (spelled) => {
      expect(replaced(spelled)).toEqual({ fault: 'body_malformed', field: 'Name' })
    },
  )

  test.each([
    ['a=b&c', { fault: 'parameter_pair_malformed' }],
    ['a=b&', { fault: 'parameter_pair_malformed' }],
    ['=b', { fault: 'parameter_name_empty' }],
    ['a=b&a=b', { fault: 'parameter_repeated', field: 'a' }],
  ])('the query %s is refused', (query, fault) => {
    expect(get(query)).toEqual(fault)
  })

  test.each([
    ['raw UTF-8', sample()],
    [
      '\\u escapes and blanks',
      '{"Name": "\\u97e6\\u5c0f\\u5b9d", "BankCard": "6225768888888888", "Phone": "16137688175", "IdCard": "11204416541220243X"}',
    ],
    ['an escaped slash', sample({ Name: '韦/小宝' }).replace('/', '\\/')],
  ])('JSON in %s is accepted', (_, body) => {
    expect(post(body)).toEqual(accepted)
  })
})

test.each([
  ['gzip', { 'Content-Encoding': 'gzip' }, { fault: 'content_encoding_unsupported' }],
  ['br', { 'Content-Encoding': 'br' }, { fault: 'content_encoding_unsupported' }],
  ['identity', { 'Content-Encoding': 'identity' }, accepted],
])('W9: a body coded as %s is never inflated', (_, headers, answer) => {
  expect(post(sample(), headers)).toEqual(answer)
})

test.each([
  ['application/json; charset=utf-8', accepted],
  ['Application/JSON', accepted],
  [
    'multipart/form-data; boundary=x',
    { fault: 'content_type_unsupported', reason: 'multipart/form-data' },
  ],
  [
    'application/x-www-form-urlencoded',
    {
      fault: 'content_type_unsupported',
      reason: 'application/x-www-form-urlencoded',
    },
  ],
  ['6225768888888888', { fault: 'content_type_unsupported', reason: '?' }],
])('a body declared as %s', (contentType, answer) => {
  expect(post(sample(), { 'Content-Type': contentType })).toEqual(answer)
})

describe('W12 and W13: types', () => {
  test.each(['1', '{}', '[]', 'true', '6225768888888888123'])('%s is no text', (value) => {
    for (const field of ['Name', 'BankCard', 'Phone', 'IdCard']) {
      const body = `${sample({ [field]: undefined }).slice(0, -1)},"${field}":${value}}`
      expect(post(body)).toEqual(type(field))
    }
  })

  const other: Fault = { fault: 'parameter_value_invalid', field: 'CertType' }
  test.each([
    ['0', accepted],
    ['0.0', accepted],
    ['-0', accepted],
    ['0e5', accepted],
    ['1', other],
    ['1e0', other],
    ['9007199254740993', other],
    ['0.5', type('CertType')],
    ['1e400', type('CertType')],
    ['"0"', type('CertType')],
    ['true', type('CertType')],
    ['[]', type('CertType')],
    ['{}', type('CertType')],
  ])('CertType %s in JSON', (value, answer) => {
    expect(post(`${sample().slice(0, -1)},"CertType":${value}}`)).toEqual(answer)
  })

  test.each([
    ['0', accepted],
    ['-0', accepted],
    ['1', other],
    ['0.0', type('CertType')],
    ['', type('CertType')],
    ['1e0', type('CertType')],
    ['9'.repeat(19), type('CertType')],
  ])('CertType %s in a query', (value, answer) => {
    expect(get(`${QUERY}&CertType=${value}`)).toEqual(answer)
  })

  test.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty'])(
    '%s is an unknown parameter in every spelling',
    (field) => {
      const unknown = { fault: 'parameter_unknown', field }
      expect(post(`${sample().slice(0, -1)},"${field}":"x"}`)).toEqual(unknown)
      expect(get(`${QUERY}&${field}=x`)).toEqual(unknown)
      expect(get(`${QUERY}&${field}.polluted=x`)).toEqual(unknown)
    },
  )

  test.each([
    ['Name.0=x', type('Name')],
    ['Encryption=x', type('Encryption')],
    ['Encryption=%7B%7D', type('Encryption')],
    ['Encryption.Iv=x&Encryption=x', type('Encryption')],
    ['Encryption.Iv.x=x', type('Encryption.Iv')],
    ['Encryption.EncryptList=Name', type('Encryption.EncryptList')],
    ['Encryption.EncryptList.0.x=Name', type('Encryption.EncryptList.0')],
    ['Encryption.Mode=x', { fault: 'parameter_unknown', field: 'Encryption.Mode' }],
    [
      'Encryption.EncryptList.1=Name',
      { fault: 'parameter_list_invalid', field: 'Encryption.EncryptList' },
    ],
    [
      'Encryption.EncryptList.0=Name&Encryption.EncryptList.x=Name',
      { fault: 'parameter_list_invalid', field: 'Encryption.EncryptList' },
    ],
    [
      'Encryption.EncryptList.00=Name',
      { fault: 'parameter_list_invalid', field: 'Encryption.EncryptList' },
    ],
  ])('the flattened %s', (pairs, answer) => {
    const own = pairs.startsWith('Name') ? QUERY.replace(/Name=[^&]*&/, '') : QUERY
    expect(get(`${own}&${pairs}`)).toEqual(answer)
  })
})

describe('Encryption: shape is told apart from a failure to decrypt', () => {
  const blob = { CiphertextBlob: 'Q+/=', Iv: 'QQ==' }
  test.each([
    ['no list and no vector', { Iv: null }, accepted],
    ['an empty list', { EncryptList: [], ...blob }, accepted],
    [
      'a field the action does not allow',
      { EncryptList: ['CertType'], ...blob },
      { fault: 'encrypt_field_unsupported' },
    ],
    [
      'a repeated name',
      { EncryptList: ['Name', 'Name'], ...blob },
      { fault: 'parameter_repeated', field: 'Encryption.EncryptList.1' },
    ],
    [
      'no blob',
      { EncryptList: ['Name'], Iv: 'x' },
      { fault: 'parameter_missing', field: 'Encryption.CiphertextBlob' },
    ],
    [
      'no vector',
      { EncryptList: ['Name'], CiphertextBlob: 'x' },
      { fault: 'parameter_missing', field: 'Encryption.Iv' },
    ],
    [
      'another algorithm',
      { EncryptList: ['Name'], Algorithm: 'AES-128-CBC', ...blob },
      { fault: 'parameter_value_invalid', field: 'Encryption.Algorithm' },
    ],
    ['a number in the list', { EncryptList: [1], ...blob }, type('Encryption.EncryptList.0')],
    ['a text in place of a list', { EncryptList: 'Name', ...blob }, type('Encryption.EncryptList')],
    [
      'what cannot be decrypted',
      { EncryptList: ['Name'], TagList: null, ...blob },
      { fault: 'decrypt_failed' },
    ],
  ])('%s', async (_, encryption, answer) => {
    const call = face.read(signedPost(sample({ Encryption: encryption }))) as ProtocolCall
    expect(await clearOf(call)).toEqual(answer)
  })
})

describe('each action has a schema of its own', () => {
  const action = (name: string, changes: Record<string, unknown>) =>
    post(sample(changes), { 'X-TC-Action': name })

  test('three elements take no Phone', () => {
    const elements = action('BankCardVerification', { Phone: undefined, CertType: 0 })
    expect(Object.keys(elements).sort()).toEqual(['cardNumber', 'idNumber', 'name'])
    const refused = action('BankCardVerification', {})
    expect(refused).toEqual({ fault: 'parameter_unknown', field: 'Phone' })
  })

  test('two elements take neither Phone, IdCard nor CertType', () => {
    const two = { Phone: undefined, IdCard: undefined }
    const elements = action('BankCard2EVerification', two)
    expect(Object.keys(elements).sort()).toEqual(['cardNumber', 'name'])
    const refused = action('BankCard2EVerification', { ...two, CertType: 0 })
    expect(refused).toEqual({ fault: 'parameter_unknown', field: 'CertType' })
  })
})

test('v1 parameters are decoded without the common ones among them', () => {
  expect(
    decoded(signedV1Get({ Region: '', Token: 'TOK', Language: 'zh-CN', CertType: '0' })),
  ).toEqual(accepted)
  expect(decoded(signedV1Get({ Mobile: '1' }))).toEqual({
    fault: 'parameter_unknown',
    field: 'Mobile',
  })
})

test('the method decides where parameters are looked for', () => {
  const request = withHeader(signedPost(sample()), 'Content-Type', 'application/json')
  expect(decoded({ ...request, method: 'GET' })).toEqual({
    fault: 'parameter_missing',
    field: 'Name',
  })
})
