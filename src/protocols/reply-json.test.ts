import { expect, test } from 'vitest'
import { replyObject } from './reply-json.ts'

const read = (text: string) => replyObject(Buffer.from(text))

test('an object is read, however it is written', () => {
  const text = ' { "a" : {"b": [1, {"c": "}"}, {"c": "\\"c\\":"}]}, "b": "{\\"a\\":1}" } '
  expect(read(text)).toEqual({ a: { b: [1, { c: '}' }, { c: '"c":' }] }, b: '{"a":1}' })
})

test.each([
  '{"state":"2","state":"1"}',
  '{"data":{"state":"2","state":"1"}}',
  '{"data":{"state":"2","st\\u0061te" : "1"}}',
  '{"data":[{"a":1,"b":{},"a":1}]}',
])('of %s nobody can say what is meant', (text) => {
  expect(read(text)).toBeUndefined()
})

test.each(['', '[]', '"{}"', '{}{}', '{"a":1', '<html>', '{"a":1}\0'])('%j is none', (text) => {
  expect(read(text)).toBeUndefined()
})
