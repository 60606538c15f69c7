/** A button that copies a text and says that it did. */
import { Button } from 'antd'
import { useState } from 'react'
import { usePreferences } from './preferences.ts'

const SAID_MS = 1_500

export function CopyButton({ text }: { readonly text: string }) {
  const { texts } = usePreferences()
  const [copied, setCopied] = useState(false)
  const copy = async () => {
    await navigator.clipboard.writeText(text)
    setCopied(true)
    setTimeout(() => setCopied(false), SAID_MS)
  }
  return (
    <Button size="small" onClick={copy}>
      {copied ? texts.copied : texts.copy}
    </Button>
  )
}
