/** Sends a file to the admin API in pieces, as the console does. */
import type { ConsoleClient } from './console-client.ts'

/** The id under which a route is told of the file. */
export async function upload(client: ConsoleClient, content: string | Buffer): Promise<string> {
  const bytes = Buffer.from(content)
  const begun = await client.post('/api/admin/uploads', { bytes: bytes.length })
  const { id, pieceBytesMax } = begun.json as { id: string; pieceBytesMax: number }
  for (let offset = 0; offset < bytes.length; offset += pieceBytesMax) {
    const piece = bytes.subarray(offset, offset + pieceBytesMax)
    const sent = await client.ask('PUT', `/api/admin/uploads/${id}?offset=${offset}`, piece)
    if (sent.status !== 200) throw new Error(sent.text)
  }
  return id
}
