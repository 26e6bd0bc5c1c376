// Which application a sign-in of this organization ends in when the identity provider began it. For the operator.
import { Button, Group, Select, Stack } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { type ReactNode, useState } from 'react'
import { useCall, useChange } from '../api.ts'
import { useWords } from '../i18n/language.tsx'
import { useOrganization } from '../session.tsx'
import { Failure } from '../ui/note.tsx'
import { Answer, Panel } from '../ui/page.tsx'

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
          <form
            onSubmit={(event) => {
              event.preventDefault()
              change.mutate(
                { params, body: { defaultApplication: chosen === '' ? null : chosen } },
                { onSuccess: () => notifications.show({ message: t('saved') }) },
              )
            }}
          >
            <Stack maw={560}>
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
              <Failure error={change.error} />
              <Group>
                <Button type="submit" loading={change.isPending}>
                  {t('save')}
                </Button>
              </Group>
            </Stack>
          </form>
        )}
      </Answer>
    </Panel>
  )
}
