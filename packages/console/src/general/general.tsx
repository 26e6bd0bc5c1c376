// The room `console/general`: an organization's own page, with what the operator sold. Where a sign-in ends is chosen there too.
//
// Name, default role, where a sign-in may lead; for the operator also what was sold, and the removal.

import { NumberInput, Select, Switch, TagsInput, TextInput } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import type { OrganizationChange } from '@rollcall/api'
import { type ReactNode, useState } from 'react'
import { useNavigate } from 'react-router'
import { useChange } from '../base/api.ts'
import { links } from '../base/links.ts'
import { useOrganization, useSession } from '../frame/session.tsx'
import { useWords } from '../i18n/language.tsx'
import { ConfirmButton } from '../ui/confirm.tsx'
import { CopyValue } from '../ui/copy-value.tsx'
import { Form } from '../ui/form.tsx'
import { Page, Panel } from '../ui/page.tsx'
import { DefaultApplication } from './default-application.tsx'

/** What an organization is called, and for the operator what was sold. */
export function GeneralScreen(): ReactNode {
  const { t } = useWords()
  const organization = useOrganization()
  const isOperator = useSession().kind === 'operator'
  return (
    <Page title={t('nav.general')}>
      <Panel title={t('general.title')}>
        <GeneralForm key={organization.updatedAt} />
      </Panel>
      <Panel title={t('general.signIn')} about={t('general.signInHint')}>
        <CopyValue
          label={t('general.signInUrl')}
          value={`${location.origin}${links.signInOf(organization.slug)}`}
        />
      </Panel>
      {isOperator && <DefaultApplication key={`a${organization.updatedAt}`} />}
      {isOperator && <OperatorPart key={`o${organization.updatedAt}`} />}
    </Page>
  )
}

function useSave() {
  const { t } = useWords()
  const { params } = useOrganization()
  const change = useChange('updateOrganization', [
    'getOrganization',
    'listOrganizations',
    'listEvents',
    'getProvisioning',
    'previewProvisioning',
  ])
  const save = (body: OrganizationChange): void =>
    change.mutate({ params, body } as never, { onSuccess: () => notifications.show({ message: t('saved') }) })
  return { save, error: change.error, isBusy: change.isPending }
}

function GeneralForm(): ReactNode {
  const { t } = useWords()
  const organization = useOrganization()
  const [name, setName] = useState(organization.name)
  const [defaultRole, setDefaultRole] = useState(organization.defaultRole)
  const [origins, setOrigins] = useState(organization.origins)
  const { save, error, isBusy } = useSave()
  return (
    <Form
      width={560}
      submit={() => save({ name, defaultRole, origins })}
      act={t('save')}
      isBusy={isBusy}
      error={error}
    >
      <TextInput
        label={t('organizations.name')}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        maxLength={200}
      />
      <Select
        label={t('general.defaultRole')}
        description={t('general.defaultRoleHint')}
        data={[
          { value: 'member', label: t('role.member') },
          { value: 'admin', label: t('role.admin') },
        ]}
        value={defaultRole}
        onChange={(value) => setDefaultRole(value === 'admin' ? 'admin' : 'member')}
      />
      <TagsInput
        label={t('general.origins')}
        description={t('general.originsHint')}
        placeholder="https://app.example.com"
        value={origins}
        onChange={setOrigins}
        maxTags={50}
      />
    </Form>
  )
}

function OperatorPart(): ReactNode {
  const { t } = useWords()
  const organization = useOrganization()
  const navigate = useNavigate()
  const [scimEnabled, setScim] = useState(organization.scimEnabled)
  const [requireSso, setSso] = useState(organization.requireSso)
  const [seatLimit, setSeats] = useState<number | string>(organization.seatLimit ?? '')
  const { save, error, isBusy } = useSave()
  const { mutateAsync: remove } = useChange('deleteOrganization', ['listOrganizations'])
  return (
    <>
      <Panel title={t('general.operator')} about={t('general.operatorHint')}>
        <Form
          width={560}
          submit={() =>
            save({ scimEnabled, requireSso, seatLimit: typeof seatLimit === 'number' ? seatLimit : null })
          }
          act={t('save')}
          isBusy={isBusy}
          error={error}
        >
          <Switch
            label={t('general.scimEnabled')}
            checked={scimEnabled}
            onChange={(event) => setScim(event.currentTarget.checked)}
          />
          <Switch
            label={t('general.requireSso')}
            checked={requireSso}
            onChange={(event) => setSso(event.currentTarget.checked)}
          />
          <NumberInput
            label={t('general.seatLimit')}
            description={t('general.seatLimitHint')}
            min={1}
            value={seatLimit}
            onChange={setSeats}
            allowDecimal={false}
          />
        </Form>
      </Panel>
      <Panel title={t('general.delete')} about={t('general.deleteHint')}>
        <ConfirmButton
          label={t('general.delete')}
          title={t('general.deleteTitle', { name: organization.name })}
          body={t('general.deleteBody')}
          act={t('general.delete')}
          typed={organization.slug}
          isDangerous
          size="sm"
          run={async () => {
            await remove({ params: organization.params, body: { confirm: organization.slug } })
            await navigate(links.organizations())
          }}
        />
      </Panel>
    </>
  )
}
