/** The API Inspector: which calls to the admin API the page made, as curl and as commands. */
import { Drawer } from 'antd'
import { useSyncExternalStore } from 'react'
import { type AdminCall, adminCalls, asCurl } from './admin-api.ts'
import { asCommand } from './command-lines.ts'
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
          <CommandLine of={call} />
        </section>
      ))}
    </Drawer>
  )
}

/** The same on the command line, where it can be done there. */
function CommandLine({ of: call }: { readonly of: AdminCall }) {
  const line = asCommand(call)
  return line === undefined ? null : <pre className="code command">{line}</pre>
}
