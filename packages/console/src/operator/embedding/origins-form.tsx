// The room `console/operator/embedding`: where the settings may stand in a frame of the operator's product, in a form. What is left out
// of the list again ends its frames; the service does that.
//
// The list of origins. It is sent whole.
import { TagsInput } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import type { ReactNode } from 'react'
import { makeStale, useChange } from '../../base/api.ts'
import { useWords } from '../../i18n/language.tsx'
import { useContractForm } from '../../ui/contract-form.ts'
import { Form } from '../../ui/form.tsx'

/** The form of the origins whose pages may show the settings. */
export function OriginsForm({ origins }: { readonly origins: string[] }): ReactNode {
  const { t } = useWords()
  const change = useChange('putEmbedding', ['listOperatorEvents'])
  const { form, error, isBusy, submit } = useContractForm(
    () => import('@rollcall/api/schemas').then((schemas) => schemas.embeddingSchema),
    { origins },
  )
  const save = submit(async (body) => {
    await change.mutateAsync({ body })
    notifications.show({ message: t('saved') })
    await makeStale(['getEmbedding'])
  })
  return (
    <Form width={560} submit={save} act={t('save')} isBusy={isBusy} error={error}>
      <TagsInput
        label={t('embedding.allowed')}
        description={t('embedding.allowedHint')}
        placeholder="https://app.example.com"
        dir="ltr"
        maxTags={50}
        {...form.getInputProps('origins')}
      />
    </Form>
  )
}
