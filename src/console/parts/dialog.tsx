/** A dialog over the page, by the browser's own element: focus stays in it and Escape closes it. */
import { Button } from 'antd'
import { type ReactNode, useId, useLayoutEffect, useRef } from 'react'
import { usePreferences } from '../preferences.ts'

/** What somebody who opens a dialog wants to fill in first. */
const FIELD = 'input, select, textarea'

interface DialogProps {
  readonly title: string
  readonly children: ReactNode
  readonly wide?: boolean
  onClose(): void
}

export function Dialog({ title, children, wide = false, onClose }: DialogProps) {
  const { texts } = usePreferences()
  const element = useRef<HTMLDialogElement>(null)
  const heading = useId()
  // Closed before it is taken away, it gives the focus back to what opened it.
  useLayoutEffect(() => {
    const dialog = element.current
    dialog?.showModal()
    dialog?.querySelector<HTMLElement>(FIELD)?.focus()
    return () => dialog?.close()
  }, [])
  return (
    <dialog
      ref={element}
      className={wide ? 'dialog wide' : 'dialog'}
      aria-labelledby={heading}
      onCancel={(event) => {
        event.preventDefault()
        onClose()
      }}
    >
      <div className="row section-head">
        <h2 id={heading}>{title}</h2>
        <span className="spacer" />
        <Button type="text" onClick={onClose}>
          {texts.close}
        </Button>
      </div>
      {children}
    </dialog>
  )
}
