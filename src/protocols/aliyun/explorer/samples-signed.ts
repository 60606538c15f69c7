/** Programs that sign with an AppKey and its AppSecret. */
import { inNode, inShell } from '../../held.ts'
import { quotedLiteral as quoted, shellLiteral as shell } from '../../literals.ts'
import { eachParameter, type SampleWriter, shellParameters } from './sample-call.ts'

export const SIGNED_CURL: SampleWriter = {
  language: 'curl',
  syntax: 'bash',
  write: (call) => {
    const sorted = call.parameters.toSorted(([a], [b]) => (a < b ? -1 : 1))
    const text = sorted.map(([name, value]) => `${name}=${value}`).join('&')
    return String.raw`app_key=${shell(call.appKey)} app_secret=${inShell(call.secret)}
type='application/x-www-form-urlencoded; charset=UTF-8'
names='X-Ca-Key,X-Ca-Nonce,X-Ca-Signature-Method,X-Ca-Timestamp'
timestamp=$(date +%s)000 nonce=$(openssl rand -hex 16)
headers=$(printf 'X-Ca-Key:%s\nX-Ca-Nonce:%s\nX-Ca-Signature-Method:HmacSHA256\nX-Ca-Timestamp:%s' \
  "$app_key" "$nonce" "$timestamp")
signature=$(printf 'POST\n*/*\n\n%s\n\n%s\n%s?%s' \
  "$type" "$headers" ${shell(call.path)} ${shell(text)} |
  openssl dgst -sha256 -hmac "$app_secret" -binary | base64)

curl -s ${shell(`${call.origin}${call.path}`)} -H 'Accept: */*' -H "Content-Type: $type" \
  -H "X-Ca-Key: $app_key" -H "X-Ca-Nonce: $nonce" -H 'X-Ca-Signature-Method: HmacSHA256' \
  -H "X-Ca-Timestamp: $timestamp" -H "X-Ca-Signature-Headers: $names" \
  -H "X-Ca-Signature: $signature" \
${shellParameters(call)}
`
  },
}

export const SIGNED_NODE: SampleWriter = {
  language: 'Node.js',
  syntax: 'typescript',
  write: (call) => String.raw`import { createHmac, randomUUID } from 'node:crypto'

const appKey = ${quoted(call.appKey)}
const appSecret = ${inNode(call.secret)}
const path = ${quoted(call.path)}
const parameters: Record<string, string> = {
${eachParameter(call, (name, value) => `  ${name}: ${quoted(value)},`)}
}

const type = 'application/x-www-form-urlencoded; charset=UTF-8'
const signed: Record<string, string> = {
  'X-Ca-Key': appKey,
  'X-Ca-Nonce': randomUUID(),
  'X-Ca-Signature-Method': 'HmacSHA256',
  'X-Ca-Timestamp': String(Date.now()),
}
const names = Object.keys(signed).sort()
const sorted = Object.keys(parameters).sort()
const toSign = [
  'POST', '*/*', '', type, '',
  ...names.map((name) => name + ':' + signed[name]),
  path + '?' + sorted.map((name) => name + '=' + parameters[name]).join('&'),
].join('\n')

const response = await fetch(${quoted(call.origin)} + path, {
  method: 'POST',
  headers: {
    ...signed,
    Accept: '*/*',
    'Content-Type': type,
    'X-Ca-Signature-Headers': names.join(','),
    'X-Ca-Signature': createHmac('sha256', appSecret).update(toSign).digest('base64'),
  },
  body: new URLSearchParams(parameters).toString(),
})
const text = await response.text()
console.log(text === '' ? response.headers.get('X-Ca-Error-Message') : text)
`,
}

export const SIGNED_SDK: SampleWriter = {
  language: 'Node.js',
  sdk: 'aliyun-api-gateway',
  syntax: 'javascript',
  install: 'npm install aliyun-api-gateway',
  write: (call) => `import { Client } from 'aliyun-api-gateway'

const client = new Client(${quoted(call.appKey)}, ${inNode(call.secret)})
const result = await client.post(${quoted(`${call.origin}${call.path}`)}, {
  headers: {
    accept: 'application/json',
    'content-type': 'application/x-www-form-urlencoded; charset=UTF-8',
  },
  data: {
${eachParameter(call, (name, value) => `    ${name}: ${quoted(value)},`)}
  },
})
console.log(JSON.stringify(result))
`,
}
