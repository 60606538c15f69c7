/** What callers are known to sign by mistake, each as the variants of a signing that it leads to. */
import { EMPTY_PAYLOAD, UNSIGNED_PAYLOAD } from '../signature.ts'
import type { Fault } from './explanations.ts'
import type { Signing } from './signing.ts'

export interface Mistake {
  readonly fault: Fault
  /** Whether it is in what the key or the string to sign is made of, not in the canonical request. */
  readonly inKey?: true
  readonly variants: (signing: Signing) => Iterable<Signing>
}

const VENDOR_HOSTS = ['faceid.tencentcloudapi.com', 'faceid.ap-guangzhou.tencentcloudapi.com']

export const MISTAKES: readonly Mistake[] = [
  {
    fault: 'payload_hash',
    *variants(signing) {
      for (const payloadHash of [EMPTY_PAYLOAD, UNSIGNED_PAYLOAD]) yield { ...signing, payloadHash }
      yield { ...signing, payloadHash: signing.digestOf(signing.body).toUpperCase() }
    },
  },
  {
    fault: 'body_newline',
    *variants(signing) {
      for (const body of [`${signing.body}\n`, signing.body.trimEnd(), signing.body.trim()]) {
        yield { ...signing, body }
      }
    },
  },
  {
    fault: 'body_reserialised',
    *variants(signing) {
      for (const body of serialisations(signing.body)) yield { ...signing, body }
    },
  },
  {
    fault: 'body_encoding',
    *variants(signing) {
      yield { ...signing, body: escapedUnicode(signing.body) }
      yield { ...signing, body: encodeURIComponent(signing.body) }
    },
  },
  {
    fault: 'host_form',
    *variants(signing) {
      const host = signing.headerLines.find(([name]) => name === 'host')?.[1] ?? ''
      const bare = host.replace(/^https?:\/\//, '').replace(/\/.*$/, '')
      const port = /:\d+$/.exec(bare)?.[0] ?? ''
      const local = ['localhost', '127.0.0.1'].flatMap((name) => [name, name + port])
      const others = [bare, bare.replace(/:\d+$/, ''), `http://${bare}`, ...local, ...VENDOR_HOSTS]
      for (const other of others) {
        yield withHeader(signing, 'host', other)
      }
    },
  },
  {
    fault: 'content_type_form',
    *variants(signing) {
      for (const type of [
        'application/json',
        'application/json; charset=utf-8',
        'application/json;charset=utf-8',
      ]) {
        yield withHeader(signing, 'content-type', type)
      }
    },
  },
  {
    fault: 'header_left_out',
    *variants(signing) {
      for (const [left] of signing.headerLines) {
        yield { ...signing, headerLines: signing.headerLines.filter(([name]) => name !== left) }
      }
    },
  },
  {
    fault: 'query_sorted',
    *variants(signing) {
      const pairs = signing.query.split('&')
      yield { ...signing, query: pairs.toSorted().join('&') }
      yield { ...signing, query: pairs.toReversed().join('&') }
    },
  },
  {
    fault: 'query_encoding',
    *variants(signing) {
      yield { ...signing, query: decoded(signing.query) }
      yield { ...signing, query: signing.query.replaceAll('%20', '+') }
      yield {
        ...signing,
        query: signing.query.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase()),
      }
    },
  },
  {
    fault: 'lines',
    *variants(signing) {
      yield { ...signing, layout: (lines) => lines.join('\r\n') }
      yield { ...signing, layout: (lines) => `${lines.join('\n')}\n` }
      // The blank line between headers and their list is the end of the last header line.
      yield { ...signing, layout: (lines) => lines.toSpliced(lines.length - 3, 1).join('\n') }
    },
  },
  {
    fault: 'service_other',
    inKey: true,
    *variants(signing) {
      for (const name of ['faceid', 'tc3', 'cvm', '']) {
        yield { ...signing, keyService: name }
        yield { ...signing, service: name }
        yield { ...signing, service: name, keyService: name }
      }
    },
  },
  {
    fault: 'date_wrong',
    inKey: true,
    *variants(signing) {
      for (const keyDate of neighbours(signing.date)) {
        yield { ...signing, keyDate }
        yield { ...signing, date: keyDate, keyDate }
      }
    },
  },
  {
    fault: 'secret_blank',
    inKey: true,
    *variants(signing) {
      for (const blank of [' ', '\n', '\r\n', '\t']) {
        yield { ...signing, secret: signing.secret + blank }
        yield { ...signing, secret: blank + signing.secret }
      }
    },
  },
]

function withHeader(signing: Signing, wanted: string, value: string): Signing {
  const headerLines = signing.headerLines.map(([name, present]) => {
    return [name, name === wanted ? value : present] as const
  })
  return { ...signing, headerLines }
}

/** The same JSON as other libraries write it. */
function* serialisations(body: string): Generator<string> {
  const value = parsed(body)
  if (value === undefined) return
  const sorted = Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)))
  for (const candidate of [value, sorted]) {
    for (const indent of [0, 1, 2, 4, '\t']) yield JSON.stringify(candidate, null, indent)
    // One line with blanks after commas and colons, as Python writes it.
    yield JSON.stringify(candidate, null, 1)
      .replaceAll(/\n\s*/g, ' ')
      .replace('{ ', '{')
      .replace(/ \}$/, '}')
  }
}

function parsed(body: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(body)
    return typeof value === 'object' && value !== null ? { ...value } : undefined
  } catch {
    return undefined
  }
}

function escapedUnicode(text: string): string {
  return text.replace(
    /[^\0-~]/g,
    (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

function decoded(query: string): string {
  try {
    return decodeURIComponent(query)
  } catch {
    return query
  }
}

/** The days before and after, which clocks of another zone show. */
function neighbours(date: string): string[] {
  const noonMs = Date.parse(`${date}T12:00:00Z`)
  if (Number.isNaN(noonMs)) return []
  return [-86_400_000, 86_400_000].map((ms) => new Date(noonMs + ms).toISOString().slice(0, 10))
}
