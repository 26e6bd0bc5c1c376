// Takes in an OpenID Connect provider: by what its makers call their part of the address, or by the issuer itself.

import { PasswordInput, Select, TextInput } from '@mantine/core'
import type { Connection, OidcSource } from '@rollcall/api'
import { type ReactNode, useState } from 'react'
import { useChange } from '../../base/api.ts'
import { useOrganization } from '../../frame/session.tsx'
import { useWords } from '../../i18n/language.tsx'
import { Form } from '../../ui/form.tsx'
import { staleConnection, tellIfStaged } from './staged.ts'

const ways = ['okta', 'entra', 'google', 'other'] as const
type Way = (typeof ways)[number]

interface Filled {
  readonly way: Way
  /** Okta's domain, Entra's tenant or the issuer. */
  readonly place: string
  readonly clientId: string
  readonly clientSecret: string
}

function start({ identityProvider, oidc }: Connection): Filled {
  if (oidc !== null) return { way: 'other', place: oidc.issuer, clientId: oidc.clientId, clientSecret: '' }
  const way = ways.find((one) => one === identityProvider) ?? 'other'
  return { way, place: '', clientId: '', clientSecret: '' }
}

function toSource({ way, place, clientId, clientSecret }: Filled): OidcSource {
  return {
    clientId: clientId.trim(),
    ...(way === 'other' ? { issuer: place.trim() } : { preset: way }),
    ...(way === 'okta' || way === 'entra' ? { domain: place.trim() } : {}),
    ...(clientSecret === '' ? {} : { clientSecret }),
  }
}

/** Changes whom an OpenID Connect connection trusts; `kept` is called when that was taken in, or staged. */
export function OidcForm(props: {
  readonly connection: Connection
  readonly kept: () => void
  readonly cancel: (() => void) | undefined
}): ReactNode {
  const { t } = useWords()
  const { params } = useOrganization()
  const { connection, kept, cancel } = props
  const { mutate, error, isPending } = useChange('updateConnection', staleConnection)
  const keep = (done: Parameters<typeof tellIfStaged>[0]): void => {
    tellIfStaged(done, t('anchor.stagedNow'))
    kept()
  }
  const [filled, setFilled] = useState(() => start(connection))
  const { way, place, clientId, clientSecret } = filled
  const isComplete = clientId.trim() !== '' && (way === 'google' || place.trim() !== '')
  return (
    <Form
      width={560}
      submit={() => {
        const body = { oidc: toSource(filled) }
        if (isComplete) mutate({ params: { ...params, id: connection.id }, body }, { onSuccess: keep })
      }}
      act={t('oidc.keep')}
      cancel={cancel}
      isReady={isComplete}
      isBusy={isPending}
      error={error}
    >
      <Place filled={filled} change={setFilled} />
      <TextInput
        label={t('oidc.clientId')}
        dir="ltr"
        value={clientId}
        onChange={(event) => setFilled({ ...filled, clientId: event.currentTarget.value })}
        maxLength={500}
        required
        autoComplete="off"
      />
      <PasswordInput
        label={t('oidc.clientSecret')}
        description={t(
          connection.oidc?.hasClientSecret === true ? 'oidc.clientSecretKept' : 'oidc.clientSecretHint',
        )}
        dir="ltr"
        value={clientSecret}
        onChange={(event) => setFilled({ ...filled, clientSecret: event.currentTarget.value })}
        maxLength={1_000}
        autoComplete="new-password"
        visibilityToggleFocusable
        visibilityToggleButtonProps={{ 'aria-label': t('oidc.showSecret') }}
      />
    </Form>
  )
}

const places = {
  okta: { label: 'oidc.oktaDomain', hint: 'oidc.oktaDomainHint' },
  entra: { label: 'oidc.entraTenant', hint: 'oidc.entraTenantHint' },
  other: { label: 'oidc.issuer', hint: 'oidc.issuerHint' },
} as const

function Place(props: { readonly filled: Filled; readonly change: (filled: Filled) => void }): ReactNode {
  const { t } = useWords()
  const { filled, change } = props
  return (
    <>
      <Select
        label={t('oidc.source')}
        data={ways.map((value) => ({ value, label: t(`oidc.${value}`) }))}
        value={filled.way}
        onChange={(value) => change({ ...filled, way: value as Way, place: '' })}
      />
      {filled.way !== 'google' && (
        <TextInput
          label={t(places[filled.way].label)}
          description={t(places[filled.way].hint)}
          dir="ltr"
          value={filled.place}
          onChange={(event) => change({ ...filled, place: event.currentTarget.value })}
          maxLength={500}
          required
        />
      )}
    </>
  )
}
