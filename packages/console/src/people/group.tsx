// One group with its members, a page at a time.
import type { Group } from '@rollcall/api'
import type { ReactNode } from 'react'
import { Link, useParams } from 'react-router'
import { useCall } from '../base/api.ts'
import { links } from '../base/links.ts'
import { useOrganization } from '../frame/session.tsx'
import { useWords } from '../i18n/language.tsx'
import { Timeline } from '../record/events/timeline.tsx'
import { Fact, Facts } from '../ui/facts.tsx'
import { Answer, Page, Panel } from '../ui/page.tsx'
import { When } from '../ui/when.tsx'
import { GroupRole } from './groups/group-role.tsx'
import { Members } from './groups/members.tsx'

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
    <Page title={group.displayName} back={{ to: links.groups(slug), label: t('nav.groups') }}>
      <Panel>
        <Facts>
          <Fact name={t('groups.role')}>
            <GroupRole group={group} /> <Link to={links.roleMapping(slug)}>{t('groups.rules')}</Link>
          </Fact>
          <Fact name={t('user.externalId')}>{group.externalId ?? '–'}</Fact>
          <Fact name={t('user.id')} isMono>
            {group.id}
          </Fact>
          <Fact name={t('groups.changed')}>
            <When at={group.updatedAt} />
          </Fact>
        </Facts>
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
