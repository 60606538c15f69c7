/** A program that encrypts the elements of a request under a public key of the account. */

/** Node; prints the body of the request. */
export function rsaSample(publicKey: string): string {
  return `import { constants, createCipheriv, publicEncrypt, randomBytes } from 'node:crypto'

const publicKey = Buffer.from(
  '${publicKey}',
  'base64',
).toString()
const dataKey = randomBytes(32)
const iv = randomBytes(16)

function seal(text) {
  const cipher = createCipheriv('aes-256-cbc', dataKey, iv)
  return Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]).toString('base64')
}

const wrapped = publicEncrypt({ key: publicKey, padding: constants.RSA_PKCS1_PADDING }, dataKey)
const body = {
  Name: seal('韦小宝'),
  IdCard: seal('11204416541220243X'),
  BankCard: seal('6225768888888888'),
  Phone: seal('16137688175'),
  Encryption: {
    EncryptList: ['Name', 'IdCard', 'BankCard', 'Phone'],
    CiphertextBlob: wrapped.toString('base64'),
    Iv: iv.toString('base64'),
    Algorithm: 'AES-256-CBC',
  },
}
process.stdout.write(JSON.stringify(body))
`
}
