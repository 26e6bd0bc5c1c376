// The form that makes an organization.
import { Switch, TextInput } from '@mantine/core'
import type { ReactNode } from 'react'
import { useNavigate } from 'react-router'
import { useChange } from '../../base/api.ts'
import { links } from '../../base/links.ts'
import { useWords } from '../../i18n/language.tsx'
import { useContractForm } from '../../ui/contract-form.ts'
import { FormDialog } from '../../ui/form.tsx'
import { toSlug } from './slug.ts'

const loadSchema = async () => (await import('@rollcall/api/schemas')).newOrganizationSchema

/** Makes an organization, and shows its settings. */
export function CreateOrganizationDialog(props: {
  readonly isOpen: boolean
  readonly close: () => void
}): ReactNode {
  const { t } = useWords()
  const navigate = useNavigate()
  const { mutateAsync } = useChange('createOrganization', ['listOrganizations'])
  const { form, error, isBusy, submit, reset } = useContractForm(loadSchema, {
    name: '',
    slug: '',
    isScimEnabled: true,
    requireSso: true,
  })
  const close = (): void => {
    reset()
    props.close()
  }
  const field = form.getInputProps
  return (
    <FormDialog
      title={t('organizations.create')}
      isOpen={props.isOpen}
      close={close}
      submit={submit(async (values) => {
        const made = await mutateAsync({ body: values })
        close()
        await navigate(links.settings(made.slug))
      })}
      act={t('organizations.create')}
      isBusy={isBusy}
      error={error}
    >
      <TextInput
        label={t('organizations.name')}
        {...field('name')}
        onChange={(event) => {
          const name = event.currentTarget.value
          const before = form.getValues()
          // Until it is changed by hand, whatever was sent before.
          if (before.slug === toSlug(before.name)) form.setFieldValue('slug', toSlug(name))
          field('name').onChange(event)
        }}
        data-autofocus
      />
      <TextInput
        label={t('organizations.slug')}
        description={t('organizations.slugHint')}
        {...field('slug')}
      />
      <Switch
        label={t('general.scimEnabled')}
        {...form.getInputProps('isScimEnabled', { type: 'checkbox' })}
      />
      <Switch label={t('general.requireSso')} {...form.getInputProps('requireSso', { type: 'checkbox' })} />
    </FormDialog>
  )
}
