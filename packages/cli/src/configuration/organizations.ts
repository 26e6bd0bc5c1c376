// The steps of one organization: itself, its connections, domains and rules, and how its accounts come to be.
import type { OrganizationChange, ProvisioningChange } from '@rollcall/api'
import type { OrganizationEntry } from '@rollcall/api/configuration'
import { planConnections, toConnectionKey } from './connections.ts'
import { type Difference, listDifferences, pickDifferent, without } from './differences.ts'
import { planDomains } from './domains.ts'
import type { Place } from './file.ts'
import { type PresentOrganization, toProvisioningEntry } from './present.ts'
import { type Planning, type Run, type Step, toCreated, unchanged } from './step.ts'

export interface OrganizationPlan {
  readonly steps: readonly Step[]
  /** Once the applications are there. */
  readonly afterApplications: readonly Step[]
  readonly prunes: readonly Step[]
}

/** What is planned part by part. */
const parts = [
  'slug',
  'absent',
  'provisioning',
  'domains',
  'connections',
  'roleMappings',
  'attributeMapping',
  'schemaExtensions',
  'defaultApplication',
] as const

export async function planOrganization(
  planning: Planning,
  entry: OrganizationEntry,
  place: Place,
): Promise<OrganizationPlan> {
  const { slug } = entry
  const found = planning.present.organizations.get(slug)
  if (entry.absent === true) return planAbsent(planning, entry, place, found)
  const connections = await planConnections(
    planning,
    slug,
    entry.connections ?? [],
    [...place, 'connections'],
    found?.connections ?? [],
  )
  for (const { id, name } of found?.connections ?? [])
    for (const key of [id, name]) planning.ids.set(toConnectionKey(slug, key), id)
  const around = {
    planning,
    slug,
    connections: found?.connections ?? [],
    planned: new Set((entry.connections ?? []).map(({ name }) => name)),
    open: connections.open,
  }
  const domains = planDomains(around, entry.domains ?? [], [...place, 'domains'], found?.domains ?? [])
  return {
    steps: [
      planItself(planning, entry, place, found),
      ...connections.steps,
      ...domains.steps,
      ...planRules(planning, entry, found),
      ...planProvisioning(planning, entry, found),
    ],
    afterApplications: planDefault(planning, entry, place, found),
    prunes: [
      ...(entry.connections === undefined ? [] : connections.prunes),
      ...(entry.domains === undefined ? [] : domains.prunes),
    ],
  }
}

function planAbsent(
  { client, faults }: Planning,
  entry: OrganizationEntry,
  place: Place,
  found: PresentOrganization | undefined,
): OrganizationPlan {
  const { slug } = entry
  const path = `organizations/${slug}`
  if (Object.keys(without(entry, ['slug', 'absent'])).length > 0)
    faults.push({ place, message: 'an organization that is to be absent has nothing else beside its slug' })
  if (found === undefined) return { steps: [unchanged(path)], afterApplications: [], prunes: [] }
  const users = found.provisioning.counts.users
  const prune: Step = {
    path,
    kind: 'prune',
    differences: [],
    note: `with all that belongs to it, ${users} ${users === 1 ? 'person' : 'people'} among it`,
    run: async () =>
      void (await client.call('deleteOrganization', { params: { slug }, body: { confirm: slug } })),
  }
  return { steps: [], afterApplications: [], prunes: [prune] }
}

function planItself(
  { client, faults }: Planning,
  entry: OrganizationEntry,
  place: Place,
  found: PresentOrganization | undefined,
): Step {
  const { slug } = entry
  const params = { slug }
  const path = `organizations/${slug}`
  const wanted = without(entry, parts)
  if (found !== undefined) {
    const present = { ...found.organization }
    const differences = listDifferences(wanted, present)
    const body: OrganizationChange = pickDifferent(wanted, present)
    return differences.length === 0
      ? unchanged(path)
      : {
          path,
          kind: 'change',
          differences,
          run: async () => void (await client.call('updateOrganization', { params, body })),
        }
  }
  const { name, isScimEnabled, requireSso } = entry
  if (name === undefined) faults.push({ place, message: 'a new organization needs name' })
  const run = async (): Promise<undefined> => {
    const body = { slug, name: name ?? slug, isScimEnabled, requireSso }
    const made = await client.call('createOrganization', { body })
    const left: OrganizationChange = pickDifferent(wanted, { ...made })
    if (Object.keys(left).length > 0) await client.call('updateOrganization', { params, body: left })
  }
  return { path, kind: 'create', differences: toCreated(wanted), run }
}

/** A noun of which each organization has one: what differs is changed, and of a new organization all that is said is compared then. */
function planOne(path: string, isNew: boolean, differences: readonly Difference[], run: Run): Step {
  if (!isNew && differences.length === 0) return unchanged(path)
  return { path, kind: isNew ? 'create' : 'change', differences, run }
}

function planRules(
  { client }: Planning,
  entry: OrganizationEntry,
  found: PresentOrganization | undefined,
): Step[] {
  const { slug, roleMappings, attributeMapping, schemaExtensions } = entry
  const params = { slug }
  const steps: Step[] = []
  const add = (name: string, wanted: unknown, present: unknown, put: () => Promise<unknown>): void => {
    if (wanted === undefined) return
    const differences = listDifferences({ [name]: wanted }, { [name]: present })
    const run = async (): Promise<undefined> => void (await put())
    steps.push(planOne(`organizations/${slug}/${name}`, found === undefined, differences, run))
  }
  add('roleMappings', roleMappings, found?.roleMappings, () =>
    client.call('putRoleMappings', { params, body: { mappings: roleMappings ?? [] } }),
  )
  add('attributeMapping', attributeMapping, found?.attributeMapping, () =>
    client.call('putAttributeMapping', { params, body: { rules: attributeMapping ?? {} } }),
  )
  add('schemaExtensions', schemaExtensions, found?.schemaExtensions, () =>
    client.call('putSchemaExtensions', { params, body: { extensions: schemaExtensions ?? [] } }),
  )
  return steps
}

function planProvisioning(
  { client }: Planning,
  entry: OrganizationEntry,
  found: PresentOrganization | undefined,
): Step[] {
  const { slug, provisioning } = entry
  if (provisioning === undefined) return []
  const wanted = without(provisioning, [])
  const present = found === undefined ? {} : toProvisioningEntry(found.provisioning)
  // Whole: a switch of the mode sets anew what nobody names beside it.
  const body: ProvisioningChange = wanted
  const run = async (): Promise<undefined> =>
    void (await client.call('updateProvisioning', { params: { slug }, body }))
  const path = `organizations/${slug}/provisioning`
  return [planOne(path, found === undefined, listDifferences(wanted, { ...present }), run)]
}

function planDefault(
  { client, ids, present, faults }: Planning,
  entry: OrganizationEntry,
  place: Place,
  found: PresentOrganization | undefined,
): Step[] {
  const { slug, defaultApplication: wanted } = entry
  if (wanted === undefined) return []
  const path = `organizations/${slug}/defaultApplication`
  if (found === undefined && wanted === null) return []
  const own = [...place, 'defaultApplication']
  if (wanted !== null && !ids.has(toApplicationKey(wanted)))
    faults.push({ place: own, message: `there is no application ${wanted}` })
  if (present.applications.filter(({ name }) => name === wanted).length > 1)
    faults.push({ place: own, message: `several applications are called ${wanted}: name one by its id` })
  const toId = (): string | null => (wanted === null ? null : (ids.get(toApplicationKey(wanted)) ?? wanted))
  const before = found?.organization.defaultApplication ?? null
  if (found !== undefined && before === toId()) return [unchanged(path)]
  const called = present.applications.find(({ id }) => id === before)?.name ?? before
  const run = async (): Promise<undefined> =>
    void (await client.call('updateOrganization', { params: { slug }, body: { defaultApplication: toId() } }))
  const differences = [{ field: 'defaultApplication', before: called, after: wanted }]
  return [{ path, kind: found === undefined ? 'create' : 'change', differences, run }]
}

/** How an application of a file is found: by its name or id. */
export const toApplicationKey = (nameOrId: string): string => `application ${nameOrId}`
/** Stands for the id of an application until a step has made it. */
export const unmade = ''
