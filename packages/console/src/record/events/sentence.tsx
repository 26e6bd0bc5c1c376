// An event as a sentence: who did what to whom, each by name and as a link to its page. Every value is isolated, so that a name in another
// script does not turn the sentence about.
import { Anchor } from '@mantine/core'
import { Fragment, type ReactNode } from 'react'
import { Link } from 'react-router'
import { links } from '../../base/links.ts'
import { happened } from '../../i18n/en/happened.ts'
import { en } from '../../i18n/en/index.ts'
import { useWords, type WordKey } from '../../i18n/language.tsx'
import type { EventRow, LogOf } from './asked.ts'

/** The sentence of an event; one of a type that is not known yet is called by its type. */
export function EventSentence({ event, slug }: { readonly event: EventRow } & LogOf): ReactNode {
  const { t } = useWords()
  const key = `did.${event.type}`
  if (!isSentence(key)) return <span className="rc-mono">{event.type}</span>
  return <Filled text={t(key)} fill={(name) => <Value name={name} event={event} slug={slug} />} />
}

function isSentence(key: string): key is WordKey & keyof typeof happened {
  return Object.hasOwn(happened, key)
}

/** Where the data of an event have a value of a closed list: the part of the console that has its words. */
const closed: Readonly<Record<string, string>> = {
  'provisioning.mode_changed': 'mode',
  'brand.image_changed': 'brand',
  'invitation.created': 'role',
  'user.role_changed': 'role',
  'user.role_confirmed': 'role',
  'user.role_withheld': 'role',
  'user.ownership_withheld': 'role',
}

/** A number of the data -> what it counts, whose word has a form for each number. */
const countedBy: Readonly<Record<string, 'many.people' | 'many.days' | 'many.sessions' | 'many.links'>> = {
  people: 'many.people',
  restored: 'many.people',
  days: 'many.days',
  sessions: 'many.sessions',
  links: 'many.links',
}

function isWord(key: string): key is WordKey {
  return Object.hasOwn(en, key)
}

/** A text whose `{name}` are filled by what `fill` shows. */
function Filled(props: { readonly text: string; readonly fill: (name: string) => ReactNode }): ReactNode {
  return props.text.split(/\{(\w+)\}/).map((part, place) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: the parts of a sentence never change
    <Fragment key={place}>{place % 2 === 0 ? part : props.fill(part)}</Fragment>
  ))
}

function Value(props: { readonly name: string; readonly event: EventRow } & LogOf): ReactNode {
  const { name, event, slug } = props
  const { t, n, number } = useWords()
  if (name === 'actor') return <Who event={event} slug={slug} />
  if (name === 'subject') {
    const isGone = /\.(?:deleted|removed|deprovisioned)$/.test(event.type)
    return <Thing id={event.subject.id} event={event} slug={isGone ? undefined : slug} />
  }
  const value = event.data[name]
  if (Array.isArray(value)) return number(value.length)
  if (typeof value === 'number') {
    const counted = countedBy[name]
    return counted === undefined ? number(value) : n(counted, value)
  }
  if (typeof value !== 'string') return '–'
  const key = `${closed[event.type]}.${value}`
  if (isWord(key)) return t(key)
  return <Thing id={value} event={event} slug={slug} />
}

/** Who did it: a person, a key, the service. */
function Who({ event, slug }: { readonly event: EventRow } & LogOf): ReactNode {
  const { t } = useWords()
  const { kind, id } = event.actor
  if (id === null || kind === 'system') {
    if (kind === 'operator' || kind === 'system') return t(`who.${kind}`)
    return kind === 'portal_link' ? t('who.link') : t('who.unknown')
  }
  if (kind === 'operator') return <Filled text={t('who.operatorNamed')} fill={() => <bdi>{id}</bdi>} />
  if (kind === 'portal_link' && event.names[id] === undefined) return t('who.link')
  return <Filled text={t(`who.${kind}`)} fill={() => <Thing id={id} event={event} slug={slug} />} />
}

/** By its name, else its id; what has a page leads there. */
function Thing(props: {
  readonly id: string
  readonly event: Pick<EventRow, 'names'>
  readonly slug: string | undefined
}): ReactNode {
  const { id, event, slug } = props
  const name = event.names[id]
  const to = addressOf(id, slug)
  const shown = <bdi title={name === undefined ? undefined : id}>{name ?? id}</bdi>
  if (to === undefined) return name === undefined ? shown : <b className="rc-name">{shown}</b>
  return (
    <Anchor component={Link} to={to} underline="always" inherit>
      {shown}
    </Anchor>
  )
}

function addressOf(id: string, slug: string | undefined): string | undefined {
  const prefix = /^([a-z]+)_[0-9a-z]{26}$/.exec(id)?.[1]
  if (slug === undefined) {
    if (prefix === 'app') return links.application(id)
    return prefix === 'whe' ? links.webhook(id) : undefined
  }
  switch (prefix) {
    case 'usr':
      return links.user(slug, id)
    case 'grp':
      return links.group(slug, id)
    case 'conn':
      return links.connection(slug, id)
    case 'key':
    case 'cli':
      return links.provisioning(slug)
    case 'link':
      return links.setUpLinks(slug)
    default:
      return undefined
  }
}
