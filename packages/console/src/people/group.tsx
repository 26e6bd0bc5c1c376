// One group with its members, a page at a time.
import type { Group } from '@rollcall/api'
import type { ReactNode } from 'react'
import { Link, useParams } from 'react-router'
import { useCall } from '../base/api.ts'
import { links } from '../base/links.ts'
import { useOrganization } from '../frame/session.tsx'
import { useWords } from '../i18n/language.tsx'
import { Timeline } from '../record/events/timeline.tsx'
import { Listing } from '../ui/listing.tsx'
import { Answer, Empty, Page, Panel } from '../ui/page.tsx'
import { usePages } from '../ui/table.tsx'
import { When } from '../ui/when.tsx'
import { GroupRole } from './groups/group-role.tsx'

/** The group that the address names. */
export function GroupScreen(): ReactNode {
  const { id = '' } = useParams()
  const { params } = useOrganization()
  const query = useCall('getGroup', { params: { ...params, id } })
  return <Answer query={query}>{(group) => <GroupPage group={group} />}</Answer>
}

function GroupPage({ group }: { readonly group: Group }): ReactNode {
  const { t } = useWords()
  const { slug } = useOrganization()
  return (
    <Page title={group.displayName}>
      <Panel>
        <dl className="rc-dl">
          <dt>{t('groups.role')}</dt>
          <dd>
            <GroupRole name={group.displayName} />{' '}
            <Link to={links.roleMapping(slug)}>{t('groups.rules')}</Link>
          </dd>
          <dt>{t('user.externalId')}</dt>
          <dd>{group.externalId ?? '–'}</dd>
          <dt>{t('user.id')}</dt>
          <dd className="rc-mono">{group.id}</dd>
          <dt>{t('groups.changed')}</dt>
          <dd>
            <When at={group.updatedAt} />
          </dd>
        </dl>
      </Panel>
      <Panel title={t('groups.members')}>
        <Members id={group.id} />
      </Panel>
      <Panel title={t('user.timeline')}>
        <Timeline subject={group.id} />
      </Panel>
    </Page>
  )
}

function Members({ id }: { readonly id: string }): ReactNode {
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
