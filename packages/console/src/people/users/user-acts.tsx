// Keeping a person out, and letting them in again. What an administrator does here is called a block, in every place; what the directory
// does is a deactivation.
import type { UserDetail } from '@rollcall/api'
import type { ReactNode } from 'react'
import { useChange } from '../../base/api.ts'
import { useOrganization, useOwnerRefusal, useSession } from '../../frame/session.tsx'
import { useWords } from '../../i18n/language.tsx'
import { ConfirmButton } from '../../ui/confirm.tsx'
import { staleUser } from './stale-user.ts'

/** Blocks, unblocks or reactivates: whichever the person's state allows. */
export function UserActs({ user }: { readonly user: UserDetail }): ReactNode {
  const isOutByDirectory = !user.isActive && user.managedBy === 'scim'
  if (user.blockedAt === null && (user.isActive || isOutByDirectory)) return <Block user={user} />
  return <LetIn user={user} />
}

function Block({ user }: { readonly user: UserDetail }): ReactNode {
  const { t } = useWords()
  const { params } = useOrganization()
  const block = useChange('deactivateUser', staleUser)
  const ownerRefusal = useOwnerRefusal(user.role)
  const isOwn = useSession().userId === user.id
  const active = user.managedBy === 'scim' ? 'user.blockScimBody' : 'user.blockActiveBody'
  return (
    <ConfirmButton
      size="sm"
      label={t('user.block')}
      title={t('user.blockTitle', { name: user.userName })}
      body={t(user.isActive ? active : 'user.blockBody')}
      act={t('user.block')}
      reason={isOwn ? t('user.blockOwn') : ownerRefusal}
      isDangerous
      run={() => block.mutateAsync({ params: { ...params, id: user.id } })}
    />
  )
}

function LetIn({ user }: { readonly user: UserDetail }): ReactNode {
  const { t } = useWords()
  const { params } = useOrganization()
  const letIn = useChange('reactivateUser', staleUser)
  const ownerRefusal = useOwnerRefusal(user.role)
  const word = user.blockedAt === null ? 'reactivate' : 'unblock'
  return (
    <ConfirmButton
      size="sm"
      label={t(`user.${word}`)}
      title={t(`user.${word}Title`, { name: user.userName })}
      body={t(ownerRefusal === undefined ? 'user.reactivateBody' : 'user.reactivateOwnerBody')}
      act={t(`user.${word}`)}
      run={() => letIn.mutateAsync({ params: { ...params, id: user.id } })}
    />
  )
}
