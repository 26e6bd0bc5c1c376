// For owners and administrators whom their identity provider signs in no longer: the link that was mailed to them lets them stage what it
// is now and begin a test of exactly that. The link alone stages and does nothing else: what comes of the test is in mending-end.ts.

import { type AnchorSource, anchorSourceSchema, type StagedAnchor } from '@rollcall/api'
import { type Sentence, say } from '@rollcall/api/sentences'
import { showWord } from '../anchors/people.ts'
import { readAnchorSource, stageRead } from '../anchors/stage.ts'
import { describeStaged } from '../anchors/staged.ts'
import { isAbove, rungOfRole, toAnchorRung } from '../base/rung.ts'
import {
  type Anchor,
  anchorOf,
  describeChanges,
  digestOf,
  isSameAnchor,
  listProposed,
  parseAnchor,
  secretChangeOf,
  toHost,
  withVersion,
} from '../connections/anchor.ts'
import { selectStaged } from '../connections/anchor-rows.ts'
import type { FoundConnection } from '../connections/find.ts'
import { keepConnection, parseOpenId, parseOptions, takeConnection } from '../connections/rows.ts'
import { withSpending } from '../connections/spending.ts'
import type { Act } from '../events/record.ts'
import { confirmationCookie } from '../http/cookies.ts'
import { maxBodyBytes } from '../http/limits.ts'
import { Problem } from '../http/problem.ts'
import { redirect } from '../http/redirect.ts'
import { type Page, renderPage } from '../pages/frame.ts'
import type { Look } from '../pages/look.ts'
import {
  type Entered,
  labelOf,
  mendingPage,
  type ShownMending,
  stagedPage,
  type Unconfirmed,
} from '../pages/mending.ts'
import {
  type Confirmation,
  findConfirmation,
  noteStagedBy,
  noteTestBy,
} from '../provisioning/anchor-links.ts'
import type { OrganizationTx } from '../store/database.ts'
import type { AnchorVersionTable, ConnectionTable } from '../store/schema.ts'
import { lockUser } from '../users/lock-users.ts'
import type { UserRow } from '../users/user-row.ts'
import type { SsoCode } from './codes.ts'
import { readForm, toAction } from './pending.ts'
import { sendToIdentityProvider } from './start.ts'
import { type ConnectionVisit, noteVisit, SsoRefusal, toMailLink, type Visit } from './visit.ts'

/** A link that this browser opened and that holds, with everything that it stands on. */
export interface Mending {
  readonly link: Confirmation
  readonly connection: ConnectionTable
  /** What is in place. */
  readonly present: Anchor
  readonly user: UserRow
  /** As the link's person: no more than their own role may do. */
  readonly act: Act
}

/** Whether the connection is only looked at, or is to be changed in this transaction. */
export type MendingPurpose = 'look' | 'change'

export function refuseMending(
  found: FoundConnection,
  code: SsoCode,
  said: Sentence,
  status: number,
  back: string = toAction(found, 'mend'),
): SsoRefusal {
  return new SsoRefusal(code, [said], found, { shown: { status, back } })
}

export const stagedChanged = (found: FoundConnection): SsoRefusal =>
  refuseMending(found, 'staged_changed', say('mending_changed'), 409)

/** Throws where this browser holds no link that mends this connection, or the connection is another than when it was mailed. */
export async function openMending(
  tx: OrganizationTx,
  visit: Visit,
  found: FoundConnection,
  purpose: MendingPurpose,
): Promise<Mending> {
  const { id } = found.row
  const connection = await (purpose === 'change' ? takeConnection : keepConnection)(tx, id)
  const link = await findConfirmation(tx, visit.cookies.get(confirmationCookie) ?? '', visit.at)
  const user = link === undefined ? undefined : await lockUser(tx, link.userId)
  const isOwn = link?.connectionId === id && link.isMailed
  if (connection === undefined || link === undefined || user === undefined || !isOwn)
    throw refuseMending(found, 'pending_gone', say('mending_gone'), 403, toMailLink(found))
  if (connection.active !== 1)
    throw refuseMending(found, 'connection_inactive', say('mending_inactive'), 409, toMailLink(found))
  const present = anchorOf(connection)
  const isSame = connection.anchor_number === link.anchorNumber
  if (present === null || !isSame || digestOf(present) !== link.digest)
    throw refuseMending(found, 'anchor_changed', say('mending_overtaken'), 409, toMailLink(found))
  const actor = { kind: 'user', userId: user.id } as const
  const act = { actor, rung: rungOfRole(user.role), at: visit.at, context: visit.context }
  return { link, connection, present, user, act }
}

/** What was staged with this very link, if it still is. */
export async function findStagedBy(
  tx: OrganizationTx,
  { link, connection }: Mending,
): Promise<AnchorVersionTable | undefined> {
  const version = await tx.first(selectStaged, { connectionId: connection.id })
  return link.stagedDigest !== null && version?.digest === link.stagedDigest ? version : undefined
}

export function showMendingOf({ connection, present, user }: Mending): ShownMending {
  return { account: user.user_name, connection: connection.name, host: toHost(present) }
}

/** What the rooms below refuse, on a page that says what the matter is. */
export async function inWords<T>(found: FoundConnection, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof Problem)
      throw refuseMending(
        found,
        error.code as SsoCode,
        say('mending_failed', { detail: error.message }),
        error.status,
      )
    if (error instanceof SsoRefusal && error.shown === undefined)
      throw new SsoRefusal(error.code, error.sentences, found, {
        shown: {
          status: error.code === 'anchor_changed' ? 409 : 403,
          back: toAction(found, 'mend'),
        },
      })
    throw error
  }
}

/** GET /saml/{id}/mend: where a mailed link leads that no sign-in came before. */
export async function showMending(here: ConnectionVisit): Promise<Response> {
  const { options, visit, found } = here
  const isAgain = visit.url.searchParams.has('again')
  const page = await inWords(found, () =>
    options.database.inOrganization(found.scope, async (tx) => {
      const mending = await openMending(tx, visit, found, 'look')
      const version = isAgain ? undefined : await findStagedBy(tx, mending)
      return version === undefined
        ? renderQuestion(here, mending, enteredOf(mending.connection), null)
        : renderStagedOf(tx, visit, found, mending, version)
    }),
  )
  return renderPage(page, visit.look)
}

export function describeStagedOf(
  tx: OrganizationTx,
  { act, connection }: Mending,
  version: AnchorVersionTable,
): Promise<StagedAnchor> {
  return describeStaged(tx, act, connection, version, true)
}

/**
 * Of a version that leaves the anchor as it is: who put that in place, where nobody of the person's rung vouches for it. They would not be
 * signed in by it, so that to put the version in place is to confirm it.
 */
export async function findUnconfirmed(
  tx: OrganizationTx,
  { connection, present, act }: Mending,
  version: AnchorVersionTable,
): Promise<Unconfirmed | null> {
  const isConfirmed = !isAbove(toAnchorRung(act.rung), connection.anchor_rung)
  if (isConfirmed || !isSameAnchor(present, parseAnchor(version))) return null
  return { put: await showWord(tx, connection.anchor_put, act.rung) }
}

async function renderStagedOf(
  tx: OrganizationTx,
  { look }: Visit,
  found: FoundConnection,
  mending: Mending,
  version: AnchorVersionTable,
): Promise<Page> {
  return stagedPage(look, {
    shown: showMendingOf(mending),
    staged: await describeStagedOf(tx, mending, version),
    unconfirmed: await findUnconfirmed(tx, mending, version),
    action: toAction(found, 'mend-test'),
    again: `${toAction(found, 'mend')}?again=1`,
  })
}

function renderQuestion(
  { options, visit: { look }, found }: ConnectionVisit,
  mending: Mending,
  entered: Entered,
  problem: Problem | null,
): Page {
  const { protocol, acs_url: acsUrl, entity_id: entityId } = mending.connection
  return mendingPage(look, {
    shown: showMendingOf(mending),
    login: `${options.url}/saml/${found.row.id}/login`,
    form: { action: toAction(found, 'mend'), protocol, acsUrl, entityId, entered },
    problem: problem && {
      text: `${problem.message}.`,
      code: problem.code,
      status: problem.status,
      waitSeconds: problem.retryAfterSeconds ?? null,
    },
  })
}

// What a form begins with. Metadata is entered anew: an address that still has the old one is of no use.
function enteredOf(row: ConnectionTable): Entered {
  const oidc = parseOpenId(row)
  return {
    metadataUrl: '',
    metadataXml: '',
    stableId: parseOptions(row).stableIdAttribute ?? '',
    issuer: oidc?.issuer ?? '',
    clientId: oidc?.clientId ?? '',
    clientSecret: '',
    scopes: oidc?.scopes.join(' ') ?? '',
  }
}

function readEntered(form: URLSearchParams): Entered {
  const get = (name: keyof Entered): string => form.get(name)?.trim() ?? ''
  return {
    metadataUrl: get('metadataUrl'),
    metadataXml: get('metadataXml'),
    stableId: get('stableId'),
    issuer: get('issuer'),
    clientId: get('clientId'),
    clientSecret: get('clientSecret'),
    scopes: get('scopes'),
  }
}

/** As the management API takes it. Throws 400. */
function toSource(look: Look, row: ConnectionTable, entered: Entered): AnchorSource {
  const { metadataUrl, metadataXml, stableId, issuer, clientId, clientSecret, scopes } = entered
  const isStableIdNew = stableId !== (parseOptions(row).stableIdAttribute ?? '')
  const source =
    row.protocol === 'oidc'
      ? {
          oidc: {
            issuer,
            clientId,
            ...(clientSecret === '' ? {} : { clientSecret }),
            ...(scopes === '' ? {} : { scopes: scopes.split(/\s+/) }),
          },
        }
      : {
          ...(metadataUrl === '' ? {} : { metadataUrl }),
          ...(metadataXml === '' ? {} : { metadataXml }),
          ...(isStableIdNew ? { stableIdAttribute: stableId === '' ? null : stableId } : {}),
        }
  const read = anchorSourceSchema.safeParse(source)
  if (read.success) return read.data
  const [issue] = read.error.issues
  const name = String(issue?.path.at(-1) ?? '')
  throw new Problem('invalid_request', `${labelOf(look, name)}: ${issue?.message ?? 'not taken'}`)
}

/** POST /saml/{id}/mend: reads what was entered, and stages it. */
export async function stageMending(here: ConnectionVisit): Promise<Response> {
  const { options, visit, found } = here
  const { database, anchorRules, spending } = options
  const owner = found.scope.organizationId
  // Only whoever holds a link may send something large.
  const mending = await inWords(found, () =>
    database.inOrganization(found.scope, (tx) => openMending(tx, visit, found, 'look')),
  )
  // Of each rung its own: an administrator's link uses up nothing of an owner's.
  const spender = `${owner} mailed ${mending.act.rung}`
  const rules = withSpending(anchorRules, spending, { spender, owner })
  const entered = readEntered(await readForm(here, maxBodyBytes))
  const { id } = found.row
  let changes: string
  try {
    const source = toSource(visit.look, mending.connection, entered)
    const read = await readAnchorSource(database, found.scope, mending.act, id, source, rules)
    changes = await database.inOrganization(found.scope, async (tx) => {
      const { link, act } = await openMending(tx, visit, found, 'change')
      const { row, present, version } = await stageRead(tx, act, id, read, rules, true)
      if (version === undefined)
        throw new Problem('invalid_request', 'That is what is in place already: nothing would change')
      noteStagedBy(tx, link, version.digest)
      return describeChanges(listProposed(present, parseAnchor(version), secretChangeOf(row, version)))
    })
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    const { message, status } = error
    const explanation = [say('mending_refused', { detail: message })]
    noteVisit(here, { status, explanation, code: error.code as SsoCode })
    const page = renderQuestion(here, mending, entered, error)
    return renderPage(page, visit.look)
  }
  const explanation = [say('mending_staged', { changes })]
  noteVisit(here, { status: 303, explanation, code: null })
  return redirect(options.url + toAction(found, 'mend'))
}

/** POST /saml/{id}/mend-test: begins a sign-in against exactly the anchor that was shown, for this link and this browser. */
export async function testMending(here: ConnectionVisit): Promise<Response> {
  const { options, visit, found } = here
  const digest = (await readForm(here)).get('digest') ?? ''
  const openStaged = async (tx: OrganizationTx, purpose: MendingPurpose) => {
    const mending = await openMending(tx, visit, found, purpose)
    const version = await findStagedBy(tx, mending)
    if (version?.digest !== digest) throw stagedChanged(found)
    return { mending, version }
  }
  return inWords(found, async () => {
    const { mending, version } = await options.database.inOrganization(found.scope, (tx) =>
      openStaged(tx, 'look'),
    )
    const asked = { ...found, row: withVersion(mending.connection, version) }
    const begun = {
      purpose: 'mend',
      returnTo: null,
      sessionId: null,
      anchorDigest: digest,
      freshness: null,
    } as const
    return sendToIdentityProvider(
      { ...here, found: asked },
      begun,
      { prompt: null, maxAge: null },
      async (tx, id) => noteTestBy(tx, (await openStaged(tx, 'look')).mending.link, id),
    )
  })
}
