/** Attaching the files of an issued invoice, as the tax platform gave them. */
import { type ChangeEvent, useId, useState } from 'react'
import { ProblemNote } from '../../parts/problem-note.tsx'
import { usePreferences } from '../../preferences.ts'
import { useDeed } from '../../use-admin.ts'

interface AttachFileProps {
  /** Of the invoice. */
  readonly path: string
  onDone(): void
}

export function AttachFile({ path, onDone }: AttachFileProps) {
  const { texts } = usePreferences()
  const id = useId()
  const [name, setName] = useState('')
  const { busy, problem, run } = useDeed()
  const attach = async (event: ChangeEvent<HTMLInputElement>) => {
    const file = event.target.files?.[0]
    if (file === undefined) return
    setName(file.name)
    const query = new URLSearchParams({ name: file.name })
    if ((await run('POST', `${path}/files?${query}`, file)) !== undefined) onDone()
  }
  return (
    <div className="form-field">
      <label htmlFor={id}>{texts.invoices.attachHint}</label>
      <input id={id} type="file" accept=".pdf,.ofd,.xml" disabled={busy} onChange={attach} />
      {busy && <small className="quiet">{name}</small>}
      <ProblemNote problem={problem} />
    </div>
  )
}
