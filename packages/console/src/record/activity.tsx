// The room `console/record`: the two screens of what happened, requests and events. Nothing is changed there.
//
// Every request of a provisioning client and every sign-in, live: what happened, why, what to do.

import { Button, Group, SegmentedControl, Select, Stack, Switch, Text, TextInput } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import type { ActivityView } from '@rollcall/api'
import { IconSearch } from '@tabler/icons-react'
import { type ReactNode, useRef, useState } from 'react'
import { useSearchParams } from 'react-router'
import { makeStale, useCall, useStream } from '../base/api.ts'
import { links } from '../base/links.ts'
import { useOrganization } from '../frame/session.tsx'
import { Explanation } from '../i18n/explanation.tsx'
import { useWords } from '../i18n/language.tsx'
import { Badge } from '../ui/badge.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Listing } from '../ui/listing.tsx'
import { Empty, Page, Panel } from '../ui/page.tsx'
import { type Column, usePages } from '../ui/table.tsx'
import { When } from '../ui/when.tsx'

const outcomes = ['ok', 'refused', 'failed'] as const
const refreshMs = 500

/** Asks for the list again whenever something happens; however much comes in, twice a second at most. */
function useLiveList(slug: string, isFollowing: boolean): void {
  const refresh = useRef<ReturnType<typeof setTimeout>>(undefined)
  useStream(isFollowing ? links.activityStream(slug) : undefined, () => {
    refresh.current ??= setTimeout(() => {
      refresh.current = undefined
      void makeStale(['listActivity'])
    }, refreshMs)
  })
}

/** What came in from the directory and of sign-ins, the newest first, followed while it is looked at. */
export function ActivityScreen(): ReactNode {
  const { t } = useWords()
  const { params, slug } = useOrganization()
  const [address] = useSearchParams()
  const [chosen, choose] = useState<Chosen>({ text: address.get('search') ?? '', kind: '', outcome: '' })
  const [search] = useDebouncedValue(chosen.text.trim(), 200)
  const [isLive, setLive] = useState(true)
  const [shown, setShown] = useState<ActivityView>()
  const pages = usePages()
  const filters = Object.fromEntries(
    Object.entries({ search, kind: chosen.kind, outcome: chosen.outcome }).filter(
      ([, value]) => value !== '',
    ),
  )
  const query = useCall('listActivity', { params, query: { limit: 50, cursor: pages.cursor, ...filters } })
  const columns = useColumns(setShown)
  const isFollowing = isLive && pages.page === 1
  useLiveList(slug, isFollowing)
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
        <Filters
          chosen={chosen}
          choose={(next) => {
            choose(next)
            pages.restart()
          }}
        >
          <Switch
            label={t('activity.follow')}
            checked={isLive}
            onChange={(event) => setLive(event.currentTarget.checked)}
            mb={8}
          />
        </Filters>
        <Listing
          query={query}
          pages={pages}
          label={t('nav.activity')}
          columns={columns}
          empty={<Nothing isFiltered={Object.keys(filters).length > 0} search={search} />}
        />
      </Panel>
      <Dialog
        isOpen={shown !== undefined}
        close={() => setShown(undefined)}
        size="xl"
        title={t('activity.one')}
      >
        {shown !== undefined && <Details row={shown} />}
      </Dialog>
    </Page>
  )
}

interface Chosen {
  readonly text: string
  readonly kind: string
  readonly outcome: string
}

function Filters(props: {
  readonly chosen: Chosen
  readonly choose: (chosen: Chosen) => void
  readonly children: ReactNode
}): ReactNode {
  const { t } = useWords()
  const { chosen, choose } = props
  const [, setAddress] = useSearchParams()
  return (
    <Group mb="md" align="flex-end">
      <TextInput
        label={t('activity.search')}
        description={t('activity.searchHint')}
        leftSection={<IconSearch size={18} />}
        value={chosen.text}
        onChange={(event) => {
          const text = event.currentTarget.value
          choose({ ...chosen, text })
          setAddress(text === '' ? {} : { search: text }, { replace: true })
        }}
        style={{ flex: '1 1 240px' }}
      />
      <Select
        label={t('activity.outcome')}
        w={150}
        value={chosen.outcome}
        onChange={(value) => choose({ ...chosen, outcome: value ?? '' })}
        data={[
          { value: '', label: t('all') },
          ...outcomes.map((value) => ({ value, label: t(`outcome.${value}`) })),
        ]}
      />
      <SegmentedControl
        aria-label={t('activity.kind')}
        value={chosen.kind}
        onChange={(kind) => choose({ ...chosen, kind })}
        data={[
          { value: '', label: t('all') },
          { value: 'scim', label: 'SCIM' },
          { value: 'sign_in', label: t('activity.signIns') },
        ]}
      />
      {props.children}
    </Group>
  )
}

function Nothing(props: { readonly isFiltered: boolean; readonly search: string }): ReactNode {
  const { t } = useWords()
  const { isFiltered, search } = props
  if (!isFiltered) return <Empty title={t('activity.none')}>{t('activity.noneHint')}</Empty>
  return (
    <Empty title={t('nothingFound')}>{search === '' ? undefined : t('activity.notSeen', { search })}</Empty>
  )
}

function useColumns(show: (row: ActivityView) => void): readonly Column<ActivityView>[] {
  const { t } = useWords()
  return [
    { head: t('activity.when'), cell: ({ occurredAt }) => <When at={occurredAt} /> },
    {
      head: t('activity.outcome'),
      cell: ({ outcome }) => (
        <Badge tone={outcome === 'ok' ? 'good' : outcome === 'refused' ? 'warn' : 'bad'}>
          {t(`outcome.${outcome}`)}
        </Badge>
      ),
    },
    {
      head: t('activity.what'),
      cell: (row) => (
        <>
          <Explanation of={row} />
          <div className="rc-mono" style={{ color: 'var(--mantine-color-dimmed)', fontSize: 12.5 }} dir="ltr">
            {row.kind === 'sign_in' ? (row.code ?? '') : `${row.method} ${row.path}`}
          </div>
        </>
      ),
    },
    {
      head: t('actions'),
      isActions: true,
      cell: (row) => (
        <Button size="xs" variant="default" onClick={() => show(row)}>
          {t('details')}
        </Button>
      ),
    },
  ]
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
        <Explanation of={row} />
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
