/** The own registry: what it holds, and the import of a file with its progress. */
import { REGISTRY_TEXTS } from '../../locale/pages/registry.ts'
import { count } from '../../parts/format.ts'
import { Card, Page } from '../../parts/page.tsx'
import { ProblemNote, ProblemWords } from '../../parts/problem-note.tsx'
import { readableBytes } from '../../parts/readable-bytes.ts'
import { Facts, Id } from '../../parts/values.tsx'
import { useTexts } from '../../preferences.ts'
import { useAdmin } from '../../use-admin.ts'
import { ImportCard } from './import-card.tsx'

interface RegistryFigures {
  readonly cards: number
  readonly cardsByStatus: Readonly<Record<string, number>>
  readonly segments: number
  readonly bytes: number
  readonly keyFingerprint: string
}

export function RegistryPage() {
  const words = useTexts(REGISTRY_TEXTS)
  const { data, problem, reload } = useAdmin<RegistryFigures>('/api/admin/registry')
  return (
    <ProblemWords value={words.problems}>
      <Page title={words.title} hint={words.hint}>
        <ProblemNote problem={problem} onRetry={reload} />
        <Card title={words.figures}>
          {data?.keyFingerprint === '' && <p className="quiet">{words.empty}</p>}
          {data !== undefined && data.keyFingerprint !== '' && <Figures of={data} />}
        </Card>
        <ImportCard onDone={reload} />
      </Page>
    </ProblemWords>
  )
}

function Figures({ of: figures }: { readonly of: RegistryFigures }) {
  const words = useTexts(REGISTRY_TEXTS)
  const statuses = Object.entries(figures.cardsByStatus).filter(([, cards]) => cards > 0)
  return (
    <Facts
      rows={[
        [words.cards, <b key="cards">{count(figures.cards)}</b>],
        ...statuses.map(
          ([status, cards]) => [words.statusOf[status] ?? status, count(cards)] as const,
        ),
        [words.bytes, readableBytes(figures.bytes)],
        [words.segments, count(figures.segments)],
        [words.fingerprint, <Id key="fingerprint">{figures.keyFingerprint}</Id>],
      ]}
    />
  )
}
