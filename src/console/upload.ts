/** Sends a file in pieces that are no longer than the server takes in one request. */
import { AdminError, ask, type Problem } from './admin-api.ts'

interface Begun {
  readonly id: string
  readonly pieceBytesMax: number
}

const UPLOADS = '/api/admin/uploads'

/** The id under which a route is told of the file; `onSent` hears how much of it has arrived. */
export async function uploadFile(file: File, onSent: (bytes: number) => void): Promise<string> {
  const { id, pieceBytesMax } = await ask<Begun>('POST', UPLOADS, { bytes: file.size })
  for (let offset = 0; offset < file.size; offset += pieceBytesMax) {
    const piece = file.slice(offset, offset + pieceBytesMax)
    const path = `${UPLOADS}/${id}?offset=${offset}`
    // The first stands for all in the inspector.
    await (offset === 0 ? ask('PUT', path, piece) : sendPiece(path, piece))
    onSent(Math.min(file.size, offset + pieceBytesMax))
  }
  return id
}

async function sendPiece(path: string, body: Blob): Promise<void> {
  const headers = { 'Content-Type': 'application/octet-stream' }
  const response = await fetch(path, { method: 'PUT', headers, body })
  if (!response.ok) throw new AdminError(response.status, (await response.json()) as Problem)
}
