import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createAliyun } from './index.ts'
import { gbkBytes, gbkCharacters } from './test-gb18030.ts'
import {
  clear,
  FORM,
  mustRead,
  SAMPLE,
  SAMPLE_FORM,
  type Wish,
  wireRequest,
} from './test-request.ts'

const protocol = createAliyun()

function decoded(wish: Wish): unknown {
  return clear(mustRead(protocol, wireRequest(wish)).decode())
}

const RAW = 'acc_no=6217920181755914&idcard=32132419860817421X&mobile=13636643334&name=张三'
const BARE = 'acc_no=6217920181755914&idcard=32132419860817421X&mobile=13636643334&name='
const JSON_TEXT = JSON.stringify({
  acc_no: SAMPLE.cardNumber,
  idcard: SAMPLE.idNumber,
  mobile: SAMPLE.mobile,
  name: SAMPLE.name,
})
const PYTHON_JSON =
  '{"acc_no": "6217920181755914", "idcard": "32132419860817421X", "mobile": "13636643334", "name": "\\u5f20\\u4e09"}'
const FORM_BARE = 'application/x-www-form-urlencoded'
const FORM_GBK = 'application/x-www-form-urlencoded; charset=GBK'
const MARK = Buffer.from([0xef, 0xbb, 0xbf])

function multipart(boundary: string, partHeaders = ''): string {
  const fields = { acc_no: SAMPLE.cardNumber, idcard: SAMPLE.idNumber, mobile: SAMPLE.mobile }
  const parts = Object.entries({ ...fields, name: SAMPLE.name }).map(([name, value]) => {
    const head = `Content-Disposition: form-data; name="${name}"\r\n${partHeaders}`
    return `--${boundary}\r\n${head}\r\n${value}\r\n`
  })
  return `${parts.join('')}--${boundary}--\r\n`
}

const FORMS: Record<string, Wish> = {
  'PHP curl: raw UTF-8 under a form type': { body: RAW },
  'Java HttpUtils: percent-encoded': { body: SAMPLE_FORM },
  'curl --data: form without charset, raw': { type: FORM_BARE, body: RAW },
  'Go: form without charset, encoded': { type: FORM_BARE, body: SAMPLE_FORM },
  'C#: lower-case digits': { body: `${BARE}%e5%bc%a0%e4%b8%89` },
  'npm SimpleClient: form without a type': { type: undefined, body: SAMPLE_FORM },
  'npm SimpleClient: JSON without a type': { type: undefined, body: JSON_TEXT },
  'hutool: JSON with charset': { type: 'application/json;charset=UTF-8', body: JSON_TEXT },
  'JSON typed as form': { body: JSON_TEXT },
  'Python json.dumps': { type: 'application/json', body: PYTHON_JSON },
  'Python demo: JSON as octet stream': { type: 'application/octet-stream', body: PYTHON_JSON },
  'wx.request default': { type: 'application/json', body: JSON_TEXT },
  'JSON with numbers': {
    type: 'application/json',
    body: '{"acc_no":6217920181755914,"idcard":"32132419860817421X","mobile":13636643334,"name":"张三"}',
  },
  'JSON with blanks in front': { body: `\r\n\t ${JSON_TEXT}` },
  'JSON with members that nobody asked for': {
    body: `{"a":{"name":"李四","b":["}",{"c":"\\""}]},"n":1.5e3,"t":true,"z":null,${JSON_TEXT.slice(1)}`,
  },
  'multipart, bare boundary': { type: 'multipart/form-data; boundary=xyz', body: multipart('xyz') },
  'multipart, quoted boundary, typed parts': {
    type: 'multipart/form-data; boundary="a b:c"',
    body: multipart('a b:c', 'Content-Type: text/plain; charset=UTF-8\r\n'),
  },
  'multipart in GBK': {
    type: 'multipart/form-data; boundary=xyz',
    body: gbkBytes(multipart('xyz')),
  },
  'query of a POST with an empty body': { query: SAMPLE_FORM, type: undefined, body: '' },
  'query of a POST with a JSON type and an empty body': {
    query: SAMPLE_FORM,
    type: 'application/json',
    body: '',
  },
  'half in the query, half in the body': {
    query: 'acc_no=6217920181755914&idcard=32132419860817421X',
    body: 'mobile=13636643334&name=%E5%BC%A0%E4%B8%89',
  },
  'the same value in query and body': { query: SAMPLE_FORM, body: RAW },
  'raw GBK under a UTF-8 label': { body: gbkBytes(RAW) },
  'raw GBK, declared': { type: FORM_GBK, body: gbkBytes(RAW) },
  'percent-encoded GBK': { type: FORM_BARE, body: `${BARE}%D5%C5%C8%FD` },
  'percent-encoded GBK, declared': { type: FORM_GBK, body: `${BARE}%d5%c5%c8%fd` },
  'GBK in the query': { query: `${BARE}%D5%C5%C8%FD`, body: '' },
  'JSON in GBK': { type: 'application/json', body: gbkBytes(JSON_TEXT) },
  'a byte-order mark before a form': { body: Buffer.concat([MARK, Buffer.from(RAW)]) },
  'a byte-order mark before JSON': { body: Buffer.concat([MARK, Buffer.from(JSON_TEXT)]) },
  'an unknown type': { type: 'bogus', body: SAMPLE_FORM },
  'a text type': { type: 'text/plain', body: SAMPLE_FORM },
  'an encoded name of a field': { body: SAMPLE_FORM.replace('acc_no', 'acc%5Fno') },
  'unknown fields, repeated and half encoded': { body: `${RAW}&x=1&x=2&y=100%&&=&z` },
  'a query AppCode beside the fields': { query: 'AppCode=abc', body: SAMPLE_FORM },
}

test.for(Object.entries(FORMS))('%s gives the documented sample', ([, wish]) => {
  expect(decoded(wish)).toEqual(SAMPLE)
})

test('a 19-digit card number in JSON keeps every digit', () => {
  const body = JSON_TEXT.replace('"6217920181755914"', '6217920181755914123')
  expect(decoded({ body })).toEqual({ ...SAMPLE, cardNumber: '6217920181755914123' })
})

test('blanks around a value are left to the domain, plus is a blank', () => {
  const body = SAMPLE_FORM.replace('idcard=', 'idcard=+%20')
  expect(decoded({ body })).toEqual({ ...SAMPLE, idNumber: '  32132419860817421X' })
})

const JUNK: Record<string, Wish> = {
  'a JSON list': { body: '[1]' },
  'JSON cut short': { body: JSON_TEXT.slice(0, -1) },
  'a JSON type over a form': { type: 'application/json', body: SAMPLE_FORM },
  'blanks under a JSON type': { type: 'application/json', body: '  ' },
  'a JSON text': { type: 'application/json', body: '"x"' },
  'JSON null': { type: 'application/json', body: 'null' },
  'JSON nested 17 deep': { body: `{"a":${'['.repeat(16)}${']'.repeat(16)},${JSON_TEXT.slice(1)}` },
  'a lone surrogate in JSON': { body: JSON_TEXT.replace('张三', '\\ud800') },
  'NUL in JSON': { body: JSON_TEXT.replace('张三', '张\\u0000三') },
  'NUL in a form': { body: SAMPLE_FORM.replace('%E5', '%00%E5') },
  'raw NUL in a form': { body: RAW.replace('张', '张\0') },
  'the %u form': { body: `${BARE}%u5F20%u4E09` },
  'UTF-16 with its mark': { body: Buffer.from(`\ufeff${RAW}`, 'utf16le') },
  'an overlong form of a slash': { body: `${BARE}%E0%80%AF` },
  'a surrogate in UTF-8 and no GB18030': { body: `${BARE}%ED%A0%FF` },
  'bytes that no set has': { body: `${BARE}%FF%FF` },
  'bytes that the declared GBK has not': { type: FORM_GBK, body: `${BARE}%FF` },
  'a query that no set has': { query: 'x=%FF%FF', body: SAMPLE_FORM },
  'multipart without boundary': { type: 'multipart/form-data', body: multipart('xyz') },
  'multipart with another boundary': {
    type: 'multipart/form-data; boundary=abc',
    body: multipart('xyz'),
  },
  'multipart cut short': {
    type: 'multipart/form-data; boundary=xyz',
    body: multipart('xyz').slice(0, -10),
  },
  'multipart with a nameless part': {
    type: 'multipart/form-data; boundary=xyz',
    body: multipart('xyz').replace('name="acc_no"', 'nom="acc_no"'),
  },
}

test.for(Object.entries(JUNK))('%s is an unreadable body', ([, wish]) => {
  expect(decoded(wish)).toEqual({ fault: 'body_malformed' })
})

const PARAMETERS: [string, Wish, string][] = [
  ['a missing field', { body: SAMPLE_FORM.replace(/&mobile=\d+/, '') }, 'parameter_missing'],
  ['an empty field', { body: SAMPLE_FORM.replace(/mobile=\d+/, 'mobile=') }, 'parameter_missing'],
  [
    'a blank field',
    { body: SAMPLE_FORM.replace(/mobile=\d+/, 'mobile=+%E3%80%80') },
    'parameter_missing',
  ],
  ['no field at all', { body: '' }, 'parameter_missing'],
  [
    'a name of the sibling APIs',
    { body: SAMPLE_FORM.replace('acc_no', 'acct_no') },
    'parameter_missing',
  ],
  [
    'a name in another case',
    { body: SAMPLE_FORM.replace('idcard', 'idCard') },
    'parameter_missing',
  ],
  ['null', { body: JSON_TEXT.replace('"张三"', 'null') }, 'parameter_missing'],
  ['a boolean', { body: JSON_TEXT.replace('"张三"', 'true') }, 'parameter_missing'],
  ['a list', { body: JSON_TEXT.replace('"张三"', '["张三"]') }, 'parameter_missing'],
  ['an object', { body: JSON_TEXT.replace('"张三"', '{"name":"张三"}') }, 'parameter_missing'],
  [
    'a fraction',
    { body: JSON_TEXT.replace('"13636643334"', '13636643334.0') },
    'parameter_missing',
  ],
  ['__proto__ as a member', { body: '{"__proto__":{"name":"张三"}}' }, 'parameter_missing'],
  ['two values in one form', { body: `${SAMPLE_FORM}&mobile=13636643335` }, 'parameter_repeated'],
  [
    'two values in one JSON',
    { body: JSON_TEXT.replace('}', ',"mobile":"13636643335"}') },
    'parameter_repeated',
  ],
  [
    'two values, one name escaped',
    { body: JSON_TEXT.replace('}', ',"\\u006dobile":"1"}') },
    'parameter_repeated',
  ],
  ['two values in query and body', { query: 'mobile=13636643335' }, 'parameter_repeated'],
  ['a value and an empty one', { body: `${SAMPLE_FORM}&mobile=` }, 'parameter_repeated'],
  [
    'a zero-width blank',
    { body: SAMPLE_FORM.replace('name=', 'name=%E2%80%8B') },
    'parameter_value_invalid',
  ],
  [
    'a byte-order mark in a value',
    { body: SAMPLE_FORM.replace('name=', 'name=%EF%BB%BF') },
    'parameter_value_invalid',
  ],
  ['a direction mark', { body: `${SAMPLE_FORM}%E2%80%AE` }, 'parameter_value_invalid'],
  ['a security code', { body: `${SAMPLE_FORM}&CVN2=123` }, 'parameter_value_invalid'],
  ['an SMS code', { body: `${SAMPLE_FORM}&sms_code=` }, 'parameter_value_invalid'],
  ['a password in the query', { query: 'Password=x' }, 'parameter_value_invalid'],
  [
    'an expiry date in JSON',
    { body: JSON_TEXT.replace('}', ',"expire":{}}') },
    'parameter_value_invalid',
  ],
]

test.for(PARAMETERS)('%s is refused as a parameter', ([, wish, fault]) => {
  expect(decoded(wish)).toMatchObject({ fault })
})

test('any encoding of the same elements decodes to the same elements', () => {
  const han = fc.constantFrom(...gbkCharacters())
  const digits = (length: number) => fc.stringMatching(new RegExp(`^[0-9]{${length}}$`))
  const elements = fc.record({
    name: fc.array(han, { minLength: 2, maxLength: 10 }).map((characters) => characters.join('')),
    idNumber: digits(18),
    cardNumber: digits(19),
    mobile: digits(11),
  })
  fc.assert(
    fc.property(elements, fc.constantFrom(...ENCODINGS), (people, encode) => {
      expect(decoded(encode(people))).toEqual(people)
    }),
    { numRuns: 500 },
  )
})

interface People {
  readonly name: string
  readonly idNumber: string
  readonly cardNumber: string
  readonly mobile: string
}

function pairs(people: People): [string, string][] {
  const { name, idNumber, cardNumber, mobile } = people
  return Object.entries({ mobile, name, acc_no: cardNumber, idcard: idNumber })
}

function percent(bytes: Buffer): string {
  return [...bytes].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('')
}

function form(people: People, encode: (value: string) => string): string {
  return pairs(people)
    .map(([name, value]) => `${name}=${encode(value)}`)
    .join('&')
}

const ENCODINGS: readonly ((people: People) => Wish)[] = [
  (people) => ({ body: form(people, String) }),
  (people) => ({ body: form(people, encodeURIComponent), type: FORM_BARE }),
  (people) => ({ body: form(people, (value) => percent(Buffer.from(value))) }),
  (people) => ({ query: form(people, encodeURIComponent), body: '', type: undefined }),
  (people) => ({ body: JSON.stringify(Object.fromEntries(pairs(people))), type: undefined }),
  // Under its own label GBK is never mistaken for UTF-8.
  (people) => ({ body: gbkBytes(form(people, String)), type: FORM_GBK }),
  (people) => ({ body: form(people, (value) => percent(gbkBytes(value))), type: FORM_GBK }),
  (people) => {
    const escaped = (value: string) => {
      return [...value].map((c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`).join('')
    }
    const members = pairs(people).map(([name, value]) => `"${name}": "${escaped(value)}"`)
    return { body: `{${members.join(', ')}}`, type: FORM }
  },
]
