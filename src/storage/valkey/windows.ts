/** The shared windows of the rate limits in Valkey or Redis; nothing else is kept there. */
import { LEASE_US } from '../../accounts/standing.ts'
import type { Exchange, ExchangeReply, WindowStore } from '../../accounts/window-store.ts'
import type { Secret } from '../../domain/secret.ts'
import { connectValkey, type ValkeyClient } from './client.ts'
import { COMMON_KEYS, EXCHANGE_SCRIPT } from './exchange-script.ts'

/** In braces, so that a cluster keeps all of them in one place. */
const PREFIX = '{kayan-rate}:'
const [EPOCH, SEEN, LIVE, CLAIMED] = COMMON_KEYS.map((name) => PREFIX + name) as [
  string,
  string,
  string,
  string,
]
const FIGURES_A_WINDOW = 3

/** Opens the shared windows; the store may be away. */
export async function openWindows(url: Secret): Promise<WindowStore> {
  return new ValkeyWindows(await connectValkey(url, EXCHANGE_SCRIPT))
}

class ValkeyWindows implements WindowStore {
  readonly #client: ValkeyClient
  #batches = 0

  constructor(client: ValkeyClient) {
    this.#client = client
  }

  async exchange(message: Exchange): Promise<ExchangeReply> {
    const { node, standing, heardAtUs, epochUs, nodes, asks } = message
    const windows = asks.map(({ keyId, api }) => `${PREFIX}window:${keyId}:${api}`)
    const common = [node, standing, heardAtUs, epochUs, nodes, ++this.#batches, LEASE_US]
    const wishes = asks.flatMap(({ limit, requests }) => [limit, requests])
    const keys = [EPOCH, SEEN, LIVE, CLAIMED, ...windows]
    return toReply(await this.#client.run(keys, [...common, ...wishes].map(String)))
  }

  onLost(listener: () => void): void {
    this.#client.onLost(listener)
  }

  async leave(node: string): Promise<void> {
    await this.#client.removeMember([SEEN, LIVE], node)
    this.#client.close()
  }
}

function toReply(raw: unknown): ExchangeReply {
  const [nowUs = 0, epochUs = 0, nodes = 0, lapsed = 0, ...figures] = raw as number[]
  const tallies = Array.from({ length: figures.length / FIGURES_A_WINDOW }, (_, i) => {
    const [before = 0, accepted = 0, freeInUs = 0] = figures.slice(i * FIGURES_A_WINDOW)
    return { before, accepted, freeInUs }
  })
  return { nowUs, epochUs, nodes, lapsed: lapsed === 1, tallies }
}
