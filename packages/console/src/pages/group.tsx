// One group with its members, a page at a time.
import type { ReactNode } from 'react'
import { Link, useParams } from 'react-router'
import { useCall } from '../api.ts'
import { useWords } from '../i18n/language.tsx'
import { links } from '../links.ts'
import { GroupRole } from '../mapping/group-role.tsx'
import { Timeline } from '../record/timeline.tsx'
import { useOrganization } from '../session.tsx'
import { Answer, Empty, Page, Panel } from '../ui/page.tsx'
import { Pager, Table, usePages } from '../ui/table.tsx'
import { When } from '../ui/when.tsx'

export function Screen(): ReactNode {
  const { t } = useWords()
  const { id = '' } = useParams()
  const { params, slug } = useOrganization()
  const at = { params: { ...params, id } }
  const pages = usePages()
  const query = useCall('getGroup', at)
  const members = useCall('listMembers', { ...at, query: { cursor: pages.cursor } })
  return (
    <Answer query={query}>
      {(group) => (
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
            <Answer query={members}>
              {({ items, nextCursor }) =>
                items.length === 0 ? (
                  <Empty title={t('groups.noMembers')} />
                ) : (
                  <>
                    <Table
                      label={t('groups.members')}
                      rows={items}
                      columns={[
                        {
                          head: t('groups.member'),
                          cell: (member) => (
                            <>
                              <Link
                                to={
                                  member.type === 'user'
                                    ? links.user(slug, member.id)
                                    : links.group(slug, member.id)
                                }
                              >
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
                    <Pager pages={pages} nextCursor={nextCursor} />
                  </>
                )
              }
            </Answer>
          </Panel>
          <Panel title={t('user.timeline')}>
            <Timeline subject={group.id} />
          </Panel>
        </Page>
      )}
    </Answer>
  )
}
