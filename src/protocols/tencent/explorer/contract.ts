/** How calls of the face look on the wire, and how Postman signs them. */
import type { Contract, JsonSchema } from '../../contract.ts'
import type { ApiDescription } from '../../explorer.ts'
import { VERSION } from '../messages.ts'
import { JSON_TYPE } from '../tc3-signing.ts'

const SCRIPT = String.raw`const digests = require('crypto-js')
const sha256 = (text) => digests.SHA256(text).toString(digests.enc.Hex)
const hmac = (key, text) => digests.HmacSHA256(text, key)

const host = pm.variables.replaceIn('{{origin}}').replace(/^https?:\/\//, '')
const action = pm.request.headers.get('X-TC-Action')
const type = pm.request.headers.get('Content-Type')
const timestamp = String(Math.floor(Date.now() / 1000))
const date = new Date(Number(timestamp) * 1000).toISOString().slice(0, 10)
const scope = date + '/faceid/tc3_request'
const signedHeaders = 'content-type;host;x-tc-action'
const canonicalRequest = [
  'POST', '/', '',
  'content-type:' + type, 'host:' + host, 'x-tc-action:' + action.toLowerCase(), '',
  signedHeaders, sha256(pm.variables.replaceIn(pm.request.body.raw)),
].join('\n')
const stringToSign = ['TC3-HMAC-SHA256', timestamp, scope, sha256(canonicalRequest)].join('\n')
const secretKey = pm.variables.get('secretKey')
const key = hmac(hmac(hmac('TC3' + secretKey, date), 'faceid'), 'tc3_request')
pm.variables.set('timestamp', timestamp)
pm.variables.set('authorization', 'TC3-HMAC-SHA256 Credential=' + pm.variables.get('secretId') + '/' + scope +
  ', SignedHeaders=' + signedHeaders + ', Signature=' + hmac(key, stringToSign).toString(digests.enc.Hex))
`

/** The contract of one action. */
export function contractOf(api: ApiDescription): Contract {
  return {
    bodyType: JSON_TYPE,
    headers: [
      ['X-TC-Action', api.id.slice(api.id.indexOf('.') + 1)],
      ['X-TC-Version', VERSION],
    ],
    answer: answerOf(api),
    refusalHeaders: [],
    proofs: {
      'TC3-HMAC-SHA256': {
        description:
          'TC3-HMAC-SHA256, SecretId + SecretKey (cloud.tencent.com/document/product/213/30654)',
        headers: [
          ['X-TC-Timestamp', '{{timestamp}}'],
          ['Authorization', '{{authorization}}'],
        ],
        variables: ['secretId', 'secretKey'],
        script: SCRIPT,
      },
    },
  }
}

/** A result, or an error; both with the id of the request. */
function answerOf({ results }: ApiDescription): JsonSchema {
  const RequestId = { type: 'string' }
  const result = {
    type: 'object',
    required: ['Result', 'Description', 'RequestId'],
    properties: {
      Result: { type: 'string', enum: results.map(({ code }) => code) },
      Description: { type: 'string' },
      RequestId,
    },
  }
  const error = {
    type: 'object',
    required: ['Error', 'RequestId'],
    properties: {
      Error: {
        type: 'object',
        required: ['Code', 'Message'],
        properties: { Code: { type: 'string' }, Message: { type: 'string' } },
      },
      RequestId,
    },
  }
  return {
    type: 'object',
    required: ['Response'],
    properties: { Response: { anyOf: [result, error] } },
  }
}
