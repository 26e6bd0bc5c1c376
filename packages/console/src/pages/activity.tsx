// Every request of a provisioning client and every sign-in, live: what happened, why, what to do.
import { Button, Group, Modal, SegmentedControl, Select, Stack, Switch, Text, TextInput } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import type { ActivityView } from '@rollcall/api'
import { IconSearch } from '@tabler/icons-react'
import { type ReactNode, useRef, useState } from 'react'
import { useSearchParams } from 'react-router'
import { makeStale, useCall, useStream } from '../api.ts'
import { useWords } from '../i18n/language.tsx'
import { links } from '../links.ts'
import { useOrganization } from '../session.tsx'
import { Badge } from '../ui/badge.tsx'
import { Answer, Empty, Page, Panel } from '../ui/page.tsx'
import { Pager, Table, usePages } from '../ui/table.tsx'
import { When } from '../ui/when.tsx'

const outcomes = ['ok', 'refused', 'failed'] as const
const refreshMs = 500

export function Screen(): ReactNode {
  const { t } = useWords()
  const { params, slug } = useOrganization()
  const [address, setAddress] = useSearchParams()
  const [text, setText] = useState(address.get('search') ?? '')
  const [search] = useDebouncedValue(text.trim(), 200)
  const [kind, setKind] = useState('')
  const [outcome, setOutcome] = useState('')
  const [isLive, setLive] = useState(true)
  const [shown, setShown] = useState<ActivityView>()
  const pages = usePages()
  const filters = Object.fromEntries(
    Object.entries({ search, kind, outcome }).filter(([, value]) => value !== ''),
  )
  const query = useCall('listActivity', { params, query: { limit: 50, cursor: pages.cursor, ...filters } })
  const isFollowing = isLive && pages.page === 1
  const refresh = useRef<ReturnType<typeof setTimeout>>(undefined)
  // However much comes in, the list is asked for twice a second at most.
  useStream(isFollowing ? links.activityStream(slug) : undefined, () => {
    refresh.current ??= setTimeout(() => {
      refresh.current = undefined
      void makeStale(['listActivity'])
    }, refreshMs)
  })
  return (
    <Page
      title={t('nav.activity')}
      about={t('activity.about')}
      badge={
        isFollowing ? (
          <Badge tone="good" isLive>
            {t('activity.live')}
          </Badge>
        ) : undefined
      }
    >
      <Panel>
        <Group mb="md" align="flex-end">
          <TextInput
            label={t('activity.search')}
            description={t('activity.searchHint')}
            leftSection={<IconSearch size={18} />}
            value={text}
            onChange={(event) => {
              setText(event.currentTarget.value)
              pages.restart()
              setAddress(event.currentTarget.value === '' ? {} : { search: event.currentTarget.value }, {
                replace: true,
              })
            }}
            style={{ flex: '1 1 240px' }}
          />
          <Select
            label={t('activity.outcome')}
            w={150}
            value={outcome}
            onChange={(value) => {
              setOutcome(value ?? '')
              pages.restart()
            }}
            data={[
              { value: '', label: t('all') },
              ...outcomes.map((value) => ({ value, label: t(`outcome.${value}`) })),
            ]}
          />
          <SegmentedControl
            aria-label={t('activity.kind')}
            value={kind}
            onChange={(value) => {
              setKind(value)
              pages.restart()
            }}
            data={[
              { value: '', label: t('all') },
              { value: 'scim', label: 'SCIM' },
              { value: 'sign_in', label: t('activity.signIns') },
            ]}
          />
          <Switch
            label={t('activity.follow')}
            checked={isLive}
            onChange={(event) => setLive(event.currentTarget.checked)}
            mb={8}
          />
        </Group>
        <Answer query={query}>
          {({ items, nextCursor }) =>
            items.length === 0 ? (
              Object.keys(filters).length === 0 ? (
                <Empty title={t('activity.none')}>{t('activity.noneHint')}</Empty>
              ) : (
                <Empty title={t('nothingFound')}>
                  {search === '' ? undefined : t('activity.notSeen', { search })}
                </Empty>
              )
            ) : (
              <>
                <Table
                  label={t('nav.activity')}
                  rows={items}
                  columns={[
                    { head: t('activity.when'), cell: ({ occurredAt }) => <When at={occurredAt} /> },
                    {
                      head: t('activity.outcome'),
                      cell: ({ outcome: ended }) => (
                        <Badge tone={ended === 'ok' ? 'good' : ended === 'refused' ? 'warn' : 'bad'}>
                          {t(`outcome.${ended}`)}
                        </Badge>
                      ),
                    },
                    {
                      head: t('activity.what'),
                      cell: (row) => (
                        <>
                          <bdi>{row.explanation}</bdi>
                          <div
                            className="rc-mono"
                            style={{ color: 'var(--mantine-color-dimmed)', fontSize: 12.5 }}
                            dir="ltr"
                          >
                            {row.kind === 'sign_in' ? (row.code ?? '') : `${row.method} ${row.path}`}
                          </div>
                        </>
                      ),
                    },
                    {
                      head: t('actions'),
                      isActions: true,
                      cell: (row) => (
                        <Button size="xs" variant="default" onClick={() => setShown(row)}>
                          {t('details')}
                        </Button>
                      ),
                    },
                  ]}
                />
                <Pager pages={pages} nextCursor={nextCursor} />
              </>
            )
          }
        </Answer>
      </Panel>
      <Modal
        opened={shown !== undefined}
        onClose={() => setShown(undefined)}
        size="xl"
        title={t('activity.one')}
        closeButtonProps={{ 'aria-label': t('close') }}
      >
        {shown !== undefined && <Details row={shown} />}
      </Modal>
    </Page>
  )
}

function Details({ row }: { readonly row: ActivityView }): ReactNode {
  const { t, time, number } = useWords()
  const facts: readonly (readonly [string, string | null])[] = [
    [t('activity.when'), time(row.occurredAt)],
    [t('activity.request'), `${row.method} ${row.path}`],
    [t('activity.status'), `${row.status} · ${number(Math.round(row.durationMs * 10) / 10)} ms`],
    [t('activity.code'), row.code],
    [t('activity.key'), row.keyId],
    [t('activity.ip'), row.ip],
    [t('activity.agent'), row.userAgent],
    [t('activity.requestId'), row.requestId],
  ]
  return (
    <Stack>
      <Text className="rc-break">
        <bdi>{row.explanation}</bdi>
      </Text>
      <dl className="rc-dl">
        {facts.map(
          ([name, value]) =>
            value !== null && (
              <div key={name} style={{ display: 'contents' }}>
                <dt>{name}</dt>
                <dd>
                  <bdi>{value}</bdi>
                </dd>
              </div>
            ),
        )}
      </dl>
      <Body title={t('activity.requestBody')} body={row.requestBody} />
      <Body title={t('activity.responseBody')} body={row.responseBody} />
      {row.requestBody === null && row.responseBody === null && (
        <Text size="sm" c="dimmed">
          {t('activity.noBodies')}
        </Text>
      )}
    </Stack>
  )
}

function Body(props: { readonly title: string; readonly body: string | null }): ReactNode {
  if (props.body === null) return null
  return (
    <div>
      <Text fw={600} size="sm" mb={4}>
        {props.title}
      </Text>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard must reach it */}
      <pre className="rc-pre" tabIndex={0}>
        {pretty(props.body)}
      </pre>
    </div>
  )
}

function pretty(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2)
  } catch {
    return text
  }
}
