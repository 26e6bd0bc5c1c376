// The room `console/operator/webhooks`: parts of the screens of webhook endpoints. A delivery's body comes from elsewhere and is shown as
// text.
//
// `endpoint-form` makes and changes an endpoint; `event-types` chooses what it is told of.
// `deliveries` is the log, `delivery-details` one of it; `resend-dialog` sends a range again.
// `state-badge` and `webhook-alert` say that an endpoint gets nothing.
// `public-key` shows a key once, as a secret is shown.
//
// The form of an endpoint, to make one and to change one.

import { Select, TextInput } from '@mantine/core'
import type { CreatedWebhookEndpoint, WebhookEndpoint } from '@rollcall/api'
import type { ReactNode } from 'react'
import { useChange } from '../../base/api.ts'
import { useWords } from '../../i18n/language.tsx'
import { ContractDialog } from '../../ui/contract-dialog.tsx'
import { type ContractForm, useContractForm } from '../../ui/contract-form.ts'
import { OrganizationPicker } from '../../ui/organization-picker.tsx'
import { EventTypePicker } from './event-types.tsx'

const algorithms = ['hmac-sha256', 'ed25519'] as const
const loadNew = async () => (await import('@rollcall/api/schemas')).newWebhookEndpointSchema
const loadChange = async () => (await import('@rollcall/api/schemas')).webhookEndpointChangeSchema

interface Values extends Record<string, unknown> {
  readonly url: string
  readonly description: string
  readonly algorithm: (typeof algorithms)[number]
  readonly eventTypes: string[]
  readonly organizations: string[]
}
// The form's list holds known types and what the service answered; the schema judges them before they are sent.
type Types = 'user.provisioned'[]
const toTypes = (chosen: string[]): Types => (chosen.length === 0 ? ['*'] : chosen) as Types

function toNew({ url, description, algorithm, eventTypes, organizations }: Values) {
  return {
    url: url.trim(),
    algorithm,
    eventTypes: toTypes(eventTypes),
    ...(description.trim() === '' ? {} : { description }),
    ...(organizations.length === 0 ? {} : { organizations }),
  }
}

function toChange({ url, description, eventTypes, organizations }: Values) {
  return {
    url: url.trim(),
    description: description.trim() === '' ? null : description,
    eventTypes: toTypes(eventTypes),
    organizations: organizations.length === 0 ? null : organizations,
  }
}

/** Makes an endpoint, and gives it with its secret to `made`. */
export function CreateEndpointDialog(props: {
  readonly close: () => void
  readonly made: (endpoint: CreatedWebhookEndpoint) => void
}): ReactNode {
  const { t } = useWords()
  const { mutateAsync } = useChange('createWebhookEndpoint', ['listWebhookEndpoints'])
  const empty: Values = {
    url: '',
    description: '',
    algorithm: 'hmac-sha256',
    eventTypes: [],
    organizations: [],
  }
  const contract = useContractForm(loadNew, empty, toNew)
  return (
    <ContractDialog
      title={t('webhooks.create')}
      act={t('webhooks.create')}
      contract={contract}
      close={props.close}
      run={async (body) => props.made(await mutateAsync({ body }))}
    >
      <EndpointFields form={contract.form} isNew />
    </ContractDialog>
  )
}

/** Changes an endpoint; what it signs with stays. */
export function EditEndpointDialog(props: {
  readonly endpoint: WebhookEndpoint
  readonly close: () => void
}): ReactNode {
  const { t } = useWords()
  const { id, url, description, algorithm, eventTypes, organizations } = props.endpoint
  const { mutateAsync } = useChange('updateWebhookEndpoint', ['listWebhookEndpoints', 'getWebhookEndpoint'])
  const values: Values = {
    url,
    description: description ?? '',
    algorithm,
    eventTypes: eventTypes.filter((type) => type !== '*'),
    organizations: organizations ?? [],
  }
  const contract = useContractForm(loadChange, values, toChange)
  return (
    <ContractDialog
      title={t('webhooks.editTitle')}
      act={t('save')}
      contract={contract}
      close={props.close}
      run={async (body) => {
        await mutateAsync({ params: { id }, body })
        props.close()
      }}
    >
      <EndpointFields form={contract.form} />
    </ContractDialog>
  )
}

function EndpointFields(props: {
  readonly form: ContractForm<Values>['form']
  readonly isNew?: boolean
}): ReactNode {
  const { t } = useWords()
  const { form } = props
  const field = form.getInputProps
  return (
    <>
      <TextInput
        label={t('webhooks.url')}
        description={t('webhooks.urlHint')}
        placeholder="https://app.example.com/webhooks"
        dir="ltr"
        required
        {...field('url')}
        data-autofocus
      />
      <TextInput
        label={t('webhooks.description')}
        description={t('webhooks.optional')}
        maxLength={200}
        {...field('description')}
      />
      {props.isNew === true && (
        <Select
          label={t('webhooks.algorithm')}
          description={t('webhooks.algorithmHint')}
          data={algorithms.map((value) => ({ value, label: t(`algorithm.${value}`) }))}
          {...field('algorithm')}
        />
      )}
      <EventTypePicker {...field('eventTypes')} />
      <OrganizationPicker {...field('organizations')} />
    </>
  )
}
