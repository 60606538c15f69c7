/** The frame of every page: head, menu, and the page that the address names. */
import { Suspense, useEffect, useState } from 'react'
import { Boundary } from './boundary.tsx'
import { Header } from './header.tsx'
import { Menu } from './menu.tsx'
import { isPageOf, usePath } from './navigation.ts'
import './frame.css'
import './parts/parts.css'
import { PAGES } from './pages.ts'
import { usePreferences } from './preferences.ts'
import { useSession } from './session.ts'

export function Frame() {
  const { texts } = usePreferences()
  const { roles } = useSession().session
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
          <Foot />
        </main>
      </div>
    </>
  )
}

/** Whom to turn to, where the operator has said it. */
function Foot() {
  const { texts } = usePreferences()
  const { support } = useSession().session
  if (support === undefined) return null
  const address = linkOf(support)
  return (
    <footer className="foot quiet">
      {texts.support} {address === undefined ? support : <a href={address}>{support}</a>}
    </footer>
  )
}

/** A web address, a mail address and a telephone number can be followed; anything else is read. */
function linkOf(contact: string): string | undefined {
  if (/^https?:\/\//.test(contact)) return contact
  if (/^[^\s@]+@[^\s@]+$/.test(contact)) return `mailto:${contact}`
  return /^\+?[\d -]{5,}$/.test(contact) ? `tel:${contact.replaceAll(/[ -]/g, '')}` : undefined
}
