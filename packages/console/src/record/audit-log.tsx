// Every change: who, what, when, before and after; filtered, exported, and checked for tampering.

import { Button } from '@mantine/core'
import { operatorEventTypes } from '@rollcall/api'
import { IconDownload } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { useSearchParams } from 'react-router'
import { useCall } from '../base/api.ts'
import { links } from '../base/links.ts'
import { useOrganization } from '../frame/session.tsx'
import { events } from '../i18n/en/events.ts'
import { useWords } from '../i18n/language.tsx'
import { Page } from '../ui/page.tsx'
import { EventLog, useLog } from './events/log.tsx'
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
  const asked = useLog(address.get('subject') ?? '', (subject) =>
    setAddress(subject === '' ? {} : { subject }, { replace: true }),
  )
  const { filters, pages } = asked
  const query = useCall('listEvents', { params, query: { limit: 50, cursor: pages.cursor, ...filters } })
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
      <EventLog
        asked={asked}
        query={query}
        types={types}
        hint={t('audit.subjectHint')}
        label={t('nav.auditLog')}
      />
    </Page>
  )
}
