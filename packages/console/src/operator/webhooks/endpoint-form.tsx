// The room `console/operator/webhooks`: parts of the screens of webhook endpoints. A delivery's body comes from elsewhere and is shown as
// text.
//
// `columns` are those of the list; `endpoint-form` makes and changes an endpoint; `event-types` chooses what it is told of.
// `endpoint-facts` shows one, `endpoint-acts` is what can be done with it.
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
import { type CreateProps, EditDialog, type Making, NewDialog } from '../../ui/contract-dialog.tsx'
import type { ContractForm } from '../../ui/contract-form.ts'
import { OrganizationPicker } from '../../ui/organization-picker.tsx'
import { EventTypePicker } from './event-types.tsx'

const algorithms = ['hmac-sha256', 'ed25519'] as const

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

const toValues = (endpoint: WebhookEndpoint): Values => ({
  url: endpoint.url,
  description: endpoint.description ?? '',
  algorithm: endpoint.algorithm,
  eventTypes: endpoint.eventTypes.filter((type) => type !== '*'),
  organizations: endpoint.organizations ?? [],
})

const empty: Values = {
  url: '',
  description: '',
  algorithm: 'hmac-sha256',
  eventTypes: [],
  organizations: [],
}

const making: Making<Values, ReturnType<typeof toNew>, ReturnType<typeof toChange>> = {
  empty,
  loadNew: async () => (await import('@rollcall/api/schemas')).newWebhookEndpointSchema,
  loadChange: async () => (await import('@rollcall/api/schemas')).webhookEndpointChangeSchema,
  toNew,
  toChange,
  fields: (form, isNew) => <EndpointFields form={form} isNew={isNew} />,
}

/** Makes an endpoint, and gives it with its secret to `made`. */
export function CreateEndpointDialog({ close, made }: CreateProps<CreatedWebhookEndpoint>): ReactNode {
  const { t } = useWords()
  const { mutateAsync } = useChange('createWebhookEndpoint', ['listWebhookEndpoints'])
  const run = async (body: ReturnType<typeof toNew>) => made(await mutateAsync({ body }))
  return <NewDialog of={making} title={t('webhooks.create')} close={close} run={run} />
}

/** Changes an endpoint; what it signs with stays. */
export function EditEndpointDialog(props: {
  readonly endpoint: WebhookEndpoint
  readonly close: () => void
}): ReactNode {
  const { t } = useWords()
  const { endpoint, close } = props
  const initial = toValues(endpoint)
  const { mutateAsync } = useChange('updateWebhookEndpoint', ['listWebhookEndpoints', 'getWebhookEndpoint'])
  const run = (body: ReturnType<typeof toChange>) => mutateAsync({ params: { id: endpoint.id }, body })
  return <EditDialog of={making} title={t('webhooks.editTitle')} initial={initial} close={close} run={run} />
}

function EndpointFields(props: {
  readonly form: ContractForm<Values>['form']
  readonly isNew: boolean
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
      {props.isNew && (
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
