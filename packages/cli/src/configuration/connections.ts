// The steps that bring an organization's connections to what a file says.
import type {
  Connection,
  ConnectionChange,
  MetadataPreview,
  NewConnection,
  StagedAnchor,
} from '@rollcall/api'
import { ProblemError } from '@rollcall/api'
import type { ConnectionEntry } from '@rollcall/api/configuration'
import { type Difference, isSame, listDifferences, pickDifferent, without } from './differences.ts'
import type { Place } from './file.ts'
import { type Matched, matchEntries } from './match.ts'
import { type Planning, type Step, toCreated, tryReference, unchanged } from './step.ts'

const sourceNames = ['metadataUrl', 'metadataXml', 'entityId', 'ssoUrl', 'certificates'] as const
type Source = Pick<NewConnection, (typeof sourceNames)[number]>
/** What is compared otherwise than letter by letter, or cannot change. */
const apart = ['id', 'protocol', 'oidc', 'options', 'serviceProvider', 'vouchedBy', ...sourceNames] as const

/** How a connection of a file is found: `slug` and its name or id. */
export const toConnectionKey = (slug: string, nameOrId: string): string => `${slug} ${nameOrId}`

/** `present` is empty of an organization that is not there yet. */
export async function planConnections(
  planning: Planning,
  slug: string,
  wanted: readonly ConnectionEntry[],
  place: Place,
  present: readonly Connection[],
): Promise<{
  readonly steps: readonly Step[]
  readonly prunes: readonly Step[]
  /** Ids of those that wait for somebody to vouch for their identity provider; names of those that are not there yet. */
  readonly open: ReadonlySet<string>
}> {
  const by = {
    what: 'connection',
    ofEntry: ({ name }: ConnectionEntry) => name,
    ofNoun: ({ name }: Connection) => name,
  }
  const { entries, rest } = matchEntries(planning, wanted, place, present, by)
  const steps: Step[] = []
  for (const one of entries) steps.push(await planConnection(planning, slug, one))
  const prunes = rest.map(({ id, name }) => ({
    path: `organizations/${slug}/connections/${name}`,
    kind: 'prune' as const,
    differences: [],
    note: 'its identities and the sessions that it gave end with it',
    run: async () => void (await planning.client.call('deleteConnection', { params: { slug, id } })),
  }))
  const open = entries.filter(({ entry }) => entry.vouchedBy !== undefined)
  return { steps, prunes, open: new Set(open.map(({ entry, found }) => found?.id ?? entry.name)) }
}

const takeOut = 'look at whom it trusts, take vouchedBy out of the file, and apply it again'

/** What a connection is trusted with: nobody gives it any of that while the file says that no owner vouched for it. */
const trusts = ['isActive', 'followsDirectory'] as const

/** Without what only they may put in place who vouch for it, and without what it would be trusted with. */
function withoutAnchor(entry: ConnectionEntry): ConnectionEntry {
  const { name } = entry
  return {
    ...without(entry, [...sourceNames, 'oidc', ...trusts, 'vouchedBy']),
    name,
    protocol: protocolOf(entry),
  }
}

async function planConnection(
  planning: Planning,
  slug: string,
  { entry: written, place, found }: Matched<ConnectionEntry, Connection>,
): Promise<Step> {
  const path = `organizations/${slug}/connections/${written.name}`
  checkForm(planning, written, place)
  const held = listHeld(written, found)
  const isOpen = written.vouchedBy !== undefined && (found?.anchor ?? null) === null
  const entry = isOpen ? withoutAnchor(written) : without(written, held)
  if (found === undefined) {
    const step = planNew(planning, slug, entry, place, path)
    return isOpen ? toWaiting(step, toUnvouched(written)) : step
  }
  planning.ids.set(toConnectionKey(slug, entry.name), found.id)
  checkFixed(planning, entry, place, found)
  const source = [
    ...(await compareSource(planning, slug, entry, place, found)),
    ...compareIssuer(planning, entry, found),
  ]
  const differences = [
    ...listDifferences(without(entry, apart), { ...found }),
    ...listDifferences(entry.options ?? {}, { ...found.options }, 'options.'),
    ...source,
  ]
  if (entry.vouchedBy !== undefined && differences.some(({ field }) => isOfAnchor(field)))
    planning.faults.push({
      place,
      message: `this changes whom the connection trusts: ${takeOut}`,
      isOfPresent: true,
    })
  const note = source.some(({ field }) => isOfAnchor(field)) ? toVouching(found) : {}
  if (asksSecret(differences)) checkSecret(planning, entry, place)
  const step: Step =
    differences.length === 0
      ? unchanged(path)
      : { path, kind: 'change', differences, ...note, run: () => change(planning, slug, entry, found) }
  if (isOpen) return toWaiting(step, toUnvouched(written))
  return held.length === 0 ? step : toWaiting(step, toHeld(written, held))
}

const ofAnchor: readonly string[] = [
  ...['metadataUrl', 'entityId', 'ssoUrl', 'sloUrl', 'certificates', 'oidc.issuer', 'oidc.clientId'],
  ...['options.stableIdAttribute', 'options.nameIdFormat'],
]
/** Whether a field is of what people are trusted by. */
const isOfAnchor = (field: string): boolean => ofAnchor.includes(field)

// The service takes the operator's word for an identity provider that they name, and for no other.
function toVouching({ anchor }: Connection): { readonly note?: string } {
  return anchor === null || anchor.rung === 'owner'
    ? {}
    : { note: `you vouch for its identity provider; so far ${whoIs(anchor.rung)} did` }
}

/** What stays off of a connection that is there. */
function listHeld(entry: ConnectionEntry, found: Connection | undefined): (typeof trusts)[number][] {
  if (entry.vouchedBy === undefined || found === undefined) return []
  return trusts.filter((name) => entry[name] === true && !found[name])
}

const whoIs = (rung: string): string => (rung === 'contact' ? 'a set-up contact' : 'an administrator')

const toUnvouched = ({ vouchedBy = 'contact' }: ConnectionEntry): string =>
  `it has no identity provider yet, for ${whoIs(vouchedBy)} vouched for the one in the file: ${takeOut}; then you vouch for it`

const toHeld = ({ vouchedBy = 'contact' }: ConnectionEntry, held: readonly string[]): string =>
  `${held.join(' and ')} ${held.length === 1 ? 'stays' : 'stay'} off, for ${whoIs(vouchedBy)} vouched for the identity provider in the file: ${takeOut}`

/** Told each time, also where nothing else is to do. */
export function toWaiting(step: Step, left: string): Step {
  return { ...step, note: left, run: async () => (await step.run?.()) ?? left }
}

function planNew(planning: Planning, slug: string, entry: ConnectionEntry, place: Place, path: string): Step {
  if (entry.identityProvider === undefined)
    planning.faults.push({ place, message: 'a new connection needs identityProvider', isOfPresent: true })
  checkSecret(planning, entry, place)
  for (const name of ['metadataXml', 'certificates'] as const)
    for (const text of [entry[name] ?? []].flat())
      tryReference(planning, [...place, name], () => planning.references.readText(text))
  const { certificates, metadataXml, options, ...fields } = without(entry, ['id'])
  const told = {
    ...fields,
    ...(metadataXml === undefined ? {} : { metadataXml: describeText(metadataXml) }),
    ...(certificates === undefined ? {} : { certificates: certificates.length }),
  }
  const differences = [
    ...toCreated(told),
    ...toCreated(options ?? {}).map((one) => ({ ...one, field: `options.${one.field}` })),
  ]
  return { path, kind: 'create', differences, run: () => create(planning, slug, entry) }
}

function checkForm(planning: Planning, entry: ConnectionEntry, place: Place): void {
  const refuse = (message: string) => planning.faults.push({ place, message })
  const { entityId, ssoUrl, certificates } = entry
  const byHand = [entityId, ssoUrl, certificates].filter((one) => one !== undefined).length
  const ways = [entry.metadataUrl, entry.metadataXml].filter((one) => one !== undefined).length
  if (ways + (byHand > 0 ? 1 : 0) > 1 || (byHand > 0 && byHand < 3))
    refuse('say metadataUrl, or metadataXml, or entityId with ssoUrl and certificates: one of the three')
  if (protocolOf(entry) === 'oidc' && ways + byHand > 0)
    refuse('an OpenID Connect connection takes oidc, and no SAML metadata')
  if (entry.oidc !== undefined && entry.protocol === 'saml') refuse('oidc belongs to protocol oidc')
}

// What is never changed: another connection takes its place.
function checkFixed(planning: Planning, entry: ConnectionEntry, place: Place, found: Connection): void {
  const isOther = entry.protocol !== undefined || entry.oidc !== undefined || hasSource(entry)
  if (isOther && protocolOf(entry) !== found.protocol)
    planning.faults.push({
      place,
      message: `the connection that is there speaks ${found.protocol}, and that cannot be changed: give this one another name`,
      isOfPresent: true,
    })
  const { entityId, acsPath } = entry.serviceProvider ?? {}
  const isSameService = entityId === found.entityId && new URL(found.acsUrl).pathname.endsWith(acsPath ?? '')
  if (entry.serviceProvider !== undefined && !isSameService)
    planning.faults.push({
      place: [...place, 'serviceProvider'],
      message: 'the names of a connection elsewhere are given when it is created, and cannot be changed',
      isOfPresent: true,
    })
}

const hasSource = (entry: ConnectionEntry): boolean => sourceNames.some((name) => entry[name] !== undefined)
const protocolOf = ({ protocol, oidc }: ConnectionEntry): 'saml' | 'oidc' =>
  protocol ?? (oidc === undefined ? 'saml' : 'oidc')

function checkSecret(planning: Planning, entry: ConnectionEntry, place: Place): void {
  const { clientSecret } = entry.oidc ?? {}
  if (clientSecret !== undefined)
    tryReference(planning, [...place, 'oidc', 'clientSecret'], () =>
      planning.references.readSecret(clientSecret),
    )
}

/** As the management API takes it: files are read. */
function toSource({ references }: Planning, entry: ConnectionEntry): Source {
  const { metadataUrl, metadataXml, entityId, ssoUrl, certificates } = entry
  return without(
    {
      metadataUrl,
      metadataXml: metadataXml === undefined ? undefined : references.readText(metadataXml),
      entityId,
      ssoUrl,
      certificates: certificates?.map((one) => references.readText(one)),
    },
    [],
  ) as Source
}

async function compareSource(
  planning: Planning,
  slug: string,
  entry: ConnectionEntry,
  place: Place,
  found: Connection,
): Promise<Difference[]> {
  if (!hasSource(entry) || found.protocol === 'oidc') return []
  const before = found.identityProviderMetadataUrl
  if (entry.metadataUrl !== undefined)
    return entry.metadataUrl === before
      ? []
      : [{ field: 'metadataUrl', before: before ?? undefined, after: entry.metadataUrl }]
  const wanted = await preview(planning, slug, entry, place)
  if (wanted === undefined) return []
  const present = found.identityProviderMetadata
  const facts = listDifferences(toFacts(wanted), present === null ? {} : toFacts(present))
  return before === null ? facts : [{ field: 'metadataUrl', before, after: null }, ...facts]
}

/** What the service reads in it; it keeps nothing of that. */
async function preview(
  planning: Planning,
  slug: string,
  entry: ConnectionEntry,
  place: Place,
): Promise<MetadataPreview | undefined> {
  try {
    const body = toSource(planning, entry)
    return await planning.client.call('previewConnection', { params: { slug }, body })
  } catch (error) {
    const isTold = error instanceof ProblemError || (error as Error).name === 'ReferenceFault'
    if (!isTold) throw error
    planning.faults.push({ place, message: (error as Error).message })
    return undefined
  }
}

function toFacts({
  entityId,
  ssoUrl,
  sloUrl,
  certificates,
}: MetadataPreview): Readonly<Record<string, unknown>> {
  return {
    entityId,
    ssoUrl,
    sloUrl,
    certificates: certificates.map(({ fingerprint }) => fingerprint).toSorted(),
  }
}

/** Scopes are asked for with `openid`, whether or not it is named. */
const withOpenId = (scopes: readonly string[]): string[] => [...new Set(['openid', ...scopes])]

function compareIssuer({ options }: Planning, entry: ConnectionEntry, found: Connection): Difference[] {
  if (entry.oidc === undefined || found.protocol !== 'oidc') return []
  const { clientSecret, scopes, ...wanted } = entry.oidc
  const differences = listDifferences(
    { ...wanted, ...(scopes === undefined ? {} : { scopes: withOpenId(scopes) }) },
    { ...found.oidc },
    'oidc.',
  )
  const isOtherClient = differences.some(({ field }) => field !== 'oidc.scopes')
  const isSent = isOtherClient || options.sendSecrets || found.oidc?.hasClientSecret !== true
  return clientSecret === undefined || !isSent
    ? differences
    : [...differences, { field: 'oidc.clientSecret', before: undefined, after: clientSecret }]
}

const asksSecret = (differences: readonly Difference[]): boolean =>
  differences.some(({ field }) => field === 'oidc.clientSecret')

function toIssuer(
  { references }: Planning,
  { oidc }: ConnectionEntry,
  isWithSecret: boolean,
): NewConnection['oidc'] {
  if (oidc === undefined) return undefined
  const { clientSecret, ...issuer } = oidc
  return clientSecret === undefined || !isWithSecret
    ? issuer
    : { ...issuer, clientSecret: references.readSecret(clientSecret) }
}

async function create(planning: Planning, slug: string, entry: ConnectionEntry): Promise<string | undefined> {
  const { identityProvider = 'generic', name, isActive, options, serviceProvider } = entry
  const oidc = toIssuer(planning, entry, true)
  const body: NewConnection = without(
    { name, identityProvider, protocol: protocolOf(entry), isActive, options, serviceProvider, oidc },
    [],
  ) as NewConnection
  const made = await planning.client.call('createConnection', {
    params: { slug },
    body: { ...body, ...toSource(planning, entry) },
  })
  planning.ids.set(toConnectionKey(slug, entry.name), made.id)
  planning.ids.set(toConnectionKey(slug, made.id), made.id)
  const left = pickDifferent(without(entry, apart), { ...made })
  if (Object.keys(left).length === 0) return undefined
  return update(planning, slug, made.id, left as ConnectionChange)
}

async function change(
  planning: Planning,
  slug: string,
  entry: ConnectionEntry,
  found: Connection,
): Promise<string | undefined> {
  const plain = pickDifferent(without(entry, apart), { ...found })
  const options = pickDifferent(entry.options ?? {}, { ...found.options })
  const issuer = compareIssuer(planning, entry, found)
  const source = await compareSource(planning, slug, entry, [], found)
  const body: ConnectionChange = {
    ...plain,
    ...(Object.keys(options).length === 0 ? {} : { options }),
    ...(source.length === 0 ? {} : toSource(planning, entry)),
    ...(issuer.length === 0 ? {} : { oidc: toIssuer(planning, entry, asksSecret(issuer)) }),
  }
  return update(planning, slug, found.id, body)
}

const staged =
  'what people are trusted by is staged and not in force: an owner signs in by it, so it is tested first; put it in place in the console'

async function update(
  { client }: Planning,
  slug: string,
  id: string,
  body: ConnectionChange,
): Promise<string | undefined> {
  const answer: Connection | StagedAnchor = await client.call('updateConnection', {
    params: { slug, id },
    body,
  })
  return 'mayApply' in answer ? staged : undefined
}

const describeText = (text: string): string => (text.startsWith('file:') ? text : `${text.length} characters`)

/** Whether two lists of names or ids are the same. */
export const isSameList = (one: readonly string[], other: readonly string[]): boolean =>
  isSame('connections', one, other)
