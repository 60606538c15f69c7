/** The frame of every page: head, menu, and the page that the address names. */
import { Suspense, useEffect, useState } from 'react'
import { Boundary } from './boundary.tsx'
import { Header } from './header.tsx'
import { Menu } from './menu.tsx'
import { isPageOf, usePath } from './navigation.ts'
import './frame.css'
import './parts/parts.css'
import { PAGES } from './pages.ts'
import { Support } from './parts/support.tsx'
import { usePreferences } from './preferences.ts'
import { useSession } from './session.ts'

export function Frame() {
  const { texts } = usePreferences()
  const { roles, support } = useSession().session
  const asked = usePath()
  // An address that somebody sent may be of a page that the reader has no use for.
  const path = isPageOf(asked, roles) ? asked : '/'
  const [menuOpen, setMenuOpen] = useState(false)
  const Page = PAGES[path]
  useEffect(() => {
    document.title = `${texts.menu[path]} · ${texts.product}`
  }, [texts, path])
  return (
    <>
      <a className="skip" href="#page">
        {texts.skip}
      </a>
      <Header menuOpen={menuOpen} onMenu={() => setMenuOpen(!menuOpen)} />
      <div className="frame">
        <Menu open={menuOpen} current={path} onFollowed={() => setMenuOpen(false)} />
        <main className="page" id="page" tabIndex={-1}>
          <Boundary key={path}>
            <Suspense fallback={<p className="quiet">{texts.loading}</p>}>
              <Page />
            </Suspense>
          </Boundary>
          <Support contact={support} />
        </main>
      </div>
    </>
  )
}
