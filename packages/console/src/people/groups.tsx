// Groups that the directory pushed, and the role that each gives.

import type { ReactNode } from 'react'
import { Link } from 'react-router'
import { useCall } from '../base/api.ts'
import { links } from '../base/links.ts'
import { useOrganization } from '../frame/session.tsx'
import { useWords } from '../i18n/language.tsx'
import { SearchField, useFilters } from '../ui/filters.tsx'
import { Listing } from '../ui/listing.tsx'
import { Empty, Page, Panel } from '../ui/page.tsx'
import { When } from '../ui/when.tsx'
import { GroupRole } from './groups/group-role.tsx'
import { ListFiles } from './list-files.tsx'

/** The groups that the directory pushed. */
export function GroupsScreen(): ReactNode {
  const { t } = useWords()
  const { params, slug } = useOrganization()
  const filters = useFilters({ text: '' })
  const { set, search, pages } = filters
  const query = useCall('listGroups', { params, query: { cursor: pages.cursor, ...set } })
  return (
    <Page title={t('nav.groups')} about={t('groups.about')} actions={<ListFiles name="groups" />}>
      <Panel>
        <SearchField filters={filters} label={t('search')} />
        <Listing
          query={query}
          pages={pages}
          label={t('nav.groups')}
          empty={
            search === '' ? (
              <Empty title={t('groups.none')}>{t('groups.noneHint')}</Empty>
            ) : (
              <Empty title={t('nothingFound')} />
            )
          }
          columns={[
            {
              head: t('groups.name'),
              cell: ({ id, displayName }) => <Link to={links.group(slug, id)}>{displayName}</Link>,
            },
            { head: t('groups.role'), cell: (group) => <GroupRole group={group} /> },
            { head: t('groups.changed'), cell: ({ updatedAt }) => <When at={updatedAt} /> },
          ]}
        />
      </Panel>
    </Page>
  )
}
