// The columns of the list of users.
import type { User } from '@rollcall/api'
import { Link } from 'react-router'
import { links } from '../../base/links.ts'
import { useWords } from '../../i18n/language.tsx'
import type { Column } from '../../ui/table.tsx'
import { When } from '../../ui/when.tsx'
import { SourceBadge, UserState } from './badges.tsx'

/** What stands in the row of a user of the organization `slug`. */
export function useUserColumns(slug: string): readonly Column<User>[] {
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
          {user.isAddressOnlyFound && <div style={{ fontSize: 14 }}>{t('users.addressOnlyFound')}</div>}
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
