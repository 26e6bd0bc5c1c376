// The API keys of the directory: who made them, when they were used, when they end; rename, rotate, revoke.

import { Button, Group, TextInput } from '@mantine/core'
import type { ApiKey, ProvisioningMode } from '@rollcall/api'
import { type ReactNode, useState } from 'react'
import { useChange } from '../../base/api.ts'
import { dayMs } from '../../base/days.ts'
import { useOrganization } from '../../frame/session.tsx'
import { useWords } from '../../i18n/language.tsx'
import { Badge } from '../../ui/badge.tsx'
import { ConfirmButton } from '../../ui/confirm.tsx'
import { FormDialog } from '../../ui/form.tsx'
import { Note } from '../../ui/note.tsx'
import { Empty, Panel } from '../../ui/page.tsx'
import { RotateButton } from '../../ui/rotate-button.tsx'
import { type Column, Table } from '../../ui/table.tsx'
import { When } from '../../ui/when.tsx'
import { ConfirmMade, Maker, Provisional, ProvisionalNote, RevokeMade, useMayChange } from './maker.tsx'
import { profileName } from './profile-name.ts'

const stale = ['getProvisioning', 'listEvents', 'previewProvisioning'] as const

/** All keys of the organization, those that ended too, as the service lists them. */
export function ApiKeys(props: {
  readonly keys: readonly ApiKey[]
  readonly mode: ProvisioningMode
}): ReactNode {
  const { t } = useWords()
  const columns = useColumns()
  return (
    <Panel title={t('keys.title')} about={t('keys.about')}>
      {props.mode === 'manual' && <Note tone="info">{t('keys.paused')}</Note>}
      <ProvisionalNote made={props.keys} />
      {props.keys.length === 0 ? (
        <Empty title={t('keys.none')} />
      ) : (
        <Table label={t('keys.title')} rows={props.keys} columns={columns} />
      )}
    </Panel>
  )
}

function useColumns(): readonly Column<ApiKey>[] {
  const { t } = useWords()
  return [
    {
      head: t('keys.name'),
      cell: (key) => (
        <>
          {key.name}
          <Prefix prefix={key.prefix} />
          {key.tokens.slice(1).map((token) => (
            <EarlierToken key={token.endsAt} token={token} isUnused={key.tokens[0]?.lastUsedAt === null} />
          ))}
        </>
      ),
    },
    {
      head: t('keys.state'),
      cell: (key) => (
        <Group gap="xs">
          <KeyState apiKey={key} />
          <Provisional isProvisional={key.isProvisional} />
        </Group>
      ),
    },
    {
      head: t('keys.profile'),
      cell: ({ profile, knownClient }) => (
        <>
          {profileName(t, profile)}
          {profile === 'auto' && knownClient !== null && (
            <div>{t('keys.known', { client: profileName(t, knownClient) })}</div>
          )}
        </>
      ),
    },
    { head: t('keys.created'), cell: (key) => <Maker made={key} /> },
    {
      head: t('keys.used'),
      cell: ({ tokens, lastUsedAt }) => (
        <When at={tokens.length === 0 ? lastUsedAt : (tokens[0]?.lastUsedAt ?? null)} none={t('never')} />
      ),
    },
    { head: t('keys.expires'), cell: ({ expiresAt }) => <When at={expiresAt} isDay none={t('never')} /> },
    {
      head: t('actions'),
      isActions: true,
      cell: (key) => (key.isActive || key.isProvisional) && <Acts apiKey={key} />,
    },
  ]
}

/** How a token begins. */
function Prefix({ prefix }: { readonly prefix: string }): ReactNode {
  return (
    <div className="rc-mono" dir="ltr" style={{ textAlign: 'start' }}>
      {prefix}…
    </div>
  )
}

/** The token that a rotation left: until when it works, and whether anybody still shows it. */
function EarlierToken(props: {
  readonly token: ApiKey['tokens'][number]
  /** Whether the newest was shown by nobody yet. */
  readonly isUnused: boolean
}): ReactNode {
  const { t } = useWords()
  const { prefix, endsAt, lastUsedAt } = props.token
  return (
    <div style={{ marginBlockStart: 8 }}>
      <Badge tone="warn">{t('keys.earlier')}</Badge>
      {prefix !== null && <Prefix prefix={prefix} />}
      <div>
        {t('keys.expires')}: <When at={endsAt} none={t('never')} />
      </div>
      <div>
        {t('keys.used')}: <When at={lastUsedAt} none={t('never')} />
      </div>
      {props.isUnused && <div>{t('keys.newUnused')}</div>}
    </div>
  )
}

function EndEarlierToken({ apiKey }: { readonly apiKey: ApiKey }): ReactNode {
  const { t } = useWords()
  const { params } = useOrganization()
  const end = useChange('endEarlierToken', stale)
  return (
    <ConfirmButton
      label={t('keys.endEarlier')}
      ariaLabel={t('keys.endEarlierTitle', { name: apiKey.name })}
      title={t('keys.endEarlierTitle', { name: apiKey.name })}
      body={t(apiKey.tokens[0]?.lastUsedAt === null ? 'keys.endEarlierUnused' : 'keys.endEarlierBody')}
      act={t('keys.endEarlier')}
      isDangerous
      run={() => end.mutateAsync({ params: { ...params, id: apiKey.id } })}
    />
  )
}

function Acts({ apiKey }: { readonly apiKey: ApiKey }): ReactNode {
  const { t } = useWords()
  const at = { params: { ...useOrganization().params, id: apiKey.id } }
  const revoke = useChange('revokeKey', stale)
  const confirm = useChange('confirmKey', [...stale, 'listUsers'])
  const mayChange = useMayChange()
  return (
    <Group gap="xs" justify="flex-end">
      <ConfirmMade made={apiKey} run={() => confirm.mutateAsync(at)} />
      {apiKey.isActive && mayChange(apiKey) && (
        <>
          <RenameButton apiKey={apiKey} />
          <RotateKey apiKey={apiKey} />
          {apiKey.tokens.length > 1 && <EndEarlierToken apiKey={apiKey} />}
          <RevokeMade name={apiKey.name} body={t('keys.revokeBody')} run={() => revoke.mutateAsync(at)} />
        </>
      )}
    </Group>
  )
}

function KeyState({ apiKey }: { readonly apiKey: ApiKey }): ReactNode {
  const { t } = useWords()
  if (apiKey.revokedAt !== null) return <Badge tone="off">{t('keys.revoked')}</Badge>
  if (!apiKey.isActive) return <Badge tone="bad">{t('keys.ended')}</Badge>
  const left =
    apiKey.expiresAt === null ? Number.POSITIVE_INFINITY : new Date(apiKey.expiresAt).getTime() - Date.now()
  return left < 30 * dayMs ? (
    <Badge tone="warn">{t('keys.endsSoon')}</Badge>
  ) : (
    <Badge tone="good">{t('keys.active')}</Badge>
  )
}

function RenameButton({ apiKey }: { readonly apiKey: ApiKey }): ReactNode {
  const { t } = useWords()
  const { params } = useOrganization()
  const [name, setName] = useState<string>()
  const { mutate, error, isPending } = useChange('updateKey', stale)
  const close = (): void => setName(undefined)
  return (
    <>
      <Button
        size="xs"
        variant="default"
        onClick={() => setName(apiKey.name)}
        aria-label={t('keys.renameTitle', { name: apiKey.name })}
      >
        {t('keys.rename')}
      </Button>
      <FormDialog
        isOpen={name !== undefined}
        title={t('keys.renameTitle', { name: apiKey.name })}
        close={close}
        submit={() =>
          mutate({ params: { ...params, id: apiKey.id }, body: { name: name ?? '' } }, { onSuccess: close })
        }
        act={t('save')}
        isBusy={isPending}
        error={error}
      >
        <TextInput
          label={t('keys.name')}
          value={name ?? ''}
          onChange={(event) => setName(event.currentTarget.value)}
          maxLength={200}
          data-autofocus
        />
      </FormDialog>
    </>
  )
}

function RotateKey({ apiKey }: { readonly apiKey: ApiKey }): ReactNode {
  const { t } = useWords()
  const { params } = useOrganization()
  const rotate = useChange('rotateKey', stale)
  return (
    <RotateButton
      title={t('keys.rotateTitle', { name: apiKey.name })}
      body={t('keys.rotateBody')}
      once={{ title: t('keys.once'), hint: t('keys.onceHint'), label: t('keys.token') }}
      run={async (overlapSeconds) => {
        const made = await rotate.mutateAsync({
          params: { ...params, id: apiKey.id },
          body: { overlapSeconds },
        })
        return made.token
      }}
    />
  )
}
