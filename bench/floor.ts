/** The floor: bare `node:http` with a constant reply of the size of ours. Prints its port. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

const BODY =
  '{"Response":{"Result":"0","Description":"认证通过","RequestId":"74e742e8-f91d-49c3-9744-c20f3baca117"}}'
const HEADERS = [
  'Content-Type',
  'application/json',
  'Content-Length',
  String(Buffer.byteLength(BODY)),
]

const server = createServer((_, response) => {
  response.writeHead(200, HEADERS)
  response.end(BODY)
})
server.listen(0, '127.0.0.1', () => console.log((server.address() as AddressInfo).port))
