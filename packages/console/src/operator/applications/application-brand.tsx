// What the pages of an application's sign-ins show in the place of the brand. An empty field shows the brand's.
import { ColorInput, Stack, TextInput } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import type { ApplicationBrand, ApplicationBrandChange, BrandImageKind } from '@rollcall/api'
import type { ReactNode } from 'react'
import { makeStale, useCall, useChange } from '../../base/api.ts'
import { useWords } from '../../i18n/language.tsx'
import { useContractForm } from '../../ui/contract-form.ts'
import { Form } from '../../ui/form.tsx'
import { ImageField } from '../../ui/image-field.tsx'
import { Answer, Panel } from '../../ui/page.tsx'

const texts = ['productName', 'supportEmail', 'supportUrl', 'privacyUrl', 'termsUrl'] as const
const fields = [...texts, 'color'] as const
const kinds = ['logo', 'logo_dark', 'icon'] as const satisfies readonly BrandImageKind[]
type Typed = Record<(typeof fields)[number], string>

const toTyped = (brand: ApplicationBrand): Typed => ({
  productName: brand.productName ?? '',
  color: brand.color ?? '',
  supportEmail: brand.supportEmail ?? '',
  supportUrl: brand.supportUrl ?? '',
  privacyUrl: brand.privacyUrl ?? '',
  termsUrl: brand.termsUrl ?? '',
})
const toChange = (typed: Typed): ApplicationBrandChange =>
  Object.fromEntries(fields.map((field) => [field, typed[field].trim() === '' ? null : typed[field].trim()]))

/** The panel with the words, the colour and the images of one application. */
export function ApplicationBrandPanel({ id }: { readonly id: string }): ReactNode {
  const { t } = useWords()
  const query = useCall('getApplicationBrand', { params: { id } })
  return (
    <Panel title={t('applications.brand')} about={t('applications.brandHint')}>
      <Answer query={query}>
        {(brand) => (
          <Stack gap="lg">
            <BrandWords key={brand.updatedAt} id={id} brand={brand} />
            <BrandPictures id={id} brand={brand} />
          </Stack>
        )}
      </Answer>
    </Panel>
  )
}

interface BrandProps {
  readonly id: string
  readonly brand: ApplicationBrand
}

function BrandWords({ id, brand }: BrandProps): ReactNode {
  const { t } = useWords()
  const change = useChange('updateApplicationBrand', ['listOperatorEvents'])
  const { form, error, isBusy, submit } = useContractForm(
    () => import('@rollcall/api/schemas').then((schemas) => schemas.applicationBrandChangeSchema),
    toTyped(brand),
    toChange,
  )
  const save = submit(async (body) => {
    await change.mutateAsync({ params: { id }, body })
    notifications.show({ message: t('brand.saved') })
    await makeStale(['getApplicationBrand'])
  })
  return (
    <Form width={560} submit={save} act={t('save')} isBusy={isBusy} error={error}>
      {texts.map((field) => (
        <TextInput key={field} label={t(`brand.${field}`)} {...form.getInputProps(field)} />
      ))}
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
    </Form>
  )
}

function BrandPictures({ id, brand }: BrandProps): ReactNode {
  const put = useChange('putApplicationImage', ['listOperatorEvents'])
  const remove = useChange('deleteApplicationImage', ['listOperatorEvents'])
  return kinds.map((kind) => (
    <ImageField
      key={kind}
      kind={kind}
      image={brand.images[kind]}
      put={async (body) => {
        await put.mutateAsync({ params: { id, kind }, body })
        await makeStale(['getApplicationBrand'])
      }}
      remove={async () => {
        await remove.mutateAsync({ params: { id, kind } })
        await makeStale(['getApplicationBrand'])
      }}
    />
  ))
}
