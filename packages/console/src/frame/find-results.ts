// What a text finds from where one is: screens, people, organizations, and what a reference is of.
import { useDebouncedValue } from '@mantine/hooks'
import type { ComponentType } from 'react'
import { useParams } from 'react-router'
import { useCall } from '../base/api.ts'
import { links, narrow } from '../base/links.ts'
import { useWords, type WordKey } from '../i18n/language.tsx'
import { useMayManagePeople, useSession } from './session.tsx'

/** A screen that one can go to. */
export interface FoundPlace {
  readonly word: WordKey
  readonly to: string
  readonly icon: ComponentType<{ size: number; 'aria-hidden': 'true' }>
}

/** One thing that was found, and the address where it is. */
export interface FoundOne {
  readonly to: string
  readonly name: string
  /** What tells it from others of that name. */
  readonly detail?: string
  readonly icon?: FoundPlace['icon']
}

/** What was found of one kind. */
export interface FoundGroup {
  readonly title: WordKey
  readonly items: readonly FoundOne[]
}

const waitMs = 150
const mostOfAKind = 6

const listWords = (text: string): string[] =>
  text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '')

/** Whether all words of a search begin words of the name. */
function isCalled(name: string, wanted: readonly string[]): boolean {
  const words = listWords(name)
  return wanted.every((one) => words.some((word) => word.startsWith(one)))
}

const reference = /^req_[0-9a-z]{8,}$/i

/** What the text finds, by kind; without a text the screens. `isLooking`: more may come. */
export function useFound(
  places: readonly FoundPlace[],
  text: string,
): { readonly groups: readonly FoundGroup[]; readonly isLooking: boolean } {
  const { t } = useWords()
  const { slug = '' } = useParams()
  const isInside = useMayManagePeople() && slug !== ''
  const [search] = useDebouncedValue(text.trim(), waitMs)
  const asked = useAsked(slug, search, isInside)
  const wanted = listWords(text)
  const screens = places.map(({ word, to, icon }) => ({ to, name: t(word), icon }))
  const groups: FoundGroup[] = [
    { title: 'find.people', items: asked.people },
    {
      title: 'find.references',
      items: asked.references.map((one) => ({ ...one, detail: t('find.referenceAbout') })),
    },
    { title: 'find.screens', items: screens.filter(({ name }) => isCalled(name, wanted)) },
    { title: 'find.organizations', items: asked.organizations },
    { title: 'find.elsewhere', items: isInside && search !== '' ? listElsewhere(slug, search, t) : [] },
  ]
  return {
    groups: groups.filter(({ items }) => items.length > 0),
    isLooking: search !== text.trim() || asked.isFetching,
  }
}

/** What the service finds. */
function useAsked(slug: string, search: string, isInside: boolean) {
  const isOperator = useSession().kind === 'operator'
  const isReference = reference.test(search)
  const isName = search !== '' && !isReference
  const params = { slug }
  const query = { search, limit: mostOfAKind }
  const people = useCall('listUsers', { params, query }, { isIdle: !isName || !isInside })
  const organizations = useCall('listOrganizations', { query }, { isIdle: !isName || !isOperator })
  const requests = useCall('listActivity', { params, query }, { isIdle: !isReference || !isInside })
  return {
    people: itemsOf(isName, people).map(({ id, displayName, userName }) => ({
      to: links.user(slug, id),
      name: displayName ?? userName,
      ...(displayName === null ? {} : { detail: userName }),
    })),
    organizations: itemsOf(isName, organizations).map((one) => ({
      to: links.settings(one.slug),
      name: one.name,
      detail: one.slug,
    })),
    references: itemsOf(isReference, requests)
      .slice(0, 1)
      .map(({ requestId }) => ({ to: links.activity(slug, narrow({ search: requestId })), name: requestId })),
    isFetching: [people, organizations, requests].some((one) => one.isFetching),
  }
}

// What was found for the text before stays while the next one is looked for, but not where that is of another kind.
function itemsOf<T>(
  isAsked: boolean,
  query: { readonly data: { readonly items: readonly T[] } | undefined },
): readonly T[] {
  return isAsked ? (query.data?.items ?? []) : []
}

/** Lists that can be searched for the same. */
function listElsewhere(slug: string, search: string, t: ReturnType<typeof useWords>['t']): FoundOne[] {
  return [
    { to: links.users(slug, search), name: t('find.inUsers', { search }) },
    { to: links.activity(slug, narrow({ search })), name: t('find.inActivity', { search }) },
  ]
}
