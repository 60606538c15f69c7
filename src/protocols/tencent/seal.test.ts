/** What we encrypt is what the official client makes of the same chance, and opens with the vendor's key. */
import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { DecryptKey } from '../../domain/decrypt-key.ts'
import { Secret } from '../../domain/secret.ts'
import { sealParameters, suiteOfKey } from './seal.ts'
import { wrapSm2 } from './sm-crypto.ts'
import { sealByLibrary, sealNatively } from './sm4-gcm.ts'
import { SUITES } from './suites.ts'
import { readJson, readText } from './test-captures.ts'

const FILES = { 'AES-256-CBC': 'rsa', 'SM4-GCM': 'sm2' } as const

/** Gives the prepared bytes in their order, and then any. */
function chanceOf(...prepared: readonly Buffer[]) {
  const rest = [...prepared]
  return (length: number) => rest.shift() ?? randomBytes(length)
}

describe.each(['AES-256-CBC', 'SM4-GCM'] as const)('%s', (suite) => {
  const capture = readJson(`crypto/node-${suite}.json`)
  const file = FILES[suite]
  const publicKey = Buffer.from(readText(`crypto/${file}pub.pem`)).toString('base64')
  const privateKey: DecryptKey = {
    id: 'dec_1',
    algorithm: SUITES[suite].wrapping,
    privateKey: new Secret(readText(`crypto/${file}.pem`)),
  }

  test('under the data key and IV of a captured payload its fields and tags come out', async () => {
    const [dataKey, iv] = [capture.dataKeyHex, capture.ivHex].map((hex) => Buffer.from(hex, 'hex'))
    const { Encryption, ...fields } = capture.request
    const names: readonly string[] = Encryption.EncryptList
    const clear = Object.fromEntries(names.map((name) => [name, capture.plaintext[name]]))
    const sealed = await sealParameters(clear, publicKey, chanceOf(dataKey!, iv!))
    expect(sealed.parameters).toEqual(fields)
    const { CiphertextBlob: blob, ...rest } = sealed.encryption
    const { CiphertextBlob: captured, ...told } = Encryption
    expect(rest).toEqual({ ...told, TagList: told.TagList ?? [] })
    expect(blob).toHaveLength(captured.length)
    const opened = await SUITES[suite].unwrap(privateKey, Buffer.from(blob, 'base64'))
    expect(opened?.toString('hex')).toBe(capture.dataKeyHex)
  })

  test('whatever the chance, the vendor opens the data key and every field', async () => {
    const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 })
    await fc.assert(
      fc.asyncProperty(text, text, async (one, two) => {
        const { parameters, encryption } = await sealParameters(
          { one, two },
          publicKey,
          randomBytes,
        )
        const blob = Buffer.from(encryption.CiphertextBlob, 'base64')
        const dataKey = await SUITES[suite].unwrap(privateKey, blob)
        const fields = Object.values(parameters)
        const sealed = { iv: encryption.Iv, fields, tags: encryption.TagList }
        expect((await SUITES[suite].open(dataKey!, sealed)).map(String)).toEqual([one, two])
      }),
      { numRuns: 20 },
    )
  })

  test('equal chance makes equal bytes, and a zero in it is no filling', async () => {
    const seal = () => sealParameters({ one: '1' }, publicKey, (length) => filled(length))
    expect(await seal()).toEqual(await seal())
    const { encryption } = await seal()
    const blob = Buffer.from(encryption.CiphertextBlob, 'base64')
    expect(await SUITES[suite].unwrap(privateKey, blob)).toEqual(filled(SUITES[suite].keyBytes))
  })

  test('the suite is that of the key', () => {
    expect(suiteOfKey(publicKey)).toBe(suite)
  })
})

/** Bytes that begin with a zero and go on with others. */
function filled(length: number): Buffer {
  return Buffer.from(Array.from({ length }, (_, i) => i % 3))
}

test('SM2 draws again where chance is no scalar of the curve', async () => {
  const draws = [Buffer.alloc(32, 0xff), Buffer.alloc(32), Buffer.alloc(32, 7)]
  const pem = readText('crypto/sm2pub.pem')
  const wrapped = await wrapSm2(pem, Buffer.alloc(16, 1), chanceOf(...draws))
  const direct = await wrapSm2(pem, Buffer.alloc(16, 1), chanceOf(Buffer.alloc(32, 7)))
  expect(wrapped).toEqual(direct)
})

test('SM4-GCM seals alike by this Node and by the library', async () => {
  const bytes = (length: number) =>
    fc.uint8Array({ minLength: length, maxLength: length }).map((array) => Buffer.from(array))
  const clear = fc.uint8Array({ maxLength: 50 }).map((array) => Buffer.from(array))
  await fc.assert(
    fc.asyncProperty(bytes(16), bytes(12), clear, async (key, iv, text) => {
      expect(await sealNatively(key, iv, text)).toEqual(await sealByLibrary(key, iv, text))
    }),
    { numRuns: 30 },
  )
})
