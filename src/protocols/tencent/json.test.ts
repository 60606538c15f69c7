/** The strict JSON reader against the grammar, and against `JSON.parse` where the two must agree. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isFault } from '../../domain/fault.ts'
import { JSON_DEPTH_MAX, JsonNumber, type JsonValue, readJsonObject } from './json.ts'

function read(text: string | Buffer) {
  return readJsonObject(Buffer.from(text))
}

/** The value as `JSON.parse` would have given it. */
function plain(value: JsonValue): unknown {
  if (value instanceof JsonNumber) return Number(value.source)
  if (Array.isArray(value)) return value.map(plain)
  if (value instanceof Map) return Object.fromEntries([...value].map(([k, v]) => [k, plain(v)]))
  return value
}

test('every object that JSON.stringify writes, with any white space, is read as it was', () => {
  const objects = fc.dictionary(fc.string({ unit: 'grapheme' }), fc.jsonValue({ maxDepth: 3 }))
  fc.assert(
    fc.property(objects, fc.constantFrom('', ' ', '\t', '\n  '), (object, indent) => {
      const members = read(JSON.stringify(object, null, indent))
      expect(isFault(members)).toBe(false)
      expect(plain(members as JsonValue)).toEqual(JSON.parse(JSON.stringify(object)))
    }),
  )
})

test('what JSON.parse refuses is refused', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom(...'{}[]",:\\ut0123eE+-. nulltrue\n"'), maxLength: 24 }),
      (inner) => {
        const text = `{"a":${inner}}`
        try {
          JSON.parse(text)
        } catch {
          expect(isFault(read(text))).toBe(true)
        }
      },
    ),
    { numRuns: 2000 },
  )
})

test.each([
  ['nothing', ''],
  ['a list', '[]'],
  ['a string', '"{}"'],
  ['two objects', '{}{}'],
  ['a trailing comma', '{"a":"b",}'],
  ['a comma in an empty list', '{"a":[,]}'],
  ['a single quote', "{'a':'b'}"],
  ['a comment', '{"a":"b"/**/}'],
  ['a raw control character', '{"a":"\u0001"}'],
  ['an unknown escape', '{"a":"\\x"}'],
  ['a short \\u escape', '{"a":"\\u12"}'],
  ['half a surrogate pair', '{"a":"\\ud842"}'],
  ['a leading zero', '{"a":01}'],
  ['a plus sign', '{"a":+1}'],
  ['NaN', '{"a":NaN}'],
  ['a byte order mark', '\ufeff{"a":"b"}'],
  ['an unfinished string', '{"a":"b'],
  ['an escaped end', '{"a":"b\\'],
  ['a no-break space between tokens', '{\u00a0"a":"b"}'],
])('%s is no JSON object', (_, text) => {
  expect(read(text)).toEqual({ fault: 'body_malformed' })
})

test.each([
  ['overlong', [0xc0, 0xaf]],
  ['a surrogate', [0xed, 0xa0, 0x80]],
  ['cut short', [0xe9, 0x9f]],
  ['GB18030', [0xb1, 0xa6]],
])('bytes that are not strict UTF-8 are refused: %s', (_, bytes) => {
  const text = Buffer.concat([Buffer.from('{"a":"'), Buffer.from(bytes), Buffer.from('"}')])
  expect(read(text)).toEqual({ fault: 'body_malformed' })
})

test('UTF-16 is refused', () => {
  expect(isFault(read(Buffer.from('\ufeff{"a":"b"}', 'utf16le')))).toBe(true)
})

test('a repeated member is refused with its path, however it is spelled', () => {
  expect(read('{"a":"1","\\u0061":"1"}')).toEqual({ fault: 'parameter_repeated', field: 'a' })
  expect(read('{"o":{"i":[{"a":1,"a":2}]}}')).toEqual({
    fault: 'parameter_repeated',
    field: 'o.i.0.a',
  })
})

test('depth is bounded, lists and objects alike, and a deep text is refused quickly', () => {
  const nested = (depth: number) => `{"a":${'['.repeat(depth - 1)}${']'.repeat(depth - 1)}}`
  expect(isFault(read(nested(JSON_DEPTH_MAX)))).toBe(false)
  expect(read(nested(JSON_DEPTH_MAX + 1))).toEqual({ fault: 'body_malformed' })
  expect(read(`{"a":${'{"a":'.repeat(65_000)}`)).toEqual({ fault: 'body_malformed' })
})

test('a number keeps its digits and no name reaches a prototype', () => {
  const members = read('{"a":6225768888888888123,"__proto__":{"x":"y"},"constructor":"z"}')
  if (isFault(members)) throw new Error(members.fault)
  expect((members.get('a') as JsonNumber).source).toBe('6225768888888888123')
  expect([...members.keys()]).toEqual(['a', '__proto__', 'constructor'])
  expect(({} as Record<string, unknown>).x).toBeUndefined()
})
