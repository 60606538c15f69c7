/** The frame of the console: head, preferences, and the page that the address names. */
import { ConfigProvider, theme as themes } from 'antd'
import { lazy, Suspense, useEffect, useMemo, useState } from 'react'
import { Header } from './header.tsx'
import {
  initialLanguage,
  initialTheme,
  type Language,
  PreferencesContext,
  rememberLanguage,
  rememberTheme,
  TEXTS,
  type Theme,
} from './preferences.ts'

const ExplorerPage = lazy(async () => {
  const { ExplorerPage: Page } = await import('./pages/explorer/explorer-page.tsx')
  return { default: Page }
})

export function App() {
  const [language, setLanguage] = useState<Language>(initialLanguage)
  const [theme, setTheme] = useState<Theme>(initialTheme)
  const preferences = useMemo(
    () => ({ language, theme, texts: TEXTS[language], setLanguage, setTheme }),
    [language, theme],
  )
  useEffect(() => {
    rememberLanguage(language)
    document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en'
  }, [language])
  useEffect(() => {
    rememberTheme(theme)
    document.documentElement.dataset.theme = theme
  }, [theme])
  const algorithm = theme === 'dark' ? themes.darkAlgorithm : themes.defaultAlgorithm
  return (
    <ConfigProvider theme={{ algorithm }} button={{ autoInsertSpace: false }}>
      <PreferencesContext value={preferences}>
        <Header />
        <main className="page">
          <Suspense fallback={<p className="quiet">{preferences.texts.loading}</p>}>
            <ExplorerPage />
          </Suspense>
        </main>
      </PreferencesContext>
    </ConfigProvider>
  )
}
