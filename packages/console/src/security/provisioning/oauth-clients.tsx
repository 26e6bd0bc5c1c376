// OAuth 2.0 clients of the directory, for identity providers that fetch a token instead of holding a key.

import { Button, Group, Select, Stack, Text, Textarea, TextInput } from '@mantine/core'
import type { NewOAuthClient, OAuthClient, ResultOf } from '@rollcall/api'
import { type ReactNode, useState } from 'react'
import { useCall, useChange } from '../../base/api.ts'
import { useOrganization } from '../../frame/session.tsx'
import { useWords } from '../../i18n/language.tsx'
import { Badge } from '../../ui/badge.tsx'
import { CopyValue } from '../../ui/copy-value.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { DialogButton } from '../../ui/dialog-button.tsx'
import { FormDialog } from '../../ui/form.tsx'
import { Listing } from '../../ui/listing.tsx'
import { NameField } from '../../ui/name-field.tsx'
import { Note } from '../../ui/note.tsx'
import { Empty, Panel } from '../../ui/page.tsx'
import type { Column } from '../../ui/table.tsx'
import { When } from '../../ui/when.tsx'
import { ConfirmMade, Maker, Provisional, ProvisionalNote, RevokeMade, useMayChange } from './maker.tsx'

const stale = ['listOAuthClients', 'listEvents'] as const
const methods = ['client_secret', 'private_key_jwt'] as const

/** All OAuth 2.0 clients of the organization. */
export function OAuthClients(): ReactNode {
  const { t } = useWords()
  const { params } = useOrganization()
  const query = useCall('listOAuthClients', { params })
  const columns = useColumns()
  return (
    <Panel
      title={t('oauth.title')}
      about={t('oauth.about')}
      actions={
        <DialogButton label={t('oauth.create')}>
          {(close) => <CreateClientDialog close={close} />}
        </DialogButton>
      }
    >
      <Listing
        query={query}
        label={t('oauth.title')}
        columns={columns}
        above={(items) => <ProvisionalNote made={items} />}
        empty={<Empty title={t('oauth.none')} />}
      />
    </Panel>
  )
}

function useColumns(): readonly Column<OAuthClient>[] {
  const { t } = useWords()
  return [
    {
      head: t('keys.name'),
      cell: ({ name, id }) => (
        <>
          {name}
          <div className="rc-mono">{id}</div>
        </>
      ),
    },
    { head: t('oauth.method'), cell: ({ method }) => t(`oauth.${method}`) },
    {
      head: t('keys.state'),
      cell: ({ isActive, isProvisional }) => (
        <Group gap="xs">
          <Badge tone={isActive ? 'good' : 'off'}>{t(isActive ? 'keys.active' : 'keys.revoked')}</Badge>
          <Provisional isProvisional={isProvisional} />
        </Group>
      ),
    },
    { head: t('keys.created'), cell: (client) => <Maker made={client} /> },
    { head: t('keys.used'), cell: ({ lastUsedAt }) => <When at={lastUsedAt} none={t('never')} /> },
    { head: t('actions'), isActions: true, cell: (client) => <Acts client={client} /> },
  ]
}

function Acts({ client }: { readonly client: OAuthClient }): ReactNode {
  const { t } = useWords()
  const at = { params: { ...useOrganization().params, id: client.id } }
  const revoke = useChange('revokeOAuthClient', stale)
  const confirm = useChange('confirmOAuthClient', [...stale, 'listUsers'])
  const mayChange = useMayChange()
  return (
    <Group gap="xs" justify="flex-end">
      <ConfirmMade made={client} run={() => confirm.mutateAsync(at)} />
      {client.isActive && mayChange(client) && (
        <RevokeMade name={client.name} body={t('oauth.revokeBody')} run={() => revoke.mutateAsync(at)} />
      )}
    </Group>
  )
}

const noTrust = { jwksUrl: '', issuer: '', subject: '', audience: '', jwks: '' }
type Trust = typeof noTrust

/** What is sent of a trust: only what was filled in. Throws a SyntaxError where the keys are no JSON. */
function toTrust({ jwks, ...texts }: Trust): Partial<NewOAuthClient> {
  const filled = Object.fromEntries(Object.entries(texts).filter(([, text]) => text.trim() !== ''))
  return jwks.trim() === '' ? filled : { ...filled, jwks: JSON.parse(jwks) }
}

function CreateClientDialog({ close }: { readonly close: () => void }): ReactNode {
  const { t } = useWords()
  const { params } = useOrganization()
  const { mutate, data, error, isPending } = useChange('createOAuthClient', stale)
  const [name, setName] = useState('')
  const [method, setMethod] = useState<NewOAuthClient['method']>('client_secret')
  const [trust, setTrust] = useState(noTrust)
  const [fault, setFault] = useState<string>()
  const submit = (): void => {
    try {
      const trusted = toTrust(trust)
      setFault(undefined)
      mutate({ params, body: { name, method, ...(method === 'private_key_jwt' ? trusted : {}) } })
    } catch {
      setFault(t('oauth.notJson'))
    }
  }
  if (data !== undefined) return <MadeClient made={data} close={close} />
  return (
    <FormDialog
      title={t('oauth.create')}
      close={close}
      submit={submit}
      act={t('oauth.create')}
      isReady={name.trim() !== ''}
      isBusy={isPending}
      error={error}
    >
      <NameField label={t('keys.name')} value={name} change={setName} />
      <Select
        label={t('oauth.method')}
        data={methods.map((value) => ({ value, label: t(`oauth.${value}`) }))}
        value={method}
        onChange={(value) => setMethod(value as NewOAuthClient['method'])}
      />
      {method === 'private_key_jwt' && <TrustFields trust={trust} change={setTrust} fault={fault} />}
    </FormDialog>
  )
}

function TrustFields(props: {
  readonly trust: Trust
  readonly change: (trust: Trust) => void
  readonly fault: string | undefined
}): ReactNode {
  const { t } = useWords()
  const { trust, change, fault } = props
  return (
    <>
      <Text size="sm" c="dimmed">
        {t('oauth.trustHint')}
      </Text>
      {(['jwksUrl', 'issuer', 'subject', 'audience'] as const).map((field) => (
        <TextInput
          key={field}
          dir="ltr"
          label={t(`oauth.${field}`)}
          value={trust[field]}
          onChange={(event) => change({ ...trust, [field]: event.currentTarget.value })}
        />
      ))}
      <Textarea
        dir="ltr"
        label={t('oauth.jwks')}
        autosize
        minRows={3}
        value={trust.jwks}
        error={fault}
        onChange={(event) => change({ ...trust, jwks: event.currentTarget.value })}
      />
    </>
  )
}

function MadeClient(props: {
  readonly made: ResultOf<'createOAuthClient'>
  readonly close: () => void
}): ReactNode {
  const { t } = useWords()
  const { client, secret } = props.made
  return (
    <Dialog title={t('oauth.create')} close={props.close}>
      <Stack>
        <CopyValue label={t('oauth.clientId')} value={client.id} />
        <CopyValue label={t('oauth.tokenUrl')} value={client.tokenUrl} />
        {secret !== null && (
          <>
            <Note tone="warn">
              <Text size="sm">{t('keys.onceHint')}</Text>
            </Note>
            <CopyValue label={t('oauth.secret')} value={secret} />
          </>
        )}
        <Group justify="flex-end">
          <Button onClick={props.close}>{t('done')}</Button>
        </Group>
      </Stack>
    </Dialog>
  )
}
