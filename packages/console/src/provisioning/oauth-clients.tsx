// OAuth 2.0 clients of the directory, for identity providers that fetch a token instead of holding a key.
import { Button, Group, Modal, Select, Stack, Text, Textarea, TextInput } from '@mantine/core'
import type { NewOAuthClient } from '@rollcall/api'
import { type ReactNode, useState } from 'react'
import { useCall, useChange } from '../api.ts'
import { useWords } from '../i18n/language.tsx'
import { useMayManagePeople, useOrganization } from '../session.tsx'
import { Badge } from '../ui/badge.tsx'
import { ConfirmButton } from '../ui/confirm.tsx'
import { CopyValue } from '../ui/copy-value.tsx'
import { Failure, Note } from '../ui/note.tsx'
import { Answer, Empty, Panel } from '../ui/page.tsx'
import { Table } from '../ui/table.tsx'
import { useDialog } from '../ui/use-dialog.ts'
import { When } from '../ui/when.tsx'
import { ConfirmMade, Maker, Provisional, ProvisionalNote } from './maker.tsx'

const stale = ['listOAuthClients', 'listEvents'] as const

export function OAuthClients(): ReactNode {
  const { t } = useWords()
  const { params } = useOrganization()
  const query = useCall('listOAuthClients', { params })
  const revoke = useChange('revokeOAuthClient', stale)
  const confirm = useChange('confirmOAuthClient', [...stale, 'listUsers'])
  const isAdministrator = useMayManagePeople()
  const { isOpen, open, close } = useDialog()
  return (
    <Panel
      title={t('oauth.title')}
      about={t('oauth.about')}
      actions={
        <Button variant="default" size="xs" onClick={open}>
          {t('oauth.create')}
        </Button>
      }
    >
      <Answer query={query}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty title={t('oauth.none')} />
          ) : (
            <Stack gap="sm">
              <ProvisionalNote made={items} />
              <Table
                label={t('oauth.title')}
                rows={items}
                columns={[
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
                        <Badge tone={isActive ? 'good' : 'off'}>
                          {t(isActive ? 'keys.active' : 'keys.revoked')}
                        </Badge>
                        <Provisional isProvisional={isProvisional} />
                      </Group>
                    ),
                  },
                  { head: t('keys.created'), cell: (client) => <Maker made={client} /> },
                  {
                    head: t('keys.used'),
                    cell: ({ lastUsedAt }) => <When at={lastUsedAt} none={t('never')} />,
                  },
                  {
                    head: t('actions'),
                    isActions: true,
                    cell: (client) => (
                      <Group gap="xs" justify="flex-end">
                        <ConfirmMade
                          made={client}
                          run={() => confirm.mutateAsync({ params: { ...params, id: client.id } })}
                        />
                        {client.isActive &&
                          (isAdministrator || (client.isProvisional && client.maker.id !== null)) && (
                            <ConfirmButton
                              label={t('keys.revoke')}
                              ariaLabel={t('keys.revokeTitle', { name: client.name })}
                              title={t('keys.revokeTitle', { name: client.name })}
                              body={t('oauth.revokeBody')}
                              act={t('keys.revoke')}
                              isDangerous
                              run={() => revoke.mutateAsync({ params: { ...params, id: client.id } })}
                            />
                          )}
                      </Group>
                    ),
                  },
                ]}
              />
            </Stack>
          )
        }
      </Answer>
      {isOpen && <CreateDialog close={close} />}
    </Panel>
  )
}

function CreateDialog({ close }: { readonly close: () => void }): ReactNode {
  const { t } = useWords()
  const { params } = useOrganization()
  const { mutate, data, error, isPending } = useChange('createOAuthClient', stale)
  const [name, setName] = useState('')
  const [method, setMethod] = useState<NewOAuthClient['method']>('client_secret')
  const [trust, setTrust] = useState({ jwksUrl: '', issuer: '', subject: '', audience: '', jwks: '' })
  const [fault, setFault] = useState<string>()
  const submit = (): void => {
    const { jwks, ...texts } = trust
    const filled = Object.fromEntries(Object.entries(texts).filter(([, text]) => text.trim() !== ''))
    try {
      const keys = jwks.trim() === '' ? {} : { jwks: JSON.parse(jwks) }
      setFault(undefined)
      mutate({
        params,
        body: { name, method, ...(method === 'private_key_jwt' ? { ...filled, ...keys } : {}) },
      })
    } catch {
      setFault(t('oauth.notJson'))
    }
  }
  return (
    <Modal opened onClose={close} title={t('oauth.create')} closeButtonProps={{ 'aria-label': t('close') }}>
      {data !== undefined ? (
        <Stack>
          <CopyValue label={t('oauth.clientId')} value={data.client.id} />
          <CopyValue label={t('oauth.tokenUrl')} value={data.client.tokenUrl} />
          {data.secret !== null && (
            <>
              <Note tone="warn">
                <Text size="sm">{t('keys.onceHint')}</Text>
              </Note>
              <CopyValue label={t('oauth.secret')} value={data.secret} />
            </>
          )}
          <Group justify="flex-end">
            <Button onClick={close}>{t('done')}</Button>
          </Group>
        </Stack>
      ) : (
        <form
          onSubmit={(event) => {
            event.preventDefault()
            submit()
          }}
        >
          <Stack>
            <TextInput
              label={t('keys.name')}
              value={name}
              onChange={(event) => setName(event.currentTarget.value)}
              required
              maxLength={200}
              data-autofocus
            />
            <Select
              label={t('oauth.method')}
              data={(['client_secret', 'private_key_jwt'] as const).map((value) => ({
                value,
                label: t(`oauth.${value}`),
              }))}
              value={method}
              onChange={(value) => setMethod(value as NewOAuthClient['method'])}
            />
            {method === 'private_key_jwt' && (
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
                    onChange={(event) => setTrust({ ...trust, [field]: event.currentTarget.value })}
                  />
                ))}
                <Textarea
                  dir="ltr"
                  label={t('oauth.jwks')}
                  autosize
                  minRows={3}
                  value={trust.jwks}
                  error={fault}
                  onChange={(event) => setTrust({ ...trust, jwks: event.currentTarget.value })}
                />
              </>
            )}
            <Failure error={error} />
            <Group justify="flex-end">
              <Button variant="default" onClick={close}>
                {t('cancel')}
              </Button>
              <Button type="submit" loading={isPending} disabled={name.trim() === ''}>
                {t('oauth.create')}
              </Button>
            </Group>
          </Stack>
        </form>
      )}
    </Modal>
  )
}
