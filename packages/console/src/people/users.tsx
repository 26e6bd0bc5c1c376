// The room `console/people`: the screens of users, groups and invitations. Who is managed by the directory is changed there.
//
// `users` and `user` are everybody and one of them, `groups` and `group` likewise.
// `invitations` are those who are no users yet.
// What they are made of lies in folders below.
//
// Everybody with an account: search, filters, a page at a time. Deactivated people stay listed.

import type { ReactNode } from 'react'
import { Link, useSearchParams } from 'react-router'
import { useCall } from '../base/api.ts'
import { links, narrow } from '../base/links.ts'
import { useOrganization } from '../frame/session.tsx'
import { useWords } from '../i18n/language.tsx'
import { useFilters } from '../ui/filters.tsx'
import { Listing } from '../ui/listing.tsx'
import { Empty, Page, Panel } from '../ui/page.tsx'
import { ListFiles } from './list-files.tsx'
import { useChooseColumn } from './users/choose-column.tsx'
import { useUserColumns } from './users/columns.tsx'
import { ManyBar } from './users/many-bar.tsx'
import { Seats } from './users/seats.tsx'
import { useChosen } from './users/use-chosen.ts'
import { UserFilters } from './users/user-filters.tsx'

/** Everybody of an organization, by the name or address that is searched and by what is chosen. */
export function UsersScreen(): ReactNode {
  const [address] = useSearchParams()
  const text = address.get('search') ?? ''
  return <Users key={text} text={text} />
}

function Users({ text }: { readonly text: string }): ReactNode {
  const { t } = useWords()
  const { params, slug, seatLimit } = useOrganization()
  const { chosen, choose, search, set, pages } = useFilters({ text, isActive: '', source: '', role: '' })
  const query = useCall('listUsers', { params, query: { limit: 50, cursor: pages.cursor, ...set } })
  const provisioning = useCall('getProvisioning', { params })
  const columns = useUserColumns(slug)
  const people = useChosen(JSON.stringify(set))
  const choice = useChooseColumn(people, query.data?.items ?? [])
  return (
    <Page title={t('nav.users')} about={t('users.about')} actions={<ListFiles name="users" by={set} />}>
      {provisioning.data !== undefined && <Seats counts={provisioning.data.counts} seatLimit={seatLimit} />}
      <Panel>
        <UserFilters chosen={chosen} choose={choose} />
        <Listing
          query={query}
          pages={pages}
          label={t('nav.users')}
          columns={[choice, ...columns]}
          above={() => <ManyBar chosen={people} where={set} />}
          empty={<Nobody isFiltered={Object.keys(set).length > 0} search={search} />}
        />
      </Panel>
    </Page>
  )
}

function Nobody(props: { readonly isFiltered: boolean; readonly search: string }): ReactNode {
  const { t } = useWords()
  const { slug } = useOrganization()
  const { isFiltered, search } = props
  if (!isFiltered) return <Empty title={t('users.none')}>{t('users.noneHint')}</Empty>
  return (
    <Empty title={t('users.notFound')}>
      {search !== '' && (
        <Link to={links.activity(slug, narrow({ search }))}>{t('users.whyNot', { search })}</Link>
      )}
    </Empty>
  )
}
