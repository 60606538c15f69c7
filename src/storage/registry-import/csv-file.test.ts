import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { encodeGb18030 } from '../../testing/people-csv.ts'
import { testDirectory } from '../records/test-records.ts'
import { CsvFile } from './csv-file.ts'

function csvOf(content: string | Buffer): CsvFile {
  const path = join(testDirectory(), 'people.csv')
  writeFileSync(path, content)
  return new CsvFile(path)
}

/** The encoding and the positions of the columns. */
function readHeading(content: string | Buffer) {
  const csv = csvOf(content)
  try {
    const encoding = csv.encoding()
    return { encoding, ...csv.heading(encoding) }
  } finally {
    csv.close()
  }
}

const ROW = '王芳,110101199003071022,6299991000000015,13800138001\n'

test('headings are known in Chinese, in our names and in both vendors’ spellings', () => {
  const headings = [
    'name,idNumber,cardNumber,mobile',
    '姓名,身份证号,银行卡号,手机号',
    '姓名,证件号码,银行卡号,预留手机号',
    'Name,IdCard,BankCard,Phone',
    'name,idcard,acc_no,mobile',
    '"name","id number",CARD_NUMBER, mobile ',
  ]
  for (const heading of headings) {
    const { columns } = readHeading(`${heading}\r\n${ROW}`)
    expect(columns.positions).toEqual({ name: 0, idNumber: 1, cardNumber: 2, mobile: 3 })
  }
  const { columns } = readHeading('状态,手机号,银行卡号,身份证号,姓名\n')
  expect(columns).toEqual({
    positions: { status: 0, mobile: 1, cardNumber: 2, idNumber: 3, name: 4 },
    count: 5,
  })
})

test('a heading with a column missing, twice or unknown is refused without quoting it', () => {
  const refusals = [
    ['name,idNumber,cardNumber\n', 'missing_column', 'mobile'],
    ['name,name,idNumber,cardNumber,mobile\n', 'repeated_column', 'name'],
    [ROW, 'unknown_column', '1'],
    ['', 'unknown_column', '1'],
    ['"name\n', 'unreadable_csv', 'heading'],
  ]
  for (const [content, code, detail] of refusals) {
    expect(() => readHeading(content ?? '')).toThrow(expect.objectContaining({ code, detail }))
  }
})

test('the encoding is read off a mark or off all the bytes', () => {
  const text = `姓名,身份证号,银行卡号,手机号\n${ROW}`
  expect(readHeading(text).encoding).toBe('utf-8')
  expect(readHeading(`\uFEFF${text}`).encoding).toBe('utf-8')
  expect(readHeading(encodeGb18030(text)).encoding).toBe('gb18030')
  const lateChinese = Buffer.concat([
    Buffer.from(`name,idNumber,cardNumber,mobile\n${'a,1,2,3\n'.repeat(200_000)}`),
    encodeGb18030(ROW),
  ])
  expect(readHeading(lateChinese).encoding).toBe('gb18030')
})

test('a UTF-8 file with one damaged row is still UTF-8', () => {
  const text = Buffer.from(`姓名,身份证号,银行卡号,手机号\n${ROW.repeat(5)}`)
  const damaged = Buffer.concat([text, Buffer.from([0xe7, 0x8e, 0x0a])])
  expect(readHeading(damaged).encoding).toBe('utf-8')
})

test('UTF-16, a folder and a file that is not there are refused', () => {
  const utf16 = Buffer.from(`\uFEFF${ROW}`, 'utf16le')
  const refused = (detail: string) => expect.objectContaining({ code: 'unreadable_csv', detail })
  expect(() => readHeading(utf16)).toThrow(refused('utf-16'))
  expect(() => new CsvFile(testDirectory())).toThrow(refused('EISDIR'))
  expect(() => new CsvFile('/nowhere/people.csv')).toThrow(refused('ENOENT'))
})

test('however a file is cut, the pieces are whole lines and together the file', () => {
  const line = fc.string({ unit: fc.constantFrom('a', '王', ','), maxLength: 20 })
  fc.assert(
    fc.property(fc.array(line), fc.integer({ min: 1, max: 90 }), (lines, size) => {
      const text = lines.join('\n')
      const csv = csvOf(text)
      const pieces: string[] = []
      for (const stretch of csv.stretches(0, size)) {
        for (const { bytes } of csv.chunks(stretch, 64)) pieces.push(bytes.toString())
      }
      csv.close()
      expect(pieces.join('')).toBe(text)
      for (const piece of pieces.slice(0, -1)) expect(piece.endsWith('\n')).toBe(true)
    }),
    { numRuns: 50 },
  )
})
