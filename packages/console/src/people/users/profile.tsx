// What is known of a person: attributes, times and groups.
import { Text } from '@mantine/core'
import type { UserDetail } from '@rollcall/api'
import type { ReactNode } from 'react'
import { Link } from 'react-router'
import { links } from '../../base/links.ts'
import { useOrganization } from '../../frame/session.tsx'
import { useWords } from '../../i18n/language.tsx'
import { Fact, Facts } from '../../ui/facts.tsx'
import { Panel } from '../../ui/page.tsx'
import { When } from '../../ui/when.tsx'
import { SourceBadge } from './badges.tsx'

const fields = ['userName', 'email', 'givenName', 'familyName', 'externalId', 'id'] as const

/** The attributes, and who manages them. */
export function Profile({ user }: { readonly user: UserDetail }): ReactNode {
  const { t } = useWords()
  return (
    <Panel
      title={t('user.profile')}
      about={t(user.managedBy === 'scim' ? 'user.managedByScim' : 'user.managedByUs')}
    >
      <Facts>
        {fields.map((field) => (
          <Fact key={field} name={t(`user.${field}`)}>
            <bdi>{user[field] ?? '–'}</bdi>
          </Fact>
        ))}
        <Fact name={t('users.source')}>
          <SourceBadge source={user.source} />
        </Fact>
        <Fact name={t('user.created')}>
          <When at={user.createdAt} />
        </Fact>
        <Fact name={t('users.lastSignIn')}>
          <When at={user.lastSignInAt} none={t('never')} />
        </Fact>
        {user.deactivatedAt !== null && (
          <Fact name={t('user.deactivatedAt')}>
            <When at={user.deactivatedAt} />
          </Fact>
        )}
      </Facts>
    </Panel>
  )
}

/** The groups that the person is in. */
export function UserGroups({ user }: { readonly user: UserDetail }): ReactNode {
  const { t } = useWords()
  const { slug } = useOrganization()
  return (
    <Panel title={t('nav.groups')}>
      {user.groups.length === 0 ? (
        <Text c="dimmed">{t('user.noGroups')}</Text>
      ) : (
        <ul style={{ margin: 0, paddingInlineStart: '1.2rem' }}>
          {user.groups.map(({ id, displayName }) => (
            <li key={id}>
              <Link to={links.group(slug, id)}>{displayName}</Link>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  )
}
