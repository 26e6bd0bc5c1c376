// How much is asked of the store for each shape of request that directories send all day. A look that is added for one rare case is paid
// for by every request: whoever adds one either has it read with what is read already, leaves it out where it can concern nobody, or
// changes this table and says why.
// Judges: server/scim, server/users, server/store.
import { beforeAll, expect, it } from 'vitest'
import { type Directory, forEachStore, type Service } from '../harness/service.ts'
import { type Asked, watchAsked } from '../harness/watch-statements.ts'

/** What is asked at most twice a second for all requests of an organization together, and so by none of them in particular. */
const remembered = new Set(['api_key_by_hash', 'some_unclaimed'])

const newEvent = ['insert_event', 'insert_deliveries']
const newUser = ['insert_new_user', 'insert_user_email', 'change_user_count']

/** What a request asks, in its order, and how often it waits for PostgreSQL meanwhile. */
const table = {
  create: [1, [...newUser, 'refuse_any_word', ...newEvent]],
  'create, where something was said of others': [1, [...newUser, 'refuse_kept_word_of_name', ...newEvent]],
  get: [1, ['user']],
  'match by userName': [1, ['users_by_user_name_key']],
  'match by externalId': [1, ['users_by_external_id']],
  'match by e-mail': [1, ['users_by_value_key']],
  'PATCH of a name': [2, ['user_to_end', 'update_user_names', ...newEvent]],
  'PATCH of what is so already': [2, ['user_to_end']],
  PUT: [2, ['user_to_end', 'update_user_names', ...newEvent]],
  'PUT that renames': [
    3,
    ['user_to_end', 'any_word', 'update_user_names', 'delete_user_email', 'insert_user_email', ...newEvent],
  ],
  'PATCH that deactivates': [
    2,
    [
      'user_to_end',
      'held_by_one',
      'update_user_active_end',
      'change_user_count',
      'clear_need',
      ...newEvent,
      'delete_recovery_changes_of_users',
    ],
  ],
  'PATCH that lets in again': [
    2,
    ['user_to_end', 'any_word', 'update_user_active', 'change_user_count', ...newEvent],
  ],
  'PATCH that lets in again, where something was said of others': [
    3,
    ['user_to_end', 'some_spoken_word', 'update_user_active', 'change_user_count', ...newEvent],
  ],
  'member taken out': [
    2,
    ['group_to_change', 'delete_member', 'delete_returning_members', 'touch_group', ...newEvent],
  ],
  'member put in': [2, ['group_to_change', 'insert_user_member', 'touch_group', ...newEvent]],
  'first page': [3, ['users_first_page', 'memberships_of_page', 'group_names']],
  'page by cursor': [4, ['list_facts', '', 'memberships_of_page', 'group_names']],
} as const satisfies Record<string, readonly [trips: number, statements: readonly string[]]>

forEachStore((start) => {
  const seen = new Map<string, Asked & { readonly status: number }>()
  let service: Service
  let directory: Directory

  const send = async (method: string, path: string, body?: object) => {
    const headers = { authorization: `Bearer ${directory.key}`, 'content-type': 'application/scim+json' }
    const text = body === undefined ? {} : { body: JSON.stringify(body) }
    const answer = await directory.send(
      new Request(`${directory.scimUrl}${path}`, { method, headers, ...text }),
    )
    const said = await answer.text()
    return { status: answer.status, id: said === '' ? '' : (JSON.parse(said) as { id?: string }).id }
  }
  const ask = async (shape: keyof typeof table, ...request: Parameters<typeof send>) => {
    let status = 0
    const asked = await watchAsked(async () => {
      status = (await send(...request)).status
    })
    seen.set(shape, { ...asked, status })
  }
  const person = (name: string, displayName = 'Test User') => ({
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
    userName: `${name}@acme.test`,
    name: { givenName: 'Test', familyName: 'User' },
    emails: [{ primary: true, value: `${name}@acme.test`, type: 'work' }],
    displayName,
    externalId: `00u${name}`,
    active: true,
  })
  const patch = (operation: object) => ({
    schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
    Operations: [operation],
  })
  const group = (ids: readonly string[]) => ({
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'],
    displayName: 'Everyone',
    members: ids.map((value) => ({ value })),
  })
  const find = (path: string, value: string) => `/Users?filter=${path}%20eq%20%22${value}%22&count=100`
  const setActive = (active: boolean) => patch({ op: 'replace', value: { active } })

  beforeAll(async () => {
    service = await start({ isAskedWatched: true })
    directory = await service.createOrganization({ profile: 'okta' })
    const [id, other] = await Promise.all(
      ['ada', 'bob'].map(async (name) => String((await send('POST', '/Users', person(name))).id)),
    )
    const user = `/Users/${id}`
    const everyone = `/Groups/${(await send('POST', '/Groups', group([String(id), String(other)]))).id}`
    await ask('create', 'POST', '/Users', person('eve'))
    await ask('get', 'GET', user)
    await ask('match by userName', 'GET', find('userName', 'ada%40acme.test'))
    await ask('match by externalId', 'GET', find('externalId', '00uada'))
    await ask('match by e-mail', 'GET', find('emails.value', 'ada%40acme.test'))
    const name = { op: 'replace', path: 'displayName', value: 'Ada' }
    await ask('PATCH of a name', 'PATCH', user, patch(name))
    await ask('PATCH of what is so already', 'PATCH', user, patch(name))
    await ask('PUT', 'PUT', user, person('ada', 'Ada L.'))
    await ask('PUT that renames', 'PUT', user, person('ada.l'))
    await ask('PATCH that deactivates', 'PATCH', user, setActive(false))
    await ask('PATCH that lets in again', 'PATCH', user, setActive(true))
    const member = { op: 'remove', path: `members[value eq "${id}"]` }
    await ask('member taken out', 'PATCH', everyone, patch(member))
    const members = { op: 'add', path: 'members', value: [{ value: id }] }
    await ask('member put in', 'PATCH', everyone, patch(members))
    await ask('first page', 'GET', '/Users?startIndex=1&count=100')
    await ask('page by cursor', 'GET', '/Users?cursor=&count=100')
    const { slug } = directory.organization
    await service.admin.call('deactivateUser', { params: { slug, id: String(other) } })
    // The first that comes finds out that something was said of somebody.
    await send('POST', '/Users', person('first'))
    await ask('create, where something was said of others', 'POST', '/Users', person('carl'))
    await send('PATCH', user, setActive(false))
    await ask('PATCH that lets in again, where something was said of others', 'PATCH', user, setActive(true))
  })

  it.each(Object.entries(table))(
    '%s: no more is asked of the store than this, and no more often',
    (shape, [trips, statements]) => {
      const asked = seen.get(shape)
      expect(asked?.status).toBeLessThan(300)
      const own = asked?.statements.filter((one) => !remembered.has(one)) ?? []
      expect(own).toEqual(statements)
      expect((asked?.trips ?? 0) - ((asked?.statements.length ?? 0) - own.length)).toBe(trips)
    },
  )

  // Nothing was said there before, and so nothing is looked for whom it was said of.
  it.each(['made anew', 'let in again', 'called so'])(
    'of the first who is blocked in an organization the word holds for whoever is %s',
    async (how) => {
      directory = await service.createOrganization({ profile: 'okta' })
      const { slug } = directory.organization
      const { externalId: _, ...unknown } = person('dan')
      const second = { ...unknown, userName: 'dan.second@acme.test', active: how !== 'let in again' }
      const idOf = async (body: object) => String((await send('POST', '/Users', body)).id)
      const [first, other] = [
        await idOf(unknown),
        how === 'made anew' ? '' : await idOf({ ...second, ...(how === 'called so' ? { emails: [] } : {}) }),
      ]
      await service.admin.call('deactivateUser', { params: { slug, id: first } })
      if (how === 'let in again') await send('PATCH', `/Users/${other}`, setActive(true))
      if (how === 'called so') await send('PUT', `/Users/${other}`, second)
      const id = how === 'made anew' ? await idOf(second) : other
      const { blockedAt } = await service.admin.call('getUser', { params: { slug, id } })
      expect(blockedAt).not.toBeNull()
    },
  )
})
