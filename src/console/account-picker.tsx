/** Whose things an operator or auditor looks at. */
import type { AccountSummary } from './api-types.ts'
import { Choice } from './parts/form.tsx'
import { usePreferences } from './preferences.ts'
import { ALL_ACCOUNTS, useSession } from './session.ts'
import { useList } from './use-admin.ts'

export function AccountPicker() {
  const { texts } = usePreferences()
  const { accountId, chooseAccount } = useSession()
  const { items } = useList<AccountSummary>('/api/admin/accounts')
  if (items === undefined || items.length === 0) return null
  const options = items.map(({ id, name }) => [id, name] as const)
  return (
    <Choice
      label={texts.account}
      value={accountId ?? ALL_ACCOUNTS}
      options={[[ALL_ACCOUNTS, texts.allAccounts], ...options]}
      onChange={chooseAccount}
    />
  )
}
