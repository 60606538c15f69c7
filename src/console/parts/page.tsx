/** The shape of a page: its title, what it is for, its one main action, and its content. */
import type { ReactNode } from 'react'

interface PageProps {
  readonly title: string
  /** Stands behind the title: what the reader must not overlook. */
  readonly mark?: ReactNode
  readonly hint?: ReactNode
  readonly action?: ReactNode
  readonly children: ReactNode
}

export function Page({ title, mark, hint, action, children }: PageProps) {
  return (
    <>
      <div className="page-head">
        <div>
          <div className="row">
            <h1>{title}</h1>
            {mark}
          </div>
          {hint !== undefined && <p className="quiet">{hint}</p>}
        </div>
        <div className="row">{action}</div>
      </div>
      {children}
    </>
  )
}

interface CardProps {
  readonly title?: string
  readonly action?: ReactNode
  readonly children: ReactNode
}

/** A part of a page with a heading of its own. */
export function Card({ title, action, children }: CardProps) {
  return (
    <section className="card section">
      {title !== undefined && (
        <div className="row section-head">
          <h2>{title}</h2>
          <span className="spacer" />
          {action}
        </div>
      )}
      {children}
    </section>
  )
}

/** What a list says that has nothing in it: what to do next. */
export function Empty({ children, action }: { children: ReactNode; action?: ReactNode }) {
  return (
    <div className="empty">
      <p>{children}</p>
      {action}
    </div>
  )
}
