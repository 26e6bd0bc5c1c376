// Every change: who, what, when, before and after; filtered, exported, and checked for tampering.

import { Anchor, Button, Group, Select, Stack, TextInput } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import type { ResultOf } from '@rollcall/api'
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
import { type Column, usePages } from '../ui/table.tsx'
import { Changes } from './events/changes.tsx'
import { EventName } from './events/event-name.tsx'
import { Verify } from './events/verify.tsx'

const types = Object.keys(events).map((key) => key.slice('event.'.length))

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
  const columns = useColumns(setText)
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
        <Group mb="md" align="flex-end">
          <Select
            label={t('audit.type')}
            searchable
            w={280}
            value={type}
            data={[{ value: '', label: t('all') }, ...types.map((value) => ({ value, label: value }))]}
            onChange={(value) => {
              setType(value ?? '')
              pages.restart()
            }}
          />
          <TextInput
            label={t('audit.subject')}
            description={t('audit.subjectHint')}
            value={text}
            onChange={(event) => {
              const wanted = event.currentTarget.value
              setText(wanted)
              pages.restart()
              setAddress(wanted === '' ? {} : { subject: wanted }, { replace: true })
            }}
            style={{ flex: '1 1 240px' }}
            dir="ltr"
          />
        </Group>
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

type Row = ResultOf<'listEvents'>['items'][number]

function useColumns(lookAt: (subjectId: string) => void): readonly Column<Row>[] {
  const { t, time } = useWords()
  return [
    {
      head: t('activity.when'),
      cell: ({ occurredAt }) => <time dateTime={occurredAt}>{time(occurredAt)}</time>,
    },
    { head: t('audit.event'), cell: (event) => <EventName type={event.type} /> },
    {
      head: t('audit.by'),
      cell: ({ actor }) => (
        <Stack gap={0}>
          {t(`actor.${actor.kind}`)}
          {actor.id !== null && (
            <span className="rc-mono" style={{ fontSize: 12.5 }}>
              {actor.id}
            </span>
          )}
        </Stack>
      ),
    },
    {
      head: t('audit.on'),
      cell: (event) => (
        <Anchor
          component="button"
          type="button"
          className="rc-mono"
          fz={12.5}
          underline="always"
          onClick={() => lookAt(event.subject.id)}
        >
          {event.subject.id}
        </Anchor>
      ),
    },
    { head: t('audit.changes'), cell: ({ data }) => <Changes data={data} /> },
  ]
}
