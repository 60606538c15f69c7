/** What callers are known to sign by mistake, each as the variants of a signing that it leads to. */
import type { Fault } from './explanations.ts'
import type { Signing } from './signing.ts'

export interface Mistake {
  readonly fault: Fault
  readonly variants: (signing: Signing) => Iterable<Signing>
}

const FORM = 'application/x-www-form-urlencoded; charset=UTF-8'
const ACCEPTS = ['', '*/*', 'application/json']
const TYPES = ['', FORM, 'application/x-www-form-urlencoded', 'application/json; charset=UTF-8']

export const MISTAKES: readonly Mistake[] = [
  {
    fault: 'secret_blank',
    *variants(signing) {
      for (const blank of [' ', '\n', '\r\n', '\t']) {
        yield { ...signing, secret: signing.secret + blank }
        yield { ...signing, secret: blank + signing.secret }
      }
    },
  },
  {
    fault: 'parameters_left_out',
    *variants(signing) {
      yield { ...signing, parameters: [] }
    },
  },
  {
    fault: 'parameters_order',
    *variants(signing) {
      for (const order of permutations(signing.parameters)) {
        yield { ...signing, parameters: order }
      }
    },
  },
  {
    fault: 'parameters_encoded',
    *variants(signing) {
      for (const encode of [
        encodeURIComponent,
        (text: string) => encodeURIComponent(text).toLowerCase(),
      ]) {
        const parameters = signing.parameters.map(([name, value]) => [name, encode(value)] as const)
        yield { ...signing, parameters }
      }
    },
  },
  {
    fault: 'middle_headers',
    *variants(signing) {
      const [, md5 = '', , date = ''] = signing.middle
      for (const accept of ACCEPTS) {
        for (const type of TYPES) yield { ...signing, middle: [accept, md5, type, date] }
      }
      // A header that is absent still leaves its empty line.
      yield { ...signing, middle: signing.middle.filter((value) => value !== '') }
    },
  },
  {
    fault: 'header_list',
    *variants(signing) {
      yield { ...signing, headerLines: [] }
      yield { ...signing, headerLines: signing.headerLines.toReversed() }
      for (const [left] of signing.headerLines) {
        yield { ...signing, headerLines: signing.headerLines.filter(([name]) => name !== left) }
      }
    },
  },
  {
    fault: 'path',
    *variants(signing) {
      yield { ...signing, path: '/' }
      yield { ...signing, path: signing.path.replace(/^\//, '') }
      yield { ...signing, path: `${signing.path}/` }
    },
  },
  {
    fault: 'digest',
    *variants(signing) {
      yield { ...signing, digest: signing.digest === 'sha1' ? 'sha256' : 'sha1' }
      yield { ...signing, encoding: 'hex' }
    },
  },
  {
    fault: 'lines',
    *variants(signing) {
      yield { ...signing, newline: '\r\n' }
      yield { ...signing, newline: '#' }
    },
  },
]

/** Orders of a short list; a longer one has too many to try. */
function* permutations<T>(items: readonly T[]): Generator<readonly T[]> {
  if (items.length > 5) return
  if (items.length < 2) {
    yield items
    return
  }
  for (const [at, first] of items.entries()) {
    for (const rest of permutations(items.toSpliced(at, 1))) yield [first, ...rest]
  }
}
