// Which events of a log are shown: of one type, about one thing.
import { Group, Select, TextInput } from '@mantine/core'
import type { ReactNode } from 'react'
import { useWords } from '../../i18n/language.tsx'

/** The two filters of a log, as they are chosen. */
export function EventFilters(props: {
  readonly types: readonly string[]
  readonly type: string
  readonly text: string
  /** Whose id may be asked for. */
  readonly hint: string
  readonly setType: (type: string) => void
  readonly setText: (text: string) => void
}): ReactNode {
  const { t } = useWords()
  return (
    <Group mb="md" align="flex-end">
      <Select
        label={t('audit.type')}
        searchable
        w={280}
        value={props.type}
        data={[{ value: '', label: t('all') }, ...props.types.map((value) => ({ value, label: value }))]}
        onChange={(value) => props.setType(value ?? '')}
      />
      <TextInput
        label={t('audit.subject')}
        description={props.hint}
        value={props.text}
        onChange={(event) => props.setText(event.currentTarget.value)}
        style={{ flex: '1 1 240px' }}
        dir="ltr"
      />
    </Group>
  )
}
