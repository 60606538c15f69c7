/** Every reply of every protocol, compared byte for byte with the committed files. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { FAULT_NAMES } from '../src/domain/fault.ts'
import { OUTCOME_NAMES } from '../src/domain/outcome.ts'
import { FACES } from './golden-faces.ts'
import { goldenReplies } from './golden-replies.ts'

const GOLDEN = join(import.meta.dirname, 'golden')
const VOCABULARY = [...OUTCOME_NAMES, ...FAULT_NAMES]

for (const face of FACES) {
  const vendor = face.protocol.name
  const replies = goldenReplies([face])

  test(`${vendor} has a golden file for every outcome and every fault, and no other`, () => {
    const files = readdirSync(join(GOLDEN, vendor)).sort()
    expect(files).toEqual(VOCABULARY.map((name) => `${name}.txt`).sort())
  })

  test.for(VOCABULARY)(`${vendor} answers %s as its golden file says, byte for byte`, (name) => {
    const file = `${vendor}/${name}.txt`
    expect(replies.get(file)).toBe(readFileSync(join(GOLDEN, file), 'utf8'))
  })
}

test('every vendor folder belongs to a protocol', () => {
  expect(readdirSync(GOLDEN).sort()).toEqual(FACES.map(({ protocol }) => protocol.name).sort())
})
