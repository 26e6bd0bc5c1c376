// What an organization's own administrators change of it.
import { Select, TagsInput, TextInput } from '@mantine/core'
import { type ReactNode, useState } from 'react'
import { useOrganization } from '../frame/session.tsx'
import { useWords } from '../i18n/language.tsx'
import { Form } from '../ui/form.tsx'
import { useSave } from './save.ts'

/** Name, default role, and where a sign-in may lead. */
export function GeneralForm(): ReactNode {
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
