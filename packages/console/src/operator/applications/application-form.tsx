// The room `console/operator/applications`: parts of the screens of applications. What code needs is filled in with the application's own
// values; a secret is read from the environment.
//
// `columns` are those of the list; `application-form` makes and changes an application.
// `application-facts` shows one, and rotates its secret; `signing-keys` are those that all of them trust.
// `configuration` is the code by language, `configuration-tabs` shows it.
//
// The form of an application, to register one and to change one. How it proves itself is chosen once.

import { Select, Switch, Textarea, TextInput } from '@mantine/core'
import type { Application, CreatedApplication } from '@rollcall/api'
import type { ReactNode } from 'react'
import { useChange } from '../../base/api.ts'
import { useWords } from '../../i18n/language.tsx'
import { type CreateProps, EditDialog, type Making, NewDialog } from '../../ui/contract-dialog.tsx'
import type { ContractForm } from '../../ui/contract-form.ts'
import { OrganizationPicker } from '../../ui/organization-picker.tsx'

const authentications = ['client_secret_basic', 'client_secret_post', 'private_key_jwt', 'none'] as const

interface Values extends Record<string, unknown> {
  readonly name: string
  readonly authentication: Application['authentication']
  /** One a line, and so the next. */
  readonly redirectUris: string
  readonly postLogoutRedirectUris: string
  readonly backchannelLogoutUri: string
  readonly initiateLoginUri: string
  readonly jwksUrl: string
  readonly requirePkce: boolean
  readonly organizations: string[]
}

const splitLines = (text: string): string[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
const orNull = (text: string): string | null => (text.trim() === '' ? null : text.trim())

function toChange(values: Values) {
  return {
    name: values.name,
    redirectUris: splitLines(values.redirectUris),
    postLogoutRedirectUris: splitLines(values.postLogoutRedirectUris),
    backchannelLogoutUri: orNull(values.backchannelLogoutUri),
    initiateLoginUri: orNull(values.initiateLoginUri),
    organizations: values.organizations.length === 0 ? null : values.organizations,
    // A public client has nothing else to prove that a code is its own.
    requirePkce: values.authentication === 'none' || values.requirePkce,
    ...(values.authentication === 'private_key_jwt' ? { jwksUrl: orNull(values.jwksUrl) } : {}),
  }
}
const toNew = (values: Values) => ({ ...toChange(values), authentication: values.authentication })

const toValues = (application: Application): Values => ({
  name: application.name,
  authentication: application.authentication,
  redirectUris: application.redirectUris.join('\n'),
  postLogoutRedirectUris: application.postLogoutRedirectUris.join('\n'),
  backchannelLogoutUri: application.backchannelLogoutUri ?? '',
  initiateLoginUri: application.initiateLoginUri ?? '',
  jwksUrl: application.jwksUrl ?? '',
  requirePkce: application.requirePkce,
  organizations: application.organizations ?? [],
})

const empty: Values = {
  name: '',
  authentication: 'client_secret_basic',
  redirectUris: '',
  postLogoutRedirectUris: '',
  backchannelLogoutUri: '',
  initiateLoginUri: '',
  jwksUrl: '',
  requirePkce: true,
  organizations: [],
}

const making: Making<Values, ReturnType<typeof toNew>, ReturnType<typeof toChange>> = {
  empty,
  loadNew: async () => (await import('@rollcall/api/schemas')).newApplicationSchema,
  loadChange: async () => (await import('@rollcall/api/schemas')).applicationChangeSchema,
  toNew,
  toChange,
  fields: (form, isNew) => <ApplicationFields form={form} isNew={isNew} />,
}

/** Registers an application, and gives it with its secret to `made`. */
export function CreateApplicationDialog({ close, made }: CreateProps<CreatedApplication>): ReactNode {
  const { t } = useWords()
  const { mutateAsync } = useChange('createApplication', ['listApplications'])
  const run = async (body: ReturnType<typeof toNew>) => made(await mutateAsync({ body }))
  return <NewDialog of={making} title={t('applications.create')} close={close} run={run} />
}

/** Changes an application; how it proves itself stays. */
export function EditApplicationDialog(props: {
  readonly application: Application
  readonly close: () => void
}): ReactNode {
  const { t } = useWords()
  const { application, close } = props
  const initial = toValues(application)
  const { mutateAsync } = useChange('updateApplication', ['listApplications', 'getApplication'])
  const run = (body: ReturnType<typeof toChange>) => mutateAsync({ params: { id: application.id }, body })
  return (
    <EditDialog of={making} title={t('applications.editTitle')} initial={initial} close={close} run={run} />
  )
}

function ApplicationFields(props: {
  readonly form: ContractForm<Values>['form']
  readonly isNew: boolean
}): ReactNode {
  const { t } = useWords()
  const { form } = props
  const field = form.getInputProps
  return (
    <>
      <TextInput label={t('applications.name')} maxLength={200} required {...field('name')} data-autofocus />
      {props.isNew && (
        <Select
          label={t('applications.authentication')}
          description={t('applications.authenticationHint')}
          data={authentications.map((value) => ({ value, label: t(`authentication.${value}`) }))}
          {...field('authentication')}
        />
      )}
      <Addresses field={field} isSigned={form.values.authentication === 'private_key_jwt'} />
      {form.values.authentication !== 'none' && (
        <Switch
          label={t('applications.requirePkce')}
          description={t('applications.requirePkceHint')}
          {...form.getInputProps('requirePkce', { type: 'checkbox' })}
        />
      )}
      <OrganizationPicker {...field('organizations')} />
    </>
  )
}

function Addresses(props: {
  readonly field: ContractForm<Values>['form']['getInputProps']
  readonly isSigned: boolean
}): ReactNode {
  const { t } = useWords()
  const { field } = props
  return (
    <>
      {props.isSigned && (
        <TextInput
          label={t('applications.jwksUrl')}
          description={t('applications.jwksUrlHint')}
          dir="ltr"
          {...field('jwksUrl')}
        />
      )}
      <Textarea
        label={t('applications.redirectUris')}
        description={t('applications.redirectUrisHint')}
        placeholder="https://app.example.com/callback"
        dir="ltr"
        autosize
        minRows={2}
        maxRows={8}
        required
        {...field('redirectUris')}
      />
      <Textarea
        label={t('applications.postLogoutUris')}
        description={t('applications.postLogoutUrisHint')}
        dir="ltr"
        autosize
        minRows={1}
        maxRows={8}
        {...field('postLogoutRedirectUris')}
      />
      <TextInput
        label={t('applications.backchannel')}
        description={t('applications.backchannelHint')}
        dir="ltr"
        {...field('backchannelLogoutUri')}
      />
      <TextInput
        label={t('applications.initiate')}
        description={t('applications.initiateHint')}
        dir="ltr"
        {...field('initiateLoginUri')}
      />
    </>
  )
}
