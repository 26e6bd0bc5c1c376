// The room `server/webhooks`: the operator's endpoints, how a delivery to one is signed, and the log of what was sent. The queue itself is
// in `deliveries`.
//
// Webhook endpoints of the operator: where events go, which ones, and with what they are signed. An enabled endpoint has a
// subscription row for each organization it wants, which the writer of events reads; a disabled one has none.

import type {
  CreatedWebhookEndpoint,
  NewWebhookEndpoint,
  WebhookEndpoint,
  WebhookEndpointChange,
} from '@rollcall/api'
import { toNullableTime, toTime } from '../base/clock.ts'
import type { Envelope } from '../base/envelope.ts'
import { createId } from '../base/id.ts'
import { readJson } from '../base/json.ts'
import { maskUrl } from '../base/masked-url.ts'
import { placeOfService } from '../deliveries/allowance.ts'
import { type Mail, queueInstallationMail } from '../deliveries/mail.ts'
import type { Trouble } from '../deliveries/sender.ts'
import { writeNewTarget, writeTargetEnd, writeTargetSwitch } from '../deliveries/targets.ts'
import type { NewInstallationEvent } from '../events/catalog.ts'
import { listDifferences, maskChanges } from '../events/differences.ts'
import { type Act, recordInstallation } from '../events/record.ts'
import { Problem } from '../http/problem.ts'
import { isNamed, type NamedOrganization, readNamed, storeNamed } from '../organizations/named.ts'
import { OutboundError } from '../outbound/outbound-error.ts'
import { type MailSentence, renderInLanguage, sayInMail } from '../pages/mail-words.ts'
import { toDay } from '../pages/pending.ts'
import type { Database, InstallationTx } from '../store/database.ts'
import type { WebhookEndpointTable } from '../store/schema.ts'
import {
  deleteOne,
  deleteSubscriptions,
  type EndpointRow,
  insertOne,
  insertSubscription,
  lockOne,
  maxEndpoints,
  selectAll,
  selectOne,
  selectSubscribed,
  updateOne,
} from './rows.ts'
import { createWebhookKeyPair, createWebhookSecret, type WebhookSecret } from './sign.ts'

const maxSecrets = 5

/** What endpoints need to know. */
export interface WebhookRules {
  readonly database: Database
  readonly envelope: Envelope
  /** Throws OutboundError when an address may not be called. */
  readonly checkUrl: (url: string) => Promise<void>
  /** Who is told of an endpoint that was switched off. */
  readonly operatorMail: string | undefined
}

/** All endpoints, as the API shows them. */
export async function listEndpoints(database: Database): Promise<WebhookEndpoint[]> {
  return database.inInstallation('deliveries', async (tx) => {
    const endpoints: WebhookEndpoint[] = []
    for (const row of await tx.all(selectAll, {})) endpoints.push(await toEndpoint(tx, row))
    return endpoints
  })
}

/** Throws 404. */
export async function getEndpoint(database: Database, id: string): Promise<WebhookEndpoint> {
  return database.inInstallation('deliveries', async (tx) => {
    const row = await tx.first(selectOne, { id })
    if (row === undefined) throw noEndpoint()
    return toEndpoint(tx, row)
  })
}

/** Throws 404. */
export async function getRow(database: Database, id: string): Promise<EndpointRow> {
  const [row] = await database.readInstallation('deliveries', selectOne, { id })
  if (row === undefined) throw noEndpoint()
  return row
}

/** 404: there is no such endpoint. */
export function noEndpoint(): Problem {
  return new Problem('not_found', 'There is no such webhook endpoint')
}

/** The secret is in this answer and in no other. Throws 400 `url_refused`, `organization_unknown`. */
export async function createEndpoint(
  rules: WebhookRules,
  act: Act,
  input: NewWebhookEndpoint,
): Promise<CreatedWebhookEndpoint> {
  const { at } = act
  await assertUrl(rules, input.url)
  const id = createId('whe', at)
  const isPair = input.algorithm === 'ed25519'
  const fresh = isPair ? createWebhookKeyPair() : { secret: createWebhookSecret(), publicKey: null }
  const row: Omit<WebhookEndpointTable, 'organizations'> = {
    id,
    url: input.url,
    description: input.description ?? null,
    algorithm: input.algorithm,
    secrets: sealSecrets(rules.envelope, id, [{ secret: fresh.secret, endsAt: null }]),
    public_key: fresh.publicKey,
    event_types: JSON.stringify(input.eventTypes),
    disabled_reason: null,
    created_at: at,
    updated_at: at,
  }
  await rules.database.inInstallation('deliveries', async (tx) => {
    if ((await tx.all(selectAll, {})).length >= maxEndpoints)
      throw new Problem('too_many_endpoints', `There are at most ${maxEndpoints} webhook endpoints`)
    const organizations = await storeNamed(tx, input.organizations ?? null)
    tx.write(insertOne, { ...row, organizations })
    writeNewTarget(tx, id, 'webhook')
    // Before it is subscribed: it hears of others, not of itself.
    tell(tx, act, id, { type: 'webhook_endpoint.created', data: { url: maskUrl(input.url) } })
    subscribe(tx, row, parseStored(organizations))
  })
  return { ...(await getEndpoint(rules.database, id)), secret: isPair ? null : fresh.secret }
}

/** Changes what is named. A switch back on sends what waits. */
export async function updateEndpoint(
  rules: WebhookRules,
  act: Act,
  id: string,
  change: WebhookEndpointChange,
): Promise<WebhookEndpoint> {
  const { at } = act
  if (change.url !== undefined) await assertUrl(rules, change.url)
  await inRow(rules.database, id, async (tx, before) => {
    const { organizations: wanted } = change
    const named = await listNamed(tx, before)
    const isOn = change.state === undefined ? before.is_enabled === 1 : change.state === 'enabled'
    const after: WebhookEndpointTable = {
      ...before,
      url: change.url ?? before.url,
      description: change.description === undefined ? before.description : change.description,
      event_types: change.eventTypes === undefined ? before.event_types : JSON.stringify(change.eventTypes),
      organizations: wanted === undefined ? toStored(named) : await storeNamed(tx, wanted),
      disabled_reason: isOn ? null : (before.disabled_reason ?? 'operator'),
      updated_at: at,
    }
    tx.write(updateOne, after)
    tx.write(deleteSubscriptions, { id })
    const is: EndpointRow = { ...before, ...after, is_enabled: isOn ? 1 : 0 }
    const changes = maskChanges(
      listDifferences(await toEndpoint(tx, before), await toEndpoint(tx, is), changeable),
      ['url'],
    )
    if (changes.length > 0) tell(tx, act, id, { type: 'webhook_endpoint.updated', data: { changes } })
    if (isOn) subscribe(tx, after, parseStored(after.organizations))
    if (change.state !== undefined) writeTargetSwitch(tx, id, isOn, at)
  })
  return getEndpoint(rules.database, id)
}

/** Removes an endpoint with what waits for it. */
export async function deleteEndpoint(database: Database, act: Act, id: string): Promise<void> {
  await inRow(database, id, async (tx, { url }) => {
    tx.write(deleteSubscriptions, { id })
    tell(tx, act, id, { type: 'webhook_endpoint.deleted', data: { url: maskUrl(url) } })
    writeTargetEnd(tx, id)
    tx.write(deleteOne, { id })
  })
}

/** A new secret; the ones before sign beside it for `overlapSeconds`. */
export async function rotateSecret(
  rules: WebhookRules,
  act: Act,
  id: string,
  overlapSeconds: number,
): Promise<CreatedWebhookEndpoint> {
  const { at } = act
  const { database, envelope } = rules
  let shown: string | null = null
  await inRow(database, id, async (tx, before) => {
    const isPair = before.algorithm === 'ed25519'
    const fresh = isPair ? createWebhookKeyPair() : { secret: createWebhookSecret(), publicKey: null }
    const endsAt = at + overlapSeconds * 1_000
    const kept = openSecrets(envelope, before)
      .filter((one) => overlapSeconds > 0 && (one.endsAt === null || one.endsAt > at))
      .map((one) => ({ ...one, endsAt: Math.min(one.endsAt ?? endsAt, endsAt) }))
    const secrets = [{ secret: fresh.secret, endsAt: null }, ...kept].slice(0, maxSecrets)
    tx.write(updateOne, {
      ...before,
      secrets: sealSecrets(envelope, id, secrets),
      public_key: fresh.publicKey,
      updated_at: at,
    })
    const data = { url: maskUrl(before.url), overlapSeconds }
    tell(tx, act, id, { type: 'webhook_endpoint.secret_rotated', data })
    shown = isPair ? null : fresh.secret
  })
  return { ...(await getEndpoint(database, id)), secret: shown }
}

/** In the transaction of the delivery that showed it: an answer of 410, or three days of failures. */
export async function switchOffEndpoint(
  { operatorMail }: WebhookRules,
  tx: InstallationTx,
  id: string,
  reason: 'gone' | 'failing',
  now: number,
): Promise<void> {
  const row = await tx.first(selectOne, { id })
  if (row === undefined || row.is_enabled !== 1) return
  tx.write(updateOne, { ...row, disabled_reason: reason, updated_at: now })
  tx.write(deleteSubscriptions, { id })
  writeTargetSwitch(tx, id, false, now)
  const subject = { type: 'webhook_endpoint', id } as const
  const data = { url: maskUrl(row.url), reason }
  const act = { actor: { kind: 'system', job: 'deliveries' }, at: now, context: null } as const
  recordInstallation(tx, act, { type: 'webhook_endpoint.disabled', subject, data })
  if (operatorMail !== undefined)
    queueInstallationMail(tx, placeOfService(), sayOff(operatorMail, row.url, reason), now)
}

/** In the transaction of the delivery that showed it: it has refused everything for a while, or failed for ten minutes. */
export async function tellOfEndpoint(
  { operatorMail }: WebhookRules,
  tx: InstallationTx,
  id: string,
  { reason, since, status, now }: Trouble,
): Promise<void> {
  const row = await tx.first(selectOne, { id })
  if (row === undefined || row.is_enabled !== 1) return
  const subject = { type: 'webhook_endpoint', id } as const
  const act = { actor: { kind: 'system', job: 'deliveries' }, at: now, context: null } as const
  const data = { url: maskUrl(row.url), reason, since: toTime(since), status }
  recordInstallation(tx, act, { type: 'webhook_endpoint.failing', subject, data })
  if (operatorMail === undefined) return
  const said = { url: row.url, since: toDay(since), how: sayTrouble(reason, status) }
  const mail = renderInLanguage(
    'en',
    sayInMail('mail.endpoint.trouble'),
    sayInMail('mail.endpoint.troubleText', said),
    sayInMail('mail.endpoint.troubleAdvice'),
  )
  queueInstallationMail(tx, placeOfService(), { to: operatorMail, ...mail }, now)
}

/** What of an endpoint the operator changes, as it is shown. */
const changeable = [
  'url',
  'description',
  'eventTypes',
  'organizations',
  'state',
] as const satisfies readonly (keyof WebhookEndpointChange)[]

type Told = Extract<NewInstallationEvent, { readonly subject: { readonly type: 'webhook_endpoint' } }>

function tell(tx: InstallationTx, act: Act, id: string, told: Omit<Told, 'subject'>): void {
  recordInstallation(tx, act, { ...told, subject: { type: 'webhook_endpoint', id } } as Told)
}

async function assertUrl(rules: WebhookRules, url: string): Promise<void> {
  try {
    await rules.checkUrl(url)
  } catch (error) {
    if (error instanceof OutboundError) throw new Problem('url_refused', `url: ${error.message}`)
    throw error
  }
}

async function inRow(
  database: Database,
  id: string,
  work: (tx: InstallationTx, row: EndpointRow) => Promise<void>,
): Promise<void> {
  await database.inInstallation('deliveries', async (tx) => {
    await tx.first(lockOne, { id })
    const row = await tx.first(selectOne, { id })
    if (row === undefined) throw noEndpoint()
    await work(tx, row)
  })
}

// A row of before holds slugs alone. What they meant is in the subscriptions of an enabled endpoint; a disabled one has none.
async function listNamed(tx: InstallationTx, row: EndpointRow): Promise<readonly NamedOrganization[] | null> {
  const naming = { text: row.organizations, madeAt: row.created_at }
  if (row.organizations === null || row.is_enabled !== 1) return readNamed(tx, naming)
  const subscribed = await tx.all(selectSubscribed, { id: row.id })
  return readNamed(tx, { ...naming, knownIds: new Set(subscribed.map((one) => one.organization_id)) })
}

function toStored(named: readonly NamedOrganization[] | null): string | null {
  return named === null ? null : JSON.stringify(named)
}

function parseStored(text: string | null): readonly NamedOrganization[] | null {
  return text === null ? null : readJson<NamedOrganization[]>(text)
}

function subscribe(
  tx: InstallationTx,
  row: Pick<WebhookEndpointTable, 'id' | 'event_types'>,
  named: readonly NamedOrganization[] | null,
): void {
  const wanted = readJson(row.event_types)
  const types = wanted.includes('*') ? '*' : `,${wanted.join(',')},`
  const ids = named === null ? ['*'] : named.map(({ id }) => id)
  for (const organizationId of new Set(ids))
    tx.write(insertSubscription, { id: row.id, organizationId, types })
}

/** Whether it is still subscribed to this: what was queued before it lost an organization or a type does not go to it any more. */
export function isSubscribed(
  row: Pick<WebhookEndpointTable, 'event_types' | 'organizations'>,
  event: { readonly event_type: string; readonly organization_id: string },
): boolean {
  const types = readJson(row.event_types)
  return (
    (types.includes('*') || types.includes(event.event_type)) &&
    isNamed(row.organizations, event.organization_id)
  )
}

function sealSecrets(envelope: Envelope, id: string, secrets: readonly WebhookSecret[]): string {
  return envelope.seal(JSON.stringify(secrets), `webhook_endpoint/${id}`)
}

/** What signs for an endpoint, the newest first. */
export function openSecrets(
  envelope: Envelope,
  row: Pick<WebhookEndpointTable, 'id' | 'secrets'>,
): readonly WebhookSecret[] {
  return readJson<WebhookSecret[]>(envelope.open(row.secrets, `webhook_endpoint/${row.id}`))
}

async function toEndpoint(tx: InstallationTx, row: EndpointRow): Promise<WebhookEndpoint> {
  const named = await listNamed(tx, row)
  return {
    id: row.id,
    url: row.url,
    description: row.description,
    algorithm: row.algorithm,
    publicKey: row.public_key,
    eventTypes: readJson(row.event_types),
    organizations: named?.map(({ slug }) => slug) ?? null,
    state: row.is_enabled === 1 ? 'enabled' : 'disabled',
    disabledReason: row.disabled_reason,
    failingSince: toNullableTime(row.failing_since),
    nextAttemptAt: toNullableTime(row.paused_until),
    lastDeliveredAt: toNullableTime(row.last_delivered_at),
    createdAt: toTime(row.created_at),
    updatedAt: toTime(row.updated_at),
  }
}

function sayTrouble(reason: Trouble['reason'], status: number | null): MailSentence {
  if (reason !== 'refused' && status === null) return sayInMail('mail.endpoint.silent')
  const said = { status: String(status) }
  return reason === 'refused'
    ? sayInMail('mail.endpoint.refused', said)
    : sayInMail('mail.endpoint.fails', said)
}

// In English: nobody said which language the operator reads.
function sayOff(to: string, url: string, reason: 'gone' | 'failing'): Mail {
  const why = sayInMail(reason === 'gone' ? 'mail.endpoint.offGone' : 'mail.endpoint.offFailing', { url })
  return {
    to,
    ...renderInLanguage('en', sayInMail('mail.endpoint.off'), why, sayInMail('mail.endpoint.offAdvice')),
  }
}
