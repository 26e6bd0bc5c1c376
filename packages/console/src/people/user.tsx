// One person: what is known, who manages it, every change with its cause, and what may be done.
import type { UserDetail } from '@rollcall/api'
import type { ReactNode } from 'react'
import { Link, useParams } from 'react-router'
import { useCall } from '../base/api.ts'
import { links, narrow } from '../base/links.ts'
import { useOrganization } from '../frame/session.tsx'
import { useWords } from '../i18n/language.tsx'
import { Timeline } from '../record/events/timeline.tsx'
import { Note } from '../ui/note.tsx'
import { Answer, Page, Panel } from '../ui/page.tsx'
import { UserState } from './users/badges.tsx'
import { Identities } from './users/identities.tsx'
import { Profile, UserGroups } from './users/profile.tsx'
import { RecoveryAddress } from './users/recovery-address.tsx'
import { RolePanel } from './users/role-panel.tsx'
import { Sessions } from './users/sessions.tsx'
import { UserActs } from './users/user-acts.tsx'

/** The person whom the address names. */
export function UserScreen(): ReactNode {
  const { id = '' } = useParams()
  const { params } = useOrganization()
  const query = useCall('getUser', { params: { ...params, id } })
  return <Answer query={query}>{(user) => <UserPage user={user} />}</Answer>
}

function UserPage({ user }: { readonly user: UserDetail }): ReactNode {
  const { t } = useWords()
  const { slug } = useOrganization()
  return (
    <Page
      title={user.displayName ?? user.userName}
      back={{ to: links.users(slug), label: t('nav.users') }}
      about={user.userName}
      badge={<UserState user={user} />}
      actions={<UserActs user={user} />}
    >
      {user.blockedAt !== null && <Note tone="warn">{t('user.blockedHint')}</Note>}
      {user.blockedAt === null && !user.isActive && (
        <Note tone="info">{t(user.managedBy === 'scim' ? 'user.offByScim' : 'user.off')}</Note>
      )}
      {user.isAddressOnlyFound && <Note tone="warn">{t('user.addressOnlyFound')}</Note>}
      <Profile user={user} />
      <RolePanel user={user} />
      <UserGroups user={user} />
      <Identities user={user} />
      <Sessions user={user} />
      <RecoveryAddress user={user} />
      <Panel
        title={t('user.timeline')}
        about={<Link to={links.activity(slug, narrow({ search: user.userName }))}>{t('user.requests')}</Link>}
      >
        <Timeline subject={user.id} />
      </Panel>
    </Page>
  )
}
