// The room `server/anchors`: how one trust anchor takes the place of another, and who may say so. What an anchor is belongs to
// `connections`.
//
// 1. `change` sees what differs; what is trusted by somebody is not replaced at once.
// 2. `stage` keeps the new one beside the old one and shows the difference.
// 3. `staged` shows what stands staged, discards it, or puts it in place by the digest of what was shown; `place` writes it, `moves` and
//    `people` say what becomes of whom.
// 4. `confirm` is the word of an owner or administrator that it is theirs; `rules` says whose word counts.
// 5. `refresh` fetches metadata once a day; `restore` brings the anchor before back.
//
// Stages an anchor beside the one in place: what a request asks for, what is behind its source, who may stage how often, and who hears
// of it.

import type { AnchorSource, StagedAnchor } from '@rollcall/api'
import { dayMs, hourMs } from '../base/clock.ts'
import { firstIdAt } from '../base/id.ts'
import { readJson } from '../base/json.ts'
import { type AnchorRung, higherOf, isAbove, type Rung, toAnchorRung } from '../base/rung.ts'
import {
  type Anchor,
  anchorOf,
  anchorOptions,
  digestOf,
  digestOfProposal,
  isSameAnchor,
  listProposed,
  type Proposal,
  parseAnchor,
  secretChangeOf,
  summarise,
  toHost,
  toWord,
} from '../connections/anchor.ts'
import { removeVersion, selectStaged, writeStaged, writeVersion } from '../connections/anchor-rows.ts'
import { assertEntityName } from '../connections/entity-name.ts'
import { readSource } from '../connections/metadata-source.ts'
import { type ReadIssuer, readOpenIdSource } from '../connections/openid-source.ts'
import {
  getForUpdate,
  noConnection,
  parseOpenId,
  parseOptions,
  selectConnection,
  writeRow,
} from '../connections/rows.ts'
import { quoteName } from '../deliveries/words.ts'
import { type Ask, lookThrough, readsOf } from '../events/look-through.ts'
import { type Act, type OrganizationAct, record } from '../events/record.ts'
import { Problem } from '../http/problem.ts'
import { type NoticeRules, type NoticeWords, notify, takeNotice } from '../notices/notify.ts'
import { noteNeed } from '../organizations/needs.ts'
import { sayInMail } from '../pages/mail-words.ts'
import type { IdentityProviderMetadata } from '../saml/idp-metadata.ts'
import type { Database, OrganizationScope, OrganizationTx } from '../store/database.ts'
import type { AnchorVersionTable, ConnectionTable } from '../store/schema.ts'
import { countRelinks } from './moves.ts'
import { listAsleep } from './people.ts'
import { sayActor, sayChange } from './place.ts'
import { type AnchorRules, incomplete, mayApply, toStagingRung } from './rules.ts'
import { describePresent, describeStaged } from './staged.ts'

/** Of one connection, by everybody of one rung: who stands below uses up nothing of what somebody above needs. */
export const maxStagingsAnHour = 10
/** An anchor that somebody wants, read and not yet stored. */
export interface Wanted extends Proposal {
  /** Sealed. */
  readonly clientSecret: string | null
  readonly urlRung: AnchorRung
}

/** What a request says of the anchor; the rest stays as it is in place. */
export interface Read {
  readonly source: Pick<AnchorSource, 'metadataUrl' | 'stableIdAttribute' | 'nameIdFormat'>
  readonly metadata: IdentityProviderMetadata | undefined
  readonly issuer: ReadIssuer | undefined
}

/** The anchor that a request asks for; undefined where it says nothing of one, or the identity provider is still unknown. */
export function toWanted(row: ConnectionTable, act: Act, read: Read): Wanted | undefined {
  const { source, metadata, issuer } = read
  const isSilent = anchorOptions.every((name) => source[name] === undefined)
  if (metadata === undefined && issuer === undefined && isSilent) return undefined
  const options = parseOptions(row)
  const present = anchorOf(row)
  const anchor: Anchor = {
    metadata: metadata ?? present?.metadata ?? null,
    metadataUrl: metadata === undefined ? row.metadata_url : (source.metadataUrl ?? null),
    oidc: issuer === undefined ? parseOpenId(row) : parseOpenId({ ...row, ...issuer }),
    stableIdAttribute:
      source.stableIdAttribute === undefined ? options.stableIdAttribute : source.stableIdAttribute,
    nameIdFormat: source.nameIdFormat === undefined ? options.nameIdFormat : source.nameIdFormat,
  }
  if (anchor.metadata === null && anchor.oidc === null) return undefined
  const own = toAnchorRung(act.rung)
  const standing = row.anchor_url_rung
  const isSameUrl = anchor.metadataUrl === row.metadata_url
  const urlRung =
    source.metadataUrl === undefined
      ? isSameUrl
        ? standing
        : own
      : isSameUrl
        ? higherOf(own, standing)
        : own
  return { anchor, ...toSecret(row, issuer), urlRung }
}

// Read before the transaction: the secret that is kept is whatever is kept by now, if it is still of the same client.
function toSecret(
  row: ConnectionTable,
  issuer: ReadIssuer | undefined,
): Pick<Wanted, 'clientSecret' | 'keepsSecret' | 'secretMark'> {
  const [old, fresh] = [parseOpenId(row), issuer === undefined ? null : parseOpenId({ ...row, ...issuer })]
  const isSameClient = old?.issuer === fresh?.issuer && old?.clientId === fresh?.clientId
  if (issuer === undefined || (issuer.isSecretKept && isSameClient))
    return { clientSecret: row.client_secret, keepsSecret: true, secretMark: null }
  return { clientSecret: issuer.client_secret, keepsSecret: false, secretMark: issuer.secretMark }
}

// The operator counts apart from owners: an owner keeps no operator from staging.
async function hasStagedEnough(
  ask: Ask,
  { id: subject, from }: { readonly id: string; readonly from: string },
  rung: Rung,
): Promise<boolean> {
  let count = 0
  const types = ['connection.anchor_staged']
  for await (const { rows } of lookThrough(ask, { subject, from, types, order: 'desc' })) {
    count += rows.filter(({ data }) => readJson<{ rung: Rung }>(data).rung === rung).length
    if (count >= maxStagingsAnHour) return true
  }
  return false
}

/** 429: it was staged, or people were counted for it, too often. */
export function tooMany(): Problem {
  return new Problem(
    'too_many_stagings',
    `A connection takes ${maxStagingsAnHour} new anchors an hour of a set-up link, an administrator, an owner and the operator each; look at the one that is staged`,
    { retryAfterSeconds: hourMs / 1_000 },
  )
}

/** Reads a source and stages it. `isNew` is false where this very anchor is staged, or in place, already. */
export async function stageAnchor(
  { database, scope, act }: OrganizationAct,
  id: string,
  source: AnchorSource,
  rules: AnchorRules,
): Promise<{ readonly staged: StagedAnchor; readonly isNew: boolean }> {
  const read = await readAnchorSource(database, scope, act, id, source, rules)
  return database.inOrganization(scope, async (tx) => {
    const { row, present, version, isNew } = await stageRead(tx, act, id, read, rules)
    return {
      staged: version
        ? await describeStaged(tx, act, row, version)
        : await describePresent(tx, act, row, present),
      isNew,
    }
  })
}

/** What is behind a source, before any transaction: an address is read there. */
export async function readAnchorSource(
  database: Database,
  scope: OrganizationScope,
  { at, rung }: Pick<Act, 'at' | 'rung'>,
  id: string,
  source: AnchorSource,
  rules: AnchorRules,
): Promise<Read> {
  const [known] = await database.readOrganization(scope, selectConnection, { id })
  if (known === undefined) throw noConnection()
  assertSource(known, source)
  // Also what would be fetched is bounded.
  const from = firstIdAt('evt', at - hourMs)
  if (await hasStagedEnough(readsOf(database, scope), { id, from }, rung)) throw tooMany()
  const metadata = await readSource(source, rules)
  const issuer = source.oidc === undefined ? undefined : await readOpenIdSource(source.oidc, known, rules)
  return { source, metadata, issuer }
}

/** Of what was asked for: the version that is staged, or the very anchor that is in place. */
export type StagedRead = { readonly row: ConnectionTable } & (
  | { readonly version: AnchorVersionTable; readonly present: Anchor | null; readonly isNew: boolean }
  | { readonly version: undefined; readonly present: Anchor; readonly isNew: false }
)

/** Stages what was read, in the caller's transaction. `isByLink`: by a link that was mailed to the actor. */
export async function stageRead(
  tx: OrganizationTx,
  act: Act,
  id: string,
  read: Read,
  rules: AnchorRules,
  isByLink = false,
): Promise<StagedRead> {
  const row = await getForUpdate(tx, id)
  const wanted = toWanted(row, act, read)
  if (wanted === undefined) throw incomplete()
  const present = anchorOf(row)
  if (present !== null && digestOf(present) === digestOfProposal(present, wanted))
    return { row, present, version: undefined, isNew: false }
  return { row, present, ...(await stage(tx, act, row, wanted, rules, isByLink)) }
}

function assertSource(row: ConnectionTable, source: AnchorSource): void {
  const { oidc, stableIdAttribute, nameIdFormat, ...saml } = source
  const hasSaml = Object.values(saml).some((one) => one !== undefined)
  if (row.protocol === 'oidc' ? hasSaml : oidc !== undefined)
    throw new Problem(
      'invalid_request',
      row.protocol === 'oidc'
        ? 'An OpenID Connect connection takes oidc, and no SAML metadata'
        : 'oidc belongs to protocol oidc',
    )
  if (!hasSaml && [oidc, stableIdAttribute, nameIdFormat].every((one) => one === undefined))
    throw new Problem('invalid_request', 'Send what is to change: the metadata, oidc, or a stable id')
}

/**
 * In the caller's transaction, which holds the connection's row. Throws 400 for a name that no connection may have, 409
 * `staged_exists`, 429 `too_many_stagings`.
 */
export async function stage(
  tx: OrganizationTx,
  act: Act,
  row: ConnectionTable,
  wanted: Wanted,
  rules: NoticeRules,
  isByLink = false,
): Promise<{ readonly version: AnchorVersionTable; readonly isNew: boolean }> {
  assertEntityName(anchorOf(row), wanted.anchor)
  const own = toStagingRung(act.rung)
  const digest = digestOfProposal(anchorOf(row), wanted)
  const staged = await tx.first(selectStaged, { connectionId: row.id })
  if (staged?.digest === digest) return { version: restage(tx, staged, wanted, own), isNew: false }
  if (staged !== undefined && isAbove(staged.rung, own))
    throw new Problem(
      'staged_exists',
      'Somebody above has staged another anchor: they put it in place or discard it first',
    )
  const from = firstIdAt('evt', act.at - hourMs)
  if (await hasStagedEnough(tx.all, { id: row.id, from }, act.rung)) throw tooMany()
  if (staged !== undefined) removeVersion(tx, row.id, staged.number)
  const preview = await countRelinks(tx, row.id, { before: anchorOf(row), after: wanted.anchor }, act.at)
  const version = { ...toVersion(act, row, wanted, digest), preview }
  writeRow(tx, { ...row, anchor_count: version.number })
  writeVersion(tx, version)
  noteNeed(tx, { kind: 'staged', subjectId: row.id }, { connection: row.name }, act.at)
  await tellOfStaging(tx, act, row, version, rules, isByLink)
  return { version, isNew: true }
}

// The same anchor by somebody else: what was tested stays tested. Whoever stands below takes over nothing.
function restage(
  tx: OrganizationTx,
  staged: AnchorVersionTable,
  wanted: Wanted,
  own: Rung,
): AnchorVersionTable {
  if (isAbove(staged.rung, own)) return staged
  const columns = {
    anchor: JSON.stringify(wanted.anchor),
    rung: own,
    url_rung: higherOf(staged.url_rung, wanted.urlRung),
    client_secret: wanted.clientSecret,
    keeps_secret: wanted.keepsSecret ? 1 : 0,
  } as const
  writeStaged(tx, staged.connection_id, columns)
  return { ...staged, ...columns }
}

function toVersion(act: Act, row: ConnectionTable, wanted: Wanted, digest: string): AnchorVersionTable {
  return {
    organization_id: row.organization_id,
    connection_id: row.id,
    number: row.anchor_count + 1,
    state: 'staged',
    digest,
    anchor: JSON.stringify(wanted.anchor),
    client_secret: wanted.clientSecret,
    keeps_secret: wanted.keepsSecret ? 1 : 0,
    rung: toStagingRung(act.rung),
    url_rung: wanted.urlRung,
    put: JSON.stringify(toWord(act)),
    confirmed: null,
    staged_at: act.at,
    tested_at: null,
    withdrawn_at: null,
    withdrawn: null,
    is_compromised: 0,
    preview: null,
  }
}

// Whoever may not put it in place needs somebody who hears of it; and a mailed link alone is no sign-in. Once a day is enough.
async function tellOfStaging(
  tx: OrganizationTx,
  act: Act,
  row: ConnectionTable,
  version: AnchorVersionTable,
  rules: NoticeRules,
  isByLink: boolean,
): Promise<void> {
  const [present, anchor] = [anchorOf(row), parseAnchor(version)]
  const isBeside = isSameAnchor(present, anchor)
  const standing = isBeside ? row.anchor_rung : toAnchorRung(act.rung)
  const asleep = (await listAsleep(tx, row.id, standing, false)).count
  const changes = listProposed(present, anchor, secretChangeOf(row, version))
  const subject = { type: 'connection', id: row.id } as const
  const data = {
    number: version.number,
    rung: act.rung,
    before: summarise(present),
    after: summarise(anchor),
    asleep,
    changed: changes.map(({ attribute }) => attribute),
  }
  const event = { type: 'connection.anchor_staged', subject, data } as const
  const by = isByLink ? 'by link ' : ''
  const notice = `anchor staged ${by}${row.id} ${version.rung} ${Math.floor(act.at / dayMs)}`
  const isTold = (isByLink || !mayApply(row, act.rung)) && (await takeNotice(tx, notice, act.at))
  if (!isTold) return record(tx, act, event)
  const said = {
    actor: await sayActor(tx, act, isByLink),
    connection: quoteName(row.name),
    host: toHost(anchor),
    changes: changes.map(sayChange),
  }
  const what = isBeside ? 'client' : 'anchor'
  const words: NoticeWords = {
    subject: sayInMail(isByLink ? `mail.staged.${what}ByLink` : `mail.staged.${what}`),
    text: [sayInMail(`mail.staged.${what}Text`, said), sayInMail('mail.staged.advice')],
    page: 'security/single-sign-on',
    kind: `staged ${row.id}`,
    standing: row.anchor_rung,
  }
  await notify(tx, act, event, words, rules)
}
