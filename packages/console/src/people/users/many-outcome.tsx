// What an act on many people would come to, or has come to, for each of them.
import { List, Text } from '@mantine/core'
import type { UserChangesResult } from '@rollcall/api'
import type { ReactNode } from 'react'
import { useWords } from '../../i18n/language.tsx'

type Person = UserChangesResult['people'][number]

const shown = 10
const known = [
  'owner_required',
  'own_account',
  'managed_by_scim',
  'last_owner',
  'not_found',
  'unauthorized',
] as const

/** To whom it is done, who is so already, and to whom it cannot be done, each with the reason. */
export function ManyOutcome({ result }: { readonly result: UserChangesResult }): ReactNode {
  const { t, n } = useWords()
  const { people, done, unchanged, refused, isDryRun } = result
  const of = (outcome: Person['outcome']) => people.filter((one) => one.outcome === outcome)
  return (
    <>
      {done === 0 && isDryRun && <Text>{t('many.nobody')}</Text>}
      {done > 0 && <Part head={n(isDryRun ? 'many.can' : 'many.did', done)} people={of('done')} />}
      {unchanged > 0 && <Text>{n('many.same', unchanged)}</Text>}
      {refused > 0 && <Part head={n('many.cannot', refused)} people={of('refused')} />}
    </>
  )
}

function Part({ head, people }: { readonly head: string; readonly people: readonly Person[] }): ReactNode {
  const { t, n } = useWords()
  const reasonOf = ({ code, detail }: Person): string | null => {
    const word = known.find((one) => one === code)
    return word === undefined ? detail : t(`many.code.${word}`)
  }
  return (
    <div className="rc-break">
      <Text fw={600}>{head}</Text>
      <List size="sm" spacing={2}>
        {people.slice(0, shown).map((person) => (
          <List.Item key={person.id}>
            <bdi>{person.name}</bdi>
            {person.code !== null && (
              <Text span size="sm" c="dimmed">
                {' · '}
                {reasonOf(person)}
              </Text>
            )}
          </List.Item>
        ))}
        {people.length > shown && <List.Item>{n('many.more', people.length - shown)}</List.Item>}
      </List>
    </div>
  )
}
