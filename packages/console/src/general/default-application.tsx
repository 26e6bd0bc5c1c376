// Which application a sign-in of this organization ends in when the identity provider began it. For the operator.

import { Select } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { type ReactNode, useState } from 'react'
import { useCall, useChange } from '../base/api.ts'
import { useOrganization } from '../frame/session.tsx'
import { useWords } from '../i18n/language.tsx'
import { Form } from '../ui/form.tsx'
import { Answer, Panel } from '../ui/page.tsx'

/** Chooses the application among those that the organization may use, or none. */
export function DefaultApplication(): ReactNode {
  const { t } = useWords()
  const { params, slug, defaultApplication } = useOrganization()
  const query = useCall('listApplications', {})
  const change = useChange('updateOrganization', ['getOrganization', 'listEvents'])
  const [chosen, setChosen] = useState(defaultApplication ?? '')
  return (
    <Panel title={t('general.application')} about={t('general.applicationHint')}>
      <Answer query={query}>
        {({ items }) => (
          <Form
            width={560}
            submit={() =>
              change.mutate(
                { params, body: { defaultApplication: chosen === '' ? null : chosen } },
                { onSuccess: () => notifications.show({ message: t('saved') }) },
              )
            }
            act={t('save')}
            isBusy={change.isPending}
            error={change.error}
          >
            <Select
              label={t('general.application')}
              data={[
                { value: '', label: t('general.noApplication') },
                ...items
                  .filter(({ organizations }) => organizations?.includes(slug) ?? true)
                  .map(({ id, name }) => ({ value: id, label: name })),
              ]}
              value={chosen}
              onChange={(value) => setChosen(value ?? '')}
            />
          </Form>
        )}
      </Answer>
    </Panel>
  )
}
