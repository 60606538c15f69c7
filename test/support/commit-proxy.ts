/**
 * A way to PostgreSQL that can be cut at the worst moment: when a COMMIT is on its way there, or
 * when its answer is on its way back.
 */
import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import { join } from 'node:path'

/** When to cut: before the server hears of the commit, or before anybody hears of its answer. */
export type CutAt = 'commit' | 'answer'

export interface CommitProxy {
  /** The database as it is reached through here. */
  readonly url: string
  /** Cuts the next connection that commits, and then, if so wished, lets nobody through any more. */
  cut(at: CutAt, thenClose?: boolean): void
  /** Lets connections through again. */
  open(): void
  close(): Promise<void>
}

const COMMIT = Buffer.from('COMMIT\0')
const SOCKET = '.s.PGSQL.5432'

/** Starts a proxy in front of the cluster whose socket is in `directory`. */
export async function openCommitProxy(url: string, directory: string): Promise<CommitProxy> {
  const sockets = new Set<Socket>()
  let cutAt: CutAt | undefined
  let closing = false
  let isOpen = true
  const close = () => {
    isOpen = false
    for (const socket of sockets) socket.destroy()
  }
  const server = createServer((client) => {
    const upstream = connect(join(directory, SOCKET))
    for (const socket of [client, upstream]) {
      sockets.add(socket)
      socket.on('error', () => {})
      socket.on('close', () => {
        sockets.delete(socket)
        client.destroy()
        upstream.destroy()
      })
    }
    if (!isOpen) return void client.destroy()
    let muted = false
    client.on('data', (chunk: Buffer) => {
      const at = chunk.includes(COMMIT) ? cutAt : undefined
      if (at !== undefined) cutAt = undefined
      if (at === 'commit') return void client.destroy()
      muted ||= at === 'answer'
      upstream.write(chunk)
    })
    upstream.on('data', (chunk: Buffer) => {
      // The server has done what it was asked; its words get lost.
      if (!(muted && chunk.includes(COMMIT))) return void client.write(chunk)
      if (closing) close()
      client.destroy()
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  const { username, pathname } = new URL(url)
  return {
    url: `postgres://${username}@127.0.0.1:${port}${pathname}`,
    cut(at, thenClose = false) {
      cutAt = at
      closing = thenClose
    },
    open() {
      isOpen = true
    },
    async close() {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}
