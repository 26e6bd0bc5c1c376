// Our key pairs for SAML, one organization at a time: a certificate to publish and a sealed private key. A new one is
// published first, then signs; the old one decrypts until its overlap ends.

import { generateKeyPair, sign } from 'node:crypto'
import { promisify } from 'node:util'
import type { ServiceKey } from '@rollcall/api'
import forge from 'node-forge'
import { dayMs, toNullableTime, toTime } from '../base/clock.ts'
import type { Envelope } from '../base/envelope.ts'
import { createId } from '../base/id.ts'
import { placesFor } from '../base/places.ts'
import { isAtLeast, type Rung } from '../base/rung.ts'
import { type Act, type OrganizationAct, record } from '../events/record.ts'
import { Problem } from '../http/problem.ts'
import { assertBeforeHandOver } from '../organizations/hand-over.ts'
import { describeCertificate } from '../saml/idp-metadata.ts'
import type { Database, OrganizationScope, OrganizationTx } from '../store/database.ts'
import { StoreConflict } from '../store/errors.ts'
import type { ServiceKeyTable } from '../store/schema.ts'
import { organizationStatement } from '../store/statement.ts'
import { signsOwnersIn } from './owners.ts'
import { parseOptions, selectConnections } from './rows.ts'

const validYears = 10
/** At once in an organization: the one that signs, the next, and those that retire. */
const maxKeys = 10
/** With less of it, whoever stands below an owner activates no key where an owner signs in by SAML. */
const ownersOverlapDays = 30

// The newest ones: whatever retired long ago, the key in use is among them.
const selectKeys = organizationStatement<{ now: number }>('service_keys_in_use')(
  ({ db, place, organizationId }) =>
    db
      .selectFrom('service_key')
      .selectAll()
      .where('organization_id', '=', organizationId)
      .where((on) => on.or([on('retires_at', 'is', null), on('retires_at', '>', place('now'))]))
      .orderBy('id', 'desc')
      .limit(2 * maxKeys),
)

const deleteRetired = organizationStatement<{ now: number }>('delete_retired_service_keys')(
  ({ db, place, organizationId }) =>
    db
      .deleteFrom('service_key')
      .where('organization_id', '=', organizationId)
      .where('retires_at', '<=', place('now')),
)

type NewKey = Pick<ServiceKeyTable, 'id' | 'certificate' | 'private_key' | 'state' | 'created_at'>

const insertKey = organizationStatement<NewKey>('insert_service_key')(({ db, place, organizationId }) =>
  db.insertInto('service_key').values({
    organization_id: organizationId,
    id: place('id'),
    certificate: place('certificate'),
    private_key: place('private_key'),
    state: place('state'),
    created_at: place('created_at'),
    retires_at: null,
  }),
)

const updateState = organizationStatement<{
  id: string
  state: ServiceKeyTable['state']
  retiresAt: number | null
}>('update_service_key')(({ db, place, organizationId }) =>
  db
    .updateTable('service_key')
    .set({ state: place('state'), retires_at: place('retiresAt') })
    .where('organization_id', '=', organizationId)
    .where('id', '=', place('id')),
)

/** The keys as they may be used now, the signing one first; private keys opened. */
export interface OpenKey {
  readonly id: string
  readonly certificate: string
  readonly privateKey: string
}

/** Never empty: the first use makes the first key. */
export async function openServiceKeys(
  database: Database,
  scope: OrganizationScope,
  envelope: Envelope,
  now: number,
): Promise<readonly OpenKey[]> {
  const rows = await listUsable(database, scope, now)
  const usable = rows.some(({ state }) => state === 'current')
    ? rows
    : await makeFirst(database, scope, envelope, now)
  const order = ['current', 'next', 'retiring']
  return usable
    .toSorted((left, right) => order.indexOf(left.state) - order.indexOf(right.state))
    .map((row) => ({
      id: row.id,
      certificate: row.certificate,
      privateKey: envelope.open(row.private_key, placeOf(scope, row.id)),
    }))
}

async function listUsable(
  database: Database,
  scope: OrganizationScope,
  now: number,
): Promise<readonly ServiceKeyTable[]> {
  return (await database.readOrganization(scope, selectKeys, { now })).toReversed()
}

async function makeFirst(
  database: Database,
  scope: OrganizationScope,
  envelope: Envelope,
  now: number,
): Promise<readonly ServiceKeyTable[]> {
  const row = await makeKey(scope, envelope, now, 'current')
  try {
    await database.inOrganization(scope, async (tx) => tx.write(insertKey, row))
  } catch (error) {
    // Another request, perhaps on another node, made it first.
    if (!(error instanceof StoreConflict)) throw error
  }
  return listUsable(database, scope, now)
}

async function makeKey(
  scope: OrganizationScope,
  envelope: Envelope,
  now: number,
  state: ServiceKeyTable['state'],
): Promise<NewKey> {
  const id = createId('cert', now)
  const pair = await promisify(generateKeyPair)('rsa', {
    modulusLength: 2_048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  })
  return {
    id,
    certificate: renderCertificate(pair.publicKey, pair.privateKey, now),
    private_key: envelope.seal(pair.privateKey, placeOf(scope, id)),
    state,
    created_at: now,
  }
}

function placeOf(scope: OrganizationScope, id: string): string {
  return `service_key/${scope.organizationId}/${id}`
}

/** Forge has it; its types do not. */
type Pki = typeof forge.pki & {
  getTBSCertificate(certificate: forge.pki.Certificate): forge.asn1.Asn1
}

// Self-signed: metadata is what makes it trusted (SAML metadata interoperability profile §2.6.1).
function renderCertificate(publicKey: string, privateKey: string, now: number): string {
  const certificate = forge.pki.createCertificate()
  certificate.publicKey = forge.pki.publicKeyFromPem(publicKey)
  certificate.serialNumber = `01${forge.util.bytesToHex(forge.random.getBytesSync(15))}`
  certificate.validity.notBefore = new Date(now - dayMs)
  certificate.validity.notAfter = new Date(now + validYears * 365 * dayMs)
  const name = [{ name: 'commonName', value: 'SAML service provider' }]
  certificate.setSubject(name)
  certificate.setIssuer(name)
  // What forge does with a key in JavaScript, 20 ms of it, Node does in one.
  const algorithm = forge.pki.oids.sha256WithRSAEncryption as string
  certificate.signatureOid = algorithm
  certificate.siginfo.algorithmOid = algorithm
  certificate.tbsCertificate = (forge.pki as Pki).getTBSCertificate(certificate)
  const signed = Buffer.from(forge.asn1.toDer(certificate.tbsCertificate).getBytes(), 'latin1')
  certificate.signature = sign('sha256', signed, privateKey).toString('latin1')
  return forge.pki.certificateToPem(certificate).replaceAll('\r', '')
}

/** As somebody of this rung sees them: nothing private. */
export async function listServiceKeys(
  database: Database,
  scope: OrganizationScope,
  envelope: Envelope,
  { rung, at }: Pick<Act, 'rung' | 'at'>,
): Promise<ServiceKey[]> {
  await openServiceKeys(database, scope, envelope, at)
  const rows = await listUsable(database, scope, at)
  const refusal = await database.inOrganization(scope, (tx) => findRefusal(tx, rung, ownersOverlapDays))
  return rows.map((row) => toServiceKey(row, row.state === 'next' ? refusal : undefined))
}

/**
 * A key that is published and decrypts, and does not sign yet; keys that have retired are removed. Throws 409 when one is already
 * waiting, or there are too many.
 */
export async function createServiceKey(
  { database, scope, act }: OrganizationAct,
  envelope: Envelope,
): Promise<ServiceKey> {
  await openServiceKeys(database, scope, envelope, act.at)
  // Making one takes a processor for a tenth of a second: nobody has one made who is refused it.
  await database.inOrganization(scope, (tx) => assertPlace(tx, act))
  const row = await makeKey(scope, envelope, act.at, 'next')
  return database.inOrganization(scope, async (tx) => {
    await assertPlace(tx, act)
    tx.write(deleteRetired, { now: act.at })
    tx.write(insertKey, row)
    const data = { fingerprint: describeCertificate(row.certificate).fingerprint }
    record(tx, act, { type: 'service_key.created', subject: { type: 'service_key', id: row.id }, data })
    const made = { ...row, organization_id: scope.organizationId, retires_at: null }
    return toServiceKey(made, await findRefusal(tx, act.rung, ownersOverlapDays))
  })
}

async function assertPlace(tx: OrganizationTx, act: Act): Promise<void> {
  const rows = await tx.all(selectKeys, { now: act.at })
  await assertBeforeHandOver(tx, act, 'make a certificate')
  if (rows.some(({ state }) => state === 'next'))
    throw new Problem('key_waiting', 'A new certificate is already published: activate it first')
  const places = placesFor(act.rung, maxKeys)
  if (rows.length >= places)
    throw new Problem(
      'too_many_keys',
      `An organization has at most ${places} certificates at once, of which none can be removed before it has retired; the operator may have ${maxKeys}`,
    )
}

/**
 * From now on it signs; the one before decrypts and stays published for `overlapDays`. Throws 403 `owner_required` where an owner signs
 * in by SAML and their identity provider may still know the one before alone.
 */
export async function activateServiceKey(
  { database, scope, act }: OrganizationAct,
  id: string,
  overlapDays: number,
): Promise<ServiceKey> {
  return database.inOrganization(scope, async (tx) => {
    const rows = await tx.all(selectKeys, { now: act.at })
    const next = rows.find((row) => row.id === id)
    if (next === undefined) throw new Problem('not_found', 'There is no such certificate')
    if (next.state !== 'next')
      throw new Problem('key_not_waiting', 'This certificate has been activated before')
    await assertBeforeHandOver(tx, act, 'activate a certificate')
    const refusal = await findRefusal(tx, act.rung, overlapDays)
    if (refusal !== undefined) throw new Problem('owner_required', refusals[refusal])
    const retiresAt = act.at + overlapDays * dayMs
    for (const row of rows.filter(({ state }) => state === 'current'))
      tx.write(updateState, { id: row.id, state: 'retiring', retiresAt })
    tx.write(updateState, { id, state: 'current', retiresAt: null })
    const data = { fingerprint: describeCertificate(next.certificate).fingerprint, overlapDays }
    record(tx, act, { type: 'service_key.activated', subject: { type: 'service_key', id }, data })
    return toServiceKey({ ...next, state: 'current' })
  })
}

const refusals = {
  signed:
    'An owner signs in, or would once they are back, by a connection whose requests are signed: only an owner, or the operator, has another key sign them',
  overlap: `An owner signs in by SAML, or would once they are back: only an owner, or the operator, activates a certificate with less than ${ownersOverlapDays} days of overlap`,
}

// An identity provider that knows the key before alone refuses what the new one signs, and encrypts for the one that goes.
async function findRefusal(
  tx: OrganizationTx,
  rung: Rung,
  overlapDays: number,
): Promise<keyof typeof refusals | undefined> {
  if (isAtLeast(rung, 'owner')) return undefined
  for (const row of await tx.all(selectConnections, {})) {
    if (row.protocol !== 'saml' || !(await signsOwnersIn(tx, row.id))) continue
    if (parseOptions(row).signRequests) return 'signed'
    if (overlapDays < ownersOverlapDays) return 'overlap'
  }
  return undefined
}

function toServiceKey(row: ServiceKeyTable, refusal?: keyof typeof refusals): ServiceKey {
  const { fingerprint, notAfter } = describeCertificate(row.certificate)
  return {
    id: row.id,
    state: row.state,
    certificate: row.certificate,
    fingerprint,
    notAfter: toTime(notAfter),
    createdAt: toTime(row.created_at),
    retiresAt: toNullableTime(row.retires_at),
    activation: refusal === undefined ? null : 'owner_required',
  }
}
