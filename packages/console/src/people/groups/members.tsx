// The members of a group, a page at a time.
import type { ReactNode } from 'react'
import { Link } from 'react-router'
import { useCall } from '../../base/api.ts'
import { links } from '../../base/links.ts'
import { useOrganization } from '../../frame/session.tsx'
import { useWords } from '../../i18n/language.tsx'
import { Listing } from '../../ui/listing.tsx'
import { Empty } from '../../ui/page.tsx'
import { usePages } from '../../ui/table.tsx'

/** Users and groups that are members of the group `id`. */
export function Members({ id }: { readonly id: string }): ReactNode {
  const { t } = useWords()
  const { params, slug } = useOrganization()
  const pages = usePages()
  const query = useCall('listMembers', { params: { ...params, id }, query: { cursor: pages.cursor } })
  return (
    <Listing
      query={query}
      pages={pages}
      label={t('groups.members')}
      empty={<Empty title={t('groups.noMembers')} />}
      columns={[
        {
          head: t('groups.member'),
          cell: (member) => (
            <>
              <Link to={member.type === 'user' ? links.user(slug, member.id) : links.group(slug, member.id)}>
                <bdi>{member.display}</bdi>
              </Link>
              {member.userName !== null && member.userName !== member.display && (
                <div style={{ fontSize: 14, color: 'var(--mantine-color-dimmed)' }}>
                  <bdi>{member.userName}</bdi>
                </div>
              )}
            </>
          ),
        },
        { head: t('groups.type'), cell: ({ type }) => t(`member.${type}`) },
      ]}
    />
  )
}
