/** Vendors: whom live verifications are asked of, how they are, what they cost, and where they differ. */
import { VENDOR_TEXTS } from '../../locale/pages/vendors.ts'
import { Page } from '../../parts/page.tsx'
import { ProblemNote, ProblemWords } from '../../parts/problem-note.tsx'
import { usePreferences, useTexts } from '../../preferences.ts'
import { Tabs } from '../../tabs.tsx'
import { useAdmin } from '../../use-admin.ts'
import { BillsTab } from './bills-tab.tsx'
import { ComparisonTab } from './comparison-tab.tsx'
import { CostsTab } from './costs-tab.tsx'
import { PoliciesTab } from './policies-tab.tsx'
import { RoutesTab } from './routes-tab.tsx'
import type { Vendors } from './vendor-types.ts'

export function VendorsPage() {
  const { texts } = usePreferences()
  const words = useTexts(VENDOR_TEXTS)
  const { data, problem, reload } = useAdmin<Vendors>('/api/admin/vendors')
  const shared = data && { vendors: data, onChange: reload }
  return (
    <ProblemWords value={words.problems}>
      <Page title={words.title} hint={words.hint}>
        <ProblemNote problem={problem} onRetry={reload} />
        {shared === undefined && problem === undefined && <p className="quiet">{texts.loading}</p>}
        {shared !== undefined && (
          <Tabs
            label={words.title}
            tabs={[
              { key: 'routes', label: words.tabs.routes, content: <RoutesTab {...shared} /> },
              { key: 'policies', label: words.tabs.policies, content: <PoliciesTab {...shared} /> },
              { key: 'costs', label: words.tabs.costs, content: <CostsTab /> },
              { key: 'bills', label: words.tabs.bills, content: <BillsTab {...shared} /> },
              {
                key: 'comparison',
                label: words.tabs.comparison,
                content: <ComparisonTab {...shared} />,
              },
            ]}
          />
        )}
      </Page>
    </ProblemWords>
  )
}
