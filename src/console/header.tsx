/** The head of every page: the product, whose things are shown, the inspector, language and theme. */
import { Button } from 'antd'
import { lazy, Suspense, useState } from 'react'
import { AccountPicker } from './account-picker.tsx'
import icon from './icon.svg'
import { PageLink } from './parts/values.tsx'
import { usePreferences } from './preferences.ts'
import { useMay, useSession } from './session.ts'

const Inspector = lazy(async () => {
  const { Inspector: Drawer } = await import('./inspector.tsx')
  return { default: Drawer }
})

interface HeaderProps {
  readonly menuOpen: boolean
  onMenu(): void
}

export function Header({ menuOpen, onMenu }: HeaderProps) {
  const { texts } = usePreferences()
  const { session, signOut } = useSession()
  const isStaff = useMay('operator', 'auditor')
  const [inspecting, setInspecting] = useState(false)
  return (
    <header className="head">
      <Button
        className="menu-button"
        aria-expanded={menuOpen}
        aria-controls="menu"
        onClick={onMenu}
      >
        {texts.menuLabel}
      </Button>
      <a className="brand" href="/console/">
        <img src={icon} alt="" width="28" height="28" />
        <span>
          <b>{texts.product}</b>
          <small>{texts.tagline}</small>
        </span>
      </a>
      <span className="spacer" />
      {isStaff && <AccountPicker />}
      <Button type="text" onClick={() => setInspecting(true)}>
        {texts.inspector.open}
      </Button>
      <PreferenceButtons />
      {session.endsAtMs !== undefined && (
        <>
          <span className="me">
            <PageLink to="/profile">{session.name}</PageLink>
          </span>
          <Button type="text" className="leave" onClick={signOut}>
            {texts.signIn.leave}
          </Button>
        </>
      )}
      {inspecting && (
        <Suspense>
          <Inspector onClose={() => setInspecting(false)} />
        </Suspense>
      )}
    </header>
  )
}

/** Theme and language, which are chosen without being known. */
export function PreferenceButtons() {
  const { texts, language, theme, setLanguage, setTheme } = usePreferences()
  return (
    <>
      <Button
        type="text"
        className="theme-button"
        title={texts.theme}
        onClick={() => setTheme(theme === 'dark' ? 'light' : 'dark')}
      >
        {theme === 'dark' ? texts.light : texts.dark}
      </Button>
      <Button type="text" onClick={() => setLanguage(language === 'zh' ? 'en' : 'zh')}>
        {texts.language}
      </Button>
    </>
  )
}
