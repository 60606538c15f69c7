/** Titles that an account has kept: chosen instead of typed, kept for the next time, forgotten. */
import { Button } from 'antd'
import { useState } from 'react'
import type { InvoiceTitle } from '../../api-types.ts'
import { INVOICES_TEXTS } from '../../locale/pages/invoices.ts'
import { ChoiceField } from '../../parts/form.tsx'
import { useTexts } from '../../preferences.ts'
import { useScoped } from '../../session.ts'
import { useDeed, useList } from '../../use-admin.ts'

const PATH = '/api/admin/invoices/titles'
const NONE: InvoiceTitle = { title: '', taxNumber: '' }

type SavedTitle = InvoiceTitle & { readonly id: string; readonly accountId: string }

interface Titles {
  readonly items: readonly SavedTitle[]
  keep(title: object): Promise<unknown>
  forget(id: string): Promise<unknown>
}

/** The titles of the account, and what can be done with them. */
export function useTitles(): Titles {
  const scoped = useScoped()
  const { items, reload } = useList<SavedTitle>(scoped(PATH))
  const { run } = useDeed()
  return {
    items: items ?? [],
    keep: (title) => run('POST', scoped(PATH), title),
    forget: (id) => run('DELETE', scoped(`${PATH}/${id}`)).then(reload),
  }
}

interface SavedTitlesProps {
  readonly of: Titles
  onChoose(title: InvoiceTitle): void
}

export function SavedTitles({ of: { items, forget }, onChoose }: SavedTitlesProps) {
  const own = useTexts(INVOICES_TEXTS)
  const [chosen, setChosen] = useState('')
  const choose = (id: string) => {
    setChosen(id)
    const found = items.find((each) => each.id === id)
    if (found === undefined) return onChoose(NONE)
    const { id: _, accountId: __, ...title } = found
    onChoose(title)
  }
  const drop = async () => {
    await forget(chosen)
    choose('')
  }
  if (items.length === 0) return null
  return (
    <>
      <ChoiceField
        label={own.saved}
        name="saved"
        problem={undefined}
        value={chosen}
        options={[['', own.another], ...items.map(({ id, title }) => [id, title] as const)]}
        onChange={choose}
      />
      {chosen !== '' && (
        <Button size="small" onClick={drop}>
          {own.forget}
        </Button>
      )}
    </>
  )
}

interface KeepTitleProps {
  readonly checked: boolean
  onChange(checked: boolean): void
}

export function KeepTitle({ checked, onChange }: KeepTitleProps) {
  const own = useTexts(INVOICES_TEXTS)
  return (
    <p>
      <label>
        <input
          type="checkbox"
          checked={checked}
          onChange={(event) => onChange(event.target.checked)}
        />{' '}
        {own.keep}
      </label>
    </p>
  )
}
