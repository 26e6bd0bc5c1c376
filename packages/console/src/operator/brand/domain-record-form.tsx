// The TXT record by which customers prove their domains, from now on.
import { TextInput } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import type { Brand } from '@rollcall/api'
import type { ReactNode } from 'react'
import { makeStale, useChange } from '../../base/api.ts'
import { useWords } from '../../i18n/language.tsx'
import { useContractForm } from '../../ui/contract-form.ts'
import { Form } from '../../ui/form.tsx'

/** The form of the record that new domains are shown. */
export function DomainRecordForm({ brand }: { readonly brand: Brand }): ReactNode {
  const { t } = useWords()
  const change = useChange('updateBrand', ['listOperatorEvents'])
  const { host, prefix } = brand.domainRecord
  const { form, error, isBusy, submit } = useContractForm(
    () => import('@rollcall/api/schemas').then((schemas) => schemas.domainRecordSchema),
    { host, prefix },
  )
  const save = submit(async (domainRecord) => {
    await change.mutateAsync({ body: { domainRecord } })
    notifications.show({ message: t('saved') })
    await makeStale(['getBrand'])
  })
  const typed = form.getValues()
  return (
    <Form width={560} submit={save} act={t('save')} isBusy={isBusy} error={error}>
      <TextInput label={t('brand.recordHost')} dir="ltr" maxLength={63} {...form.getInputProps('host')} />
      <TextInput label={t('brand.recordPrefix')} dir="ltr" maxLength={62} {...form.getInputProps('prefix')} />
      <p style={{ margin: 0 }}>
        <code className="rc-mono" dir="ltr">
          {typed.host}.acme.com TXT "{typed.prefix}=…"
        </code>
      </p>
    </Form>
  )
}
