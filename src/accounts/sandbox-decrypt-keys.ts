/**
 * The published test keys under which anybody may encrypt for the sandbox account: the same in every
 * development installation, never made in production mode, and of no use for anything else.
 */
import type { DecryptKeyMaterial } from './decrypt-key.ts'

const RSA_PUBLIC = `-----BEGIN RSA PUBLIC KEY-----
MIIBCgKCAQEAnYManoIwyw+v88jgejlY2hkA2i7l56Yc+TA3UUHjga9U+87OjuDD
RfSfUAeVv+Sb9/HNDFAvRHEQY6TqEsRIY1xSvP+Upf322ruP1xOTwXO1t8LAyjd4
uukTpr7Kwsp1h0KhF6xg49l+Kw8+GaMCN1JnXo/QHXfAGbfNNKlacRPQu3QXEIPn
nHH1epdqvFn5t+RRztKWgw+rObPVTZUzECOHY7j5XLL9Sjw7kJ9qmbkGY1/OSlmu
7T6a2k+2cbc2+8I6F/A3y7xvdsTiu2c5wd5XILGDd4fkl7hkENkrT+Ye/D5EKe4C
fTyqnfluZMBw+kffU07MRYZ0B1RnWw5yJQIDAQAB
-----END RSA PUBLIC KEY-----
`

const RSA_PRIVATE = `-----BEGIN PRIVATE KEY-----
MIIEvwIBADANBgkqhkiG9w0BAQEFAASCBKkwggSlAgEAAoIBAQCdgxqegjDLD6/z
yOB6OVjaGQDaLuXnphz5MDdRQeOBr1T7zs6O4MNF9J9QB5W/5Jv38c0MUC9EcRBj
pOoSxEhjXFK8/5Sl/fbau4/XE5PBc7W3wsDKN3i66ROmvsrCynWHQqEXrGDj2X4r
Dz4ZowI3Umdej9Add8AZt800qVpxE9C7dBcQg+eccfV6l2q8Wfm35FHO0paDD6s5
s9VNlTMQI4djuPlcsv1KPDuQn2qZuQZjX85KWa7tPpraT7Zxtzb7wjoX8DfLvG92
xOK7ZznB3lcgsYN3h+SXuGQQ2StP5h78PkQp7gJ9PKqd+W5kwHD6R99TTsxFhnQH
VGdbDnIlAgMBAAECggEABGa5/mz+0WTQnhpawcU0ZWqP+K5sJrQRXGzTCqWL8d1M
jqZ77Fbm05vbS+JkQY8agS/BAdOh/+ZxPg+M1vt27Q+aVRQsevVk5BEFk1y94vIY
gXoXseOLGNHxs4qIJhHpMkjQBDCXwGFvz2pjLd4mwOg4WjhZLOCtejmNQPrWHYJu
oPooZmD/9ZvfqZMscYvOPGhbk2KIcd+SLtxXHfP7ftQroCsJS9KYV3tpfGcVnEcZ
EPkCYlKR8U1FmSTI/71SI7YZKaeaqG+wM2rDJCEEmoTRv125sohfnwPQIYLsmU4Q
3Z9t/gs2gbUf+zwC92ranLzu+8WM4bhpoDH8HE9lmwKBgQDOKJA6oVsoYwJhcs1U
DbXJNfYWf+xvALy8shrjj+sNerAWlsRFXhG1A7ziy9w8df1iq8l0wBZbXgP+bdvF
kCnU6N+JjTMkxah1K6BopcyJi2edm2zrafzrhVOFG+Mn8uwZoy8ZHbcZ/V5CT4aN
M/Fudk3lZHbZYoUzacKMGBkFJwKBgQDDl8BDfozvp/IkEh2w7TWp0rfupYTpBIxU
dRRl33TMQt30IpPiXUT1TyMugspTCBcj3qMIks8mM63XCsUCghPZWtFEDysjlnph
5BHvB3Vs5IObJ7y1ll7tuiTRDjLN1dJymGPRZOGLZTlFmX+kicWFLm66E3G+/la2
eLXX9sUV0wKBgQDM+pP9V7YVf+w8DDOP4VngSCD42hSxgeAnFkeZ/9zMODKhIyLf
fdrJSoAiWGQQUZiw5PGXfe48xkveTEj6NI8DPNAWKiix5T3L0qbZphCqqctKb+Fq
aKWrX5NdhA7mB6ktDI2lwV/vHXb9I6k6+GyTUlm9PZjWKBkct4lSVht6fQKBgQDB
UlRuYb7bgZwLmvxNy6em2ueBsYfU6PHq6G3o4xyGZ/EJRMP2kUl/TWDwr8VanDyC
76Mk7jZhA+NnEPX4rKkBxIniQzvYSPtdlhdDspOVtad+y5/xu1bIkZuiJe6BFD6V
lZnTdWqYZMxexoErGCFqqaI3uNBMfwcmA9l4RCg4kQKBgQCkIuKyi1gT2D1ppY7G
G+SScRSX5bnXH0iql+OuXaW9VeId1ypipxQpT5eDhJRE5nJyVxHeLX4YqEd0Dnh/
692HS5FbWk2YppBNRWP34hQixzEWrZ5Sp2A1ENI6r4opKAAO3I7XhvGAx0SZQNl9
e2eFOkeTgzO9vAVzm3/PRwsTMA==
-----END PRIVATE KEY-----
`

const SM2_PUBLIC = `-----BEGIN PUBLIC KEY-----
MFkwEwYHKoZIzj0CAQYIKoEcz1UBgi0DQgAEJrIulGAUbieuSKvnfBDJksXw58CA
2yrP80NNaIZGZKo0ckhkcSwf+qonI4GNv1tZJeNe5IyKammFnwIphyTxeA==
-----END PUBLIC KEY-----
`

const SM2_PRIVATE = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqBHM9VAYItBG0wawIBAQQgoWTrGyBSzdg3jONx
Q0ZTCUfOtg6WkCSq+ElF//5SMX2hRANCAAQmsi6UYBRuJ65Iq+d8EMmSxfDnwIDb
Ks/zQ01ohkZkqjRySGRxLB/6qicjgY2/W1kl417kjIpqaYWfAimHJPF4
-----END PRIVATE KEY-----
`

const MASTER_KEY_ID = '6b617961-6e00-4000-8000-73616e64626f'

/** One key an algorithm; public parts in the form that encryption clients are given. */
export const SANDBOX_DECRYPT_KEYS: readonly DecryptKeyMaterial[] = [
  {
    id: 'dec_sandbox_rsa',
    algorithm: 'rsa',
    publicKey: Buffer.from(RSA_PUBLIC).toString('base64'),
    privateKey: RSA_PRIVATE,
  },
  {
    id: 'dec_sandbox_sm2',
    algorithm: 'sm2',
    publicKey: Buffer.from(SM2_PUBLIC).toString('base64'),
    privateKey: SM2_PRIVATE,
  },
  {
    id: MASTER_KEY_ID,
    algorithm: 'kms',
    publicKey: MASTER_KEY_ID,
    privateKey: Buffer.from('kayan sandbox master key EXAMPLE').toString('base64'),
  },
]
