/** A key just made: what it is made of is shown this once. */
import { Alert, Button } from 'antd'
import type { NewKey } from '../../api-types.ts'
import { CopyButton } from '../../copy-button.tsx'
import { Dialog } from '../../parts/dialog.tsx'
import { usePreferences } from '../../preferences.ts'

interface NewKeyDialogProps {
  readonly made: NewKey
  onClose(): void
}

export function NewKeyDialog({ made, onClose }: NewKeyDialogProps) {
  const { keys } = usePreferences().texts
  const [credentialName, secretName] = keys.parts[made.kind]
  const parts = [
    [credentialName, made.credential],
    // A bearer key is one value.
    ...(made.secret === made.credential ? [] : [[secretName, made.secret]]),
    ...(made.cipherSecret === undefined ? [] : [['secretKey', made.cipherSecret]]),
    ...(made.token === undefined ? [] : [['Token', made.token]]),
  ] as [string, string][]
  return (
    <Dialog title={keys.made} onClose={onClose}>
      <Alert type="warning" showIcon title={keys.once} className="note" />
      {parts.map(([name, value]) => (
        <div className="block" key={name}>
          <div className="row">
            <b>{name}</b>
            <CopyButton text={value} />
          </div>
          <pre className="code">{value}</pre>
        </div>
      ))}
      <Button type="primary" onClick={onClose}>
        {keys.kept}
      </Button>
    </Dialog>
  )
}
