// Who made a key or a client; and what an administrator does with one that a contact made: confirm it.
import { type ApiKey, unconfirmedBounds } from '@rollcall/api'
import type { ReactNode } from 'react'
import { useMayManagePeople } from '../../frame/session.tsx'
import { useWords } from '../../i18n/language.tsx'
import { Badge } from '../../ui/badge.tsx'
import { ConfirmButton } from '../../ui/confirm.tsx'
import { Note } from '../../ui/note.tsx'
import { When } from '../../ui/when.tsx'

type Made = Pick<ApiKey, 'createdAt' | 'createdBy' | 'maker'>

// From before rungs were kept.
function isActor(by: string): by is 'operator' | 'portal_link' | 'user' {
  return by === 'operator' || by === 'portal_link' || by === 'user'
}

/** Who made it and when, and whether they are still in. */
export function Maker({ made }: { readonly made: Made }): ReactNode {
  const { t } = useWords()
  const { name, rung, isOut } = made.maker
  const { createdBy } = made
  const by = rung !== null ? t(`rung.${rung}`) : isActor(createdBy) ? t(`actor.${createdBy}`) : createdBy
  const who = [name, by].filter((one) => one !== null)
  return (
    <>
      <When at={made.createdAt} isDay />
      <div className="rc-break" style={{ fontSize: 13, color: 'var(--mantine-color-dimmed)' }}>
        {who.join(' · ')}
      </div>
      {isOut && <Badge tone="warn">{t('keys.makerOut')}</Badge>}
    </>
  )
}

/** Beside the state: what the key may do until an administrator says so. */
export function Provisional({ isProvisional }: Pick<ApiKey, 'isProvisional'>): ReactNode {
  const { t } = useWords()
  return isProvisional ? <Badge tone="warn">{t('keys.provisional')}</Badge> : null
}

/** What it holds at most until then. */
function useBounds(): { readonly people: string; readonly groups: string } {
  const { number } = useWords()
  return { people: number(unconfirmedBounds.people), groups: number(unconfirmedBounds.groups) }
}

/** Tells a contact who confirms what they made, and what that changes. */
export function ProvisionalNote(props: {
  readonly made: readonly Pick<ApiKey, 'isProvisional'>[]
}): ReactNode {
  const { t } = useWords()
  const bounds = useBounds()
  const mayConfirm = useMayManagePeople()
  const waits = !mayConfirm && props.made.some(({ isProvisional }) => isProvisional)
  return waits ? <Note tone="info">{t('keys.waits', bounds)}</Note> : null
}

/** A contact sees that it waits, and cannot confirm. */
export function ConfirmMade(props: {
  readonly made: Pick<ApiKey, 'name' | 'isProvisional' | 'maker'>
  readonly run: () => Promise<unknown>
}): ReactNode {
  const { t } = useWords()
  const bounds = useBounds()
  const mayConfirm = useMayManagePeople()
  const { name, isProvisional, maker } = props.made
  if (!isProvisional || !mayConfirm) return null
  return (
    <ConfirmButton
      label={t('keys.confirm')}
      ariaLabel={t('keys.confirmTitle', { name })}
      title={t('keys.confirmTitle', { name })}
      body={t('keys.confirmBody', { maker: maker.name ?? t('unknown'), ...bounds })}
      act={t('keys.confirm')}
      variant="filled"
      run={props.run}
    />
  )
}

/** Whether whoever looks may change it: an administrator, or the contact who made it until it is confirmed. */
export function useMayChange(): (made: Pick<ApiKey, 'isProvisional' | 'maker'>) => boolean {
  const isAdministrator = useMayManagePeople()
  // A contact is told the maker of what they made themselves alone.
  return ({ isProvisional, maker }) => isAdministrator || (isProvisional && maker.id !== null)
}

/** Ends it, after a question. */
export function RevokeMade(props: {
  readonly name: string
  readonly body: string
  readonly run: () => Promise<unknown>
}): ReactNode {
  const { t } = useWords()
  const { name } = props
  return (
    <ConfirmButton
      label={t('keys.revoke')}
      ariaLabel={t('keys.revokeTitle', { name })}
      title={t('keys.revokeTitle', { name })}
      body={props.body}
      act={t('keys.revoke')}
      isDangerous
      run={props.run}
    />
  )
}
