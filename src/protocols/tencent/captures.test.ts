/** What official clients put on the wire is verified and decoded; what was tampered with is refused. */
import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Fault, isFault } from '../../domain/fault.ts'
import { PRODUCTS } from '../../domain/product.ts'
import type { Protocol, WireRequest } from '../protocol.ts'
import type { TencentCall } from './call.ts'
import { ERRORS } from './catalogue.ts'
import { readForm } from './form.ts'
import { createTencent } from './index.ts'
import {
  CAPTURED_AT_MS,
  CAPTURES,
  type Capture,
  captured,
  EXAMPLE_KEY,
  headerOf,
  locationOf,
  withHeader,
} from './test-captures.ts'
import { clearOf } from './test-vault.ts'

const face = createTencent()
const VERIFIED = CAPTURES.filter(({ expect }) => expect === 'verified')
const [TC3, V1] = ['TC3', 'v1'].map((auth) => VERIFIED.filter((row) => row.auth === auth)) as [
  Capture[],
  Capture[],
]

function authenticated(request: WireRequest, protocol: Protocol = face): Fault | undefined {
  const call = protocol.read(request)
  return isFault(call) ? call : call.authenticate(EXAMPLE_KEY, CAPTURED_AT_MS)
}

function codeOf(fault: Fault | undefined): string | undefined {
  return fault && ERRORS[fault.fault].code
}

test('there are fifty captures, of four clients and both families', () => {
  expect(CAPTURES).toHaveLength(50)
  expect(TC3.length + V1.length).toBe(49)
})

describe.each(VERIFIED)('$file', ({ file, params, reply }) => {
  test('is verified', () => {
    expect(authenticated(captured(file))).toBeUndefined()
  })

  // A body that is not to be decoded has no parameters to compare.
  if (params !== null) {
    test('carries the parameters its client was given', () => {
      const call = face.read(captured(file)) as TencentCall
      const parameters = call.parameters()
      if (isFault(parameters)) throw new Error(parameters.fault)
      expect(spelled(call, parameters)).toEqual(params)
    })
  }

  test('is answered as a complete server would', async () => {
    const decoded = await clearOf(face.read(captured(file)) as TencentCall)
    if (reply === 'result') expect(isFault(decoded)).toBe(false)
    else if (reply === 'error:*') expect(codeOf(decoded as Fault)).toBe('InvalidParameter')
    else expect(`error:${codeOf(decoded as Fault)}`).toBe(reply)
  })
})

/** Decoded parameters back in the vendor's spelling. */
function spelled(
  call: TencentCall,
  parameters: Exclude<ReturnType<TencentCall['parameters']>, Fault>,
) {
  const names = { name: 'Name', idNumber: 'IdCard', cardNumber: 'BankCard', mobile: 'Phone' }
  const elements = PRODUCTS[call.product].map((name) => [
    names[name],
    parameters.elements[name]?.reveal(),
  ])
  const { certType, encryption } = parameters
  return {
    ...Object.fromEntries(elements),
    ...(certType === undefined ? {} : { CertType: certType }),
    ...(encryption === undefined ? {} : { Encryption: encryption }),
  }
}

test('a request that says SKIP in place of a signature is refused', () => {
  const request = captured('node-TC3-skipsign.req')
  expect(authenticated(request)).toEqual({ fault: 'credential_malformed' })
})

test('two captures with one signature are one call, whatever path and trace id they came with', () => {
  const keys = ['go-TC3-HMAC-SHA256-POST.req', 'go-TC3-path.req'].map((file) =>
    (face.read(captured(file)) as TencentCall).repeatKey('key_1'),
  )
  expect(keys[0]).toBe(keys[1])
  expect(keys[0]).toHaveLength(32)
})

test('captures with different signatures are different calls, and so are two keys', () => {
  const calls = VERIFIED.map(({ file }) => face.read(captured(file)) as TencentCall)
  const repeats = calls.map((call) => call.repeatKey('key_1'))
  expect(new Set(repeats).size).toBe(48)
  expect(calls[0]!.repeatKey('key_2')).not.toBe(repeats[0])
})

function spoilDigit(text: string, at: number): string {
  return text.slice(0, at) + (text[at] === '7' ? '8' : '7') + text.slice(at + 1)
}

describe.each(TC3)('spoiled $file', ({ file, method }) => {
  const request = captured(file)
  const authorization = headerOf(request, 'Authorization')

  test('one digit of the signature', () => {
    const spoiled = spoilDigit(authorization, authorization.length - 5)
    expect(codeOf(authenticated(withHeader(request, 'Authorization', spoiled)))).toBe(
      'AuthFailure.SignatureFailure',
    )
  })

  test('one digit of the timestamp', () => {
    const spoiled = spoilDigit(headerOf(request, 'X-TC-Timestamp'), 9)
    expect(codeOf(authenticated(withHeader(request, 'X-TC-Timestamp', spoiled)))).toBe(
      'AuthFailure.SignatureFailure',
    )
  })

  test('another SecretId', () => {
    const spoiled = authorization.replace('Credential=AKID', 'Credential=BKID')
    const call = face.read(withHeader(request, 'Authorization', spoiled)) as TencentCall
    expect(codeOf(call.authenticate(undefined, CAPTURED_AT_MS))).toBe(
      'AuthFailure.SecretIdNotFound',
    )
    expect(codeOf(call.authenticate(EXAMPLE_KEY, CAPTURED_AT_MS))).toBeUndefined()
  })

  // An unsigned body may change: that is what the client asked for.
  if (file.includes('unsigned')) return
  test('one digit of what is signed', () => {
    const spoiled =
      method === 'GET'
        ? { ...request, ...locationOf(request.target.replace('6225', '6226')) }
        : { ...request, body: Buffer.from(request.body.toString().replace('6225', '6226')) }
    expect(codeOf(authenticated(spoiled))).toBe('AuthFailure.SignatureFailure')
  })
})

describe.each(V1)('spoiled $file', ({ file, method }) => {
  const request = captured(file)
  const spoilt = (from: RegExp | string, to: string) => {
    if (method === 'GET') return { ...request, ...locationOf(request.target.replace(from, to)) }
    return { ...request, body: Buffer.from(request.body.toString('latin1').replace(from, to)) }
  }

  test.each([
    ['one digit of a value', '6225', '6226'],
    ['the timestamp', /Timestamp=179528\d{4}/, 'Timestamp=1795283650'],
    ['the SecretId', 'SecretId=AKID', 'SecretId=BKID'],
    ['the signature', /Signature=(%2B|%2F|.)/, 'Signature=%2F%2F'],
  ])('%s', (_, from, to) => {
    expect(codeOf(authenticated(spoilt(from, to)))).toBe('AuthFailure.SignatureFailure')
  })
})

test('any flipped byte of a signed body is refused', () => {
  const request = captured('node-TC3-HMAC-SHA256-POST.req')
  fc.assert(
    fc.property(fc.nat(request.body.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
      const body = Buffer.from(request.body)
      body[at]! ^= flip
      expect(authenticated({ ...request, body })).toEqual({ fault: 'signature_mismatch' })
    }),
  )
})

test('any flipped byte of a signed query is refused', () => {
  const request = captured('python-TC3-HMAC-SHA256-GET.req')
  const prefix = request.target.length - request.query.length
  fc.assert(
    fc.property(fc.nat(request.query.length - 1), fc.integer({ min: 1, max: 127 }), (at, flip) => {
      const bytes = Buffer.from(request.target, 'latin1')
      bytes[prefix + at]! ^= flip
      const changed = { ...request, query: bytes.toString('latin1', prefix) }
      expect(authenticated(changed)).toEqual({ fault: 'signature_mismatch' })
    }),
  )
})

test('any flipped byte of a v1 form is refused, but for another spelling of the same pairs', () => {
  const request = captured('python-HmacSHA256-POST.req')
  const pairs = readForm(request.body)
  fc.assert(
    fc.property(fc.nat(request.body.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
      const body = Buffer.from(request.body)
      body[at]! ^= flip
      const same = isDeepStrictEqual(readForm(body), pairs)
      expect(authenticated({ ...request, body }) === undefined).toBe(same)
    }),
    { numRuns: 1000 },
  )
})

test('any flipped byte of the signed host, content type or timestamp is refused, but for letter case', () => {
  const request = captured('go-TC3-HMAC-SHA256-POST.req')
  for (const name of ['Host', 'Content-Type', 'X-TC-Timestamp']) {
    const value = headerOf(request, name)
    fc.assert(
      fc.property(fc.nat(value.length - 1), fc.integer({ min: 1, max: 127 }), (at, flip) => {
        const changed = Buffer.from(value, 'latin1')
        changed[at]! ^= flip
        const spelling = changed.toString('latin1')
        fc.pre(spelling.toLowerCase() !== value.toLowerCase())
        const spoiled = withHeader(request, name, spelling)
        expect(authenticated(spoiled)?.fault).toMatch(
          /^(signature_mismatch|signature_expired|header_invalid)$/,
        )
      }),
    )
  }
})

test('headers outside the signature may change without harm', () => {
  const request = captured('go-TC3-HMAC-SHA256-POST.req')
  for (const name of ['X-TC-TraceId', 'X-TC-Region', 'X-TC-Token', 'User-Agent', 'Accept']) {
    expect(authenticated(withHeader(request, name, 'other'))).toBeUndefined()
  }
})
