/**
 * What the run mode lays over the keys. Development: the magic keys of the published test keys, and
 * chaos; live keys pass untouched. Production: the published keys are as if they were not there.
 */
import type { Fault } from '../domain/fault.ts'
import { isBearer, type Key, type KeyKind } from '../domain/key.ts'
import { Secret } from '../domain/secret.ts'
import type { Chaos } from '../sandbox/chaos.ts'
import { FAULT_KEYS } from '../sandbox/fault-keys.ts'
import { SANDBOX_ACCOUNT_ID, SANDBOX_KEYS } from './sandbox-keys.ts'
import type { KeyDirectory } from './store.ts'

type Scenarios = ReadonlyMap<string, Fault>

const SCENARIOS: Readonly<Record<KeyKind, Scenarios>> = {
  tencent: scenariosOf('tencent'),
  appcode: scenariosOf('appcode'),
  appkey: scenariosOf('appkey'),
  direct: scenariosOf('direct'),
}

export interface SandboxRules {
  /** The chaos that is on now. */
  readonly chaos: () => Chaos | undefined
  /** A number from 0 up to but not including 1. */
  readonly random: () => number
}

export class SandboxDirectory implements KeyDirectory {
  readonly #keys: KeyDirectory
  readonly #rules: SandboxRules

  constructor(keys: KeyDirectory, rules: SandboxRules) {
    this.#keys = keys
    this.#rules = rules
  }

  find(kind: KeyKind, credential: string): Key | undefined {
    const key = this.#keys.find(kind, credential)
    if (key === undefined) return this.#magicKey(kind, credential)
    return key.mode === 'test' ? this.#inChaos(key) : key
  }

  /** A twin of the published key of its kind, and gone with it when that is revoked. */
  #magicKey(kind: KeyKind, credential: string): Key | undefined {
    const scenario = SCENARIOS[kind].get(credential)
    const published = scenario && this.#keys.find(kind, SANDBOX_KEYS[kind].credential)
    if (scenario === undefined || published === undefined) return undefined
    const secret = isBearer(kind) ? new Secret(credential) : published.secret
    return { ...published, label: credential, secret, scenario }
  }

  #inChaos(key: Key): Key {
    const chaos = this.#rules.chaos()
    if (chaos === undefined || this.#rules.random() >= chaos.probability) return key
    return { ...key, scenario: { fault: chaos.fault } }
  }
}

/**
 * What the production mode lays over the keys: everybody knows the published keys, and a store that
 * was first started in development still has them.
 */
export class ProductionDirectory implements KeyDirectory {
  readonly #keys: KeyDirectory

  constructor(keys: KeyDirectory) {
    this.#keys = keys
  }

  find(kind: KeyKind, credential: string): Key | undefined {
    const key = this.#keys.find(kind, credential)
    return key?.account.id === SANDBOX_ACCOUNT_ID ? undefined : key
  }
}

function scenariosOf(kind: KeyKind): Scenarios {
  return new Map(FAULT_KEYS.map((keys) => [keys[kind], keys.fault]))
}
