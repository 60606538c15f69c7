/**
 * Calls whose elements the official Node encryption client encrypted (`test/vectors/tencent/crypto`).
 * npm does not have that client, so what it once made is sent, under the keys it was made for.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { SANDBOX_ACCOUNT_ID } from '../../src/accounts/sandbox-keys.ts'
import { openStorage } from '../../src/storage/storage.ts'
import type { Case } from './cases.ts'

const PAYLOADS = join(import.meta.dirname, '../vectors/tencent/crypto')
const KEYS = ['rsa', 'sm2'] as const

type Suite = 'AES-256-CBC' | 'SM4-GCM'

/** A call as the encryption client left it, for an SDK to sign. */
interface Payload {
  readonly [field: string]: string | object
  readonly Phone: string
}

/** One suite's payload, whole and with one character of one element changed. */
export function capturedCases(suite: Suite): readonly Case[] {
  const payload: Payload = JSON.parse(read(`node-${suite}.json`)).request
  const { Phone } = payload
  return [
    {
      name: 'documented sample 1, encrypted',
      parameters: payload,
      expect: { result: '0', description: '认证通过' },
    },
    {
      name: 'one character of the encrypted mobile number changed',
      parameters: { ...payload, Phone: (Phone.startsWith('A') ? 'B' : 'A') + Phone.slice(1) },
      language: 'en-US',
      expect: {
        error: { code: 'FailedOperation.DecryptSystemError', message: 'Decryption failed.' },
      },
    },
  ]
}

/** Gives the sandbox account of a new data directory the keys that the payloads were made for. */
export async function importCapturedKeys(dataDir: string): Promise<void> {
  const nowMs = Date.now()
  const keyFile = `${dataDir}.key`
  const storage = await openStorage({ dataDir, keyFile, production: false, nowMs })
  await storage.sandbox.seed({ ratePerSecond: 20, nowMs })
  const account = await storage.accounts.account(SANDBOX_ACCOUNT_ID)
  for (const algorithm of KEYS) {
    const publicKey = Buffer.from(read(`${algorithm}pub.pem`)).toString('base64')
    const privateKey = read(`${algorithm}.pem`)
    const material = { id: `dec_captured_${algorithm}`, algorithm, publicKey, privateKey }
    // The published keys go on opening what is encrypted for them.
    await storage.decryptKeys.rotateDecryptKey(account, material, { actor: 'test', atMs: nowMs })
  }
  await storage.close()
}

function read(name: string): string {
  return readFileSync(join(PAYLOADS, name), 'utf8')
}
