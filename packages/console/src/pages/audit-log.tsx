// Every change: who, what, when, before and after; filtered, exported, and checked for tampering.
import { Anchor, Button, Group, Select, Stack, TextInput } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { IconDownload } from '@tabler/icons-react'
import { type ReactNode, useState } from 'react'
import { useSearchParams } from 'react-router'
import { useCall } from '../api.ts'
import { events } from '../i18n/en/events.ts'
import { useWords } from '../i18n/language.tsx'
import { links } from '../links.ts'
import { Changes } from '../record/changes.tsx'
import { EventName } from '../record/event-name.tsx'
import { Verify } from '../record/verify.tsx'
import { useOrganization } from '../session.tsx'
import { Answer, Empty, Page, Panel } from '../ui/page.tsx'
import { Pager, Table, usePages } from '../ui/table.tsx'

const types = Object.keys(events).map((key) => key.slice('event.'.length))

export function Screen(): ReactNode {
  const { t, time } = useWords()
  const { params, slug } = useOrganization()
  const [address, setAddress] = useSearchParams()
  const [text, setText] = useState(address.get('subject') ?? '')
  const [subject] = useDebouncedValue(text.trim(), 200)
  const [type, setType] = useState('')
  const pages = usePages()
  const filters = Object.fromEntries(Object.entries({ subject, type }).filter(([, value]) => value !== ''))
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
              setText(event.currentTarget.value)
              pages.restart()
              setAddress(event.currentTarget.value === '' ? {} : { subject: event.currentTarget.value }, {
                replace: true,
              })
            }}
            style={{ flex: '1 1 240px' }}
            dir="ltr"
          />
        </Group>
        <Answer query={query}>
          {({ items, nextCursor }) =>
            items.length === 0 ? (
              <Empty title={t('audit.none')} />
            ) : (
              <>
                <Table
                  label={t('nav.auditLog')}
                  rows={items}
                  columns={[
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
                          onClick={() => setText(event.subject.id)}
                        >
                          {event.subject.id}
                        </Anchor>
                      ),
                    },
                    { head: t('audit.changes'), cell: ({ data }) => <Changes data={data} /> },
                  ]}
                />
                <Pager pages={pages} nextCursor={nextCursor} />
              </>
            )
          }
        </Answer>
      </Panel>
    </Page>
  )
}
