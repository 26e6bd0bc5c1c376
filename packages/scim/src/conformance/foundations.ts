// What every check of a feature rests on: one request that shows whether the feature works at all. Where it does not, that is one
// finding, and the checks of the feature are not tried.

import { ask, outcomes, post } from './bulk-exchange.ts'
import { crowdAlone, ids, orderOfCrowd, requireFilter } from './crowd-search.ts'
import { expectStatus, expectSuccess, expectThat, isSuccess, readList, restingOn } from './expectation.ts'
import { namesIn } from './kept.ts'
import type { Feature } from './requirement.ts'
import { freshMail, makeGroup, makeUser, onlyKept, plainUser, read, userBody } from './samples.ts'
import type { Server } from './server.ts'

/** Some PATCH of a user is taken; throws Mismatch where none is. */
export async function expectPatch(server: Server): Promise<void> {
  const { path, name } = await makeUser(server)
  const kept = namesIn(await onlyKept(server, [{ displayName: 'x' }, { active: true }, { title: 'x' }]))
  const values = { displayName: 'Ada', title: 'Engineer', active: true } as const
  const attributes = (['displayName', 'active', 'title'] as const).filter((one) => kept.includes(one))
  const operations = [
    ...attributes.map((one) => ({ op: 'replace', path: one, value: values[one] })),
    ...attributes.map((one) => ({ op: 'add', path: one, value: values[one] })),
    ...attributes.map((one) => ({ op: 'replace', value: { [one]: values[one] } })),
    { op: 'replace', path: 'userName', value: name },
  ]
  const first = await server.patch(path, operations[0] ?? {})
  for (const operation of operations.slice(1)) {
    if (isSuccess(first)) return
    if (isSuccess(await server.patch(path, operation))) return
  }
  expectSuccess(first, 'PATCH is supported')
}

/** Blocks where no PATCH may select values by a filter, in none of the forms that there are. */
export function requireValuePaths(server: Server): Promise<void> {
  return server.once('value paths', () =>
    restingOn('RFC7644-3.5.2-path-values', async () => {
      const mail = freshMail(server)
      const { path } = await makeUser(server, { emails: mail.two })
      const first = await server.patch(path, {
        op: 'replace',
        path: 'emails[type eq "work"].value',
        value: mail.other,
      })
      const second = isSuccess(first)
        ? first
        : await server.patch(path, { op: 'remove', path: 'emails[type eq "home"]' })
      if (isSuccess(second)) return
      const value = { value: mail.other, type: 'work' }
      const third = await server.patch(path, { op: 'replace', path: 'emails[type eq "work"]', value })
      if (!isSuccess(third)) expectSuccess(first, 'a filter in a path')
    }),
  )
}

/** Some PATCH of a group is taken; throws Mismatch where none is. */
export async function expectGroupPatch(server: Server): Promise<void> {
  const { path } = await makeGroup(server)
  const value = [{ value: (await plainUser(server)).id }]
  const first = await server.patch(path, { op: 'add', path: 'members', value })
  if (isSuccess(first)) return
  const displayName = server.unique('renamed')
  const second = await server.patch(path, { op: 'replace', path: 'displayName', value: displayName })
  if (!isSuccess(second)) expectSuccess(first, 'PATCH of groups is supported')
}

const probes: Partial<Record<Feature, (server: Server) => Promise<void>>> = {
  lists: (server) =>
    restingOn('RFC7644-3.4.2-resources', async () => void readList(await server.get('/Users?count=5'))),
  filter: requireFilter,
  patch: (server) => restingOn('RFC7644-3.5.2-success', () => expectPatch(server)),
  sort: (server) =>
    restingOn('RFC7644-3.4.2.3-sort-singular', async () => {
      const up = await orderOfCrowd(server, { sortBy: 'userName', sortOrder: 'ascending' })
      const down = await orderOfCrowd(server, { sortBy: 'userName', sortOrder: 'descending' })
      expectThat(
        up.order.length === 3 && up.order.join() === [...down.order].reverse().join(),
        'another order with "ascending" than with "descending"',
        { ascending: up.order, descending: down.order },
        down.answer,
      )
    }),
  bulk: (server) =>
    restingOn('RFC7644-3.7-response', async () => {
      const answer = await ask(server, [post('/Users', 'first', await userBody(server))])
      expectThat(outcomes(answer).length === 1, 'the result of one operation', outcomes(answer), answer)
    }),
  etag: (server) =>
    restingOn('RFC7644-3.14-etag', async () => {
      const { path } = await plainUser(server)
      await read(server, path)
      const answer = expectStatus(await server.get(path), 200)
      expectThat(answer.header('etag') !== undefined, 'the header ETag', undefined, answer)
    }),
  cursor: (server) =>
    restingOn('RFC9865-2-first', async () => {
      const answer = await server.query('/Users', { ...(await crowdAlone(server)), cursor: '', count: '2' })
      expectThat(ids(answer).length > 0, 'at least one resource', 0, answer)
    }),
}

/** Blocks where one of the features does not work at all. */
export async function requireFoundations(server: Server, features: readonly Feature[]): Promise<void> {
  const isOfLists = features.some((one) => one === 'filter' || one === 'sort' || one === 'cursor')
  for (const feature of isOfLists ? (['lists', ...features] as const) : features) {
    const probe = probes[feature]
    if (probe !== undefined) await server.once(`foundation ${feature}`, () => probe(server))
  }
  if (features.includes('patch') && features.includes('groups'))
    await server.once('foundation group patch', () =>
      restingOn('RFC7644-3.5.2.1-member', () => expectGroupPatch(server)),
    )
}
