/**
 * Writes `test/golden/<vendor>/<outcome or fault>.txt` for every protocol. Run it when a reply is
 * meant to change, and read the difference: clients depend on each byte.
 */
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { FACES } from '../test/golden-faces.ts'
import { goldenReplies } from '../test/golden-replies.ts'

const GOLDEN = join(import.meta.dirname, '..', 'test', 'golden')

const replies = goldenReplies(FACES)
mkdirSync(GOLDEN, { recursive: true })
for (const file of readdirSync(GOLDEN, { recursive: true, encoding: 'utf8' })) {
  if (file.endsWith('.txt') && !replies.has(file)) rmSync(join(GOLDEN, file))
}
for (const [file, text] of replies) {
  mkdirSync(join(GOLDEN, dirname(file)), { recursive: true })
  writeFileSync(join(GOLDEN, file), text)
}
console.log(`${replies.size} golden replies of ${FACES.length} protocols`)
