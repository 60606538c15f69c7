/** The keys under which callers encrypt elements for one account, as the gateway sees them. */
import type { Secret } from './secret.ts'

/** `rsa` and `sm2` wrap a data key of the caller's; `kms` is a master key that hands data keys out. */
export type DecryptAlgorithm = 'rsa' | 'sm2' | 'kms'

export interface DecryptKey {
  /** `dec_…`; of a master key a UUID, as clients name it. */
  readonly id: string
  readonly algorithm: DecryptAlgorithm
  /** PKCS#8 PEM, of a master key base64. */
  readonly privateKey: Secret
}
