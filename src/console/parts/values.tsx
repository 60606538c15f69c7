/** Values that pages show in many places: ids that can be copied, moments, states, links. */
import { type MouseEvent, type ReactNode, useState } from 'react'
import { addressOf, follow, type Path } from '../navigation.ts'
import { usePreferences } from '../preferences.ts'
import { beijingTime } from './format.ts'

const SAID_MS = 1_500

/** An id; a click copies it. */
export function Id({ children }: { readonly children: string }) {
  const { texts } = usePreferences()
  const [copied, setCopied] = useState(false)
  const copy = async () => {
    await navigator.clipboard.writeText(children)
    setCopied(true)
    setTimeout(() => setCopied(false), SAID_MS)
  }
  return (
    <button type="button" className="id" title={texts.copy} onClick={copy}>
      {copied ? texts.copied : children}
    </button>
  )
}

/** A moment in Beijing time; nothing of an absent one. */
export function Moment({ ms }: { readonly ms: number | undefined }) {
  if (ms === undefined) return <span className="quiet">—</span>
  return <time className="moment">{beijingTime(ms)}</time>
}

export type Tone = 'good' | 'bad' | 'busy' | 'plain'

/** A state in its own words; its colour only repeats what the word says. */
export function Mark({ tone, children }: { readonly tone: Tone; readonly children: ReactNode }) {
  return <span className={`mark ${tone}`}>{children}</span>
}

interface PageLinkProps {
  readonly to: Path
  readonly query?: Readonly<Record<string, string>>
  readonly children: ReactNode
  /** What the other page should know before it is shown. */
  onFollow?(): void
}

/** A link to another page of the console. */
export function PageLink({ to, query, children, onFollow }: PageLinkProps) {
  const go = (event: MouseEvent) => {
    onFollow?.()
    follow(event, to, query)
  }
  return (
    <a href={addressOf(to, query)} onClick={go}>
      {children}
    </a>
  )
}

/** Facts as pairs of a name and a value. */
export function Facts({ rows }: { readonly rows: readonly (readonly [string, ReactNode])[] }) {
  return (
    <dl className="facts">
      {rows.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  )
}
