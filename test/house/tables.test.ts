// Who writes whose rows. Imports go down the floors; a statement on a neighbour's table would pass them by. Each table has one room that
// writes it, and whoever else wants a row changed calls that room. Read from the sources: a table that is named by a variable is not seen,
// as where an organization is removed with all that it has, or where sign-ins to applications end.
// Judges: server/store.
import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve, sep } from 'node:path'
import { describe, expect, it } from 'vitest'

const source = resolve(import.meta.dirname, '../../packages/server/src')

/** Room -> the tables that are its own. */
const tablesOf: Readonly<Record<string, readonly string[]>> = {
  store: ['follower_retry', 'job_due', 'node'],
  events: ['event', 'event_archive', 'event_feed', 'event_seal', 'event_sequence', 'operator_event'],
  'sign-ins': ['pending_sign_in', 'seen_assertion', 'sign_in'],
  deliveries: ['delivery', 'delivery_target', 'link_asking', 'sent_mail'],
  sessions: ['link_secret', 'operator_secret', 'portal_link', 'session', 'session_end', 'session_end_user'],
  organizations: ['domain', 'operator_need', 'organization', 'organization_health', 'verified_domain'],
  users: [
    'deleted_email',
    'deleted_user',
    'group',
    'group_member',
    'identity',
    'recovery_change',
    'user',
    'user_count',
    'user_email',
    'user_search',
    'user_search_fill',
    'user_search_word',
    'withdrawn_identity',
  ],
  activity: [
    'activity',
    'activity_body',
    'activity_flush',
    'activity_kept',
    'activity_total',
    'activity_day',
    'activity_counting',
  ],
  connections: ['anchor_version', 'connection', 'connection_place', 'domain_tie', 'service_key'],
  invitations: ['invitation'],
  directory: ['api_key', 'api_key_secret', 'oauth_client'],
  webhooks: ['webhook_endpoint', 'webhook_subscription'],
  applications: ['application'],
  provisioning: [
    'anchor_confirmation',
    'key_confirmation',
    'returning_user',
    'role_change',
    'role_change_user',
  ],
  notices: ['departure', 'deprovision_alert', 'gathered_notice', 'notice', 'restored_user'],
  'openid-provider': ['signing_key'],
  brand: ['application_image', 'brand', 'brand_image', 'organization_logo'],
  holdings: ['application_sign_in', 'application_use', 'oidc_account', 'oidc_record', 'session_generation'],
  'job-leases.ts': ['job_lease'],
}

/** A drawer for each room that has something to remember: a key has one writer. */
const shared = ['setting']

/**
 * Room -> tables of others that it reads. A statement is in one room where one look answers what two rooms know, or where the owner lies
 * above. The list only becomes shorter: what a room above asks of one owner is a statement of that owner (`asked.ts`, `own.ts` there), and
 * what it joins to its own rows is a fragment of that owner (`joined.ts` there).
 */
const reads: Readonly<Record<string, readonly string[]>> = {
  deliveries: ['event_sequence', 'organization'],
  events: ['organization', 'webhook_subscription'],
  holdings: ['application', 'session'],
  sessions: ['connection'],
  store: [
    'connection_place',
    'delivery',
    'delivery_target',
    'event',
    'event_feed',
    'event_sequence',
    'key_confirmation',
    'organization',
    'role_change',
    'session_end',
  ],
  users: ['connection', 'deprovision_alert', 'returning_user'],
}

const tables = new Set(
  [...readFileSync(join(source, 'store/schema.ts'), 'utf8').matchAll(/^ {2}(\w+): rows</gm)].map(
    ([, name]) => name,
  ),
)

const writing = [
  /\b(?:insertInto|updateTable|deleteFrom)\(\s*'(\w+)/g,
  /\b(?:INSERT INTO|UPDATE|DELETE FROM)\s+"?(\w+)/g,
]
const reading = [
  /\b(?:selectFrom|innerJoin|leftJoin)\(\s*'(\w+)/g,
  /\b(?:FROM|JOIN)\s+"?(\w+)/g,
  // A table as an expression, which an owner gives to be joined.
  /\bsql<\w+>`"?(\w+)"?`\.as\(/g,
]

/** `room -> table` of every statement of a file that has one of these words. */
function listNamed(file: string, words: readonly RegExp[]): string[] {
  const room = file.split(sep)[0] as string
  const code = readFileSync(join(source, file), 'utf8').replace(/^\s*(?:\/\/|\*).*$/gm, '')
  return words.flatMap((word) =>
    [...code.matchAll(word)].flatMap(([, table = '']) => (tables.has(table) ? [`${room} -> ${table}`] : [])),
  )
}

describe('H3: the tables', () => {
  const owned = Object.entries(tablesOf).flatMap(([room, names]) => names.map((name) => `${room} -> ${name}`))

  it('have one room each', () => {
    const named = [...Object.values(tablesOf).flat(), ...shared]
    expect(named.toSorted()).toEqual([...tables].toSorted())
  })

  const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter(
    (file) => file.endsWith('.ts') && !file.endsWith('.test.ts') && !file.includes(`migrations${sep}`),
  )
  const listForeign = (words: readonly RegExp[]): string[] => {
    const named = new Set(files.flatMap((file) => listNamed(file, words)))
    return [...named]
      .filter((one) => !owned.includes(one) && !shared.includes(one.split(' ')[2] ?? ''))
      .toSorted()
  }

  it('are written by their own room, and by no other', () => {
    expect(listForeign(writing)).toEqual([])
  })

  it('are nothing that the SCIM door asks by itself', () => {
    const door = files.filter((file) => file.startsWith(`scim${sep}`))
    const asking = door.filter((file) =>
      /from '(?:kysely|\.\.\/store\/statement\.ts)'/.test(readFileSync(join(source, file), 'utf8')),
    )
    expect(door.length).toBeGreaterThan(10)
    expect(asking).toEqual([])
  })

  it('are read by other rooms where that is listed, and the list is whole', () => {
    const listed = Object.entries(reads).flatMap(([room, names]) => names.map((name) => `${room} -> ${name}`))
    expect(listForeign(reading)).toEqual(listed.toSorted())
  })
})
