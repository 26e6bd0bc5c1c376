// The columns of the list of links: whom one is for, its state, and its end.
import { Button, Group } from '@mantine/core'
import type { PortalLink } from '@rollcall/api'
import type { ReactNode } from 'react'
import { useChange } from '../../base/api.ts'
import { useOrganization, useOwnersLinkRefusal } from '../../frame/session.tsx'
import { useWords } from '../../i18n/language.tsx'
import { Badge } from '../../ui/badge.tsx'
import { ConfirmButton } from '../../ui/confirm.tsx'
import type { Column } from '../../ui/table.tsx'
import { When } from '../../ui/when.tsx'
import { staleLinks } from './stale-links.ts'

const isOver = ({ expiresAt }: PortalLink): boolean => new Date(expiresAt).getTime() < Date.now()

/** What stands in the row of a link. */
export function useLinkColumns(resend: (link: PortalLink) => void): readonly Column<PortalLink>[] {
  const { t } = useWords()
  return [
    { head: t('setUpLinks.for'), cell: ({ email }) => email ?? '–' },
    {
      head: t('setUpLinks.kind'),
      cell: ({ kind, role, origin }) =>
        kind === 'setup'
          ? t('setUpLinks.setup')
          : t(`setUpLinks.${kind}`, { role: t(`role.${role}`), origin: origin ?? '' }),
    },
    { head: t('users.state'), cell: (link) => <LinkState link={link} /> },
    { head: t('setUpLinks.sentAt'), cell: ({ sentAt }) => <When at={sentAt} none={t('never')} /> },
    {
      head: t('setUpLinks.maker'),
      cell: ({ maker: { name, rung } }) => (
        <span className="rc-break">
          {[name, rung === null ? null : t(`rung.${rung}`)].filter((one) => one !== null).join(' · ') || '–'}
        </span>
      ),
    },
    { head: t('setUpLinks.lastUsed'), cell: ({ usedAt }) => <When at={usedAt} none={t('never')} /> },
    { head: t('setUpLinks.until'), cell: ({ expiresAt }) => <When at={expiresAt} /> },
    { head: t('actions'), isActions: true, cell: (link) => <LinkActs link={link} resend={resend} /> },
  ]
}

function LinkState({ link }: { readonly link: PortalLink }): ReactNode {
  const { t } = useWords()
  const { kind, revokedAt, endedReason, usedAt, sentAt } = link
  if (revokedAt !== null) return <Badge tone="off">{t('keys.revoked')}</Badge>
  if (endedReason !== null) return <Badge tone="off">{t(`setUpLinks.ended.${endedReason}`)}</Badge>
  if (kind !== 'setup' && usedAt !== null) return <Badge tone="off">{t('setUpLinks.used')}</Badge>
  if (isOver(link)) return <Badge tone="off">{t('keys.ended')}</Badge>
  if (kind === 'setup' && usedAt !== null) return <Badge tone="good">{t('setUpLinks.opened')}</Badge>
  if (sentAt !== null) return <Badge tone="info">{t('setUpLinks.isSent')}</Badge>
  return <Badge tone="good">{t('keys.active')}</Badge>
}

/** Nothing for a link that was revoked or has ended with its reason. */
function LinkActs(props: {
  readonly link: PortalLink
  readonly resend: (link: PortalLink) => void
}): ReactNode {
  const { t } = useWords()
  const { id, kind, email, revokedAt, endedAt } = props.link
  if (revokedAt !== null || endedAt !== null) return null
  return (
    <Group gap="xs" justify="flex-end">
      {kind === 'setup' && (
        <Button
          size="xs"
          variant="default"
          aria-label={t('setUpLinks.resendTo', { email: email ?? id })}
          onClick={() => props.resend(props.link)}
        >
          {t('setUpLinks.resend')}
        </Button>
      )}
      <RevokeLink link={props.link} />
    </Group>
  )
}

/** Nothing for a link that has ended already. */
function RevokeLink({ link }: { readonly link: PortalLink }): ReactNode {
  const { t } = useWords()
  const { params } = useOrganization()
  const revoke = useChange('revokePortalLink', staleLinks)
  const ownersLink = useOwnersLinkRefusal()
  const { id, role, revokedAt, endedAt, email } = link
  if (revokedAt !== null || endedAt !== null || isOver(link)) return null
  return (
    <ConfirmButton
      label={t('keys.revoke')}
      ariaLabel={t('setUpLinks.revokeTitle', { email: email ?? id })}
      title={t('setUpLinks.revokeTitle', { email: email ?? id })}
      body={t('setUpLinks.revokeBody')}
      act={t('keys.revoke')}
      isDangerous
      reason={role === 'owner' ? ownersLink : undefined}
      run={() => revoke.mutateAsync({ params: { ...params, id } })}
    />
  )
}
