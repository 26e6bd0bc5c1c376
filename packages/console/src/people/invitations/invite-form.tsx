// The room `console/people/invitations`: the form that invites, and the list of who was invited. A link is shown where no mail was sent.
//
// The form that invites somebody by their address.
import { Group, Select, TextInput } from '@mantine/core'
import { type CreatedInvitation, languageCodes } from '@rollcall/api'
import type { ReactNode } from 'react'
import { useCall, useChange } from '../../base/api.ts'
import { useOrganization } from '../../frame/session.tsx'
import { catalogues, useWords } from '../../i18n/language.tsx'
import { useContractForm } from '../../ui/contract-form.ts'
import { Form } from '../../ui/form.tsx'
import { staleInvitations } from './stale-invitations.ts'

const loadSchema = async () => (await import('@rollcall/api/schemas')).newInvitationSchema

/** Invites, and gives the invitation to `made`. */
export function InviteForm(props: { readonly made: (made: CreatedInvitation) => void }): ReactNode {
  const { t, language } = useWords()
  const { params } = useOrganization()
  const { mutateAsync } = useChange('createInvitation', staleInvitations)
  const { data } = useCall('getProvisioning', { params })
  // Nobody could accept: the button says so.
  const isClosed = data?.mode === 'scim' && data.unknownSignIns === 'refuse'
  const { form, error, isBusy, submit } = useContractForm(loadSchema, {
    email: '',
    role: 'member' as 'member' | 'admin',
    days: 7,
    language: languageCodes.find((one) => one === language) ?? 'en',
  })
  return (
    <Form
      submit={submit(async (body) => {
        props.made(await mutateAsync({ params, body }))
        form.reset()
      })}
      act={t('invitations.create')}
      reason={isClosed ? t('invitations.directoryAlone') : undefined}
      isBusy={isBusy}
      error={error}
    >
      <Group align="flex-start">
        <TextInput
          type="email"
          label={t('user.email')}
          style={{ flex: '1 1 240px' }}
          {...form.getInputProps('email')}
        />
        <Select
          label={t('users.role')}
          w={170}
          data={(['member', 'admin'] as const).map((value) => ({ value, label: t(`role.${value}`) }))}
          {...form.getInputProps('role')}
        />
        <Select
          label={t('setUpLinks.language')}
          w={170}
          data={languageCodes.map((value) => ({ value, label: catalogues[value].name }))}
          allowDeselect={false}
          {...form.getInputProps('language')}
        />
      </Group>
    </Form>
  )
}
