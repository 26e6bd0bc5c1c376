// The room `console/operator/brand`: what customers see of the operator's product, in forms. It changes the brand by the contract, and
// shows how it will look.
//
// The words, the colour and the links of the brand. An empty field takes back what was said.
import { ColorInput, Textarea, TextInput } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import type { Brand, BrandChange } from '@rollcall/api'
import type { ReactNode } from 'react'
import { makeStale, useChange } from '../../base/api.ts'
import { useWords } from '../../i18n/language.tsx'
import { useContractForm } from '../../ui/contract-form.ts'
import { Form } from '../../ui/form.tsx'

const fields = [
  'productName',
  'color',
  'supportEmail',
  'supportUrl',
  'privacyUrl',
  'termsUrl',
  'mailFooter',
] as const
const links = ['supportUrl', 'privacyUrl', 'termsUrl'] as const
const placeholders = { supportUrl: 'help', privacyUrl: 'privacy', termsUrl: 'terms' } as const
type Typed = Record<(typeof fields)[number], string>

const toTyped = (brand: Brand): Typed =>
  Object.fromEntries(fields.map((field) => [field, brand[field] ?? ''])) as Typed
const toChange = (typed: Typed): BrandChange =>
  Object.fromEntries(fields.map((field) => [field, typed[field].trim() === '' ? null : typed[field].trim()]))

/** The form of what the brand says. */
export function BrandForm({ brand }: { readonly brand: Brand }): ReactNode {
  const { t } = useWords()
  const change = useChange('updateBrand', ['listOperatorEvents'])
  const { form, error, isBusy, submit } = useContractForm(
    () => import('@rollcall/api/schemas').then((schemas) => schemas.brandChangeSchema),
    toTyped(brand),
    toChange,
  )
  const save = submit(async (body) => {
    await change.mutateAsync({ body })
    notifications.show({ message: t('brand.saved') })
    await makeStale(['getBrand'])
  })
  return (
    <Form width={560} submit={save} act={t('save')} isBusy={isBusy} error={error}>
      <TextInput
        label={t('brand.productName')}
        description={t('brand.productNameHint')}
        maxLength={60}
        {...form.getInputProps('productName')}
      />
      <ColorInput
        label={t('brand.color')}
        description={t('brand.colorHint')}
        placeholder="#2348b8"
        format="hex"
        withEyeDropper={false}
        dir="ltr"
        popoverProps={{ withinPortal: false }}
        {...form.getInputProps('color')}
      />
      <TextInput
        label={t('brand.supportEmail')}
        description={t('brand.supportHint')}
        type="email"
        placeholder="help@example.com"
        {...form.getInputProps('supportEmail')}
      />
      {links.map((field) => (
        <TextInput
          key={field}
          label={t(`brand.${field}`)}
          placeholder={`https://example.com/${placeholders[field]}`}
          {...form.getInputProps(field)}
        />
      ))}
      <Textarea
        label={t('brand.mailFooter')}
        description={t('brand.mailFooterHint')}
        autosize
        minRows={2}
        maxLength={500}
        {...form.getInputProps('mailFooter')}
      />
    </Form>
  )
}
