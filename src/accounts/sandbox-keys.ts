/** The published test keys of the sandbox account: the same in every development installation. */
import type { KeyKind } from '../domain/key.ts'
import type { KeyMaterial } from './store.ts'

export const SANDBOX_ACCOUNT_ID = 'acc_sandbox'

const APPCODE = 'kayansandboxappcode'
const DIRECT = 'kayansandboxdirectkey'
const ENCRYPTED = 'kayansandboxencryptedkey'

/** One key a kind; never made in production mode. */
export const SANDBOX_KEYS = {
  tencent: {
    kind: 'tencent',
    credential: 'AKIDKayanSandboxEXAMPLE',
    secret: 'KayanSandboxSecretKeyEXAMPLE',
  },
  appcode: { kind: 'appcode', credential: APPCODE, secret: APPCODE },
  appkey: { kind: 'appkey', credential: '100000001', secret: 'kayansandboxappsecret' },
  direct: { kind: 'direct', credential: DIRECT, secret: DIRECT },
} as const satisfies Record<KeyKind, KeyMaterial>

/** The temporary key, which has a token and no end; its SecretKey is that of the permanent one. */
export const SANDBOX_TEMPORARY_KEY = {
  ...SANDBOX_KEYS.tencent,
  credential: 'AKIDKayanSandboxTemporaryEXAMPLE',
  token: 'KayanSandboxTokenEXAMPLE',
} as const satisfies KeyMaterial

/** The direct key whose calls are encrypted. */
export const SANDBOX_ENCRYPTED_KEY = {
  kind: 'direct',
  credential: ENCRYPTED,
  secret: ENCRYPTED,
  cipherSecret: 'KayanSandboxAES1',
} as const satisfies KeyMaterial
