// Chooses types of events, grouped by what they are about; none stands for all, also those that come later.
import { MultiSelect } from '@mantine/core'
import type { EventType } from '@rollcall/api'
import type { ReactNode } from 'react'
import { events } from '../../i18n/en/events.ts'
import { useWords } from '../../i18n/language.tsx'
import { EventName } from '../../record/events/event-name.tsx'

// Not the list of the contract itself: that brings all schemas with it.
const types = Object.keys(events).map((key) => key.slice('event.'.length)) as EventType[]
const nouns = [...new Set(types.map(toNoun))]

type Noun = EventType extends infer T ? (T extends `${infer N}.${string}` ? N : never) : never

function toNoun(type: EventType): Noun {
  return type.slice(0, type.indexOf('.')) as Noun
}

/** Chooses among all types of events, by their names. */
export function EventTypePicker(props: {
  readonly value?: string[]
  readonly onChange: (types: string[]) => void
  readonly error?: ReactNode
}): ReactNode {
  const { t } = useWords()
  const { value = [] } = props
  return (
    <MultiSelect
      label={t('webhooks.types')}
      description={t('webhooks.typesHint')}
      placeholder={value.length === 0 ? t('webhooks.allTypes') : undefined}
      data={nouns.map((noun) => ({
        group: t(`noun.${noun}`),
        items: types.filter((type) => toNoun(type) === noun).map((type) => ({ value: type, label: type })),
      }))}
      value={value}
      onChange={props.onChange}
      searchable
      renderOption={({ option }) => (
        <div>
          <EventName type={option.value} />
        </div>
      )}
      nothingFoundMessage={t('nothingFound')}
      hidePickedOptions
      maxDropdownHeight={320}
      error={props.error}
    />
  )
}

/** As a list shows it. */
export function TypeCount({ types: chosen }: { readonly types: readonly string[] }): ReactNode {
  const { t, n } = useWords()
  return chosen.includes('*') ? t('webhooks.allTypes') : n('webhooks.someTypes', chosen.length)
}
