/** The frame of every page: head, menu, and the page that the address names. */
import { Suspense, useState } from 'react'
import { Header } from './header.tsx'
import { Menu } from './menu.tsx'
import { usePath } from './navigation.ts'
import './frame.css'
import './parts/parts.css'
import { PAGES } from './pages.ts'
import { usePreferences } from './preferences.ts'

export function Frame() {
  const { texts } = usePreferences()
  const path = usePath()
  const [menuOpen, setMenuOpen] = useState(false)
  const Page = PAGES[path]
  return (
    <>
      <a className="skip" href="#page">
        {texts.skip}
      </a>
      <Header menuOpen={menuOpen} onMenu={() => setMenuOpen(!menuOpen)} />
      <div className="frame">
        <Menu open={menuOpen} current={path} onFollowed={() => setMenuOpen(false)} />
        <main className="page" id="page" tabIndex={-1}>
          <Suspense fallback={<p className="quiet">{texts.loading}</p>}>
            <Page key={path} />
          </Suspense>
        </main>
      </div>
    </>
  )
}
