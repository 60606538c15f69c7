/**
 * Writes into `THIRD-PARTY-NOTICES.md` what the console's pages contain of other people's packages:
 * run by hand after a package changed, compared by `test/notices.test.ts`. The packages are read from
 * the build itself, so that none that is shipped is missing.
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'vite'
import { isMain } from './step.ts'

export const NOTICES = 'THIRD-PARTY-NOTICES.md'
const BEGIN = '<!-- Written by scripts/generate-notices.ts from here to the end. -->'
const PACKAGES = 'node_modules'

/** A package of which parts are in the console's files. */
interface Bundled {
  readonly name: string
  readonly version: string
  readonly licence: string
  /** Without the MIT licence's own words, where it is that. */
  readonly text: string
}

/** Works inside of packages, whose own files do not name them. */
const INSIDE = `### Grammars and themes in @shikijs/langs and @shikijs/themes

- What: TextMate grammars of the languages in which the explorer shows programs, collected by tm-grammars from
  <https://github.com/microsoft/vscode>. Licence: MIT. Copyright (c) 2015 - present Microsoft Corporation
- What: the themes github-light and github-dark, collected by tm-themes from
  <https://github.com/primer/github-vscode-theme>. Licence: MIT. Copyright (c) 2020 Primer
`

/** The whole file, its part that is written by hand left as it is. */
export async function notices(): Promise<string> {
  const [byHand = ''] = readFileSync(NOTICES, 'utf8').split(BEGIN)
  const packages = (await bundledNames()).map(bundled)
  const licences = [...Map.groupBy(packages, ({ text }) => text)]
    .toSorted(([, [one]], [, [other]]) => (one!.name < other!.name ? -1 : 1))
    .map(([text, alike]) => section(text, alike))
  const head = [
    BEGIN,
    '## Packages in the console',
    'The files below `dist/console` contain parts of these packages. Those under MIT are under the text that is given once, at the end.',
  ]
  return `${byHand.trimEnd()}\n\n${[...head, ...licences, INSIDE.trimEnd(), MIT].join('\n\n')}\n`
}

/** Names of the packages that the build takes anything from, in order. */
export async function bundledNames(): Promise<readonly string[]> {
  const built = await build({
    configFile: 'vite.config.ts',
    logLevel: 'error',
    build: { write: false },
  })
  const outputs = [built].flat().flatMap((each) => ('output' in each ? each.output : []))
  const modules = outputs.flatMap((each) => (each.type === 'chunk' ? each.moduleIds : []))
  return [...new Set(modules.flatMap(packageOf))].toSorted()
}

function packageOf(moduleId: string): string[] {
  const mark = `${PACKAGES}/`
  const at = moduleId.lastIndexOf(mark)
  if (at < 0) return []
  const parts = moduleId.slice(at + mark.length).split('/')
  return [parts.slice(0, parts[0]?.startsWith('@') ? 2 : 1).join('/')]
}

function bundled(name: string): Bundled {
  const folder = join(PACKAGES, name)
  const { version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  if (typeof license !== 'string') throw new Error(`${name} names no licence`)
  return { name, version, licence: license, text: withoutMit(textIn(folder)) }
}

/** A file of its own, else the part of its README. */
function textIn(folder: string): string {
  const file = readdirSync(folder).find((each) => /^licen[cs]e(\.\w+)?$/i.test(each))
  if (file !== undefined) return readFileSync(join(folder, file), 'utf8')
  const readme = join(folder, 'README.md')
  const [, part] = existsSync(readme)
    ? readFileSync(readme, 'utf8').split(/^#+ Licen[cs]e\s*$/im)
    : []
  if (part === undefined)
    return 'The package holds no text of its licence; its package.json names it.'
  return part.replaceAll('&lt;', '<').replaceAll('&gt;', '>')
}

function section(text: string, packages: readonly Bundled[]): string {
  const names = packages.map(({ name, version, licence }) => `- ${name} ${version} (${licence})`)
  return ['```text', text, '```'].toSpliced(0, 0, ...names, '').join('\n')
}

const MIT_BODY = `Permission is hereby granted, free of charge, to any person obtaining a copy of this software and
associated documentation files (the "Software"), to deal in the Software without restriction, including
without limitation the rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell
copies of the Software, and to permit persons to whom the Software is furnished to do so, subject to the
following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial
portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT
LIMITED TO THE WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO
EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER
IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR
THE USE OR OTHER DEALINGS IN THE SOFTWARE.`
const MIT = `### The MIT licence\n\n\`\`\`text\n${MIT_BODY}\n\`\`\``

/** What a licence says besides the words of MIT: whose it is. Any other licence stays whole. */
function withoutMit(text: string): string {
  const flat = (words: string) =>
    words
      .replaceAll(/['"“”]/g, '')
      .replaceAll(/\s+/g, ' ')
      .trim()
  const [owner = '', ...rest] = text.split(/^(?=Permission is hereby granted, free of charge)/m)
  const isMit = flat(rest.join('')).toLowerCase() === flat(MIT_BODY).toLowerCase()
  const whose = isMit ? owner.replace(/^\W*(The )?MIT( License)?( \(MIT\))?\W*$/im, '') : text
  return whose.replaceAll(/[ \t]+$/gm, '').trim()
}

if (isMain(import.meta)) writeFileSync(NOTICES, await notices())
