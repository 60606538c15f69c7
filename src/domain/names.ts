/**
 * The closed canonical form of holders' names, and what a well-formed name is (GB 18030 characters;
 * the middle dot U+00B7 between the parts of names from minority languages).
 *
 * Two names are the same when their folded forms are equal, and for no other reason: no edit
 * distance, no compatibility normalisation (NFKC would merge radicals with ideographs), no list of
 * lookalikes (𠮷 is not 吉).
 */
import { PRIVATE_USE_FOLD } from './name-fold.generated.ts'
import { toHalfWidth, trimOuter } from './text.ts'

/** Limits in characters, counted by code point. */
const NAME_CHARACTERS_MAX = 64
/** A registered name has at most 50 characters; more fit on the wire only. */
const STRICT_CHARACTERS_MAX = 50

/** Folded already: ideographs of the basic plane and U+00B7, which is nearly every name. */
const COMMON = /^[\u00b7\u3400-\u4dbf\u4e00-\u9fff]+$/
const SPACES = /\p{Zs}+/gu
/**
 * What people and encodings put where U+00B7 belongs: the full stop of a keyboard in its three
 * widths (2E, FE52, FF0E), the Greek dot (387, canonically the same), bullet, hyphenation point,
 * bullet operator, dot operator, and the katakana dots (30FB, FF65). The ideographic full stop
 * U+3002 ends sentences and is no name dot.
 */
const DOTS = /[\u002e\u0387\u2022\u2027\u2219\u22c5\u30fb\ufe52\uff0e\uff65]/g
const FULL_WIDTH_LETTERS = /[\uff21-\uff3a\uff41-\uff5a]+/g
const PRIVATE_USE_FIRST = 0xe815
const PRIVATE_USE = /[\ue815-\ue864]/g

/** Invisible or reordering characters, controls, line separators and lone surrogates. */
const FORBIDDEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u
const ALLOWED_COUNT = new RegExp(`^.{1,${NAME_CHARACTERS_MAX}}$`, 'su')
/** Latin is left out: names of passports belong to documents that this service does not take. */
const STRICT = new RegExp(
  `^[\\p{Unified_Ideograph}\\u3007\\u00b7]{1,${STRICT_CHARACTERS_MAX}}$`,
  'u',
)

/**
 * Folds a name to its canonical form: no spaces at all, each dot U+00B7, private-use characters of
 * old GBK systems as their standard characters, full-width Latin letters half-width, Latin letters
 * in upper case as on passports and cards, NFC. Folding a folded name changes nothing.
 */
export function foldName(raw: string): string {
  if (COMMON.test(raw)) return raw
  const folded = trimOuter(raw)
    .replace(SPACES, '')
    .replace(DOTS, '\u00b7')
    .replace(FULL_WIDTH_LETTERS, toHalfWidth)
    .replace(PRIVATE_USE, standardCharacter)
    .normalize('NFC')
  // Upper case may take a composed letter apart, hence composed again.
  return folded.toUpperCase().normalize('NFC')
}

/**
 * Whether a folded name has 1 to 64 characters and none that is invisible, reorders text or is half
 * a character. `strict`: at most 50, only ideographs of all planes, 〇 (U+3007) and the middle dot.
 */
export function isWellFormedName(folded: string, strict: boolean): boolean {
  if (strict) return STRICT.test(folded)
  if (COMMON.test(folded)) return folded.length <= NAME_CHARACTERS_MAX
  return ALLOWED_COUNT.test(folded) && !FORBIDDEN.test(folded)
}

function standardCharacter(privateUse: string): string {
  return String.fromCodePoint(PRIVATE_USE_FOLD[privateUse.charCodeAt(0) - PRIVATE_USE_FIRST]!)
}
