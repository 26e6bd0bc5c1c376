// The room `server/applications`: the operator's products that sign people in through us. It owns what they are; the protocol is spoken by
// `openid-provider`.
//
// Applications of the operator that sign people in through us. Owns their rows, their secrets (hashed) and what they are to the
// OpenID Connect provider; not the protocol.

import type { Application, ApplicationChange, CreatedApplication, NewApplication } from '@rollcall/api'
import { toTime } from '../base/clock.ts'
import { createId } from '../base/id.ts'
import { readJson } from '../base/json.ts'
import { createSecret, hashSecret } from '../base/secret.ts'
import { forgetApplicationBrand } from '../brand/application-brand.ts'
import { writeNewTarget, writeTargetEnd } from '../deliveries/targets.ts'
import type { NewInstallationEvent } from '../events/catalog.ts'
import { listDifferences, maskChanges } from '../events/differences.ts'
import { type Act, recordInstallation } from '../events/record.ts'
import { Problem } from '../http/problem.ts'
import { forgetDefaultApplication, forgetDefaultOfOthers } from '../organizations/marks.ts'
import { type NamedOrganization, readNamed, storeNamed } from '../organizations/named.ts'
import { OutboundError } from '../outbound/outbound-error.ts'
import type { Database, InstallationTx } from '../store/database.ts'
import type { ApplicationTable } from '../store/schema.ts'
import { installationStatement } from '../store/statement.ts'
import {
  type ApplicationSettings,
  assertAddresses,
  assertKeys,
  assertPkce,
  hasSecret,
} from './application-rules.ts'
import { takeAway, tellOfTakenAway } from './taken-away.ts'

const maxApplications = 100

const selectAll = installationStatement('applications')(({ db }) =>
  db.selectFrom('application').selectAll().orderBy('id').limit(maxApplications),
)

const selectOne = installationStatement<{ id: string }>('application')(({ db, place }) =>
  db.selectFrom('application').selectAll().where('id', '=', place('id')),
)

/** What applications of these ids are called. */
export const selectApplicationNames = installationStatement<{ ids: string }>('names_of_application')(
  ({ db, place, dialect }) =>
    db
      .selectFrom('application')
      .select(['id', 'name'])
      .where(dialect.isIn('id', place('ids'))),
)

const lockOne = installationStatement<{ id: string }>('application_for_update')(({ db, place, dialect }) => {
  const one = db.selectFrom('application').selectAll().where('id', '=', place('id'))
  return dialect.lock(one)
})

const insertOne = installationStatement<ApplicationTable>('insert_application')(({ db, place }) =>
  db.insertInto('application').values({
    id: place('id'),
    name: place('name'),
    authentication: place('authentication'),
    secret_hash: place('secret_hash'),
    previous_secret_hash: place('previous_secret_hash'),
    previous_ends_at: place('previous_ends_at'),
    settings: place('settings'),
    organizations: place('organizations'),
    created_at: place('created_at'),
    updated_at: place('updated_at'),
  }),
)

const updateOne = installationStatement<ApplicationTable>('update_application')(({ db, place }) =>
  db
    .updateTable('application')
    .set({
      name: place('name'),
      secret_hash: place('secret_hash'),
      previous_secret_hash: place('previous_secret_hash'),
      previous_ends_at: place('previous_ends_at'),
      settings: place('settings'),
      organizations: place('organizations'),
      updated_at: place('updated_at'),
    })
    .where('id', '=', place('id')),
)

const deleteOne = installationStatement<{ id: string }>('delete_application')(({ db, place }) =>
  db.deleteFrom('application').where('id', '=', place('id')),
)

/** All applications, as the API shows them. */
export async function listApplications(database: Database, issuer: string): Promise<Application[]> {
  return database.inInstallation('applications', async (tx) => {
    const applications: Application[] = []
    for (const row of await tx.all(selectAll, {})) applications.push(await toApplication(tx, row, issuer))
    return applications
  })
}

/** By id: how each is called. */
export async function listApplicationNames(database: Database): Promise<ReadonlyMap<string, string>> {
  const rows = await database.readInstallation('applications', selectAll, {})
  return new Map(rows.map(({ id, name }) => [id, name]))
}

/** Throws 404. */
export async function getApplication(database: Database, id: string, issuer: string): Promise<Application> {
  return database.inInstallation('applications', async (tx) => {
    const row = await tx.first(selectOne, { id })
    if (row === undefined) throw noApplication()
    return toApplication(tx, row, issuer)
  })
}

/** Undefined where there is no such application. */
export async function findRow(database: Database, id: string): Promise<ApplicationTable | undefined> {
  return (await database.readInstallation('applications', selectOne, { id }))[0]
}

function noApplication(): Problem {
  return new Problem('not_found', 'There is no such application')
}

/**
 * What we shall call for the application: an address that no call of ours may go to would be found out at the first sign-out. One whose
 * host is not in DNS yet will do. Throws 400 `url_refused`.
 */
export async function assertCallable(
  checkUrl: (url: string) => Promise<void>,
  given: Pick<ApplicationChange, 'backchannelLogoutUri' | 'jwksUrl'>,
): Promise<void> {
  for (const name of ['backchannelLogoutUri', 'jwksUrl'] as const) {
    const url = given[name]
    if (url === undefined || url === null) continue
    try {
      await checkUrl(url)
    } catch (error) {
      if (!(error instanceof OutboundError)) throw error
      if (error.code !== 'not_resolved') throw new Problem('url_refused', `${name}: ${error.message}`)
    }
  }
}

/** The client secret is in this answer and in no other. Throws 400 `keys_missing`, `pkce_required`, `addresses_mixed`, `organization_unknown`. */
export async function createApplication(
  database: Database,
  act: Act,
  input: NewApplication,
  issuer: string,
): Promise<CreatedApplication> {
  const { at } = act
  const { name, authentication, organizations, ...settings } = input
  assertKeys(authentication, settings)
  assertPkce(authentication, settings)
  assertAddresses(settings)
  const secret = hasSecret(authentication) ? createClientSecret() : null
  const row: Omit<ApplicationTable, 'organizations'> = {
    id: createId('app', at),
    name,
    authentication,
    secret_hash: secret === null ? null : hashSecret(secret),
    previous_secret_hash: null,
    previous_ends_at: null,
    settings: JSON.stringify(settings),
    created_at: at,
    updated_at: at,
  }
  const made = await database.inInstallation('applications', async (tx) => {
    if ((await tx.all(selectAll, {})).length >= maxApplications)
      throw new Problem('too_many_applications', `There are at most ${maxApplications} applications`)
    const complete = { ...row, organizations: await storeNamed(tx, organizations) }
    tx.write(insertOne, complete)
    placeTarget(tx, complete)
    tell(tx, act, complete.id, { type: 'application.created', data: { name } })
    return toApplication(tx, complete, issuer)
  })
  return { ...made, clientSecret: secret }
}

/** Changes what is named. What people of organizations have that lose the application by it ends in the same transaction. */
export async function updateApplication(
  database: Database,
  act: Act,
  id: string,
  change: ApplicationChange,
  issuer: string,
): Promise<Application> {
  const { at } = act
  const application = await inApplication(database, id, async (tx, before) => {
    const { name = before.name, organizations, ...settings } = change
    const given = Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined))
    const merged = { ...parseSettings(before), ...given }
    assertKeys(before.authentication, merged, given)
    assertPkce(before.authentication, merged)
    if ('redirectUris' in given || 'postLogoutRedirectUris' in given) assertAddresses(merged)
    const after: ApplicationTable = {
      ...before,
      name,
      settings: JSON.stringify(merged),
      organizations: organizations === undefined ? before.organizations : await storeNamed(tx, organizations),
      updated_at: at,
    }
    tx.write(updateOne, after)
    const named = await listNamed(tx, after)
    const kept = named?.map((one) => one.id)
    if (kept !== undefined) {
      takeAway(tx, act, id, kept)
      forgetDefaultOfOthers(tx, id, kept)
    }
    placeTarget(tx, after)
    const [was, is] = [await toApplication(tx, before, issuer), await toApplication(tx, after, issuer)]
    const changes = maskChanges(listDifferences(was, is, changeable), ['jwksUrl', 'backchannelLogoutUri'])
    if (changes.length > 0) tell(tx, act, id, { type: 'application.updated', data: { changes } })
    return is
  })
  await tellOfTakenAway(database, at)
  return application
}

/** Its codes, tokens and sessions end with it. */
export async function deleteApplication(database: Database, act: Act, id: string): Promise<void> {
  await inApplication(database, id, async (tx, { name }) => {
    takeAway(tx, act, id, [])
    forgetDefaultApplication(tx, id)
    forgetApplicationBrand(tx, id)
    tx.write(deleteOne, { id })
    writeTargetEnd(tx, id)
    tell(tx, act, id, { type: 'application.deleted', data: { name } })
  })
  await tellOfTakenAway(database, act.at)
}

/** A new secret; the old one holds for `overlapSeconds`. Throws 409 `no_client_secret`. */
export async function rotateApplicationSecret(
  database: Database,
  act: Act,
  id: string,
  overlapSeconds: number,
  issuer: string,
): Promise<CreatedApplication> {
  const { at } = act
  return inApplication(database, id, async (tx, before) => {
    if (before.secret_hash === null)
      throw new Problem('no_client_secret', 'This application proves itself in another way')
    const secret = createClientSecret()
    const after = {
      ...before,
      secret_hash: hashSecret(secret),
      previous_secret_hash: before.secret_hash,
      previous_ends_at: at + overlapSeconds * 1_000,
      updated_at: at,
    }
    tx.write(updateOne, after)
    const data = { name: before.name, overlapSeconds }
    tell(tx, act, id, { type: 'application.secret_rotated', data })
    return { ...(await toApplication(tx, after, issuer)), clientSecret: secret }
  })
}

/** What of an application the operator changes, as it is shown. */
const changeable = [
  'name',
  'redirectUris',
  'postLogoutRedirectUris',
  'backchannelLogoutUri',
  'initiateLoginUri',
  'jwks',
  'jwksUrl',
  'requirePkce',
  'organizations',
] as const satisfies readonly (keyof ApplicationChange)[]

type Told = Extract<NewInstallationEvent, { readonly subject: { readonly type: 'application' } }>

function tell(tx: InstallationTx, act: Act, id: string, told: Omit<Told, 'subject'>): void {
  recordInstallation(tx, act, { ...told, subject: { type: 'application', id } } as Told)
}

/** In one transaction with the row, which is locked until COMMIT. Throws 404 where there is no such application. */
export async function inApplication<T>(
  database: Database,
  id: string,
  work: (tx: InstallationTx, row: ApplicationTable) => Promise<T>,
): Promise<T> {
  return database.inInstallation('applications', async (tx) => {
    const row = await tx.first(lockOne, { id })
    if (row === undefined) throw noApplication()
    return work(tx, row)
  })
}

// Deliveries of sign-outs need a place in the queue only where somebody listens.
function placeTarget(tx: InstallationTx, row: ApplicationTable): void {
  if (parseSettings(row).backchannelLogoutUri === null) writeTargetEnd(tx, row.id)
  else writeNewTarget(tx, row.id, 'logout')
}

function createClientSecret(): string {
  return `rc_app_${createSecret()}`
}

/** The stored settings of an application. */
export function parseSettings(row: ApplicationTable): ApplicationSettings {
  // Rows of before say nothing of PKCE, which every application had to send then.
  const settings = readJson<Omit<ApplicationSettings, 'requirePkce'> & { readonly requirePkce?: boolean }>(
    row.settings,
  )
  return { ...settings, requirePkce: settings.requirePkce ?? true }
}

// A row of before may hold slugs alone.
function listNamed(tx: InstallationTx, row: ApplicationTable): ReturnType<typeof readNamed> {
  return readNamed(tx, { text: row.organizations, madeAt: row.created_at })
}

async function toApplication(
  tx: InstallationTx,
  row: ApplicationTable,
  issuer: string,
): Promise<Application> {
  const named = await listNamed(tx, row)
  return {
    id: row.id,
    clientId: row.id,
    issuer,
    name: row.name,
    authentication: row.authentication,
    ...parseSettings(row),
    organizations: named?.map(({ slug }) => slug) ?? null,
    createdAt: toTime(row.created_at),
    updatedAt: toTime(row.updated_at),
  }
}

/** Of an organization's own choice: one that it was given. Throws 400, the same for one that is given to others and one that is not there. */
export async function assertGiven(
  database: Database,
  id: string | null | undefined,
  organizationId: string,
): Promise<void> {
  if (id === null || id === undefined || (await mayUseApplication(database, id, organizationId))) return
  throw new Problem(
    'invalid_request',
    'defaultApplication: there is no such application in this organization',
  )
}

/** Whether people of this organization may use the application; false for one that is not there. */
export async function mayUseApplication(
  database: Database,
  id: string,
  organizationId: string,
): Promise<boolean> {
  const row = await findRow(database, id)
  if (row === undefined || row.organizations === null) return row !== undefined
  const stored = readJson<readonly (NamedOrganization | string)[]>(row.organizations)
  if (stored.some((one) => typeof one !== 'string' && one.id === organizationId)) return true
  if (!stored.some((one) => typeof one === 'string')) return false
  const named = await database.inInstallation('applications', (tx) => listNamed(tx, row))
  return named?.some((one) => one.id === organizationId) ?? true
}

/** Where sign-ins that begin elsewhere go on; null where the application has no such address, or the organization was not given it. */
export async function findInitiateLogin(
  database: Database,
  id: string,
  organizationId: string,
): Promise<string | null> {
  const row = (await mayUseApplication(database, id, organizationId))
    ? await findRow(database, id)
    : undefined
  return row === undefined ? null : parseSettings(row).initiateLoginUri
}

/** What people of this organization call the application, and where its own pages begin; undefined where it has none, or is not theirs. */
export async function findHome(
  database: Database,
  id: string,
  organizationId: string,
): Promise<{ readonly name: string; readonly url: string } | undefined> {
  if (!(await mayUseApplication(database, id, organizationId))) return undefined
  const row = await findRow(database, id)
  if (row === undefined) return undefined
  const { initiateLoginUri, redirectUris } = parseSettings(row)
  const [home] = redirectUris
    .flatMap((uri) => URL.parse(uri) ?? [])
    .filter(({ protocol }) => /^https?:$/.test(protocol))
  const url = initiateLoginUri ?? (home === undefined ? null : `${home.origin}/`)
  return url === null ? undefined : { name: row.name, url }
}

/** Where the application wants to hear of sign-outs. */
export async function findBackchannelLogout(database: Database, id: string): Promise<string | null> {
  const row = await findRow(database, id)
  return row === undefined ? null : parseSettings(row).backchannelLogoutUri
}
