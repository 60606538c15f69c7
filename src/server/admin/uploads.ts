/** Routes of files too long for one request: begun, sent piece by piece, and then named to a route. */
import { z } from 'zod'
import { type AdminApp, serve } from './route.ts'
import type { AdminServices } from './services.ts'

const UPLOAD_FORM = z.strictObject({ bytes: z.int().min(1) })
const PIECE_FORM = z.strictObject({ offset: z.coerce.number().int().min(0) })
const UploadView = z.object({ id: z.string(), bytes: z.number(), received: z.number() })
const Begun = UploadView.extend({ pieceBytesMax: z.number() })

/** Adds the routes. */
export function addUploads(app: AdminApp, { uploads }: AdminServices): void {
  serve(
    app,
    'POST /api/admin/uploads',
    { summary: 'Begins a file of so many bytes', body: UPLOAD_FORM, reply: Begun },
    ({ body, nowMs }) => {
      const upload = uploads.begin(body.bytes, nowMs)
      if (typeof upload === 'string') return upload
      return { ...upload, pieceBytesMax: uploads.limits.pieceBytesMax }
    },
  )
  serve(
    app,
    'PUT /api/admin/uploads/{uploadId}',
    {
      summary: 'Sends the next piece of a file, which is the body',
      query: PIECE_FORM,
      file: true,
      reply: UploadView,
    },
    ({ params, query: { offset }, request, nowMs }) =>
      uploads.append(params.uploadId ?? '', { offset, piece: request.body }, nowMs),
  )
  serve(
    app,
    'DELETE /api/admin/uploads/{uploadId}',
    { summary: 'Removes what has come of a file', reply: UploadView },
    ({ params }) => uploads.remove(params.uploadId ?? ''),
  )
}
