/** The frame of the console: head, preferences, and the page that the address names. */
import { ConfigProvider, theme as themes } from 'antd'
import { lazy, Suspense, useEffect, useMemo, useState } from 'react'
import { Header } from './header.tsx'
import { type Path, usePath } from './navigation.ts'
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

/** The pages by their paths below `/console`, each loaded when it is first opened. */
const PAGES = {
  '/': lazy(async () => {
    const { ExplorerPage } = await import('./pages/explorer/explorer-page.tsx')
    return { default: ExplorerPage }
  }),
  '/doctor': lazy(async () => {
    const { DoctorPage } = await import('./pages/doctor/doctor-page.tsx')
    return { default: DoctorPage }
  }),
} as const satisfies Record<Path, unknown>

/** Colours that keep their contrast against both backgrounds (WCAG AA). */
const TOKENS = {
  light: { colorPrimary: '#0958d9', colorTextPlaceholder: '#646d77' },
  dark: { colorPrimary: '#1668dc', colorTextPlaceholder: '#9ba5b0' },
} as const

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
  const Page = PAGES[usePath()]
  const algorithm = theme === 'dark' ? themes.darkAlgorithm : themes.defaultAlgorithm
  return (
    <ConfigProvider theme={{ algorithm, token: TOKENS[theme] }} button={{ autoInsertSpace: false }}>
      <PreferencesContext value={preferences}>
        <Header />
        <main className="page">
          <Suspense fallback={<p className="quiet">{preferences.texts.loading}</p>}>
            <Page />
          </Suspense>
        </main>
      </PreferencesContext>
    </ConfigProvider>
  )
}
