/** A vault for tests: the keys it is given, no limits, and a decoy that is plain to see. */
import type { DecryptAlgorithm, DecryptKey } from '../../domain/decrypt-key.ts'
import type { Elements } from '../../domain/elements.ts'
import { type Fault, isFault } from '../../domain/fault.ts'
import { Secret } from '../../domain/secret.ts'
import type { ProtocolCall } from '../protocol.ts'
import type { Admission, Vault } from '../vault.ts'
import { CAPTURED_AT_MS, EXAMPLE_KEY, readText } from './test-captures.ts'

export function decryptKey(algorithm: DecryptAlgorithm, privateKey: string, id = 'dec_1') {
  return { id, algorithm, privateKey: new Secret(privateKey) } satisfies DecryptKey
}

/** The keys of the captured payloads. */
export const VECTOR_KEYS: readonly DecryptKey[] = [
  decryptKey('rsa', readText('crypto/rsa.pem')),
  decryptKey('sm2', readText('crypto/sm2.pem')),
]

export class TestVault implements Vault {
  readonly #keys: readonly DecryptKey[]
  admission: Admission = 'open'
  readonly noted: boolean[] = []

  constructor(keys: readonly DecryptKey[] = []) {
    this.#keys = keys
  }

  keys(_accountId: string, algorithm: DecryptAlgorithm): readonly DecryptKey[] {
    return this.#keys.filter((key) => key.algorithm === algorithm)
  }

  decoy(_text: string, bytes: number): Buffer {
    return Buffer.alloc(bytes, 0xdc)
  }

  admit(): Admission {
    return this.admission
  }

  note(_key: unknown, _wrapped: string, _nowMs: number, opened: boolean): void {
    this.noted.push(opened)
  }
}

/** What a call comes to once it is decoded and, where it needs to be, decrypted. */
export async function clearOf(
  call: ProtocolCall,
  vault: Vault = new TestVault(),
): Promise<Elements | Fault> {
  const decoded = call.decode()
  if (isFault(decoded)) return decoded
  return (await call.decrypt?.(vault, EXAMPLE_KEY, CAPTURED_AT_MS)) ?? decoded
}
