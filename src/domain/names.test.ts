import fc from 'fast-check'
import { expect, test } from 'vitest'
import { PRIVATE_USE_FOLD } from './name-fold.generated.ts'
import { foldName, isWellFormedName } from './names.ts'

/** Planes 0 to 3 and the special-purpose plane; the rest is unassigned or private use. */
const ASSIGNED_PLANES = [
  [0, 0x3ffff],
  [0xe0000, 0xe0fff],
] as const
const DOTS = '.·\u0387•‧∙⋅・﹒．･'
const SPACES = ' \u00a0\u1680\u2000\u2003\u2009\u202f\u205f\u3000'
const IDEOGRAPHS = fc.constantFrom(...'张三韦小宝欧阳〇䶮﨑𠮷吉\u{30000}\u{20087}')
/** Text that provokes folding: spaces, dots, private use, marks, cases, half characters, anything. */
const ROUGH = fc
  .array(
    fc.oneof(
      IDEOGRAPHS,
      fc.constantFrom(...DOTS, ...SPACES, '\t', '\n', '\u200b', '\ud842', '\udfb7'),
      fc.constantFrom('ａ', 'Ｚ', 'e', 'é', '\u0301', '\u0345', '\u0327', 'ß', 'ΐ', 'ŉ', 'i', 'Å'),
      fc.integer({ min: 0xe810, max: 0xe870 }).map((c) => String.fromCodePoint(c)),
      fc.nat(0x10ffff).map((c) => String.fromCodePoint(c)),
    ),
    { maxLength: 12 },
  )
  .map((parts) => parts.join(''))

test('folding a folded name changes nothing', () => {
  fc.assert(fc.property(ROUGH, (raw) => foldName(foldName(raw)) === foldName(raw)))
})

test('folding a folded character changes nothing, whatever the character', () => {
  const unstable: string[] = []
  for (const [first, last] of ASSIGNED_PLANES) {
    for (let codePoint = first; codePoint <= last; codePoint++) {
      const folded = foldName(String.fromCodePoint(codePoint))
      if (foldName(folded) !== folded) unstable.push(codePoint.toString(16))
    }
  }
  expect(unstable).toEqual([])
})

test('canonically equal names fold to one form', () => {
  fc.assert(
    fc.property(ROUGH, (raw) => {
      const folded = foldName(raw)
      return foldName(raw.normalize('NFD')) === folded && foldName(raw.normalize('NFC')) === folded
    }),
  )
})

test('a folded name holds no space, no dot but U+00B7 and no private-use twin', () => {
  fc.assert(
    fc.property(ROUGH, (raw) => {
      return !/[\p{Zs}.\u0387•‧∙⋅・﹒．･\ue815-\ue864]/u.test(foldName(raw))
    }),
  )
})

test('spaces, dots, width and case make no difference between well-formed names', () => {
  const part = fc.string({ unit: IDEOGRAPHS, minLength: 1, maxLength: 6 })
  const space = fc.constantFrom('', ...SPACES)
  fc.assert(
    fc.property(part, part, fc.constantFrom(...DOTS), space, (first, last, dot, blank) => {
      const folded = foldName(`${blank}${first}${blank}${dot}${last}${blank}`)
      expect(folded).toBe(`${first}·${last}`.normalize('NFC'))
      expect(isWellFormedName(folded, true)).toBe(true)
    }),
  )
  expect(foldName('Ｊｏｈｎ Smith')).toBe('JOHNSMITH')
})

test('the eighty private-use positions fold to standard characters, 74 of them as gb18030 decodes', () => {
  expect(PRIVATE_USE_FOLD).toHaveLength(80)
  expect(new Set(PRIVATE_USE_FOLD).size).toBe(80)
  const extensionB = PRIVATE_USE_FOLD.filter((codePoint) => codePoint > 0xffff)
  expect(extensionB).toEqual([0x20087, 0x20089, 0x200cc, 0x215d7, 0x2298f, 0x241fe])
  expect(PRIVATE_USE_FOLD.some((codePoint) => codePoint >= 0xe000 && codePoint < 0xf900)).toBe(
    false,
  )
  expect(foldName('\ue863')).toBe('䶮')
  expect(foldName('王\ue816')).toBe('王\u{20087}')
  expect(foldName('\ue814\ue865')).toBe('\ue814\ue865')
  const decoder = new TextDecoder('gb18030')
  expect(foldName('\ue81e')).toBe(decoder.decode(Uint8Array.of(0xfe, 0x59)))
})

test('lookalikes are kept apart', () => {
  for (const pair of ['𠮷吉', '䶮龑', '〇○', '⼈人', '㑇㐹', '黄黃', '堃坤', '﨑崎']) {
    const [one, other] = [...pair]
    expect(foldName(one!)).not.toBe(foldName(other!))
  }
  expect(foldName('阿。里')).toBe('阿。里')
})

test('compatibility ideographs follow their canonical mapping and the twelve unified ones stay', () => {
  expect(foldName('\ufa10')).toBe('\u585a')
  expect(foldName('\ufa11')).toBe('\ufa11')
})

test('a well-formed name has 1 to 64 characters counted by code point, 50 under strict', () => {
  for (const character of ['张', '𠮷']) {
    expect(isWellFormedName('', false)).toBe(false)
    expect(isWellFormedName(character, false)).toBe(true)
    expect(isWellFormedName(character.repeat(50), true)).toBe(true)
    expect(isWellFormedName(character.repeat(51), true)).toBe(false)
    expect(isWellFormedName(character.repeat(64), false)).toBe(true)
    expect(isWellFormedName(character.repeat(65), false)).toBe(false)
  }
})

test('controls, invisible and reordering characters and half characters are refused', () => {
  const refused = [
    '\0',
    '\t',
    '\n',
    '\x7f',
    '\x85',
    '\u00ad',
    '\u034f',
    '\u180e',
    '\u200b',
    '\u200d',
  ]
  refused.push('\u200e', '\u202e', '\u2028', '\u2060', '\u2066', '\u3164', '\ufe00', '\ufeff')
  refused.push('\ud842', '\udfb7', '\u{e0001}', '\u{e0100}')
  for (const character of refused) {
    expect(isWellFormedName(foldName(`张${character}三`), false), hex(character)).toBe(false)
    expect(isWellFormedName(foldName(`张${character}三`), true), hex(character)).toBe(false)
  }
})

test('strict admits ideographs of all planes, 〇 and the middle dot, and nothing else', () => {
  for (const name of ['张三', '〇〇', '阿卜杜·外力', '﨑', '𠮷', '\u{2ebf0}', '\u{31350}', '鿿']) {
    expect(isWellFormedName(foldName(name), true)).toBe(true)
  }
  for (const name of ['JOHN', '张3', '张三!', 'あ', '⼈', '\u2e81', '张,三', '\ue000', '😀']) {
    expect(isWellFormedName(foldName(name), true)).toBe(false)
    expect(isWellFormedName(foldName(name), false)).toBe(true)
  }
})

function hex(character: string): string {
  return character.codePointAt(0)!.toString(16)
}
