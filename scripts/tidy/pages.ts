/** Documents: both languages of each page have the same headings; generated pages are fresh. */
import type { Finding, Tree } from './tree.ts'

/** Pages in one language: decisions are half a page for developers, notices hold licence texts. */
const ONE_LANGUAGE = /^docs\/decisions\/|^THIRD-PARTY-NOTICES\.md$/

/** Pages without a twin, or whose twin has another structure of headings. */
export function twinless(tree: Tree): Finding[] {
  const pages = tree.paths.filter((path) => {
    return path.endsWith('.md') && /^(docs\/|[^/]+$)/.test(path) && !ONE_LANGUAGE.test(path)
  })
  return pages.flatMap((path) => {
    const twin = twinOf(path)
    if (!tree.has(twin)) return [{ path, message: `${twin} is missing` }]
    if (levels(tree.text(path)) === levels(tree.text(twin))) return []
    return [{ path, message: `${twin} has other headings` }]
  })
}

/** Generated pages that differ from what the generator says now. */
export function stalePages(tree: Tree, generated: ReadonlyMap<string, string>): Finding[] {
  return [...generated]
    .filter(([path, text]) => !tree.has(path) || tree.text(path) !== text)
    .map(([path]) => ({ path, message: 'stale: run npm run docs' }))
}

/** Links of a page to files of the project that are not there. */
export function brokenLinks(tree: Tree, exists: (path: string) => boolean): Finding[] {
  return tree.paths
    .filter((path) => path.endsWith('.md'))
    .flatMap((path) => {
      const links = [...tree.text(path).matchAll(/\]\(([^)#:\s]+)(?:#[^)]*)?\)/g)]
      return links
        .map((link) => resolve(path, link[1] ?? ''))
        .filter((target) => !exists(target))
        .map((target) => ({ path, message: `links to ${target}, which is not there` }))
    })
}

function twinOf(path: string): string {
  return path.endsWith('.zh-CN.md')
    ? path.replace(/\.zh-CN\.md$/, '.md')
    : path.replace(/\.md$/, '.zh-CN.md')
}

/** The heading levels of a page in order, code blocks left out. */
function levels(text: string): string {
  const prose = text.replace(/^```[\s\S]*?^```/gm, '')
  return [...prose.matchAll(/^#+(?= )/gm)].map(([marks]) => marks.length).join(' ')
}

function resolve(from: string, link: string): string {
  return new URL(link, `file:///${from}`).pathname.slice(1)
}
