// What the rules would make of a real person's last sign-in.
import { Button, Group, Select, Stack, Text } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import type { ResultOf } from '@rollcall/api'
import { type ReactNode, useState } from 'react'
import { useCall, useChange } from '../../base/api.ts'
import { useOrganization } from '../../frame/session.tsx'
import { useWords } from '../../i18n/language.tsx'
import { Fact, Facts } from '../../ui/facts.tsx'
import { Failure } from '../../ui/note.tsx'
import { Panel } from '../../ui/page.tsx'

type Rules = ResultOf<'getAttributeMapping'>['rules']

/** Tries the rules, which need not be kept yet, on the person that is chosen. */
export function MappingPreview({ rules }: { readonly rules: Rules }): ReactNode {
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
    <Facts>
      {Object.entries(values).map(([target, value]) => (
        <Fact key={target} name={target}>
          {value}{' '}
          <Text span size="sm" c="dimmed">
            {t('attributes.from', { source: sources[target] ?? '–' })}
          </Text>
        </Fact>
      ))}
      <Fact name={t('nav.groups')}>{groups === null || groups.length === 0 ? '–' : groups.join(', ')}</Fact>
      <Fact name={t('users.role')}>{role}</Fact>
    </Facts>
  )
}
