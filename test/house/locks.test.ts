// Rows are locked so that nobody waits for whoever only keeps a row's key, and in one order (decision 042): each place that does
// otherwise is named here, with its reason.
// Judges: server/store.
import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, it } from 'vitest'

const source = resolve(import.meta.dirname, '../../packages/server/src')
const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter(
  (file) => file.endsWith('.ts') && !file.endsWith('.test.ts') && file !== join('store', 'dialect.ts'),
)

/** Statements by file, and why each waits for whoever keeps the key, or takes the key from them. */
const ending: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'users/lock-users.ts': {
    user_to_end: 'whoever lets somebody go waits for an act of theirs; the first that a unit locks',
    user_by_name_to_end: 'the same by the name that a directory says',
    user_to_end_if_free: 'a name or a row goes, and nobody is waited for',
  },
  'users/fill-display-names.ts': { users_named_at_once: 'whoever is busy is passed over' },
  'connections/rows.ts': {
    connection_for_update: 'a node of an earlier version keeps the key alone while somebody signs in there',
  },
  'sessions/end.ts': { free_sessions_of_users: 'sessions go, and those of an act are passed over' },
  'sessions/link-sessions.ts': {
    free_sessions_of_link: 'the same of a link',
    free_sessions_of_contact: 'the same of whoever is named by an address in frames',
    delete_quiet_contact_sessions: 'the quietest of theirs make room, and those of an act are passed over',
  },
  'sessions/sessions.ts': {
    delete_quiet_sessions_of_user: 'the quietest make room, and those of an act are passed over',
  },
  'holdings/bounds.ts': {
    '': 'the oldest records make room, and those that somebody uses are passed over',
  },
  'sessions/ended-many.ts': {
    session_end_slice: 'rows of a queue go, and those of another node are passed over',
  },
  'notices/alerts.ts': {
    deprovision_alert_for_update:
      'whoever decides waits for those who are being brought back; the first that a unit locks',
  },
  'provisioning/role-changes.ts': { role_change_slice: 'the same' },
  'provisioning/confirmed-keys.ts': { next_key_confirmation: 'the same' },
  'store/due.ts': { claim_due_organizations: 'the same' },
}

const statementOf = (text: string): string | undefined =>
  [...text.matchAll(/(?:Statement(?:<.*?>)?|lockOne)\(\s*(?:'to end', )?'([^']+)'/gs)].at(-1)?.[1]

it('H12: each place that waits for whoever keeps the key of a row, or takes it from them, is named with its reason', () => {
  const found: Record<string, string[]> = {}
  for (const file of files) {
    const text = readFileSync(join(source, file), 'utf8')
    for (const { index } of text.matchAll(/(?<!\| )'to end'|lockFree\((?![^;]*'to change'\))/g)) {
      const name = statementOf(text.slice(0, index + 60)) ?? ''
      found[file.replaceAll('\\', '/')] ??= []
      if (!found[file]?.includes(name)) found[file]?.push(name)
    }
  }
  const wanted = Object.fromEntries(Object.entries(ending).map(([file, names]) => [file, Object.keys(names)]))
  expect(found).toEqual(wanted)
})

it('people and groups are locked by the one way that knows the order', () => {
  const places = files.flatMap((file) => {
    const text = readFileSync(join(source, file), 'utf8')
    const parts = text.split(/(?=(?:organization|installation)Statement)/)
    const isLocking = (part: string): boolean => /dialect\.lock(?:Free|Text)?\(/.test(part)
    const isOfThem = (part: string): boolean =>
      /selectFrom\('(?:user|group)'\)|FROM "(?:user|group)"/.test(part)
    return parts.some((part) => isLocking(part) && isOfThem(part)) ? [file.replaceAll('\\', '/')] : []
  })
  expect(places.toSorted()).toEqual([
    // Whoever is recovered; a new link keeps its maker, and so does an act.
    'users/asked.ts',
    'users/fill-display-names.ts',
    'users/groups.ts',
    'users/lock-people.ts',
    'users/lock-users.ts',
    'users/members.ts',
    'users/recoverable.ts',
  ])
})
