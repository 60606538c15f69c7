/** How calls of the face look on the wire, and how Postman signs them. */
import type { Contract } from '../../contract.ts'
import { TEXTS } from '../catalogue.ts'

const FORM_TYPE = 'application/x-www-form-urlencoded; charset=UTF-8'

const SCRIPT = String.raw`const digests = require('crypto-js')
const signed = {
  'X-Ca-Key': pm.variables.get('appKey'),
  'X-Ca-Nonce': pm.variables.replaceIn('{{$guid}}'),
  'X-Ca-Signature-Method': 'HmacSHA256',
  'X-Ca-Timestamp': String(Date.now()),
}
const names = Object.keys(signed).sort()
const parameters = pm.request.body.urlencoded.all()
  .filter(({ disabled }) => !disabled)
  .map(({ key, value }) => ({ key, value: pm.variables.replaceIn(value) }))
  .sort((one, other) => (one.key < other.key ? -1 : 1))
const path = '/' + pm.request.url.path.join('/')
const toSign = [
  'POST', '*/*', '', pm.request.headers.get('Content-Type'), '',
  ...names.map((name) => name + ':' + signed[name]),
  path + '?' + parameters.map(({ key, value }) => (value === '' ? key : key + '=' + value)).join('&'),
].join('\n')
pm.variables.set('nonce', signed['X-Ca-Nonce'])
pm.variables.set('timestamp', signed['X-Ca-Timestamp'])
pm.variables.set('signature',
  digests.HmacSHA256(toSign, pm.variables.get('appSecret')).toString(digests.enc.Base64))
`

/** The contract of one operation. */
export function contractOf(): Contract {
  return {
    bodyType: FORM_TYPE,
    headers: [],
    answer: {
      type: 'object',
      required: ['code', 'message', 'seqNo'],
      properties: {
        code: { type: 'string', enum: Object.keys(TEXTS) },
        message: { type: 'string' },
        data: {
          type: ['object', 'null'],
          description: '1 验证一致 match, 2 验证不一致 mismatch, 3 异常情况 cannot be verified',
          properties: { state: { type: 'string', enum: ['1', '2', '3'] } },
        },
        seqNo: { type: 'string' },
      },
    },
    refusalHeaders: ['X-Ca-Error-Code', 'X-Ca-Error-Message'],
    proofs: {
      APPCODE: {
        description: 'APPCODE + " " + AppCode',
        headers: [['Authorization', 'APPCODE {{appCode}}']],
        variables: ['appCode'],
      },
      AppKey: {
        description:
          'AppKey + AppSecret: X-Ca-Signature = Base64(HmacSHA256(AppSecret, StringToSign))',
        headers: [
          ['Accept', '*/*'],
          ['X-Ca-Key', '{{appKey}}'],
          ['X-Ca-Nonce', '{{nonce}}'],
          ['X-Ca-Timestamp', '{{timestamp}}'],
          ['X-Ca-Signature-Method', 'HmacSHA256'],
          ['X-Ca-Signature-Headers', 'X-Ca-Key,X-Ca-Nonce,X-Ca-Signature-Method,X-Ca-Timestamp'],
          ['X-Ca-Signature', '{{signature}}'],
        ],
        variables: ['appKey', 'appSecret'],
        script: SCRIPT,
      },
    },
  }
}
