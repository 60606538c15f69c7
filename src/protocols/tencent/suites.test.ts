/** Both suites against the payloads of the official encryption client, and OpenSSL as a second opinion. */
import { spawnSync } from 'node:child_process'
import { constants, createCipheriv, createPublicKey, publicEncrypt, randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { DecryptKey } from '../../domain/decrypt-key.ts'
import { Secret } from '../../domain/secret.ts'
import { decryptSm2, encryptSm2, generateSm2 } from './sm-crypto.ts'
import { openByLibrary, openNatively } from './sm4-gcm.ts'
import { base64Bytes, SUITES, type SuiteName } from './suites.ts'
import { readJson, readText } from './test-captures.ts'

const PAYLOADS = (['AES-256-CBC', 'SM4-GCM'] as const).map((suite) => {
  const payload = readJson(`crypto/node-${suite}.json`)
  const key: DecryptKey = {
    id: 'dec_1',
    algorithm: SUITES[suite].wrapping,
    privateKey: new Secret(readText(`crypto/${payload.privateKey}`)),
  }
  const { EncryptList, CiphertextBlob, Iv, TagList } = payload.request.Encryption
  const fields = EncryptList.map((name: string) => payload.request[name])
  const plaintext = EncryptList.map((name: string) => payload.plaintext[name])
  return { suite, payload, key, blob: CiphertextBlob, iv: Iv, tags: TagList, fields, plaintext }
})

test.for(PAYLOADS)('the official client’s payload opens in $suite', async (row) => {
  const suite = SUITES[row.suite]
  const dataKey = await suite.unwrap(row.key, Buffer.from(row.blob, 'base64'))
  expect(dataKey?.toString('hex')).toBe(row.payload.dataKeyHex)
  const opened = (await suite.open(dataKey!, row)).map((field) => field?.toString('utf8'))
  expect(opened).toEqual(row.plaintext)
})

test.for(PAYLOADS)('a blob of any other bytes never throws, $suite', async (row) => {
  const suite = SUITES[row.suite]
  const right = Buffer.from(row.blob, 'base64')
  for (const blob of [
    Buffer.alloc(0),
    Buffer.of(0),
    Buffer.alloc(right.length),
    Buffer.alloc(right.length, 0xff),
    right.subarray(2),
    right.subarray(0, -1),
    Buffer.concat([right, Buffer.of(0)]),
    ...Array.from({ length: 20 }, () => randomBytes(right.length)),
  ]) {
    const dataKey = await suite.unwrap(row.key, blob)
    expect(dataKey?.toString('hex')).not.toBe(row.payload.dataKeyHex)
  }
})

test('wrong PKCS#1 padding gives bytes and no error, the same for the same blob', async () => {
  const { key, blob } = PAYLOADS[0]!
  const suite = SUITES['AES-256-CBC']
  const changed = Buffer.from(blob, 'base64')
  changed[changed.length - 1]! ^= 1
  const first = await suite.unwrap(key, changed)
  expect(first).toBeInstanceOf(Buffer)
  expect(await suite.unwrap(key, changed)).toEqual(first)
})

const [PKCS1] = PAYLOADS
const MODULUS_BYTES = 128

/** A blob whose block before RSA is as given: what no client makes. */
function rawBlob(block: Buffer): Buffer {
  const key = createPublicKey(PKCS1!.key.privateKey.reveal())
  return publicEncrypt({ key, padding: constants.RSA_NO_PADDING }, block)
}

/** `00 kind … 00 message`, filled up to the modulus. */
function block(kind: number, message: Buffer, fill = 0xaa): Buffer {
  const filling = Buffer.alloc(MODULUS_BYTES - 3 - message.length, fill)
  return Buffer.concat([Buffer.of(0, kind), filling, Buffer.of(0), message])
}

const KEY = Buffer.alloc(32, 0x5a)

test('a block made by hand opens, so that the blocks below fail for what is wrong with them', async () => {
  expect(await SUITES['AES-256-CBC'].unwrap(PKCS1!.key, rawBlob(block(2, KEY)))).toEqual(KEY)
})

test.each([
  ['of signatures', block(1, KEY, 0xff)],
  ['of kind 0', block(0, KEY, 0)],
  ['that begins with another byte', Buffer.concat([Buffer.of(1), block(2, KEY).subarray(1)])],
  ['without a separator', Buffer.concat([Buffer.of(0, 2), Buffer.alloc(MODULUS_BYTES - 2, 0xaa)])],
  ['with a separator within the first eight bytes', Buffer.from(block(2, KEY).fill(0, 9, 10))],
  ['of a key of 31 bytes', block(2, KEY.subarray(1))],
  ['of a key of 33 bytes', block(2, Buffer.concat([KEY, Buffer.of(1)]))],
  ['of an empty key', block(2, Buffer.alloc(0))],
  ['of zeros', Buffer.alloc(MODULUS_BYTES)],
  ['of one', Buffer.concat([Buffer.alloc(MODULUS_BYTES - 1), Buffer.of(1)])],
])('a block %s gives no key of ours', async (_, made) => {
  const opened = await SUITES['AES-256-CBC'].unwrap(PKCS1!.key, rawBlob(made))
  expect(opened).not.toEqual(KEY)
})

test.each([15, 17, 32])('an SM2 message of %i bytes is no key', async (bytes) => {
  const { publicKey, privateKey } = await generateSm2()
  expect(await decryptSm2(privateKey, await encryptSm2(publicKey, randomBytes(bytes)))).toBe(
    undefined,
  )
})

test('node:crypto and the library open the same, and refuse the same', async () => {
  const { payload, iv, fields, tags, plaintext } = PAYLOADS[1]!
  const key = Buffer.from(payload.dataKeyHex, 'hex')
  const decoded = { iv: Buffer.from(iv, 'base64'), bytes: fields, tag: tags }
  for (const open of [openNatively, openByLibrary]) {
    for (const [i, clear] of plaintext.entries()) {
      const bytes = Buffer.from(decoded.bytes[i], 'base64')
      const tag = Buffer.from(decoded.tag[i], 'base64')
      const opened = await open(key, { iv: decoded.iv, bytes, tag })
      expect(opened?.toString('utf8')).toBe(clear)
      const wrong = Buffer.from(tag)
      wrong[15]! ^= 1
      expect(await open(key, { iv: decoded.iv, bytes, tag: wrong })).toBeUndefined()
      expect(await open(key, { iv: decoded.iv, bytes: bytes.subarray(1), tag })).toBeUndefined()
    }
  }
})

test('a point with and without its leading byte is the same point', async () => {
  const { key, blob, payload } = PAYLOADS[1]!
  const bare = Buffer.from(blob, 'base64').subarray(1)
  const dataKey = await SUITES['SM4-GCM'].unwrap(key, bare)
  expect(dataKey?.toString('hex')).toBe(payload.dataKeyHex)
})

test('every flipped bit of an SM2 message is noticed', async () => {
  const { key, blob } = PAYLOADS[1]!
  const right = Buffer.from(blob, 'base64')
  // One bit of each byte of C1, C3 and C2: a whole decryption each.
  for (let at = 1; at < right.length; at++) {
    const changed = Buffer.from(right)
    changed[at]! ^= 1 << (at % 8)
    expect(await decryptSm2(key.privateKey.reveal(), changed), `byte ${at}`).toBeUndefined()
  }
})

test.for([
  ['no padding at all', '00'],
  ['padding of nothing', '0000'],
  ['padding longer than a block', '11'.repeat(17)],
  ['padding of unequal bytes', '0203'],
])('a block that ends in %s is no field', async ([, ending]) => {
  const [dataKey, iv] = [randomBytes(32), randomBytes(16)]
  const clear = Buffer.concat([Buffer.alloc(32, 'a'), Buffer.from(ending!, 'hex')]).subarray(-32)
  const cipher = createCipheriv('aes-256-cbc', dataKey, iv).setAutoPadding(false)
  const field = Buffer.concat([cipher.update(clear), cipher.final()]).toString('base64')
  const sealed = { iv: iv.toString('base64'), fields: [field], tags: [] }
  expect(await SUITES['AES-256-CBC'].open(dataKey, sealed)).toEqual([undefined])
})

test('what is sealed opens, of any length, with an IV in base64 or of 16 characters', async () => {
  const text = fc.string({ unit: 'binary', maxLength: 60 })
  const iv = fc.string({ unit: fc.constantFrom(...'ABCabc019+/=- '), minLength: 16, maxLength: 16 })
  await fc.assert(
    fc.asyncProperty(text, iv, fc.boolean(), async (clear, characters, raw) => {
      const dataKey = randomBytes(32)
      const cipher = createCipheriv('aes-256-cbc', dataKey, Buffer.from(characters))
      const field = Buffer.concat([cipher.update(clear, 'utf8'), cipher.final()]).toString('base64')
      const sent = raw ? characters : Buffer.from(characters).toString('base64')
      const sealed = { iv: sent, fields: [field], tags: [] }
      const [opened] = await SUITES['AES-256-CBC'].open(dataKey, sealed)
      expect(opened).toEqual(Buffer.from(clear, 'utf8'))
    }),
  )
})

const IVS: readonly [SuiteName, string][] = [
  ['AES-256-CBC', ''],
  ['AES-256-CBC', 'AAAA'],
  ['AES-256-CBC', '一二三四五六七八九十一二三四五六'],
  ['AES-256-CBC', Buffer.alloc(15).toString('base64')],
  ['AES-256-CBC', Buffer.alloc(17).toString('base64')],
  ['SM4-GCM', Buffer.alloc(16).toString('base64')],
  ['SM4-GCM', 'abcdefghijkl'],
  ['SM4-GCM', ''],
]

test.for(IVS)('%s takes no IV %j', async ([name, iv]) => {
  const suite = SUITES[name]
  const field = Buffer.alloc(16).toString('base64')
  const opened = await suite.open(Buffer.alloc(suite.keyBytes), {
    iv,
    fields: [field],
    tags: [field],
  })
  expect(opened).toEqual([undefined])
})

test('a tag too few, too many, cut or empty opens nothing', async () => {
  const { payload, iv, fields, tags } = PAYLOADS[1]!
  const dataKey = Buffer.from(payload.dataKeyHex, 'hex')
  const nothing = fields.map(() => undefined)
  for (const other of [[], tags.slice(1), [...tags, tags[0]]]) {
    expect(await SUITES['SM4-GCM'].open(dataKey, { iv, fields, tags: other })).toEqual(nothing)
  }
  const cut = Buffer.from(tags[0], 'base64').subarray(0, 12).toString('base64')
  for (const first of [cut, '', 'AAAA', tags[1]]) {
    const opened = await SUITES['SM4-GCM'].open(dataKey, {
      iv,
      fields,
      tags: [first, ...tags.slice(1)],
    })
    expect(opened[0]).toBeUndefined()
    expect(opened[1]).toBeDefined()
  }
})

test.each(['', 'A', 'AA=', 'AAA', 'AA==AAAA', 'AB==', 'A-_=', 'AAAA\n', ' AAAA', 'AAAA===='])(
  '%j is not canonical base64',
  (text) => {
    expect(base64Bytes(text)).toBeUndefined()
  },
)

const openssl = spawnSync('openssl', ['version'], { encoding: 'utf8' })
const missing = openssl.status !== 0
if (missing) {
  if (process.env.CI === 'true') throw new Error('OpenSSL is not on this machine')
  process.stderr.write('skipped: OpenSSL is not on this machine\n')
}

/** Runs OpenSSL over files of the given contents, named in its arguments by `@name`. */
function runOpenssl(args: string, files: Record<string, string | Buffer>): Buffer {
  const directory = mkdtempSync(join(tmpdir(), 'kayan-openssl-'))
  try {
    for (const [name, content] of Object.entries(files)) {
      writeFileSync(join(directory, name), content, { mode: 0o600 })
    }
    const words = args.replaceAll('@', `${directory}/`).split(' ')
    const { status, stdout, stderr } = spawnSync('openssl', words)
    if (status !== 0) throw new Error(String(stderr))
    return stdout
  } finally {
    rmSync(directory, { recursive: true })
  }
}

test.skipIf(missing)('OpenSSL opens the wrapped keys of both suites as we do', () => {
  for (const { suite, key, blob, payload } of PAYLOADS) {
    const files = { key: key.privateKey.reveal(), blob: Buffer.from(blob, 'base64') }
    if (suite === 'AES-256-CBC') {
      const opened = runOpenssl('pkeyutl -decrypt -inkey @key -in @blob', files)
      expect(opened.toString('hex')).toBe(payload.dataKeyHex)
    } else {
      const asn1 = asn1Of(files.blob)
      const opened = runOpenssl('pkeyutl -decrypt -inkey @key -in @blob', { ...files, blob: asn1 })
      expect(opened.toString('hex')).toBe(payload.dataKeyHex)
    }
  }
})

test.skipIf(missing)('our new SM2 keys, OpenSSL and we agree in both directions', async () => {
  const { publicKey, privateKey } = await generateSm2()
  const secret = randomBytes(16)
  const ours = asn1Of(await encryptSm2(publicKey, secret))
  const files = { key: privateKey, pub: publicKey, secret, blob: ours }
  expect(runOpenssl('pkeyutl -decrypt -inkey @key -in @blob', files)).toEqual(secret)
  const theirs = runOpenssl('pkeyutl -encrypt -pubin -inkey @pub -in @secret', files)
  expect(await decryptSm2(privateKey, plainOf(theirs))).toEqual(secret)
})

test.skipIf(missing)('OpenSSL encrypts AES-256-CBC to the same bytes', () => {
  const { payload, iv, fields, plaintext } = PAYLOADS[0]!
  const ivHex = Buffer.from(iv, 'base64').toString('hex')
  const args = `enc -aes-256-cbc -K ${payload.dataKeyHex} -iv ${ivHex} -in @clear`
  for (const [i, clear] of plaintext.entries()) {
    expect(runOpenssl(args, { clear }).toString('base64')).toBe(fields[i])
  }
})

/** C1‖C3‖C2 as the SEQUENCE that OpenSSL reads. */
function asn1Of(message: Buffer): Buffer {
  const integer = (bytes: Buffer) => {
    const shortest = Buffer.from(bytes.toString('hex').replace(/^(00)+/, ''), 'hex')
    const positive = shortest[0]! >= 0x80 ? Buffer.concat([Buffer.of(0), shortest]) : shortest
    return tlv(0x02, positive)
  }
  const point = [integer(message.subarray(1, 33)), integer(message.subarray(33, 65))]
  const texts = [tlv(0x04, message.subarray(65, 97)), tlv(0x04, message.subarray(97))]
  return tlv(0x30, Buffer.concat([...point, ...texts]))
}

function tlv(tag: number, value: Buffer): Buffer {
  const length = value.length < 128 ? Buffer.of(value.length) : Buffer.of(0x81, value.length)
  return Buffer.concat([Buffer.of(tag), length, value])
}

/** And back. */
function plainOf(asn1: Buffer): Buffer {
  const parts: Buffer[] = []
  let at = asn1[1]! < 128 ? 2 : 3
  while (at < asn1.length) {
    parts.push(asn1.subarray(at + 2, at + 2 + asn1[at + 1]!))
    at += 2 + asn1[at + 1]!
  }
  const fixed = (bytes: Buffer) =>
    Buffer.from(bytes.toString('hex').padStart(64, '0').slice(-64), 'hex')
  return Buffer.concat([Buffer.of(4), fixed(parts[0]!), fixed(parts[1]!), parts[2]!, parts[3]!])
}
