/**
 * Whether the time of a reply tells what its bytes do not: why a decryption failed, whether a key is
 * known, whether a card is registered. Two kinds of request in random order, one at a time.
 */
import { constants, createCipheriv, createPublicKey, publicEncrypt, randomBytes } from 'node:crypto'
import { Agent } from 'node:http'
import { join } from 'node:path'
import { SANDBOX_DECRYPT_KEYS } from '../../src/accounts/sandbox-decrypt-keys.ts'
import { SYSTEM_CLOCK } from '../../src/main.ts'
import { importRegistry } from '../../src/storage/registry-import/import.ts'
import { syntheticPerson, writePeopleCsv } from '../../src/testing/people-csv.ts'
import { RAISED_REGISTRY_LIMITS } from '../../src/testing/registry-limits.ts'
import { httpCall } from '../support/http-call.ts'
import { serveProcess } from '../support/kayan-process.ts'
import { LIVE_TENCENT, Place } from '../support/service.ts'
import { SANDBOX_TENCENT_KEY, type TencentKey, tc3Headers } from '../support/tencent-signer.ts'
import { type Difference, differenceOf } from './statistics.ts'

const SEED = 11
const WARMING_CALLS = 200
const STRANGER = '13900000000'
const LIVE_KEY = { secretId: LIVE_TENCENT.credential, secretKey: LIVE_TENCENT.secret }

interface SignedBody {
  readonly key: TencentKey
  readonly body: string
}

/** Two kinds of request that must not be told apart; each makes the call of a number. */
interface Comparison {
  readonly name: string
  readonly aucMax: number
  readonly kinds: readonly [(n: number) => SignedBody, (n: number) => SignedBody]
}

export interface Measured extends Difference {
  readonly name: string
  readonly aucMax: number
  readonly samples: number
}

/** Measures every comparison with so many samples in all. */
export async function measureTiming(
  samples: number,
  told: (measured: Measured) => void,
): Promise<void> {
  const place = new Place()
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  try {
    await furnish(place, samples)
    const kayan = await serveProcess(place.dataDir, {
      KAYAN_RATE_PER_SECOND: '1000000',
      ...RAISED_REGISTRY_LIMITS,
      KAYAN_LOG_LEVEL: 'error',
    })
    try {
      for (const comparison of [decryption(), keys(), existence(samples)]) {
        const difference = await compare(kayan.url, agent, comparison, samples)
        const { name, aucMax } = comparison
        told({ name, aucMax, samples, ...difference })
      }
    } finally {
      await kayan.stop()
    }
  } finally {
    agent.destroy()
    place.remove()
  }
}

async function furnish(place: Place, samples: number): Promise<void> {
  const keyring = await place.furnish({ units: 2 * samples + 1_000 })
  const csvPath = join(place.directory, 'people.csv')
  writePeopleCsv({ path: csvPath, rows: samples, seed: SEED })
  const directory = place.registryDirectory
  await importRegistry({ csvPath, directory, keyring, clock: SYSTEM_CLOCK })
}

async function compare(
  url: string,
  agent: Agent,
  { kinds }: Comparison,
  samples: number,
): Promise<Difference> {
  const times: [number[], number[]] = [[], []]
  const order = randomBytes(samples + WARMING_CALLS)
  for (const [n, byte] of order.entries()) {
    const kind = byte & 1
    const { key, body } = kinds[kind as 0 | 1](n)
    const headers = tc3Headers(key, new URL(url).host, body, Math.floor(Date.now() / 1_000))
    const startedMs = performance.now()
    await httpCall(url, { headers, body, agent })
    if (n >= WARMING_CALLS) times[kind as 0 | 1].push(performance.now() - startedMs)
  }
  return differenceOf(...times)
}

/** A data key wrapped by nobody, and one wrapped rightly over a text whose padding is broken. */
function decryption(): Comparison {
  const { publicKey } = SANDBOX_DECRYPT_KEYS.find(({ algorithm }) => algorithm === 'rsa')!
  const pem = createPublicKey(Buffer.from(publicKey, 'base64').toString())
  const bytes = (pem.asymmetricKeyDetails?.modulusLength ?? 0) / 8
  const key = { key: pem, padding: constants.RSA_PKCS1_PADDING }
  const body = (blob: Buffer, field: Buffer) => {
    const text = field.toString('base64')
    const Encryption = {
      EncryptList: ['BankCard'],
      CiphertextBlob: blob.toString('base64'),
      Iv: randomBytes(16).toString('base64'),
      Algorithm: 'AES-256-CBC',
      TagList: [],
    }
    const fields = { Name: '王芳', IdCard: '110101199003071022', Phone: STRANGER, BankCard: text }
    return { key: SANDBOX_TENCENT_KEY, body: JSON.stringify({ ...fields, Encryption }) }
  }
  const unwrappable = () => {
    const blob = randomBytes(bytes)
    // Below the modulus, so that it is a number to open and not one refused at sight.
    blob[0] = 0
    return body(blob, randomBytes(32))
  }
  const unpadded = () => {
    const dataKey = randomBytes(32)
    const cipher = createCipheriv('aes-256-cbc', dataKey, randomBytes(16)).setAutoPadding(false)
    // A last byte of zero is a padding of nobody's.
    const field = Buffer.concat([cipher.update(Buffer.alloc(32)), cipher.final()])
    return body(publicEncrypt(key, dataKey), field)
  }
  return { name: 'why a decryption failed', aucMax: 0.52, kinds: [unwrappable, unpadded] }
}

function keys(): Comparison {
  const body = (n: number) => JSON.stringify({ Name: '王芳', Phone: STRANGER, BankCard: `${n}` })
  const secretKey = 'wrong'
  const known = { secretId: LIVE_KEY.secretId, secretKey }
  const unknown = { secretId: LIVE_KEY.secretId.replace('live', 'none'), secretKey }
  return {
    name: 'whether a key is known',
    aucMax: 0.52,
    kinds: [(n) => ({ key: known, body: body(n) }), (n) => ({ key: unknown, body: body(n) })],
  }
}

/** A registered person's card with another mobile, and a card that is not registered. */
function existence(samples: number): Comparison {
  const ask = (index: number) => {
    const { name, cardNumber, idNumber } = syntheticPerson(SEED, index)
    const body = { Name: name, BankCard: cardNumber, IdCard: idNumber, Phone: STRANGER }
    return { key: LIVE_KEY, body: JSON.stringify(body) }
  }
  return {
    name: 'whether a card is registered',
    aucMax: 0.55,
    kinds: [(n) => ask(n % samples), (n) => ask(samples + n)],
  }
}
