// Which events of a log are shown: of one type, about whom, by whom, and of which days.
import { Group, Select, TextInput } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { type ReactNode, useState } from 'react'
import { useCall } from '../../base/api.ts'
import { events } from '../../i18n/en/events.ts'
import { useWords, type WordKey } from '../../i18n/language.tsx'
import { kindPrefix, type LogAsked, type LogOf } from './asked.ts'

type Names = Readonly<Record<string, string>>

const kinds = ['operator', 'user', 'api_key', 'oauth_client', 'portal_link', 'system'] as const

/** The filters of a log, as they are chosen. */
export function EventFilters(
  props: {
    readonly asked: LogAsked
    readonly types: readonly string[]
    /** What those are called who are on the page. */
    readonly names: Names
  } & LogOf,
): ReactNode {
  const { t } = useWords()
  const { names, slug } = props
  const { chosen, choose } = props.asked
  const inWords = (type: string): string => (isNamed(type) ? t(`event.${type}` as WordKey) : type)
  const actors = kinds.map((kind) => ({ value: `${kindPrefix}${kind}`, label: t(`actor.${kind}`) }))
  return (
    <Group mb="md" align="flex-end" gap="sm">
      <Picker
        label={t('audit.subject')}
        value={chosen.subject}
        choose={(subject) => choose({ subject })}
        names={names}
        slug={slug}
        always={[]}
      />
      <Picker
        label={t('audit.by')}
        value={chosen.actor}
        choose={(actor) => choose({ actor })}
        names={names}
        slug={slug}
        always={actors}
      />
      <Select
        label={t('audit.type')}
        searchable
        clearable
        placeholder={t('all')}
        style={{ flex: '1 1 200px' }}
        value={chosen.type === '' ? null : chosen.type}
        data={props.types
          .map((value) => ({ value, label: inWords(value) }))
          .toSorted((one, other) => one.label.localeCompare(other.label))}
        onChange={(type) => choose({ type: type ?? '' })}
      />
      <TextInput
        type="date"
        label={t('audit.since')}
        value={chosen.since}
        max={chosen.until}
        onChange={(event) => choose({ since: event.currentTarget.value })}
      />
      <TextInput
        type="date"
        label={t('audit.until')}
        value={chosen.until}
        min={chosen.since}
        onChange={(event) => choose({ until: event.currentTarget.value })}
      />
    </Group>
  )
}

function isNamed(type: string): boolean {
  return Object.hasOwn(events, `event.${type}`)
}

const idShape = /^[a-z]+_[0-9a-z]{26}$/

/** Somebody by name or address, as the service finds them; or anything by its id. */
function Picker(
  props: {
    readonly label: string
    readonly value: string
    readonly choose: (id: string) => void
    readonly names: Names
    readonly always: readonly { readonly value: string; readonly label: string }[]
  } & LogOf,
): ReactNode {
  const { t } = useWords()
  const { value, names, slug, always } = props
  // The operator's log is about things: they are asked for by their ids, and who did it by kind.
  const noPeople = always.length === 0 ? t('audit.id') : t('all')
  const [text, setText] = useState('')
  // Somebody who was picked stays called by name where no event is left.
  const [picked, setPicked] = useState<Names>({})
  const [search] = useDebouncedValue(text.trim(), 150)
  const query = { search: search || undefined, limit: 10 }
  const { data } = useCall(
    'listUsers',
    { params: { slug: slug ?? '' }, query },
    { isIdle: slug === undefined },
  )
  const people = (data?.items ?? []).map(({ id, userName, displayName }) => ({
    value: id,
    label: displayName === null || displayName === userName ? userName : `${displayName} (${userName})`,
  }))
  const own = [value, text.trim()]
    .filter((id, at) => id !== '' && (at === 0 || idShape.test(id)))
    .map((id) => ({ value: id, label: picked[id] ?? names[id] ?? id }))
  const wanted = text.trim().toLowerCase()
  const chosenLabel = [...always, ...own].find((one) => one.value === value)?.label
  const isSearching = wanted !== '' && text !== chosenLabel
  const shown = always.filter(
    (one) => one.value === value || !isSearching || one.label.toLowerCase().includes(wanted),
  )
  const options = [...new Map([...own, ...shown, ...people].map((one) => [one.value, one])).values()]
  return (
    <Select
      label={props.label}
      placeholder={slug === undefined ? noPeople : t('audit.anybody')}
      searchable
      clearable
      style={{ flex: '1 1 200px' }}
      value={value === '' ? null : value}
      data={options}
      onChange={(id, option) => {
        setPicked((before) => (id === null ? before : { ...before, [id]: option?.label ?? id }))
        props.choose(id ?? '')
      }}
      onSearchChange={setText}
      // The service has searched already.
      filter={({ options: found }) => found}
      nothingFoundMessage={t('nothingFound')}
    />
  )
}
