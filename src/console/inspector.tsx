/** The API Inspector: which calls to the admin API the page made, as curl. */
import { Drawer } from 'antd'
import { useSyncExternalStore } from 'react'
import { adminCalls, asCurl } from './admin-api.ts'
import { CopyButton } from './copy-button.tsx'
import { usePreferences } from './preferences.ts'

export function Inspector({ onClose }: { readonly onClose: () => void }) {
  const { inspector } = usePreferences().texts
  const calls = useSyncExternalStore(adminCalls.subscribe, adminCalls.snapshot)
  return (
    <Drawer open title={inspector.title} onClose={onClose} size="large">
      <p className="quiet">{inspector.hint}</p>
      {calls.length === 0 && <p>{inspector.none}</p>}
      {calls.map((call) => (
        <section key={call.id} className="inspected">
          <div className="row">
            <b>
              {call.method} {call.path}
            </b>
            <span className="quiet">
              {call.status} · {call.durationMs.toFixed(0)} ms
            </span>
            <CopyButton text={asCurl(call)} />
          </div>
          <pre className="code">{asCurl(call)}</pre>
        </section>
      ))}
    </Drawer>
  )
}
