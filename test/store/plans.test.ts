// What a statement costs grows with what it is about, never with all that an organization has: each named statement of the house is asked
// for its plan. What reads more is here, with the reason why that holds nobody up.
// Judges: server/store.
import { sql } from 'kysely'
import { Client } from 'pg'
import { beforeAll, expect, it } from 'vitest'
import { createScope } from '../../packages/server/src/store/database.ts'
import { listStatements, organizationQuery } from '../../packages/server/src/store/statement.ts'
import { type Explained, explainStatements, type Growing, listFiltered, listWhole } from '../harness/plans.ts'
import { forEachStore, type Service } from '../harness/service.ts'

/** Tables that nobody makes large: the contract bounds how many rows an organization, or the operator, has in them. */
const bounded = new Set([
  'activity_counting',
  'activity_kept',
  'activity_total',
  'anchor_version',
  'application',
  'application_image',
  'brand_image',
  'connection',
  'connection_place',
  'delivery_target',
  'domain',
  'domain_tie',
  'event_archive',
  'event_sequence',
  'follower_retry',
  'job_lease',
  'migration',
  'node',
  'operator_need',
  'operator_secret',
  'organization',
  'organization_health',
  'organization_logo',
  'service_key',
  'setting',
  'signing_key',
  'user_count',
  'user_search_fill',
  'verified_domain',
  'webhook_endpoint',
  'webhook_subscription',
])

type Explainable = ReturnType<typeof listStatements>[number]

const slices = 'a job, which takes a slice of what waits'
const atStart = 'once, by a job or a command of the operator'
const purge = 'all of an organization that is gone, by a job'
const first = 'whether there is any: the first row answers'
const working = 'those that work, of which an organization has a bounded number'
const endpoints = 'of which there are a few, by their list of types'
const page = 'a page in the order of its key'
const holders = 'as many as have one name, address or id'
const settling = 'when somebody who runs the settings goes, or a connection does'
const byAdministrators = 'what administrators alone make, at most a hundred an hour'

const reasons: Readonly<Record<string, string>> = {
  activity_any: first,
  sign_ins_left: first,
  news: first,
  memberships_of_each: first,
  users_by_user_name_key: first,
  users_by_value_key: first,
  portal_links: page,
  api_keys_that_ended: page,
  oauth_clients_that_ended: page,
  api_keys_to_forget: slices,
  oauth_clients_to_forget: slices,
  api_keys_that_work: working,
  oauth_clients_that_work: working,
  portal_links_that_work: working,
  open_links: working,
  delete_quiet_sessions_of_user: 'a thousand rows at most',
  delete_quiet_contact_sessions: 'a thousand rows at most',
  make_room_for_oidc_record: 'five thousand rows at most',
  delete_records_of_surplus_grants: 'five thousand rows at most',
  make_room_under_oidc_grant: 'five thousand rows at most',
  'activity_flushes scim.ok scim.refused scim.failed': 'what one node has not written yet',
  deprovision_alerts: page,
  open_deprovision_alert: page,
  prune_deliveries: page,
  release_deliveries: atStart,
  delete_clients_of_nobody: atStart,
  organizations_with_links: atStart,
  organizations_with_invitations: atStart,
  delete_sessions_of_other_keys: atStart,
  'count_sealed oidc_record': atStart,
  ended_anchors: atStart,
  delete_old_link_secrets: atStart,
  forget_told: slices,
  first_of_each_subject: slices,
  organizations_with_session_ends: slices,
  insert_deliveries: endpoints,
  insert_installation_deliveries: endpoints,
  insert_resent_deliveries: endpoints,
  'organization_page createdAt': 'the operator’s own',
  'organization_page name': 'the operator’s own',
  'organization_page lastRequestAt': 'the operator’s own',
  clear_needs_about: 'the operator’s own',
  secret_checks: atStart,
  secret_key_nodes: atStart,
  'sealed signing_key': atStart,
  'sealed webhook_endpoint': atStart,
  'sealed oidc_record': atStart,
  'sealed service_key': atStart,
  'sealed connection': atStart,
  sealed_anchor_versions: atStart,
  links_of_makers: settling,
  groups_around_people: 'ten thousand groups at most',
  groups_around_groups: 'ten thousand groups at most',
  groups_below: 'ten thousand groups at most',
  circular_groups: 'what is inside the groups that are put into another one',
  sign_in_without_name: 'what a version before this one proved, for five minutes',
  pending_sign_in_without_name: 'what a version before this one kept, for half an hour',
  removed_of_name_before:
    'whom a version before this one removed, until a job has written their addresses down',
  next_key_confirmation: slices,
  organizations_with_key_confirmations: slices,
  returning_users: slices,
  take_returning_users: slices,
  delete_returning_of_alert: slices,
  session_end_slice: slices,
  notice_recipients: 'those who run the settings',
  asleep_people: 'those who run the settings',
  session_ends: slices,
  delete_session_ends: slices,
  organizations_with_role_changes: slices,
  role_change_slice: slices,
  role_changes: slices,
  delete_role_changes: slices,
  role_changes_waiting: 'an entry of an index for each who waits for a role',
  forget_context_of_deleted: purge,
  users_by_external_id: holders,
  users_by_address: holders,
  displace_sign_ins_of_name: 'of which one name has a bounded number',
  displace_pending_sign_ins_of_name: 'of which one name has a bounded number',
  met_by_address: holders,
  met_by_external_id: holders,
  people_to_recover: holders,
  'crowded names': holders,
  'unconfirmed of names': holders,
  alike_users: holders,
  sessions_of_user: 'of which a person has a bounded number',
  delete_quiet_link_sessions: 'of which a link has a bounded number',
  operator_sessions: 'the operator’s own',
  operator_needs_in_turns: 'the operator’s own',
  ownerless_organizations_in_all: 'the operator’s own',
  withdrawn_anchors: 'of which a connection has a bounded number',
  signing_keys: 'of which an installation has a few',
  queue_all_logouts: 'when an organization is deleted: applications are told of each of its people',
  users_through_connection: settling,
  delete_recovery_changes_through: settling,
  links_made_through: settling,
  count_open_invitations: byAdministrators,
  invitations_of_maker: byAdministrators,
}
const window = 'who left within a window, or while an alert grew, by a job behind the feed'
const bySlice = 'one slice, whose bounds are counted first'

/** What is thrown away behind a range of an index: how much that can be. */
const walks: Readonly<Record<string, string>> = {
  'identities_of_spoken user': bySlice,
  'identities_of_spoken deleted_user': bySlice,
  'event_slice any_asc': bySlice,
  'event_slice any_desc': bySlice,
  'event_slice one_asc': bySlice,
  'event_slice one_desc': bySlice,
  own_deactivation: 'what one person met within a millisecond',
  adopt_alert_list: 'the batch of an alert that an earlier version raised, once, by a job',
  refusals_by_day: 'what is counted of 90 days, a row for each kind and reason of a day',
  people_recovered_beyond_ascii:
    'those who have a recovery address beyond ASCII, who alone are in that index',
  count_unclaimed_after:
    'a slice of those of whom no directory has said anything, who alone are in that index',
  count_departures: window,
  join_alert: window,
  list_alert: window,
  alert_has_list: window,
  operator_events: 'the operator’s own',
  members: 'those of a page',
  named_members: 'those of a page',
  count_open_links: byAdministrators,
  open_links: byAdministrators,
  open_links_of_maker: byAdministrators,
  open_links_of_parent: byAdministrators,
  invitations_of_operator: byAdministrators,
  frame_contacts: 'who is named by an address in frames, who alone are in that index',
  count_api_keys_made: 'what was made within an hour',
  count_oauth_clients_made: 'what was made within an hour',
  mails_of_organization: 'what was sent within an hour, which is bounded',
  ending_keys: working,
  organizations_with_gathered: slices,
}

/** Where statements are written for what was asked, and have no name to be judged by: what they read. */
const byQuestion: Readonly<Record<string, string>> = {
  'activity/earlier.ts': 'activity of earlier versions, a page of what is kept of it',
  'activity/prune-earlier.ts': slices,
  'connections/anchor-rows.ts': 'one row',
  'connections/connections.ts': 'one row',
  'connections/rows.ts': 'one row',
  'directory/keys.ts': 'one row',
  'directory/oauth-clients.ts': 'one row',
  'events/archive.ts': slices,
  'invitations/invitations.ts': page,
  'organizations/mappings.ts': 'one row',
  'organizations/marks.ts': 'one row',
  'organizations/organizations.ts': 'one row',
  'organizations/purge.ts': purge,
  'resources/resource-query.ts': 'a page; what a filter or an order may look at has a bound of its own',
  'sessions/new-links.ts': 'one row',
  'sign-ins/prune.ts': slices,
  'users/asked.ts': settling,
  'users/group-views.ts': page,
  'users/members-of-groups.ts': 'members of a page of groups, up to a bound',
  'users/purge-deleted.ts': slices,
  'users/search-people.ts': 'who have the rarest word, up to a bound; else slices of lists',
  'users/views.ts': 'a page, in slices where no index has those who are asked for',
}

const sources = import.meta.glob<string>('../../packages/server/src/**/*.ts', {
  query: '?raw',
  import: 'default',
  eager: true,
})

it('F3: statements that are written for what was asked stand in few files, and each says what it reads', () => {
  const found = Object.entries(sources).flatMap(([path, text]) =>
    text.includes('organizationQuery(') && !/store\/statement|\.test\.ts$/.test(path)
      ? [path.replace('../../packages/server/src/', '')]
      : [],
  )
  expect(found.sort()).toEqual(Object.keys(byQuestion).sort())
})

const reasonOf = (name: string): string | undefined =>
  name.startsWith('organization_delete_') ? purge : reasons[name]

forEachStore((start, store) => {
  let service: Service
  let growing: Growing
  let explained: readonly Explained[]
  beforeAll(async () => {
    service = await start()
    const { organization } = await service.createOrganization()
    const list = async (text: string) => {
      const query = organizationQuery(({ db }) => ({
        compile: () => sql.raw<{ name: string }>(text).compile(db),
      }))
      const rows = await service.database.readOrganization(createScope(organization.id), query, {})
      return rows.map(({ name }) => name)
    }
    const isEmbedded = store === 'embedded'
    const tables = await list(
      isEmbedded
        ? "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table'"
        : "SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public'",
    )
    const partial = isEmbedded
      ? await list(
          `SELECT i.name FROM pragma_table_list AS t, pragma_index_list(t.name) AS i WHERE t.schema = 'main' AND i.partial = 1`,
        )
      : []
    const isGrowing = (name: string) => !bounded.has(name) && !name.startsWith('sqlite_')
    growing = { tables: new Set(tables.filter(isGrowing)), partial: new Set(partial) }
    explained = await explainStatements(service)
  })

  it('L13 L15 L16: no statement reads all that an organization has of something, but those that are known', () => {
    expect(explained.length).toBeGreaterThan(500)
    const found = explained.flatMap((one) => {
      const whole = listWhole(one, growing)
      return whole.length > 0 && reasonOf(one.name) === undefined ? [`${one.name}: ${whole.join(', ')}`] : []
    })
    expect(found).toEqual([])
  })

  it.runIf(store === 'embedded')(
    'F3: no statement walks past what it does not want, but those that are known and bounded',
    () => {
      const found = explained.filter((one) => listFiltered(one, growing).length > 0)
      expect(found.map(({ name }) => name).sort()).toEqual(Object.keys(walks).sort())
    },
  )

  it('N10: what was said of people is found without what has happened to them', () => {
    const about = explained.filter(({ name }) => ['spoken_words', 'keep_lost_names'].includes(name))
    expect(about).toHaveLength(2)
    for (const { name, sql } of about) expect([name, /\bevent\b/.test(sql)]).toEqual([name, false])
  })

  it.runIf(store === 'postgres')(
    'L16: whoever signs in has the groups around them looked at, whatever is in the group that a rule names',
    async () => {
      const { organization } = await service.createOrganization()
      const client = new Client(service.databaseUrl)
      await client.connect()
      try {
        const nameOf = (at: string) => `'grp_' || lpad((${at})::text, 26, '0')`
        // A thousand groups in the one that is named, and somebody in one of them.
        await client.query(
          `INSERT INTO "group" (organization_id, id, display_name, display_name_key, resource, version, created_at, updated_at)
            SELECT $1, ${nameOf('at')}, CASE at WHEN 0 THEN 'Admins' ELSE 'inner ' || at END, 'inner ' || at, '{}', 1, 1, 1
            FROM generate_series(0, 1000) AS at`,
          [organization.id],
        )
        await client.query(
          `INSERT INTO group_member (organization_id, group_id, member_id, member_type)
            SELECT $1, ${nameOf('0')}, ${nameOf('at')}, 'group' FROM generate_series(1, 1000) AS at
            UNION ALL SELECT $1, ${nameOf('7')}, 'usr_' || repeat('a', 26), 'user'`,
          [organization.id],
        )
        const [around] = listStatements().filter(({ name }) => name === 'groups_around_people')
        const { sql: text, slots } = (around as Explainable).compile('postgres')
        const given = { ids: `["usr_${'a'.repeat(26)}"]`, names: '["Admins"]', limit: '10000' }
        const values = slots.map((slot) => {
          if (slot.kind === 'organization') return organization.id
          return slot.kind === 'place' ? given[slot.name as keyof typeof given] : slot.value
        })
        const { rows: found } = await client.query(text, values)
        expect(found.map((row) => row.display_name)).toEqual(['Admins', ''])
        const { rows } = await client.query(
          `EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, SUMMARY OFF) ${text}`,
          values,
        )
        const plan = rows.map((row) => row['QUERY PLAN']).join('\n')
        const counts = [...plan.matchAll(/(?:rows=|by Filter: )(\d+)/g)].map(([, count]) => Number(count))
        expect(Math.max(...counts), plan).toBeLessThan(10)
      } finally {
        await client.end()
      }
    },
  )

  it.runIf(store === 'embedded')('and each that is known is there, and does', () => {
    const whole = new Set(
      explained.filter((one) => listWhole(one, growing).length > 0).map(({ name }) => name),
    )
    expect(Object.keys(reasons).filter((name) => !whole.has(name))).toEqual([])
  })
})
