// The steps of what belongs to the installation: the brand, embedding, applications and webhook endpoints. Their secrets are made by the
// service and shown once: they go into a file that the step makes, and nowhere else.
import type {
  Application,
  ApplicationBrandChange,
  ApplicationChange,
  BrandChange,
  Embedding,
  NewApplication,
  NewWebhookEndpoint,
  WebhookEndpoint,
  WebhookEndpointChange,
} from '@rollcall/api'
import type { ApplicationEntry, WebhookEndpointEntry } from '@rollcall/api/configuration'
import { listDifferences, pickDifferent, without } from './differences.ts'
import type { Place } from './file.ts'
import { type Matched, matchEntries } from './match.ts'
import { toApplicationKey, unmade } from './organizations.ts'
import { type Planning, type Step, toCreated, tryReference, unchanged } from './step.ts'

interface Plan {
  readonly steps: readonly Step[]
  readonly prunes: readonly Step[]
}

/** The brand, where the file names it; its images are uploaded by the API. */
export function planBrand({ client, present }: Planning, wanted: BrandChange | undefined): readonly Step[] {
  if (wanted === undefined) return []
  const fields = without(wanted, [])
  const differences = listDifferences(fields, { ...present.brand })
  if (differences.length === 0) return [unchanged('brand')]
  const body: BrandChange = pickDifferent(fields, { ...present.brand })
  const run = async (): Promise<undefined> => void (await client.call('updateBrand', { body }))
  return [{ path: 'brand', kind: 'change', differences, run }]
}

/** Where the settings may be shown in a frame, where the file says it: whole, as it stands there. */
export function planEmbedding({ client, present }: Planning, wanted: Embedding | undefined): readonly Step[] {
  if (wanted === undefined) return []
  const differences = listDifferences({ ...wanted }, { ...present.embedding })
  if (differences.length === 0) return [unchanged('embedding')]
  const run = async (): Promise<undefined> => void (await client.call('putEmbedding', { body: wanted }))
  return [{ path: 'embedding', kind: 'change', differences, run }]
}

export function planApplications(planning: Planning, wanted: readonly ApplicationEntry[]): Plan {
  const { client, present } = planning
  const { entries, rest } = matchEntries(planning, wanted, ['applications'], present.applications, {
    what: 'application',
    ofEntry: ({ name }: ApplicationEntry) => name,
    ofNoun: ({ name }: Application) => name,
  })
  return {
    steps: entries.map((one) => planApplication(planning, one)),
    prunes: rest.map(({ id, name }) => ({
      path: `applications/${name}`,
      kind: 'prune',
      differences: [],
      note: 'its tokens end with it',
      run: async () => void (await client.call('deleteApplication', { params: { id } })),
    })),
  }
}

/** What cannot be changed, or is no field of theirs. */
const apartOfApplications = ['id', 'authentication', 'brand', 'secretTo'] as const

function planApplication(planning: Planning, matched: Matched<ApplicationEntry, Application>): Step {
  const { client } = planning
  const { entry, place, found } = matched
  const path = `applications/${entry.name}`
  const key = toApplicationKey(entry.name)
  const { authentication = 'client_secret_basic' } = entry
  planning.ids.set(key, found?.id ?? unmade)
  if (found === undefined) {
    if (entry.redirectUris === undefined)
      planning.faults.push({ place, message: 'a new application needs redirectUris' })
    const hasSecret = authentication.startsWith('client_secret')
    checkTarget(planning, place, entry.secretTo, hasSecret)
    const { secretTo, brand, ...body } = without(entry, ['id'])
    const run = async (): Promise<undefined> => {
      const made = await withSecret(planning, hasSecret ? secretTo : undefined, async () => {
        const answer = await client.call('createApplication', { body: body as NewApplication })
        return { answer, secret: answer.clientSecret }
      })
      planning.ids.set(key, made.id)
      if (brand !== undefined)
        await client.call('updateApplicationBrand', { params: { id: made.id }, body: brand })
    }
    return { path, kind: 'create', differences: toCreated(without(entry, ['id'])), run }
  }
  if (entry.authentication !== undefined && entry.authentication !== found.authentication)
    planning.faults.push({
      place: [...place, 'authentication'],
      message: `it is ${found.authentication}, and that cannot be changed: give this one another name`,
    })
  return planChange(planning, path, entry, found)
}

function planChange(
  { client, present }: Planning,
  path: string,
  entry: ApplicationEntry,
  found: Application,
): Step {
  const fields = without(entry, apartOfApplications)
  const said = { ...present.applicationBrands.get(found.id) }
  const ofBrand = listDifferences({ ...entry.brand }, said, 'brand.')
  const differences = [...listDifferences(fields, { ...found }), ...ofBrand]
  if (differences.length === 0) return unchanged(path)
  const params = { id: found.id }
  const body: ApplicationChange = pickDifferent(fields, { ...found })
  const brand: ApplicationBrandChange = pickDifferent({ ...entry.brand }, said)
  const run = async (): Promise<undefined> => {
    if (Object.keys(body).length > 0) await client.call('updateApplication', { params, body })
    if (ofBrand.length > 0) await client.call('updateApplicationBrand', { params, body: brand })
  }
  return { path, kind: 'change', differences, run }
}

export function planEndpoints(planning: Planning, wanted: readonly WebhookEndpointEntry[]): Plan {
  const { client, present } = planning
  const { entries, rest } = matchEntries(planning, wanted, ['webhookEndpoints'], present.webhookEndpoints, {
    what: 'endpoint',
    ofEntry: ({ url }: WebhookEndpointEntry) => url,
    ofNoun: ({ url }: WebhookEndpoint) => url,
  })
  return {
    steps: entries.map((one) => planEndpoint(planning, one)),
    prunes: rest.map(({ id, url }) => ({
      path: `webhookEndpoints/${url}`,
      kind: 'prune',
      differences: [],
      note: 'what waits for it is not sent any more',
      run: async () => void (await client.call('deleteWebhookEndpoint', { params: { id } })),
    })),
  }
}

const apartOfEndpoints = ['id', 'algorithm', 'secretTo'] as const

function planEndpoint(planning: Planning, matched: Matched<WebhookEndpointEntry, WebhookEndpoint>): Step {
  const { client } = planning
  const { entry, place, found } = matched
  const path = `webhookEndpoints/${entry.url}`
  const fields = without(entry, apartOfEndpoints)
  const change = async (id: string, present: WebhookEndpoint): Promise<undefined> => {
    const body: WebhookEndpointChange = pickDifferent(fields, { ...present })
    if (Object.keys(body).length > 0) await client.call('updateWebhookEndpoint', { params: { id }, body })
  }
  if (found === undefined) {
    const hasSecret = entry.algorithm !== 'ed25519'
    checkTarget(planning, place, entry.secretTo, hasSecret)
    const run = async (): Promise<undefined> => {
      const made = await withSecret(planning, hasSecret ? entry.secretTo : undefined, async () => {
        const answer = await client.call('createWebhookEndpoint', { body: toNewEndpoint(entry) })
        return { answer, secret: answer.secret }
      })
      await change(made.id, made)
    }
    return { path, kind: 'create', differences: toCreated(without(entry, ['id'])), run }
  }
  if (entry.algorithm !== undefined && entry.algorithm !== found.algorithm)
    planning.faults.push({
      place: [...place, 'algorithm'],
      message: `it is ${found.algorithm}, and that cannot be changed`,
    })
  const differences = listDifferences(fields, { ...found })
  return differences.length === 0
    ? unchanged(path)
    : { path, kind: 'change', differences, run: () => change(found.id, found) }
}

function toNewEndpoint({ url, description, eventTypes, organizations, algorithm }: WebhookEndpointEntry) {
  const wanted = {
    ...{ url, eventTypes, algorithm },
    description: description ?? undefined,
    organizations: organizations ?? undefined,
  }
  return without(wanted, []) as NewWebhookEndpoint
}

function checkTarget(planning: Planning, place: Place, target: string | undefined, hasSecret: boolean): void {
  if (!hasSecret) return
  if (target === undefined)
    planning.faults.push({
      place,
      message: 'the service makes its secret and shows it once: say where it is written, secretTo: file:PATH',
    })
  else if (planning.targets.has(target))
    planning.faults.push({ place: [...place, 'secretTo'], message: 'another secret is written there' })
  else tryReference(planning, [...place, 'secretTo'], () => planning.references.assertFree(target))
  if (target !== undefined) planning.targets.add(target)
}

/** The file is made first: a secret that cannot be written would be lost. */
async function withSecret<T>(
  { references }: Planning,
  target: string | undefined,
  create: () => Promise<{ readonly answer: T; readonly secret: string | null }>,
): Promise<T> {
  if (target === undefined) return (await create()).answer
  const reserved = references.reserve(target)
  let made: { readonly answer: T; readonly secret: string | null }
  try {
    made = await create()
  } catch (error) {
    reserved.drop()
    throw error
  }
  if (made.secret === null) reserved.drop()
  else reserved.keep(made.secret)
  return made.answer
}
