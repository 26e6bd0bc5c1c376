// People whom no provisioning client has claimed, a page at a time.
import type { ReactNode } from 'react'
import { useCall } from '../../base/api.ts'
import { links } from '../../base/links.ts'
import { ScreenLink } from '../../frame/screen-link.tsx'
import { useOrganization } from '../../frame/session.tsx'
import { useWords } from '../../i18n/language.tsx'
import { SourceBadge, UserState } from '../../people/users/badges.tsx'
import { Answer, Empty } from '../../ui/page.tsx'
import { Pager, Table, usePages } from '../../ui/table.tsx'

/** The people whom no client has claimed, a page at a time. */
export function People({ label }: { readonly label: string }): ReactNode {
  const { t } = useWords()
  const { params, slug } = useOrganization()
  const pages = usePages()
  const query = useCall('listUnclaimed', { params, query: { limit: 10, cursor: pages.cursor } })
  return (
    <Answer query={query}>
      {({ items, nextCursor }) =>
        items.length === 0 ? (
          <Empty title={t('firstSync.allClaimed')} />
        ) : (
          <div>
            <Table
              label={label}
              rows={items}
              columns={[
                {
                  head: t('users.person'),
                  cell: ({ id, userName }) => (
                    <ScreenLink to={links.user(slug, id)}>
                      <bdi>{userName}</bdi>
                    </ScreenLink>
                  ),
                },
                { head: t('users.source'), cell: ({ source }) => <SourceBadge source={source} /> },
                { head: t('users.state'), cell: (user) => <UserState user={user} /> },
              ]}
            />
            <Pager pages={pages} nextCursor={nextCursor} />
          </div>
        )
      }
    </Answer>
  )
}
