// A button that fetches a file of the service.
import { Button } from '@mantine/core'
import { IconDownload } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { downloadFile } from '../base/api.ts'
import { isFramed } from '../base/frame.ts'

/** `href`: of the service itself. */
export function DownloadButton(props: { readonly href: string; readonly label: string }): ReactNode {
  const { href, label } = props
  // A link of a frame has nothing of its session.
  const fetchIt = (event: { preventDefault(): void }): void => {
    if (!isFramed) return
    event.preventDefault()
    void downloadFile(href, /[^/?]+(?=\?|$)/.exec(href)?.[0] ?? 'file')
  }
  return (
    <Button
      component="a"
      href={href}
      download
      onClick={fetchIt}
      variant="default"
      leftSection={<IconDownload size={18} />}
    >
      {label}
    </Button>
  )
}
