/** The console: preferences around everything, and who is at the screen. */
import { ConfigProvider, theme as themes } from 'antd'
import { lazy, Suspense, useEffect, useMemo, useState } from 'react'
import { Frame } from './frame.tsx'
import {
  initialLanguage,
  initialTheme,
  type Language,
  PreferencesContext,
  prefersStillness,
  rememberLanguage,
  rememberTheme,
  TEXTS,
  type Theme,
} from './preferences.ts'
import { isInvited, SessionContext, useSessionState } from './session.ts'

const SignInPage = lazy(async () => {
  const { SignInPage: Page } = await import('./pages/session/sign-in-page.tsx')
  return { default: Page }
})

const EnrolTotp = lazy(async () => {
  const { EnrolTotp: Form } = await import('./pages/session/enrol-totp.tsx')
  return { default: Form }
})

/** Colours that keep their contrast against both backgrounds (WCAG AA). */
const TOKENS = {
  light: {
    colorError: '#cf222e',
    colorPrimary: '#0958d9',
    colorLink: '#0958d9',
    colorTextPlaceholder: '#646d77',
  },
  dark: {
    colorError: '#ff7b72',
    colorPrimary: '#1668dc',
    colorLink: '#69b1ff',
    colorTextPlaceholder: '#9ba5b0',
    // Those of the cards that fields and buttons stand on.
    colorBgContainer: '#181d23',
    colorBgElevated: '#20262d',
    colorBorder: '#363c44',
    colorText: '#e6edf3',
  },
} as const

/** Filled buttons keep their contrast under the pointer too, where the library makes them paler. */
const BUTTONS = {
  light: { colorPrimaryHover: '#0747a6', colorErrorHover: '#a8182a', defaultHoverColor: '#0958d9' },
  dark: {
    ...{ colorPrimaryHover: '#1257bb', defaultHoverColor: '#69b1ff', dangerColor: '#230a08' },
    defaultHoverBorderColor: '#69b1ff',
  },
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
  const algorithm = theme === 'dark' ? themes.darkAlgorithm : themes.defaultAlgorithm
  const token = { ...TOKENS[theme], motion: !prefersStillness() }
  return (
    <ConfigProvider
      theme={{ algorithm, token, components: { Button: BUTTONS[theme] } }}
      button={{ autoInsertSpace: false }}
    >
      <PreferencesContext value={preferences}>
        <Door />
      </PreferencesContext>
    </ConfigProvider>
  )
}

/** The frame for who is known, the sign-in page for who is not. */
function Door() {
  const { state, enter } = useSessionState()
  if (state === undefined) return null
  if (state === 'signed_out' || isInvited()) {
    return (
      <Suspense>
        <SignInPage onEnter={enter} />
      </Suspense>
    )
  }
  return (
    <SessionContext value={state}>
      {state.session.mustEnrolTotp ? <MustEnrol /> : <Frame />}
    </SessionContext>
  )
}

/** An operator in production needs an authenticator before anything else. */
function MustEnrol() {
  return (
    <main className="door">
      <Suspense>
        <EnrolTotp />
      </Suspense>
    </main>
  )
}
