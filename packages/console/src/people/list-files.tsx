// A list as a file: CSV, or lines of JSON.
import { Group } from '@mantine/core'
import type { ReactNode } from 'react'
import { links, narrow } from '../base/links.ts'
import { useOrganization } from '../frame/session.tsx'
import { useWords } from '../i18n/language.tsx'
import { DownloadButton } from '../ui/download-button.tsx'

/** A button for each form of the file; `by`: what narrows the list, and with it the file. */
export function ListFiles(props: {
  readonly name: 'users' | 'groups'
  readonly by?: Readonly<Record<string, string>>
}): ReactNode {
  const { t } = useWords()
  const { slug } = useOrganization()
  const { name, by = {} } = props
  const query = Object.keys(by).length === 0 ? '' : `?${narrow(by)}`
  return (
    <Group gap="xs">
      {(['csv', 'jsonl'] as const).map((format) => (
        <DownloadButton
          key={format}
          href={`${links.file(slug, name, format)}${query}`}
          label={t(format === 'csv' ? 'audit.csv' : 'audit.lines')}
        />
      ))}
    </Group>
  )
}
