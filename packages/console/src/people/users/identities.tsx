// What links a person to identity providers.
import { Group, Stack, Text } from '@mantine/core'
import type { UserDetail } from '@rollcall/api'
import { escapeUnseen } from '@rollcall/api/unseen'
import type { ReactNode } from 'react'
import { useCall, useChange } from '../../base/api.ts'
import { useOrganization, useOwnerRefusal } from '../../frame/session.tsx'
import { useWords } from '../../i18n/language.tsx'
import { ConfirmButton } from '../../ui/confirm.tsx'
import { Panel } from '../../ui/page.tsx'
import { When } from '../../ui/when.tsx'
import { staleUser } from './stale-user.ts'

/** Each identity, which can be unlinked. */
export function Identities({ user }: { readonly user: UserDetail }): ReactNode {
  const { t } = useWords()
  const { params } = useOrganization()
  const unlink = useChange('unlinkUser', staleUser)
  const refusal = useOwnerRefusal(user.role)
  const connections = useCall('listConnections', { params })
  const nameOf = (id: string): string | undefined =>
    connections.data?.items.find((one) => one.id === id)?.name
  return (
    <Panel title={t('user.identities')} about={t('user.identitiesHint')}>
      {user.identities.length === 0 ? (
        <Text c="dimmed">{t('user.noIdentities')}</Text>
      ) : (
        <Stack>
          {user.identities.map((identity) => (
            <Group key={identity.connectionId} justify="space-between" align="flex-start">
              <div style={{ minWidth: 0, flex: '1 1 240px' }}>
                <div>{nameOf(identity.connectionId)}</div>
                <Text size="sm" c="dimmed" className="rc-mono">
                  <bdi>{escapeUnseen(identity.identityProvider)}</bdi>
                </Text>
                <Text size="sm">
                  NameID <bdi className="rc-mono">{escapeUnseen(identity.nameId)}</bdi>
                </Text>
                <Text size="sm" c="dimmed">
                  {t('user.linked')} <When at={identity.linkedAt} />
                </Text>
              </div>
              <ConfirmButton
                label={t('user.unlink')}
                title={t('user.unlinkTitle')}
                body={t('user.unlinkBody')}
                act={t('user.unlink')}
                isDangerous
                reason={refusal}
                run={() =>
                  unlink.mutateAsync({
                    params: { ...params, id: user.id },
                    body: { connectionId: identity.connectionId },
                  })
                }
              />
            </Group>
          ))}
        </Stack>
      )}
    </Panel>
  )
}
