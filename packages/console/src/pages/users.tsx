// Everybody with an account: search, filters, a page at a time. Deactivated people stay listed.
import { Group, Select, Text, TextInput } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { IconSearch } from '@tabler/icons-react'
import { type ReactNode, useState } from 'react'
import { Link } from 'react-router'
import { useCall } from '../api.ts'
import { useWords } from '../i18n/language.tsx'
import { links } from '../links.ts'
import { useOrganization } from '../session.tsx'
import { Answer, Empty, Page, Panel } from '../ui/page.tsx'
import { Pager, Table, usePages } from '../ui/table.tsx'
import { When } from '../ui/when.tsx'
import { SourceBadge, UserState } from '../users/badges.tsx'

const sources = ['invited', 'sso', 'scim', 'imported'] as const
const roles = ['owner', 'admin', 'member'] as const

export function Screen(): ReactNode {
  const { t } = useWords()
  const { params, slug, seatLimit } = useOrganization()
  const [text, setText] = useState('')
  const [search] = useDebouncedValue(text, 120)
  const [active, setActive] = useState('')
  const [source, setSource] = useState('')
  const [role, setRole] = useState('')
  const pages = usePages()
  const filters = { search, active, source, role }
  const set = Object.fromEntries(Object.entries(filters).filter(([, value]) => value !== ''))
  const query = useCall('listUsers', { params, query: { limit: 50, cursor: pages.cursor, ...set } })
  const provisioning = useCall('getProvisioning', { params })
  const choose = (work: (value: string) => void) => (value: string | null) => {
    work(value ?? '')
    pages.restart()
  }
  const isFiltered = Object.keys(set).length > 0
  return (
    <Page title={t('nav.users')} about={t('users.about')}>
      {provisioning.data !== undefined && <Seats counts={provisioning.data.counts} seatLimit={seatLimit} />}
      <Panel>
        <Group mb="md" align="flex-end">
          <TextInput
            label={t('search')}
            placeholder={t('users.searchHint')}
            leftSection={<IconSearch size={18} />}
            value={text}
            onChange={(event) => {
              setText(event.currentTarget.value)
              pages.restart()
            }}
            style={{ flex: '1 1 220px' }}
          />
          <Select
            label={t('users.state')}
            w={150}
            value={active}
            onChange={choose(setActive)}
            data={[
              { value: '', label: t('all') },
              { value: 'true', label: t('users.active') },
              { value: 'false', label: t('users.deactivated') },
            ]}
          />
          <Select
            label={t('users.source')}
            w={150}
            value={source}
            onChange={choose(setSource)}
            data={[
              { value: '', label: t('all') },
              ...sources.map((value) => ({ value, label: t(`source.${value}`) })),
            ]}
          />
          <Select
            label={t('users.role')}
            w={150}
            value={role}
            onChange={choose(setRole)}
            data={[
              { value: '', label: t('all') },
              ...roles.map((value) => ({ value, label: t(`role.${value}`) })),
            ]}
          />
        </Group>
        <Answer query={query}>
          {({ items, nextCursor }) =>
            items.length === 0 ? (
              isFiltered ? (
                <Empty title={t('users.notFound')}>
                  {search !== '' && (
                    <Link to={links.activity(slug, search)}>{t('users.whyNot', { search })}</Link>
                  )}
                </Empty>
              ) : (
                <Empty title={t('users.none')}>{t('users.noneHint')}</Empty>
              )
            ) : (
              <>
                <Table
                  label={t('nav.users')}
                  rows={items}
                  columns={[
                    {
                      head: t('users.person'),
                      cell: (user) => (
                        <>
                          <Link to={links.user(slug, user.id)}>
                            <bdi>{user.displayName ?? user.userName}</bdi>
                          </Link>
                          {user.displayName !== null && (
                            <div style={{ fontSize: 14, color: 'var(--mantine-color-dimmed)' }}>
                              <bdi>{user.userName}</bdi>
                            </div>
                          )}
                          {user.addressOnlyFound && (
                            <div style={{ fontSize: 14 }}>{t('users.addressOnlyFound')}</div>
                          )}
                        </>
                      ),
                    },
                    { head: t('users.state'), cell: (user) => <UserState user={user} /> },
                    { head: t('users.role'), cell: (user) => t(`role.${user.role}`) },
                    { head: t('users.source'), cell: (user) => <SourceBadge source={user.source} /> },
                    {
                      head: t('users.managed'),
                      cell: (user) => t(user.managedBy === 'scim' ? 'users.byScim' : 'users.byUs'),
                    },
                    {
                      head: t('users.lastSignIn'),
                      cell: (user) => <When at={user.lastSignInAt} none={t('never')} />,
                    },
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

function Seats(props: {
  readonly counts: { readonly users: number; readonly active: number }
  readonly seatLimit: number | null
}): ReactNode {
  const { t } = useWords()
  const { users, active } = props.counts
  return (
    <Text c="dimmed">
      {props.seatLimit === null
        ? t('users.counts', { users, active })
        : t('users.countsOf', { users, active, seats: props.seatLimit })}
    </Text>
  )
}
