// A person's role, where it comes from, and who may change it.
import { Button, Group, Select, Stack, Text } from '@mantine/core'
import type { UserDetail } from '@rollcall/api'
import type { ReactNode } from 'react'
import { useChange } from '../../base/api.ts'
import { useOrganization, useOwnerRefusal } from '../../frame/session.tsx'
import { useWords } from '../../i18n/language.tsx'
import { Failure } from '../../ui/note.tsx'
import { Panel } from '../../ui/page.tsx'
import { staleUser } from './stale-user.ts'

/** The role, and the act that gives another. */
export function RolePanel({ user }: { readonly user: UserDetail }): ReactNode {
  const { t } = useWords()
  const { params } = useOrganization()
  const { mutate, error, isPending } = useChange('updateUser', staleUser)
  const refusal = useOwnerRefusal(user.role)
  const mayGiveOwnership = useOwnerRefusal('owner') === undefined
  const give = (role: UserDetail['role']) => mutate({ params: { ...params, id: user.id }, body: { role } })
  return (
    <Panel title={t('users.role')} about={t(`user.roleOrigin.${user.roleOrigin}`)}>
      <Stack gap="sm">
        <Select
          aria-label={t('users.role')}
          maw={280}
          value={user.role}
          description={refusal ?? (mayGiveOwnership ? undefined : t('users.ownershipBy'))}
          inputWrapperOrder={['label', 'input', 'description', 'error']}
          disabled={refusal !== undefined}
          data={(['owner', 'admin', 'member'] as const)
            .filter((value) => value !== 'owner' || mayGiveOwnership || user.role === 'owner')
            .map((value) => ({ value, label: t(`role.${value}`) }))}
          allowDeselect={false}
          onChange={(role) => give(role as UserDetail['role'])}
        />
        {user.roleOrigin !== 'hand' && refusal === undefined && (
          <Group gap="sm">
            <Button variant="default" size="xs" loading={isPending} onClick={() => give(user.role)}>
              {t('user.keepRole')}
            </Button>
            <Text size="sm" c="dimmed">
              {t('user.keepRoleHint')}
            </Text>
          </Group>
        )}
        <Failure error={error} />
      </Stack>
    </Panel>
  )
}
