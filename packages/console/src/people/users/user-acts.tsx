// Turning a person off and on again.
import type { UserDetail } from '@rollcall/api'
import type { ReactNode } from 'react'
import { useChange } from '../../base/api.ts'
import { useOrganization, useOwnerRefusal, useSession } from '../../frame/session.tsx'
import { useWords } from '../../i18n/language.tsx'
import { ConfirmButton } from '../../ui/confirm.tsx'
import { staleUser } from './stale-user.ts'

/** Blocks, deactivates or reactivates: whichever the person's state allows. */
export function UserActs({ user }: { readonly user: UserDetail }): ReactNode {
  const { t } = useWords()
  const { params } = useOrganization()
  const deactivate = useChange('deactivateUser', staleUser)
  const reactivate = useChange('reactivateUser', staleUser)
  const ownerRefusal = useOwnerRefusal(user.role)
  const isOwn = useSession().userId === user.id
  const at = { params: { ...params, id: user.id } }
  if (user.blockedAt === null && !user.isActive && user.managedBy === 'scim')
    return (
      <ConfirmButton
        size="sm"
        label={t('user.block')}
        title={t('user.blockTitle', { name: user.userName })}
        body={t('user.blockBody')}
        act={t('user.block')}
        reason={isOwn ? t('user.deactivateOwn') : ownerRefusal}
        isDangerous
        run={() => deactivate.mutateAsync(at)}
      />
    )
  if (user.blockedAt !== null || !user.isActive)
    return (
      <ConfirmButton
        size="sm"
        label={t('user.reactivate')}
        title={t('user.reactivateTitle', { name: user.userName })}
        body={t(ownerRefusal === undefined ? 'user.reactivateBody' : 'user.reactivateOwnerBody')}
        act={t('user.reactivate')}
        run={() => reactivate.mutateAsync(at)}
      />
    )
  return (
    <ConfirmButton
      size="sm"
      label={t('user.deactivate')}
      title={t('user.deactivateTitle', { name: user.userName })}
      body={t('user.deactivateBody')}
      act={t('user.deactivate')}
      reason={isOwn ? t('user.deactivateOwn') : ownerRefusal}
      isDangerous
      run={() => deactivate.mutateAsync(at)}
    />
  )
}
