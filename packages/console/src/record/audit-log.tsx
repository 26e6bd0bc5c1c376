// Every change: who, what, when, before and after; filtered, exported, and checked for tampering.

import { Button } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { operatorEventTypes } from '@rollcall/api'
import { IconDownload } from '@tabler/icons-react'
import { type ReactNode, useState } from 'react'
import { useSearchParams } from 'react-router'
import { useCall } from '../base/api.ts'
import { links } from '../base/links.ts'
import { useOrganization } from '../frame/session.tsx'
import { events } from '../i18n/en/events.ts'
import { useWords } from '../i18n/language.tsx'
import { Listing } from '../ui/listing.tsx'
import { Empty, Page, Panel } from '../ui/page.tsx'
import { usePages } from '../ui/table.tsx'
import { useEventColumns } from './events/columns.tsx'
import { EventFilters } from './events/filters.tsx'
import { Verify } from './events/verify.tsx'

// The installation's own are in the operator's log.
const elsewhere: ReadonlySet<string> = new Set(
  operatorEventTypes.filter((type) => !type.startsWith('organization.')),
)
const types = Object.keys(events)
  .map((key) => key.slice('event.'.length))
  .filter((type) => !elsewhere.has(type))

/** Every event of an organization, the newest first. */
export function AuditLogScreen(): ReactNode {
  const { t } = useWords()
  const { params, slug } = useOrganization()
  const [address, setAddress] = useSearchParams()
  const [text, setText] = useState(address.get('subject') ?? '')
  const [subject] = useDebouncedValue(text.trim(), 200)
  const [type, setType] = useState('')
  const pages = usePages()
  const filters = Object.fromEntries(Object.entries({ subject, type }).filter(([, value]) => value !== ''))
  const query = useCall('listEvents', { params, query: { limit: 50, cursor: pages.cursor, ...filters } })
  const columns = useEventColumns(setText)
  const csv = `${links.eventsCsv(slug)}${Object.keys(filters).length === 0 ? '' : `?${new URLSearchParams(filters)}`}`
  return (
    <Page
      title={t('nav.auditLog')}
      about={t('audit.about')}
      actions={
        <Button component="a" href={csv} download variant="default" leftSection={<IconDownload size={18} />}>
          {t('audit.csv')}
        </Button>
      }
    >
      <Verify />
      <Panel>
        <EventFilters
          types={types}
          type={type}
          text={text}
          hint={t('audit.subjectHint')}
          setType={(wanted) => {
            setType(wanted)
            pages.restart()
          }}
          setText={(wanted) => {
            setText(wanted)
            pages.restart()
            setAddress(wanted === '' ? {} : { subject: wanted }, { replace: true })
          }}
        />
        <Listing
          query={query}
          pages={pages}
          label={t('nav.auditLog')}
          columns={columns}
          empty={<Empty title={t('audit.none')} />}
        />
      </Panel>
    </Page>
  )
}
