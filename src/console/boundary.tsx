/** Keeps the frame standing where a page falls: its code did not load, or it has a bug. */
import { Alert, Button } from 'antd'
import { Component, type ReactNode } from 'react'
import { usePreferences } from './preferences.ts'

interface BoundaryState {
  readonly error?: Error
}

export class Boundary extends Component<{ readonly children: ReactNode }, BoundaryState> {
  override state: BoundaryState = {}

  static getDerivedStateFromError(error: Error): BoundaryState {
    return { error }
  }

  override render(): ReactNode {
    const { error } = this.state
    return error === undefined ? this.props.children : <Fallen error={error} />
  }
}

/** A new version of the service has other files, which the page finds when it is loaded anew. */
function Fallen({ error }: { readonly error: Error }) {
  const { texts } = usePreferences()
  const again = <Button onClick={() => location.reload()}>{texts.retry}</Button>
  return <Alert type="error" showIcon title={texts.failed + error.message} action={again} />
}
