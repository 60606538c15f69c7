/** Encrypted elements come out as they went in; every failure is one refusal. */
import { createCipheriv, randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Elements } from '../../domain/elements.ts'
import { type Fault, isFault } from '../../domain/fault.ts'
import type { ProtocolCall } from '../protocol.ts'
import { wrapDataKey } from './data-key-blob.ts'
import { createTencent } from './index.ts'
import { generateKeyPair } from './key-pair.ts'
import { EXAMPLE_KEY, NAMES, readJson, sample, signedPost, signedV1Get } from './test-captures.ts'
import { clearOf, decryptKey, TestVault, VECTOR_KEYS } from './test-vault.ts'

const face = createTencent()
const FAILED = { fault: 'decrypt_failed' }
const SUITE_NAMES = ['AES-256-CBC', 'SM4-GCM'] as const
const PAYLOADS = SUITE_NAMES.map((suite) => ({ suite, ...readJson(`crypto/node-${suite}.json`) }))
const FIELDS = {
  Name: 'name',
  IdCard: 'idNumber',
  BankCard: 'cardNumber',
  Phone: 'mobile',
} as const

type Body = Record<string, unknown> & { Encryption: Record<string, unknown> }

function opened(body: object, vault = new TestVault(VECTOR_KEYS)): Promise<Elements | Fault> {
  return clearOf(face.read(signedPost(JSON.stringify(body))) as ProtocolCall, vault)
}

/** Elements in the vendor's spelling. */
function spelled(elements: Elements | Fault) {
  if (isFault(elements)) return elements
  const pairs = Object.entries(FIELDS).map(([field, name]) => [field, elements[name]?.reveal()])
  return Object.fromEntries(pairs)
}

/** The sample with fields encrypted under a data key of a master key: no public-key work at all. */
const MASTER = decryptKey('kms', randomBytes(32).toString('base64'), crypto.randomUUID())

function kmsBody(
  fields: Record<string, string>,
  dataKey = randomBytes(32),
  accountId = EXAMPLE_KEY.account.id,
) {
  const iv = randomBytes(16)
  const sealed = Object.entries(fields).map(([name, clear]) => {
    const cipher = createCipheriv('aes-256-cbc', dataKey, iv)
    const bytes = Buffer.concat([cipher.update(clear, 'utf8'), cipher.final()])
    return [name, bytes.toString('base64')]
  })
  const Encryption = {
    EncryptList: Object.keys(fields),
    CiphertextBlob: wrapDataKey(MASTER, { accountId, context: '' }, dataKey),
    Iv: iv.toString('base64'),
  }
  return { ...JSON.parse(sample()), ...Object.fromEntries(sealed), Encryption } as Body
}

test.for(PAYLOADS)('the official client’s $suite payload becomes its elements', async (payload) => {
  expect(spelled(await opened(payload.request))).toEqual(payload.plaintext)
})

test('what is not listed is taken as it is', async () => {
  const body = kmsBody({ Name: '韦小宝' })
  expect(spelled(await opened(body, new TestVault([MASTER])))).toEqual(JSON.parse(sample()))
})

test.each([
  ['BankCardVerification', ['Name', 'IdCard', 'BankCard'], 'Phone'],
  ['BankCard2EVerification', ['Name', 'BankCard'], 'IdCard'],
  ['CheckBankCardInformation', ['BankCard'], 'Name'],
])('%s allows its own fields and no other', async (action, fields, other) => {
  const clear = JSON.parse(sample())
  const own = Object.fromEntries(fields.map((field) => [field, clear[field]]))
  const { Encryption, ...sealed } = kmsBody(own)
  const sent = Object.fromEntries(fields.map((field) => [field, sealed[field]]))
  const asked = async (EncryptList: string[]) => {
    const body = JSON.stringify({ ...sent, Encryption: { ...Encryption, EncryptList } })
    const call = face.read(signedPost(body, { 'X-TC-Action': action })) as ProtocolCall
    return clearOf(call, new TestVault([MASTER]))
  }
  expect(spelled(await asked(fields))).toEqual({ ...spelled({}), ...own })
  expect(await asked([...fields, other])).toEqual({ fault: 'encrypt_field_unsupported' })
})

test('flattened pairs carry an encryption as JSON does', async () => {
  const { Encryption, ...fields } = PAYLOADS[1]!.request
  const { EncryptList, TagList, ...texts } = Encryption
  const pairs = Object.entries({ ...fields, Encryption: undefined }).filter(([, value]) => value)
  const nested = Object.entries(texts).map(([name, value]) => [`Encryption.${name}`, value])
  const lists = Object.entries({ EncryptList, TagList }).flatMap(([name, items]) =>
    (items as string[]).map((item, i) => [`Encryption.${name}.${i}`, item]),
  )
  const request = signedV1Get(Object.fromEntries([...pairs, ...nested, ...lists]))
  const elements = await clearOf(face.read(request) as ProtocolCall, new TestVault(VECTOR_KEYS))
  expect(spelled(elements)).toEqual(PAYLOADS[1]!.plaintext)
})

test('during a rotation both keys open, whichever is newer', async () => {
  const other = await generateKeyPair('rsa')
  const [rsa] = VECTOR_KEYS
  const fresh = decryptKey('rsa', other.privateKey, 'dec_2')
  for (const keys of [
    [rsa!, fresh],
    [fresh, rsa!],
  ]) {
    const vault = new TestVault(keys)
    expect(spelled(await opened(PAYLOADS[0]!.request, vault))).toEqual(PAYLOADS[0]!.plaintext)
    expect(vault.noted).toEqual([true])
  }
  expect(await opened(PAYLOADS[0]!.request, new TestVault([fresh]))).toEqual(FAILED)
})

test('an account without a key, one that failed too often and a key of another’s all fail alike', async () => {
  for (const { request } of PAYLOADS) {
    expect(await opened(request, new TestVault())).toEqual(FAILED)
    for (const admission of ['closed', 'foreign'] as const) {
      const vault = new TestVault(VECTOR_KEYS)
      vault.admission = admission
      expect(await opened(request, vault)).toEqual(FAILED)
      expect(vault.noted).toEqual(admission === 'closed' ? [] : [false])
    }
  }
})

test('a data key of an account without a master key is not authorised; of another’s it fails', async () => {
  const body = kmsBody({ Name: '韦小宝' })
  expect(await opened(body, new TestVault())).toEqual({ fault: 'encrypt_not_authorized' })
  const foreign = kmsBody({ Name: '韦小宝' }, randomBytes(32), 'acc_2')
  expect(await opened(foreign, new TestVault([MASTER]))).toEqual(FAILED)
  const short = kmsBody({ Name: '韦小宝' }, randomBytes(32))
  const cut = {
    ...short.Encryption,
    CiphertextBlob: wrapDataKey(
      MASTER,
      { accountId: EXAMPLE_KEY.account.id, context: '' },
      randomBytes(16),
    ),
  }
  expect(await opened({ ...short, Encryption: cut }, new TestVault([MASTER]))).toEqual(FAILED)
})

describe('a plain text outside its alphabet is a failure, one of wrong length is not', () => {
  const vault = () => new TestVault([MASTER])
  const NUMBERS = ['IdCard', 'BankCard', 'Phone']
  test.each(
    NUMBERS.flatMap((field) =>
      [
        '6225-7688',
        '6225 7688',
        '６２２５',
        '12a',
        'X1',
        '1XX',
        '\t1',
        '1\n',
        '\0',
        '壹',
        '1\u00a0',
      ].map((text) => [field, text]),
    ),
  )('%s %j', async (field, text) => {
    expect(await opened(kmsBody({ [field!]: text! }), vault())).toEqual(FAILED)
  })

  test.each(
    NUMBERS.flatMap((field) =>
      ['', ' ', '1', ' 123 ', '12X', '12x ', '1'.repeat(200)].map((text) => [field, text]),
    ),
  )('%s %j', async (field, text) => {
    expect(spelled(await opened(kmsBody({ [field!]: text! }), vault()))).toMatchObject({
      [field!]: text,
    })
  })

  test.each(['\u0007', 'a\nb', '\u0085', '\u007f'])('Name %j', async (text) => {
    expect(await opened(kmsBody({ Name: text }), vault())).toEqual(FAILED)
  })

  test.each(['𠮷·A', ' 韦小宝 ', '', 'a'.repeat(200), '<script>'])('Name %j', async (text) => {
    expect(spelled(await opened(kmsBody({ Name: text }), vault()))).toMatchObject({ Name: text })
  })

  test('a Name of bytes that are no UTF-8', async () => {
    const dataKey = randomBytes(32)
    const body = kmsBody({ Name: 'x' }, dataKey)
    const iv = Buffer.from(String(body.Encryption.Iv), 'base64')
    const cipher = createCipheriv('aes-256-cbc', dataKey, iv)
    const bytes = Buffer.concat([cipher.update(Buffer.from('c328', 'hex')), cipher.final()])
    expect(await opened({ ...body, Name: bytes.toString('base64') }, vault())).toEqual(FAILED)
  })
})

/** Changes of a payload that leave it of the right shape. */
type Spoil = (body: Body, seed: { at: number; bit: number; cut: number }) => Body

function flipped(base64: string, at: number, bit: number): string {
  const bytes = Buffer.from(base64, 'base64')
  bytes[at % bytes.length]! ^= 1 << bit
  return bytes.toString('base64')
}

function cutShort(base64: string, cut: number): string {
  const bytes = Buffer.from(base64, 'base64')
  return bytes.subarray(0, cut % bytes.length).toString('base64')
}

function encryption(body: Body, changes: Record<string, unknown>): Body {
  return { ...body, Encryption: { ...body.Encryption, ...changes } }
}

const blobOf = (body: Body) => String(body.Encryption.CiphertextBlob)
const listOf = (body: Body) => body.Encryption.EncryptList as string[]
const tagsOf = (body: Body) => body.Encryption.TagList as string[]

const SPOILS: Record<string, Spoil> = {
  'blob, a bit': (b, { at, bit }) => encryption(b, { CiphertextBlob: flipped(blobOf(b), at, bit) }),
  'blob, cut': (b, { cut }) => encryption(b, { CiphertextBlob: cutShort(blobOf(b), cut) }),
  'blob, random': (b, { at }) =>
    encryption(b, { CiphertextBlob: randomBytes(1 + (at % 300)).toString('base64') }),
  'blob, no base64': (b, { at }) =>
    encryption(b, {
      CiphertextBlob: blobOf(b)
        .replace(/./, '*')
        .slice(at % 20),
    }),
  'iv, cut': (b, { cut }) => encryption(b, { Iv: cutShort(String(b.Encryption.Iv), cut) }),
  'iv, text': (b, { at }) => encryption(b, { Iv: 'x'.repeat(at % 12) }),
  'field, cut': (b, { at, cut }) => {
    const name = listOf(b)[at % 4]!
    return { ...b, [name]: cutShort(String(b[name]), cut) }
  },
  'field, plain': (b, { at }) => {
    const name = listOf(b)[at % 4]!
    return { ...b, [name]: PAYLOADS[0]!.plaintext[name] }
  },
  'field, random': (b, { at }) => ({
    ...b,
    [listOf(b)[at % 4]!]: randomBytes(32).toString('base64'),
  }),
}
const GCM_SPOILS: Record<string, Spoil> = {
  'iv, a bit': (b, { at, bit }) => encryption(b, { Iv: flipped(String(b.Encryption.Iv), at, bit) }),
  'field, a bit': (b, { at, bit }) => {
    const name = listOf(b)[at % 4]!
    return { ...b, [name]: flipped(String(b[name]), at, bit) }
  },
  'tag, a bit': (b, { at, bit }) =>
    encryption(b, { TagList: tagsOf(b).with(at % 4, flipped(tagsOf(b)[at % 4]!, at, bit)) }),
  'tags, too few': (b, { at }) => encryption(b, { TagList: tagsOf(b).slice(0, at % 4) }),
  'tags, turned': (b, { at }) => {
    const by = 1 + (at % 3)
    return encryption(b, { TagList: [...tagsOf(b).slice(by), ...tagsOf(b).slice(0, by)] })
  },
}

test.for(PAYLOADS)(
  '1,000 spoiled $suite payloads have one refusal, to the byte',
  { timeout: 30_000 },
  async ({ suite, request }) => {
    const spoils = { ...SPOILS, ...(suite === 'SM4-GCM' ? GCM_SPOILS : {}) }
    const seed = fc.record({ at: fc.nat(1_000), bit: fc.nat(7), cut: fc.nat(300) })
    const replies = new Set<string>()
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...Object.keys(spoils)), seed, async (name, where) => {
        const body = JSON.stringify(spoils[name]!(request, where))
        const wire = signedPost(body)
        const vault = new TestVault(VECTOR_KEYS)
        const fault = await clearOf(face.read(wire) as ProtocolCall, vault)
        expect(fault).toEqual(FAILED)
        expect(vault.noted).toEqual([false])
        replies.add(face.writeFault(wire, fault as Fault, NAMES).body)
      }),
      { numRuns: 500 },
    )
    expect(replies.size).toBe(1)
  },
)

test('nothing that a caller encrypted shows in a refusal', async () => {
  const clear = '6225768888888888'
  const wire = signedPost(JSON.stringify(kmsBody({ BankCard: `${clear}!` })))
  const call = face.read(wire) as ProtocolCall
  const fault = (await clearOf(call, new TestVault([MASTER]))) as Fault
  expect(JSON.stringify(fault)).toBe('{"fault":"decrypt_failed"}')
  expect(face.writeFault(wire, fault, NAMES).body).not.toContain(clear)
})
