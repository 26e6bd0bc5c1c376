// Which attributes of a sign-in fill which fields, with a preview on a real person before anything is kept.

import { Button, Group, Select, Stack, TagsInput, Text } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { notifications } from '@mantine/notifications'
import type { ResultOf } from '@rollcall/api'
import { type ReactNode, useState } from 'react'
import { useCall, useChange } from '../base/api.ts'
import { useOrganization } from '../frame/session.tsx'
import { useWords } from '../i18n/language.tsx'
import { Form } from '../ui/form.tsx'
import { Failure } from '../ui/note.tsx'
import { Answer, Page, Panel } from '../ui/page.tsx'

type View = ResultOf<'getAttributeMapping'>
type Rules = View['rules']

/** Which attributes fill which fields. */
export function AttributeMappingScreen(): ReactNode {
  const { t } = useWords()
  const { params } = useOrganization()
  const query = useCall('getAttributeMapping', { params })
  return (
    <Page title={t('nav.attributes')} about={t('attributes.about')}>
      <Answer query={query}>{(view) => <Mapping key={JSON.stringify(view.rules)} view={view} />}</Answer>
    </Page>
  )
}

function Mapping({ view }: { readonly view: View }): ReactNode {
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
      <Preview rules={rules} />
    </>
  )
}

function Preview({ rules }: { readonly rules: Rules }): ReactNode {
  const { t } = useWords()
  const { params } = useOrganization()
  const [text, setText] = useState('')
  const [search] = useDebouncedValue(text, 150)
  const people = useCall('listUsers', { params, query: { limit: 20, search: search || undefined } })
  const [userId, setUserId] = useState<string | null>(null)
  const { mutate, data, error, isPending } = useChange('previewAttributeMapping', [])
  const options = (people.data?.items ?? []).map(({ id, userName }) => ({ value: id, label: userName }))
  return (
    <Panel title={t('attributes.preview')} about={t('attributes.previewHint')}>
      <Stack>
        <Group align="flex-end">
          <Select
            label={t('users.person')}
            searchable
            searchValue={text}
            onSearchChange={setText}
            filter={({ options: all }) => all}
            data={options}
            value={userId}
            onChange={setUserId}
            nothingFoundMessage={t('nothingFound')}
            style={{ flex: '1 1 240px' }}
          />
          <Button
            variant="default"
            disabled={userId === null}
            loading={isPending}
            onClick={() => userId !== null && mutate({ params, body: { rules, userId } })}
          >
            {t('attributes.try')}
          </Button>
        </Group>
        <Failure error={error} />
        {data !== undefined && <Previewed found={data} />}
      </Stack>
    </Panel>
  )
}

function Previewed({ found }: { readonly found: ResultOf<'previewAttributeMapping'> }): ReactNode {
  const { t } = useWords()
  const { values, sources, groups, role } = found
  return (
    <dl className="rc-dl">
      {Object.entries(values).map(([target, value]) => (
        <div key={target} style={{ display: 'contents' }}>
          <dt>{target}</dt>
          <dd>
            {value}{' '}
            <Text span size="sm" c="dimmed">
              {t('attributes.from', { source: sources[target] ?? '–' })}
            </Text>
          </dd>
        </div>
      ))}
      <dt>{t('nav.groups')}</dt>
      <dd>{groups === null || groups.length === 0 ? '–' : groups.join(', ')}</dd>
      <dt>{t('users.role')}</dt>
      <dd>{role}</dd>
    </dl>
  )
}
