// The address by which an owner or administrator is recovered: shown to the person, to owners and to the operator; changed by the
// person or by the operator.

import { Button, Stack, Text, TextInput } from '@mantine/core'
import type { UserDetail } from '@rollcall/api'
import { type ReactNode, useState } from 'react'
import { useCall, useChange } from '../../base/api.ts'
import { useOrganization, useSession } from '../../frame/session.tsx'
import { useWords } from '../../i18n/language.tsx'
import { LineForm } from '../../ui/form.tsx'
import { Failure, Note } from '../../ui/note.tsx'
import { Panel } from '../../ui/page.tsx'

const stale = ['getRecoveryAddress', 'listEvents'] as const

/** Nothing for whoever has none, and for whoever may not see it. */
export function RecoveryAddress({ user }: { readonly user: UserDetail }): ReactNode {
  const session = useSession()
  const isOwn = session.userId === user.id
  const maySee = isOwn || session.kind === 'operator' || session.role === 'owner'
  if (!maySee || !['owner', 'admin'].includes(user.role ?? '')) return null
  return <AddressPanel user={user} mayChange={isOwn || session.kind === 'operator'} isOwn={isOwn} />
}

function AddressPanel(props: {
  readonly user: UserDetail
  readonly mayChange: boolean
  readonly isOwn: boolean
}): ReactNode {
  const { t } = useWords()
  const { params } = useOrganization()
  const at = { params: { ...params, id: props.user.id } }
  const { data } = useCall('getRecoveryAddress', at)
  const change = useChange('putRecoveryAddress', stale)
  const seen = useChange('acknowledgeRecoveryAddress', stale)
  const [address, setAddress] = useState('')
  if (data === undefined) return null
  return (
    <Panel title={t('recovery.title')} about={t('recovery.about')}>
      <Stack gap="sm">
        <Text className="rc-break">
          {data.address === null ? t('recovery.none') : <bdi dir="ltr">{data.address}</bdi>}
        </Text>
        {data.pendingAddress !== null && (
          <Note tone="info">{t('recovery.pending', { address: data.pendingAddress })}</Note>
        )}
        {props.isOwn && data.shownAt === null && data.address !== null && (
          <Note tone="info" title={t('recovery.isRight')}>
            <Button size="xs" variant="default" loading={seen.isPending} onClick={() => seen.mutate(at)}>
              {t('recovery.right')}
            </Button>
          </Note>
        )}
        {props.mayChange && (
          <LineForm
            submit={() =>
              change.mutate({ ...at, body: { address: address.trim() } }, { onSuccess: () => setAddress('') })
            }
            act={t('recovery.change')}
            isQuiet
            isReady={address.trim() !== ''}
            isBusy={change.isPending}
          >
            <TextInput
              label={t('recovery.new')}
              type="email"
              dir="ltr"
              style={{ flex: '1 1 220px' }}
              value={address}
              onChange={(event) => setAddress(event.currentTarget.value)}
            />
          </LineForm>
        )}
        <Failure error={change.error ?? seen.error} />
      </Stack>
    </Panel>
  )
}
