// The room `console/people`: the screens of users, groups and invitations. Who is managed by the directory is changed there.
//
// `users` and `user` are everybody and one of them, `groups` and `group` likewise.
// `invitations` are those who are no users yet.
// What they are made of lies in folders below.
//
// Everybody with an account: search, filters, a page at a time. Deactivated people stay listed.

import { Group, Select, Text, TextInput } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import type { User } from '@rollcall/api'
import { IconSearch } from '@tabler/icons-react'
import { type ReactNode, useState } from 'react'
import { Link } from 'react-router'
import { useCall } from '../base/api.ts'
import { links } from '../base/links.ts'
import { useOrganization } from '../frame/session.tsx'
import { useWords } from '../i18n/language.tsx'
import { Listing } from '../ui/listing.tsx'
import { Empty, Page, Panel } from '../ui/page.tsx'
import { type Column, usePages } from '../ui/table.tsx'
import { When } from '../ui/when.tsx'
import { SourceBadge, UserState } from './users/badges.tsx'

const sources = ['invited', 'sso', 'scim', 'imported'] as const
const roles = ['owner', 'admin', 'member'] as const

/** Everybody of an organization, by the name or address that is searched and by what is chosen. */
export function UsersScreen(): ReactNode {
  const { t } = useWords()
  const { params, slug, seatLimit } = useOrganization()
  const [chosen, choose] = useState<Chosen>({ text: '', active: '', source: '', role: '' })
  const { text, ...rest } = chosen
  const [search] = useDebouncedValue(text, 120)
  const pages = usePages()
  const set = Object.fromEntries(Object.entries({ search, ...rest }).filter(([, value]) => value !== ''))
  const query = useCall('listUsers', { params, query: { limit: 50, cursor: pages.cursor, ...set } })
  const provisioning = useCall('getProvisioning', { params })
  const columns = useColumns(slug)
  return (
    <Page title={t('nav.users')} about={t('users.about')}>
      {provisioning.data !== undefined && <Seats counts={provisioning.data.counts} seatLimit={seatLimit} />}
      <Panel>
        <Filters
          chosen={chosen}
          choose={(next) => {
            choose(next)
            pages.restart()
          }}
        />
        <Listing
          query={query}
          pages={pages}
          label={t('nav.users')}
          columns={columns}
          empty={<Nobody isFiltered={Object.keys(set).length > 0} search={search} />}
        />
      </Panel>
    </Page>
  )
}

interface Chosen {
  readonly text: string
  readonly active: string
  readonly source: string
  readonly role: string
}

function Filters(props: { readonly chosen: Chosen; readonly choose: (chosen: Chosen) => void }): ReactNode {
  const { t } = useWords()
  const { chosen, choose } = props
  const all = { value: '', label: t('all') }
  const filters = [
    {
      name: 'active',
      label: t('users.state'),
      data: [
        { value: 'true', label: t('users.active') },
        { value: 'false', label: t('users.deactivated') },
      ],
    },
    {
      name: 'source',
      label: t('users.source'),
      data: sources.map((value) => ({ value, label: t(`source.${value}`) })),
    },
    {
      name: 'role',
      label: t('users.role'),
      data: roles.map((value) => ({ value, label: t(`role.${value}`) })),
    },
  ] as const
  return (
    <Group mb="md" align="flex-end">
      <TextInput
        label={t('search')}
        placeholder={t('users.searchHint')}
        leftSection={<IconSearch size={18} />}
        value={chosen.text}
        onChange={(event) => choose({ ...chosen, text: event.currentTarget.value })}
        style={{ flex: '1 1 220px' }}
      />
      {filters.map(({ name, label, data }) => (
        <Select
          key={name}
          label={label}
          w={150}
          value={chosen[name]}
          onChange={(value) => choose({ ...chosen, [name]: value ?? '' })}
          data={[all, ...data]}
        />
      ))}
    </Group>
  )
}

function Nobody(props: { readonly isFiltered: boolean; readonly search: string }): ReactNode {
  const { t } = useWords()
  const { slug } = useOrganization()
  const { isFiltered, search } = props
  if (!isFiltered) return <Empty title={t('users.none')}>{t('users.noneHint')}</Empty>
  return (
    <Empty title={t('users.notFound')}>
      {search !== '' && <Link to={links.activity(slug, search)}>{t('users.whyNot', { search })}</Link>}
    </Empty>
  )
}

function useColumns(slug: string): readonly Column<User>[] {
  const { t } = useWords()
  return [
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
          {user.addressOnlyFound && <div style={{ fontSize: 14 }}>{t('users.addressOnlyFound')}</div>}
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
    { head: t('users.lastSignIn'), cell: (user) => <When at={user.lastSignInAt} none={t('never')} /> },
  ]
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
