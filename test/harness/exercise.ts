// A store from before, used whole: every operation that once failed on one, and what is around it.
import { createSamlKey, createSamlProvider } from '@rollcall/simulator'
import { purgeDeletedOrganizations } from '../../packages/server/src/organizations/purge.ts'
import { formToken } from './forms.ts'
import type { Service } from './service.ts'

const userUrn = 'urn:ietf:params:scim:schemas:core:2.0:User'
const groupUrn = 'urn:ietf:params:scim:schemas:core:2.0:Group'
const patchUrn = 'urn:ietf:params:scim:api:messages:2.0:PatchOp'
const bulkUrn = 'urn:ietf:params:scim:api:messages:2.0:BulkRequest'

/** What was asked, and how it was answered: `POST /scim/v2/Users 201`. */
export type Answers = readonly string[]

interface Answer {
  readonly status: number
  // biome-ignore lint/suspicious/noExplicitAny: what was answered is looked at freely in tests
  readonly body: any
}

/** Uses the organizations of a form (test/store/forms) by their own keys, and deletes one of them. */
export async function exercise(service: Service): Promise<Answers> {
  const answers: string[] = []
  const call = async (method: string, path: string, key: string, body?: unknown): Promise<Answer> => {
    const isScim = path.startsWith('/scim')
    const type = isScim ? 'application/scim+json' : 'application/json'
    const headers = {
      authorization: `Bearer ${key}`,
      ...(body === undefined ? {} : { 'content-type': type }),
    }
    const init = { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) }
    const response = await service.send(new Request(`${service.url}${path}`, init))
    const text = await response.text()
    const known = path.replace(/(?<=\/)[a-z]+_[0-9a-z]{26}/g, '{id}')
    answers.push(`${method} ${known} ${response.status}${response.ok ? '' : ` ${text}`}`)
    return { status: response.status, body: text === '' ? undefined : JSON.parse(text) }
  }
  const scim = (method: string, path: string, body?: unknown) =>
    call(method, `/scim/v2${path}`, formToken('acme'), body)
  const admin = (method: string, path: string, body?: unknown) =>
    call(method, `/api/v1${path}`, service.operatorKey, body)
  const patch = (path: string, value: unknown) =>
    scim('PATCH', path, { schemas: [patchUrn], Operations: [{ op: 'replace', value }] })

  await useUsers(scim, patch)
  await useGroups(scim, patch)
  await useBulk(scim)
  await useConnections(admin, service)
  await useApplications(admin)
  await admin('GET', '/organizations/acme/events/verify')
  await admin('GET', '/events')
  await admin('DELETE', '/organizations/globex', { confirm: 'globex' })
  await purgeDeletedOrganizations(service.database, () => false)
  await admin('GET', '/organizations')
  await service.flushActivity()
  return answers
}

type Call = (method: string, path: string, body?: unknown) => Promise<Answer>
type Patch = (path: string, value: unknown) => Promise<Answer>

async function useUsers(scim: Call, patch: Patch): Promise<void> {
  const { body } = await scim('GET', '/Users?count=100&sortBy=userName')
  const [ada, ben, cy, dee, eve] = body.Resources.map(({ id }: { id: string }) => id)
  await scim('GET', `/Users?filter=${encodeURIComponent('externalId eq "ext-ada"')}`)
  await scim('POST', '/Users', { schemas: [userUrn], userName: 'hal@acme.test', externalId: 'ext-hal' })
  await patch(`/Users/${ada}`, { displayName: 'Ada the First' })
  await patch(`/Users/${ben}`, { active: false })
  await patch(`/Users/${ben}`, { active: true })
  await patch(`/Users/${eve}`, { active: true })
  await scim('PUT', `/Users/${cy}`, { schemas: [userUrn], userName: 'cy@acme.test', active: false })
  await scim('DELETE', `/Users/${dee}`)
  // Hired again: the deleted one is looked up by name and externalId.
  await scim('POST', '/Users', { schemas: [userUrn], userName: 'dee@acme.test', externalId: 'ext-dee' })
  await scim('POST', '/Users', { schemas: [userUrn], userName: 'fay@acme.test', externalId: 'ext-fay' })
}

async function useGroups(scim: Call, patch: Patch): Promise<void> {
  const { body } = await scim('GET', '/Users?count=2')
  const members = body.Resources.map(({ id }: { id: string }) => ({ value: id }))
  const made = await scim('POST', '/Groups', { schemas: [groupUrn], displayName: 'New', members })
  await scim('GET', `/Groups?filter=${encodeURIComponent('externalId eq "ext-engineering"')}`)
  await patch(`/Groups/${made.body.id}`, { members: members.slice(0, 1) })
  await patch(`/Groups/${made.body.id}`, { externalId: 'ext-new' })
  await scim('DELETE', `/Groups/${made.body.id}`)
}

async function useBulk(scim: Call): Promise<void> {
  const { body } = await scim('GET', `/Users?filter=${encodeURIComponent('userName eq "hal@acme.test"')}`)
  const name = { schemas: [userUrn], userName: 'ivy@acme.test' }
  const bulk = await scim('POST', '/Bulk', {
    schemas: [bulkUrn],
    Operations: [
      { method: 'POST', path: '/Users', bulkId: 'one', data: name },
      { method: 'DELETE', path: `/Users/${body.Resources[0].id}` },
    ],
  })
  const statuses = bulk.body.Operations.map(({ status }: { status: string }) => status)
  if (statuses.join() !== '201,204') throw new Error(`Bulk answered ${JSON.stringify(bulk.body)}`)
}

async function useConnections(admin: Call, service: Service): Promise<void> {
  const path = '/organizations/acme/connections'
  const provider = createSamlProvider({
    baseUrl: 'https://new.acme.test',
    key: createSamlKey(),
    now: service.now,
  })
  const connection = { name: 'New', identityProvider: 'generic', metadataXml: provider.metadata() }
  const made = await admin('POST', path, connection)
  await admin('PATCH', `${path}/${made.body.id}`, { name: 'Newer' })
  await admin('DELETE', `${path}/${made.body.id}`)
  const { body } = await admin('GET', path)
  for (const { id, active } of body.items as { id: string; active: boolean }[]) {
    await admin('PATCH', `${path}/${id}`, { active: !active })
    await admin('DELETE', `${path}/${id}`)
  }
}

async function useApplications(admin: Call): Promise<void> {
  const made = await admin('POST', '/applications', {
    name: 'New',
    redirectUris: ['https://new.test/callback'],
    organizations: ['acme'],
  })
  await admin('PATCH', `/applications/${made.body.id}`, { name: 'Newer' })
  const applications = await admin('GET', '/applications')
  for (const { id } of applications.body.items) await admin('DELETE', `/applications/${id}`)
  const endpoint = await admin('POST', '/webhook-endpoints', {
    url: 'http://127.0.0.1:9/',
    organizations: ['acme'],
  })
  await admin('POST', `/webhook-endpoints/${endpoint.body.id}/test`)
  const endpoints = await admin('GET', '/webhook-endpoints')
  for (const { id } of endpoints.body.items) {
    await admin('PATCH', `/webhook-endpoints/${id}`, { description: 'One' })
    await admin('DELETE', `/webhook-endpoints/${id}`)
  }
}
