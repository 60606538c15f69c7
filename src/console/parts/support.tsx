/** Whom to turn to, at the foot of a page, where the operator has said it. */
import { usePreferences } from '../preferences.ts'

export function Support({ contact }: { readonly contact: string | undefined }) {
  const { texts } = usePreferences()
  if (contact === undefined) return null
  const address = linkOf(contact)
  return (
    <footer className="foot quiet">
      {texts.support} {address === undefined ? contact : <a href={address}>{contact}</a>}
    </footer>
  )
}

/** A web address, a mail address and a telephone number can be followed; anything else is read. */
function linkOf(contact: string): string | undefined {
  if (/^https?:\/\//.test(contact)) return contact
  if (/^[^\s@]+@[^\s@]+$/.test(contact)) return `mailto:${contact}`
  return /^\+?[\d -]{5,}$/.test(contact) ? `tel:${contact.replaceAll(/[ -]/g, '')}` : undefined
}
