// The room `console/security/attribute-mapping`: parts of the screen of attribute mapping. The preview changes nothing.
//
// The form of the rules, with their preview below.
import { TagsInput } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import type { ResultOf } from '@rollcall/api'
import { type ReactNode, useState } from 'react'
import { useChange } from '../../base/api.ts'
import { useOrganization } from '../../frame/session.tsx'
import { useWords } from '../../i18n/language.tsx'
import { Form } from '../../ui/form.tsx'
import { Panel } from '../../ui/page.tsx'
import { MappingPreview } from './mapping-preview.tsx'

type View = ResultOf<'getAttributeMapping'>
type Rules = View['rules']

/** A field a target; an empty one follows the default. */
export function MappingForm({ view }: { readonly view: View }): ReactNode {
  const { t } = useWords()
  const { params } = useOrganization()
  const [rules, setRules] = useState<Rules>(view.rules)
  const { mutate, error, isPending } = useChange('putAttributeMapping', ['getAttributeMapping', 'listEvents'])
  return (
    <>
      <Panel title={t('attributes.rules')} about={t('attributes.rulesHint')}>
        <Form
          submit={() =>
            mutate(
              { params, body: { rules } },
              { onSuccess: () => notifications.show({ message: t('saved') }) },
            )
          }
          act={t('save')}
          isBusy={isPending}
          error={error}
        >
          {Object.entries(view.defaults).map(([target, defaults]) => {
            const own = rules[target as keyof Rules]
            return (
              <TagsInput
                key={target}
                label={target}
                dir="ltr"
                description={
                  own === undefined
                    ? t('attributes.default', { names: defaults.slice(0, 3).join(', ') })
                    : t('attributes.own')
                }
                value={own ?? []}
                maxTags={20}
                clearable
                clearButtonProps={{ 'aria-label': t('attributes.clear', { target }) }}
                onChange={(names) => {
                  const { [target as keyof Rules]: _, ...rest } = rules
                  setRules(names.length === 0 ? rest : { ...rest, [target]: names })
                }}
              />
            )
          })}
        </Form>
      </Panel>
      <MappingPreview rules={rules} />
    </>
  )
}
