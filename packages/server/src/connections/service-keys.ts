// Our key pairs for SAML, one organization at a time: a certificate to publish and a sealed private key. A new one is
// published first, then signs; the old one decrypts until its overlap ends.
import { generateKeyPair, sign } from 'node:crypto'
import { promisify } from 'node:util'
import type { ServiceKey } from '@rollcall/api'
import forge from 'node-forge'
import { toNullableTime, toTime } from '../base/clock.ts'
import type { Envelope } from '../base/envelope.ts'
import { createId } from '../base/id.ts'
import { type Act, record } from '../events/record.ts'
import { Problem } from '../http/problem.ts'
import { assertBeforeHandOver } from '../organizations/hand-over.ts'
import { describeCertificate } from '../saml/idp-metadata.ts'
import type { Database, OrganizationScope } from '../store/database.ts'
import { StoreConflict } from '../store/errors.ts'
import type { ServiceKeyTable } from '../store/schema.ts'
import { organizationStatement } from '../store/statement.ts'

const dayMs = 86_400_000
const validYears = 10

const selectKeys = organizationStatement('service_keys')(({ db, organizationId }) =>
  db
    .selectFrom('service_key')
    .selectAll()
    .where('organization_id', '=', organizationId)
    .orderBy('id')
    .limit(20),
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
  const rows = await database.readOrganization(scope, selectKeys, {})
  return rows.filter(({ retires_at: retiresAt }) => retiresAt === null || retiresAt > now)
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
  const name = [{ name: 'commonName', value: 'Rollcall service provider' }]
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

/** What an administrator sees: nothing private. */
export async function listServiceKeys(
  database: Database,
  scope: OrganizationScope,
  envelope: Envelope,
  now: number,
): Promise<ServiceKey[]> {
  await openServiceKeys(database, scope, envelope, now)
  return (await listUsable(database, scope, now)).map(toServiceKey)
}

/** A key that is published and decrypts, and does not sign yet. Throws 409 when one is already waiting. */
export async function createServiceKey(
  database: Database,
  scope: OrganizationScope,
  act: Act,
  envelope: Envelope,
): Promise<ServiceKey> {
  await openServiceKeys(database, scope, envelope, act.at)
  const row = await makeKey(scope, envelope, act.at, 'next')
  await database.inOrganization(scope, async (tx) => {
    const rows = await tx.all(selectKeys, {})
    await assertBeforeHandOver(tx, act, 'make a certificate')
    if (rows.some(({ state }) => state === 'next'))
      throw new Problem(409, 'key_waiting', 'A new certificate is already published: activate it first')
    tx.write(insertKey, row)
    const data = { fingerprint: describeCertificate(row.certificate).fingerprint }
    record(tx, act, { type: 'service_key.created', subject: { type: 'service_key', id: row.id }, data })
  })
  return toServiceKey({ ...row, organization_id: scope.organizationId, retires_at: null })
}

/** From now on it signs; the one before decrypts and stays published for `overlapDays`. */
export async function activateServiceKey(
  database: Database,
  scope: OrganizationScope,
  act: Act,
  id: string,
  overlapDays: number,
): Promise<ServiceKey> {
  return database.inOrganization(scope, async (tx) => {
    const rows = await tx.all(selectKeys, {})
    const next = rows.find((row) => row.id === id)
    if (next === undefined) throw new Problem(404, 'not_found', 'There is no such certificate')
    if (next.state !== 'next')
      throw new Problem(409, 'key_not_waiting', 'This certificate has been activated before')
    await assertBeforeHandOver(tx, act, 'activate a certificate')
    const retiresAt = act.at + overlapDays * dayMs
    for (const row of rows.filter(({ state }) => state === 'current'))
      tx.write(updateState, { id: row.id, state: 'retiring', retiresAt })
    tx.write(updateState, { id, state: 'current', retiresAt: null })
    const data = { fingerprint: describeCertificate(next.certificate).fingerprint, overlapDays }
    record(tx, act, { type: 'service_key.activated', subject: { type: 'service_key', id }, data })
    return toServiceKey({ ...next, state: 'current' })
  })
}

function toServiceKey(row: ServiceKeyTable): ServiceKey {
  const { fingerprint, notAfter } = describeCertificate(row.certificate)
  return {
    id: row.id,
    state: row.state,
    certificate: row.certificate,
    fingerprint,
    notAfter: toTime(notAfter),
    createdAt: toTime(row.created_at),
    retiresAt: toNullableTime(row.retires_at),
  }
}
