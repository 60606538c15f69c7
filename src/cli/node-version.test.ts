import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { judgeNode } from './node-version.ts'

test.each([
  ['18.20.0', 'unsupported'],
  ['20.19.0', 'unsupported'],
  ['22.23.4', 'unsupported'],
  ['24.15.9', 'unsupported'],
  ['24.16.0', 'unpatched'],
  ['24.22.0', 'unpatched'],
  ['24.22.1', 'ok'],
  ['25.9.0', 'unsupported'],
  ['26.0.0', 'unsupported'],
  ['26.1.0', 'unpatched'],
  ['26.10.0', 'unpatched'],
  ['26.12.0', 'unpatched'],
  ['26.12.1', 'ok'],
  ['26.13.0', 'ok'],
  ['28.0.0', 'ok'],
])('Node %s is %s', (version, verdict) => {
  expect(judgeNode(version)).toBe(verdict)
})

test('the range judged is the one package.json declares', () => {
  const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as { engines: { node: string } }
  expect(manifest.engines.node).toBe('>=24.16 <25 || >=26.1')
})

test.each(['20.19.0', '24.15.0', '24.16.0', '25.9.0', '26.1.0'])(
  'before npm start, Node %s is judged by the same range',
  (version) => {
    const versions = JSON.stringify({ ...process.versions, node: version })
    const disguise = `Object.defineProperty(process, 'versions', { value: ${versions} })`
    const { status, stderr } = spawnSync(
      process.execPath,
      [
        '--import',
        `data:text/javascript,${encodeURIComponent(disguise)}`,
        'scripts/require-node.mjs',
      ],
      { encoding: 'utf8' },
    )
    const refused = judgeNode(version) === 'unsupported'
    expect(status).toBe(refused ? 1 : 0)
    expect(stderr.includes('npm ci')).toBe(refused)
  },
)
