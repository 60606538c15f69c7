/** Colours for code, loaded when the first program is shown; only the languages that we show. */
import { createHighlighterCore, type HighlighterCore } from 'shiki/core'
import { createJavaScriptRegexEngine } from 'shiki/engine/javascript'

let highlighter: Promise<HighlighterCore> | undefined

/** The code as HTML with both themes in it. */
export async function highlight(code: string, syntax: string): Promise<string> {
  highlighter ??= createHighlighterCore({
    engine: createJavaScriptRegexEngine(),
    themes: [import('shiki/themes/github-light.mjs'), import('shiki/themes/github-dark.mjs')],
    langs: [
      import('shiki/langs/bash.mjs'),
      import('shiki/langs/typescript.mjs'),
      import('shiki/langs/javascript.mjs'),
      import('shiki/langs/python.mjs'),
      import('shiki/langs/go.mjs'),
      import('shiki/langs/java.mjs'),
      import('shiki/langs/php.mjs'),
      import('shiki/langs/csharp.mjs'),
      import('shiki/langs/objective-c.mjs'),
    ],
  })
  const themes = { light: 'github-light', dark: 'github-dark' }
  return (await highlighter).codeToHtml(code, { lang: syntax, themes, defaultColor: false })
}
