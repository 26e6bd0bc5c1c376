// Every change as a sentence: who did what, when, before and after; filtered, exported, and checked for tampering.

import { Group } from '@mantine/core'
import { operatorEventTypes } from '@rollcall/api'
import type { ReactNode } from 'react'
import { useCall } from '../base/api.ts'
import { links } from '../base/links.ts'
import { useOrganization } from '../frame/session.tsx'
import { events } from '../i18n/en/events.ts'
import { useWords } from '../i18n/language.tsx'
import { DownloadButton } from '../ui/download-button.tsx'
import { Page } from '../ui/page.tsx'
import { useLog } from './events/asked.ts'
import { EventLog } from './events/log.tsx'
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
  const asked = useLog()
  const { filters, pages } = asked
  const query = useCall('listEvents', { params, query: { limit: 50, cursor: pages.cursor, ...filters } })
  const narrowed = Object.keys(filters).length === 0 ? '' : `?${new URLSearchParams(filters)}`
  const files = [
    { href: `${links.eventsCsv(slug)}${narrowed}`, label: t('audit.csv') },
    { href: `${links.eventLines(slug)}${narrowed}`, label: t('audit.lines') },
  ]
  return (
    <Page
      title={t('nav.auditLog')}
      about={t('audit.about')}
      actions={
        <Group gap="xs">
          {files.map(({ href, label }) => (
            <DownloadButton key={href} href={href} label={label} />
          ))}
        </Group>
      }
    >
      <Verify />
      <EventLog asked={asked} query={query} types={types} label={t('nav.auditLog')} slug={slug} />
    </Page>
  )
}
