// The room `cli/configuration`: from a file of configuration to the calls of the management API that bring a service there. It decides
// by comparing what the file names with what the service tells, and keeps nothing of its own.
//
// 1. `file.ts` reads the YAML and holds it against the contract's schema; every fault is told with its line.
// 2. `present.ts` asks the service for what is there.
// 3. `plan.ts` (this file) puts the steps together: `organizations.ts` with `connections.ts` and `domains.ts`, then `installation.ts`.
// 4. `match.ts` says which entry is which noun, `differences.ts` what differs, `references.ts` where secrets and files are.
// 5. What is wrong is thrown before anything is done. `render.ts` shows the plan, `carry-out.ts` makes the calls.
// 6. `export.ts` goes the other way: from what is there to a file that says the same.
//
import { type Client, ProblemError } from '@rollcall/api'
import type { Configuration, OrganizationEntry } from '@rollcall/api/configuration'
import { toWaiting } from './connections.ts'
import type { ConfigurationFile } from './file.ts'
import { planApplications, planBrand, planEmbedding, planEndpoints } from './installation.ts'
import { type OrganizationPlan, planOrganization, toApplicationKey, unmade } from './organizations.ts'
import { readPresent } from './present.ts'
import type { References } from './references.ts'
import { type ApplyOptions, type Planning, type Step, unchanged } from './step.ts'

export interface Plan {
  /** How many changes the service has made so far by this plan's steps. */
  countChanges(): number
  readonly steps: readonly Step[]
  /** What the file's nouns cover and the file does not name. */
  readonly prunes: readonly Step[]
}

export async function makePlan(
  plain: Client,
  file: ConfigurationFile,
  references: References,
  options: ApplyOptions,
): Promise<Plan> {
  const { organizations = [], applications, webhookEndpoints } = file.configuration
  const { client, countChanges } = countCalls(plain)
  const present = await readPresent(
    client,
    organizations.map(({ slug }) => slug),
  )
  const planning: Planning = {
    client,
    present,
    references,
    options,
    ids: new Map(),
    targets: new Set(),
    faults: [],
  }
  checkTwice(planning, file.configuration)
  await checkNamed(planning, file.configuration)
  for (const { id, name } of present.applications)
    for (const one of [id, name]) planning.ids.set(toApplicationKey(one), id)
  for (const { name } of applications ?? [])
    if (!planning.ids.has(toApplicationKey(name))) planning.ids.set(toApplicationKey(name), unmade)
  const apps = planApplications(planning, applications ?? [])
  const own: OrganizationPlan[] = []
  for (const [at, entry] of organizations.entries())
    own.push(await planOne(planning, entry, at, file.describe))
  const endpoints = planEndpoints(planning, webhookEndpoints ?? [])
  file.refuse(planning.faults)
  return {
    countChanges,
    steps: [
      // First: domains that are added have the record that it says.
      ...planBrand(planning, file.configuration.brand),
      ...planEmbedding(planning, file.configuration.embedding),
      ...own.flatMap(({ steps }) => steps),
      ...apps.steps,
      ...own.flatMap(({ afterApplications }) => afterApplications),
      ...endpoints.steps,
    ],
    prunes: [
      ...(webhookEndpoints === undefined ? [] : endpoints.prunes),
      ...(applications === undefined ? [] : apps.prunes),
      ...own.flatMap(({ prunes }) => prunes),
    ],
  }
}

// What somebody of one customer has changed keeps nobody from bringing the others to what the file says.
async function planOne(
  planning: Planning,
  entry: OrganizationEntry,
  at: number,
  describe: ConfigurationFile['describe'],
): Promise<OrganizationPlan> {
  const { faults } = planning
  const before = faults.length
  const plan = await planOrganization(planning, entry, ['organizations', at])
  const own = faults.slice(before)
  const isNew = !planning.present.organizations.has(entry.slug)
  if (own.length === 0 || isNew || own.some(({ isOfPresent }) => isOfPresent !== true)) return plan
  faults.length = before
  const left = ['nothing of it is tried', ...own.map(describe)].join('\n    ')
  return {
    steps: [toWaiting(unchanged(`organizations/${entry.slug}`), left)],
    afterApplications: [],
    prunes: [],
  }
}

function countCalls(client: Client): { readonly client: Client; countChanges(): number } {
  let changes = 0
  const counted: Client = {
    async call(operation, input) {
      const answer = await client.call(operation, input)
      if (!/^(get|list|preview)/.test(operation)) changes += 1
      return answer
    },
  }
  return { client: counted, countChanges: () => changes }
}

function checkTwice({ faults }: Planning, { organizations = [] }: Configuration): void {
  const seen = new Set<string>()
  for (const [at, { slug }] of organizations.entries()) {
    if (seen.has(slug)) faults.push({ place: ['organizations', at], message: 'this slug is named twice' })
    seen.add(slug)
  }
}

/** Organizations that an application or an endpoint is for: in the file, or there already. */
async function checkNamed(
  { client, present, faults }: Planning,
  { organizations = [], applications = [], webhookEndpoints = [] }: Configuration,
): Promise<void> {
  const known = new Map<string, boolean>([...present.organizations.keys()].map((slug) => [slug, true]))
  for (const { slug, absent } of organizations) known.set(slug, absent !== true)
  const isThere = async (slug: string): Promise<boolean> => {
    const answer = known.get(slug) ?? (await find(client, slug))
    known.set(slug, answer)
    return answer
  }
  for (const [noun, entries] of Object.entries({ applications, webhookEndpoints }))
    for (const [at, { organizations: slugs }] of entries.entries())
      for (const slug of slugs ?? [])
        if (!(await isThere(slug)))
          faults.push({
            place: [noun, at, 'organizations'],
            message: `there is no organization ${slug}, and none is to be made`,
          })
}

async function find(client: Client, slug: string): Promise<boolean> {
  try {
    await client.call('getOrganization', { params: { slug } })
    return true
  } catch (error) {
    if (error instanceof ProblemError && error.problem.code === 'not_found') return false
    throw error
  }
}
