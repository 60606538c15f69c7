/** The head of every page: the product, the inspector, language and theme. */
import { Button } from 'antd'
import { lazy, Suspense, useState } from 'react'
import icon from './icon.svg'
import { addressOf, follow, PATHS, usePath } from './navigation.ts'
import { usePreferences } from './preferences.ts'

const Inspector = lazy(async () => {
  const { Inspector: Drawer } = await import('./inspector.tsx')
  return { default: Drawer }
})

export function Header() {
  const { texts, language, theme, setLanguage, setTheme } = usePreferences()
  const current = usePath()
  const titles = { '/': texts.menu.explorer, '/doctor': texts.menu.doctor }
  const [inspecting, setInspecting] = useState(false)
  return (
    <header className="head">
      <a className="brand" href="/console/">
        <img src={icon} alt="" width="28" height="28" />
        <span>
          <b>{texts.product}</b>
          <small>{texts.tagline}</small>
        </span>
      </a>
      <nav aria-label={texts.product}>
        {PATHS.map((path) => (
          <a
            key={path}
            href={addressOf(path)}
            aria-current={path === current ? 'page' : undefined}
            onClick={(event) => follow(event, path)}
          >
            {titles[path]}
          </a>
        ))}
      </nav>
      <span className="spacer" />
      <Button type="text" onClick={() => setInspecting(true)}>
        {texts.inspector.open}
      </Button>
      <Button
        type="text"
        title={texts.theme}
        onClick={() => setTheme(theme === 'dark' ? 'light' : 'dark')}
      >
        {theme === 'dark' ? texts.light : texts.dark}
      </Button>
      <Button type="text" onClick={() => setLanguage(language === 'zh' ? 'en' : 'zh')}>
        {texts.language}
      </Button>
      {inspecting && (
        <Suspense>
          <Inspector onClose={() => setInspecting(false)} />
        </Suspense>
      )}
    </header>
  )
}
