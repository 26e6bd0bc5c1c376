// The operator's log: what happened to the installation itself, who did it, before and after.
import { useDebouncedValue } from '@mantine/hooks'
import { operatorEventTypes } from '@rollcall/api'
import { type ReactNode, useState } from 'react'
import { useCall } from '../base/api.ts'
import { useWords } from '../i18n/language.tsx'
import { useEventColumns } from '../record/events/columns.tsx'
import { EventFilters } from '../record/events/filters.tsx'
import { Listing } from '../ui/listing.tsx'
import { Empty, Page, Panel } from '../ui/page.tsx'
import { usePages } from '../ui/table.tsx'

/** Every event of the installation, the newest first. */
export function OperatorLogScreen(): ReactNode {
  const { t } = useWords()
  const [text, setText] = useState('')
  const [subject] = useDebouncedValue(text.trim(), 200)
  const [type, setType] = useState('')
  const pages = usePages()
  const filters = Object.fromEntries(Object.entries({ subject, type }).filter(([, value]) => value !== ''))
  const query = useCall('listOperatorEvents', { query: { limit: 50, cursor: pages.cursor, ...filters } })
  const columns = useEventColumns((id) => {
    setText(id)
    pages.restart()
  })
  return (
    <Page title={t('nav.log')} about={t('log.about')}>
      <Panel>
        <EventFilters
          types={operatorEventTypes}
          type={type}
          text={text}
          hint={t('log.subjectHint')}
          setType={(wanted) => {
            setType(wanted)
            pages.restart()
          }}
          setText={(wanted) => {
            setText(wanted)
            pages.restart()
          }}
        />
        <Listing
          query={query}
          pages={pages}
          label={t('nav.log')}
          columns={columns}
          empty={<Empty title={t('audit.none')} />}
        />
      </Panel>
    </Page>
  )
}
