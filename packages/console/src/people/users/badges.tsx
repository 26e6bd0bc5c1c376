// The room `console/people/users`: parts of the screens of people, such as sessions and the recovery address. Every act on a person makes
// the same answers stale.
//
// `columns` and `user-filters` are the list; `badges` say where a user comes from and whether they may sign in.
// `profile`, `role-panel`, `identities`, `sessions` and `recovery-address` are the panels of one user; `user-acts` turns a user off and on.
// `stale-user` names the answers that such an act makes stale.
//
// Where a user comes from, and whether they may sign in.
import type { User } from '@rollcall/api'
import type { ReactNode } from 'react'
import { useWords } from '../../i18n/language.tsx'
import { Badge, type Tone } from '../../ui/badge.tsx'

const tones: Readonly<Record<User['source'], Tone>> = {
  invited: 'warn',
  sso: 'info',
  scim: 'good',
  imported: 'off',
}

/** How the account came to be. */
export function SourceBadge({ source }: { readonly source: User['source'] }): ReactNode {
  const { t } = useWords()
  return <Badge tone={tones[source]}>{t(`source.${source}`)}</Badge>
}

/** Active, deactivated, or blocked by an administrator. */
export function UserState({ user }: { readonly user: Pick<User, 'isActive' | 'blockedAt'> }): ReactNode {
  const { t } = useWords()
  if (user.blockedAt !== null) return <Badge tone="bad">{t('users.blocked')}</Badge>
  return (
    <Badge tone={user.isActive ? 'good' : 'off'}>
      {t(user.isActive ? 'users.active' : 'users.deactivated')}
    </Badge>
  )
}
