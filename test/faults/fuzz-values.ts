/** Odd texts, JSON bodies and forms for the fuzz: what careless and hostile clients have sent. */

/** A whole number below a bound. */
export type Random = (below: number) => number

/** A body's members or a form's pairs: names and texts, in order, names may repeat. */
export type Pairs = readonly (readonly [string, string])[]

const ODD_TEXTS = [
  '',
  ' ',
  '\u3000',
  'null',
  'true',
  '0',
  '-0',
  '1e0',
  '9007199254740993',
  '１２３',
  '\u0000',
  '\ufeff',
  '\u202e',
  'a\u200bb',
  '𠮷野',
  '阿卜杜拉·买买提',
  '__proto__',
  'constructor',
  'toString',
  '%u0041',
  '%00',
  '%c0%af',
  '%',
  '+',
  '\r\nX-Injected: 1',
  "' OR '1'='1",
  '=cmd|calc',
  '<script>alert(1)</script>',
  '../../../etc/passwd',
  '$\u007bjndi:ldap://x}',
  '6299990000000009',
  '6299990000000181',
  '110101199003071022',
  '韦'.repeat(60),
  '9'.repeat(4_097),
]

const ODD_VALUES = [
  'null',
  'true',
  '0',
  '-0',
  '0.0',
  '1e0',
  '1e999',
  '9007199254740993',
  '[]',
  '{}',
  '[["x"]]',
  '{"__proto__":{"Name":"x"}}',
  '"\\ud800"',
  '"\\u0000"',
  '"\\u97e6"',
  '[1,2,3]',
  '{"CiphertextBlob":"AAAA","Iv":"AAAA"}',
  '{"Algorithm":"AES-256-CBC","EncryptList":["Name","X"],"CiphertextBlob":"AAAA","Iv":"A"}',
  '{"Algorithm":"SM4-GCM","EncryptList":["Name"],"CiphertextBlob":"AAAA","Iv":"AAAA","TagList":[]}',
]

const ODD_NAMES = [
  '__proto__',
  'constructor',
  'hasOwnProperty',
  'toString',
  '',
  'name',
  'Name',
  'CertType',
  'Encryption',
  'KeyId',
  'key',
  'a.b.0',
  'X'.repeat(300),
]

const ODD_BODIES = [
  '',
  ' ',
  'null',
  '"x"',
  '[]',
  '{',
  '{}',
  '{}}',
  '{"a":1,}',
  "{'a':1}",
  '{"a":NaN}',
  '/**/{}',
  '\ufeff{}',
  '{"a":"\u0001"}',
  '&=&=&',
  'a&b&c',
  '%%%',
]

const DEPTH_MAX = 3_000

export function pick<T>(random: Random, list: readonly T[]): T {
  return list[random(list.length)]!
}

export function oddText(random: Random): string {
  if (random(4) > 0) return pick(random, ODD_TEXTS)
  return Array.from({ length: random(40) }, () => String.fromCodePoint(random(0xd800))).join('')
}

/** The pairs with up to four of them changed, doubled, renamed, dropped or joined by odd ones. */
export function oddPairs(random: Random, right: Pairs): Pairs {
  const pairs = [...right]
  for (let changes = random(5); changes > 0 && pairs.length > 0; changes--) {
    const at = random(pairs.length)
    const [name, value] = pairs[at]!
    switch (random(6)) {
      case 0:
        pairs.splice(at, 1)
        break
      case 1:
        pairs.push([name, random(2) === 0 ? value : oddText(random)])
        break
      case 2:
        pairs.push([pick(random, ODD_NAMES), oddText(random)])
        break
      case 3:
        pairs[at] = [pick(random, [name.toLowerCase(), `${name} `, oddText(random)]), value]
        break
      default:
        pairs[at] = [name, oddText(random)]
    }
  }
  return pairs
}

/** A JSON object of pairs, with odd values here and there; sometimes no object at all. */
export function oddJson(random: Random, right: Pairs): Buffer {
  if (random(12) === 0) return oddBytes(random, pick(random, ODD_BODIES))
  if (random(30) === 0) {
    const depth = random(DEPTH_MAX)
    return Buffer.from(`{"Name":${'['.repeat(depth)}${']'.repeat(random(2) * depth)}}`)
  }
  const members = oddPairs(random, right).map(([name, value]) => {
    const odd = random(8) === 0
    return `${JSON.stringify(name)}:${odd ? pick(random, ODD_VALUES) : JSON.stringify(value)}`
  })
  const text = `{${members.join(pick(random, [',', ', ', ',\n']))}}`
  return oddBytes(random, text)
}

/** A form of pairs, escaped as one client or another does it; sometimes no form at all. */
export function oddForm(random: Random, right: Pairs): Buffer {
  if (random(16) === 0) return oddBytes(random, pick(random, ODD_BODIES))
  const spell = pick(random, [encodeURIComponent, escapedAsForm, escapedAsForm, unescaped])
  const pairs = oddPairs(random, right).map(([name, value]) => `${spell(name)}=${spell(value)}`)
  return oddBytes(random, pairs.join(pick(random, ['&', '&', '&', '&&', ';'])))
}

/** Text in UTF-8, seldom in another encoding or with bytes that belong to none. */
function oddBytes(random: Random, text: string): Buffer {
  const bytes = Buffer.from(text)
  switch (random(24)) {
    case 0:
      return Buffer.from(text, 'utf16le')
    case 1:
      return Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), bytes])
    case 2:
      return Buffer.from(text, 'latin1')
    case 3:
      bytes.fill(random(256), random(bytes.length + 1), random(bytes.length + 1))
      return bytes
    default:
      return bytes
  }
}

function escapedAsForm(text: string): string {
  return new URLSearchParams([['', text.toWellFormed()]]).toString().slice(1)
}

function unescaped(text: string): string {
  return text
}
