// What comes of the test that a mailed link began: it must be the person's own identity, or, where the new anchor calls people otherwise,
// one that they are shown beside their account. Only then, by a POST of our own page, is exactly that anchor put in place.

import type { StagedAnchor } from '@rollcall/api'
import { say } from '@rollcall/api/sentences'
import { confirmAnchorIn } from '../anchors/confirm.ts'
import { listMoves } from '../anchors/moves.ts'
import { applyStagedIn } from '../anchors/staged.ts'
import {
  type Anchor,
  besideNames,
  digestOf,
  isSameKey,
  parseAnchor,
  toEntityId,
  withVersion,
} from '../connections/anchor.ts'
import { noteTest } from '../connections/anchor-rows.ts'
import type { FoundConnection } from '../connections/find.ts'
import { selectConnection } from '../connections/rows.ts'
import { noteTested } from '../connections/tests.ts'
import { confirmationCookie, renderCookie } from '../http/cookies.ts'
import { redirect } from '../http/redirect.ts'
import { renderPage } from '../pages/frame.ts'
import { mendedPage } from '../pages/mending.ts'
import { type Confirmation, noteProvenBy, spendConfirmation } from '../provisioning/anchor-links.ts'
import { confirmLink } from '../provisioning/confirm-link.ts'
import { gather, keyOf } from '../provisioning/sign-in-facts.ts'
import type { VerifiedAssertion } from '../saml/verify-response.ts'
import { inTurnOfActs } from '../sessions/standing.ts'
import { type PendingSignIn, removePending } from '../sign-ins/pending.ts'
import { isProofOver } from '../sign-ins/standing.ts'
import type { OrganizationTx } from '../store/database.ts'
import { StoreConflict } from '../store/errors.ts'
import type { ConnectionTable } from '../store/schema.ts'
import { findIdentity, selectIdentitiesOfUser } from '../users/identities.ts'
import { waitForLinked } from '../users/linked-people.ts'
import { type Entered, enter, openSession, refuseDenied } from './enter.ts'
import {
  describeStagedOf,
  findStagedBy,
  findUnconfirmed,
  inWords,
  type Mending,
  openMending,
  refuseMending,
  showMendingOf,
  stagedChanged,
} from './mending.ts'
import { clearPending, keepPending, openPending, over, readForm, toAction } from './pending.ts'
import { type ConnectionVisit, noteVisit, SsoRefusal } from './visit.ts'

/** The answer of a request that tests what a link staged. */
export interface ProvenTest {
  /** Of the request. */
  readonly id: string
  /** Of the staged anchor that it was verified against. */
  readonly digest: string
  readonly assertion: VerifiedAssertion
  readonly provenAt: number
}

/** At the end of the test: keeps it until the person says so, or says why it is not theirs. It opens no session and links nobody. */
export async function finishMending(
  tx: OrganizationTx,
  here: ConnectionVisit,
  test: ProvenTest,
): Promise<Response | SsoRefusal> {
  const { found } = here
  try {
    return await inWords(found, () => keepTest(tx, here, test))
  } catch (error) {
    if (error instanceof SsoRefusal) return error
    throw error
  }
}

async function keepTest(
  tx: OrganizationTx,
  here: ConnectionVisit,
  { id, digest, assertion, provenAt }: ProvenTest,
): Promise<Response> {
  const { options, visit, found } = here
  const mending = await openMending(tx, visit, found, 'look')
  const { link, connection, user } = mending
  if (isProofOver(provenAt, user)) throw over(found)
  if (link.testId !== id || link.stagedDigest !== digest) throw otherTest(found)
  const version = await findStagedBy(tx, mending)
  if (version === undefined) throw stagedChanged(found)
  noteTest(tx, connection.id, digest, visit.at)
  noteTested(tx, connection, digest, { at: visit.at, mayEnter: true })
  if ((await judge(tx, mending, parseAnchor(version), assertion)) === undefined)
    throw otherIdentity(found, assertion, 403)
  const kept = keepPending(tx, options, visit, {
    connectionId: connection.id,
    kind: 'mend',
    anchorNumber: connection.anchor_number,
    anchorDigest: digest,
    assertion,
    userId: link.userId,
    sessionId: null,
    returnTo: null,
  })
  noteProvenBy(tx, link, kept.id)
  const explanation = [say('mended_test_succeeded')]
  noteVisit(here, { status: 303, explanation, code: null })
  return redirect(`${options.url}${toAction(found, 'mend-apply')}?request=${kept.id}`, [kept.cookie])
}

const otherTest = (found: FoundConnection): SsoRefusal =>
  refuseMending(found, 'pending_gone', say('mending_other_test'), 403)

const otherIdentity = (
  found: FoundConnection,
  { nameId }: VerifiedAssertion,
  status: 403 | 409,
): SsoRefusal =>
  refuseMending(found, 'other_identity', say('mending_other_identity', { name: nameId }), status)

/**
 * Whose identity it is: the person's own, or nobody's so far, which they are asked about where the new anchor calls people otherwise, or
 * they have none that the present one knows. Undefined: somebody else's, also of whom it will be once people have moved, or not theirs.
 */
async function judge(
  tx: OrganizationTx,
  { connection, present, user }: Mending,
  after: Anchor,
  assertion: VerifiedAssertion,
): Promise<'own' | 'asked' | undefined> {
  const known = await findIdentity(tx, keyOf(connection, assertion))
  if (known !== undefined) return known.user_id === user.id ? 'own' : undefined
  if (isSameKey(present, after)) {
    const identities = await tx.all(selectIdentitiesOfUser, { userId: user.id })
    const isKnown = identities.some(
      (one) => one.connection_id === connection.id && one.idp_entity_id === toEntityId(present),
    )
    return isKnown ? undefined : 'asked'
  }
  const moves = await listMoves(tx, connection.id, present, after)
  const isOthers = moves.some(({ from, to }) => to === assertion.stableId && from.user_id !== user.id)
  return isOthers ? undefined : 'asked'
}

function assertOwnTest(found: FoundConnection, link: Confirmation, pending: PendingSignIn): void {
  const isOwn = link.pendingId === pending.id && link.userId === pending.userId
  if (!isOwn) throw otherTest(found)
  if (link.stagedDigest !== pending.anchorDigest) throw stagedChanged(found)
}

// What is replaced beside the anchor makes no new version of it.
function isRestorable({ changes }: StagedAnchor): boolean {
  return changes.some(({ attribute }) => !besideNames.includes(attribute))
}

/** GET /saml/{id}/mend-apply: needs the link, and the test that it began, in this browser. */
export async function showMended({ options, visit, found }: ConnectionVisit): Promise<Response> {
  const request = visit.url.searchParams.get('request') ?? ''
  const page = await inWords(found, () =>
    options.database.inOrganization(found.scope, async (tx) => {
      const mending = await openMending(tx, visit, found, 'look')
      const { pending, organization } = await openPending(tx, visit, found, { request, kinds: ['mend'] })
      assertOwnTest(found, mending.link, pending)
      const version = await findStagedBy(tx, mending)
      if (version === undefined) throw stagedChanged(found)
      const { assertion } = pending
      const standing = await judge(tx, mending, parseAnchor(version), assertion)
      if (standing === undefined) throw otherIdentity(found, assertion, 409)
      const connection = withVersion(mending.connection, version)
      const { email } = await gather(tx, { organization, connection, assertion, provenAt: null }, visit.at)
      const identities = await tx.all(selectIdentitiesOfUser, { userId: mending.user.id })
      const staged = await describeStagedOf(tx, mending, version)
      return mendedPage(visit.look, {
        shown: showMendingOf(mending),
        staged,
        isRestorable: isRestorable(staged),
        nameId: assertion.nameId,
        address: email,
        isOwn: standing === 'own',
        unconfirmed: await findUnconfirmed(tx, mending, version),
        replaces: identities.find((one) => one.connection_id === connection.id)?.name_id ?? null,
        form: { action: toAction(found, 'mend-apply'), request, digest: version.digest },
      })
    }),
  )
  return renderPage(page, visit.look)
}

/** POST /saml/{id}/mend-apply: puts in place exactly what was shown and tested, at the person's own rung, and signs them in. */
export async function applyMending(here: ConnectionVisit): Promise<Response> {
  const { options, found } = here
  const form = await readForm(here)
  const asked = { request: form.get('request') ?? '', digest: form.get('digest') ?? '' }
  const entered = await inWords(found, () => applyOnce(here, asked))
  return openSession(here, asked.request, entered, [
    clearPending(options, asked.request),
    ['set-cookie', renderCookie(options.cookies, confirmationCookie, '', 0)],
  ])
}

interface Asked {
  readonly request: string
  readonly digest: string
}

type Done = Entered & Parameters<typeof openSession>[2]

// Somebody may be first with the identity: then everything is taken back, and they are told.
async function applyOnce(here: ConnectionVisit, asked: Asked): Promise<Done> {
  const { options, found } = here
  try {
    // An act as those of the management API, which ends sessions.
    const { database } = options
    const apply = () => inTurnOfActs(database, found.scope, (tx) => applyIn(tx, here, asked))
    return await waitForLinked(database, found.scope, found.row.id, apply)
  } catch (error) {
    if (error instanceof StoreConflict) throw identityTaken(found)
    throw error
  }
}

const identityTaken = (found: FoundConnection): SsoRefusal =>
  refuseMending(found, 'identity_taken', say('identity_taken'), 409)

async function applyIn(
  tx: OrganizationTx,
  { options, visit, found }: ConnectionVisit,
  { request, digest }: Asked,
): Promise<Done> {
  const mending = await openMending(tx, visit, found, 'change')
  const { pending, organization } = await openPending(tx, visit, found, { request, kinds: ['mend'] })
  const { link, act, user, present } = mending
  assertOwnTest(found, link, pending)
  const version = await findStagedBy(tx, mending)
  if (version === undefined || version.digest !== digest) throw stagedChanged(found)
  const { assertion } = pending
  const after = parseAnchor(version)
  const standing = await judge(tx, mending, after, assertion)
  if (standing === undefined) throw otherIdentity(found, assertion, 409)
  const wanted = { digest, isCompromised: false, isByLink: true }
  const isConfirmed = (await findUnconfirmed(tx, mending, version)) === null
  await applyStagedIn(tx, act, found.row.id, wanted, options.anchorRules)
  // The page has said so.
  if (!isConfirmed) await confirmAnchorIn(tx, act, found.row.id, digestOf(present))
  const connection = (await tx.first(selectConnection, { id: found.row.id })) as ConnectionTable
  const visitor = { organization, connection, assertion, provenAt: null, isInTurn: true }
  // Where people are called otherwise also one's own key may have been put away.
  if (standing === 'asked' || !isSameKey(present, after)) {
    const holder = { kind: 'account', userId: user.id, name: user.user_name, becomesOwner: false } as const
    if ((await confirmLink(tx, act, visitor, holder)).kind === 'taken') throw identityTaken(found)
  }
  spendConfirmation(tx, act, link, 'replaced')
  removePending(tx, pending.id)
  const signIn = { assertion, purpose: 'sign-in', returnTo: null } as const
  const entered = await enter(tx, visit, visitor, null, visit.at)
  // Nothing is put in place by somebody whom it does not sign in.
  if (entered.session === undefined) throw refuseDenied(found, signIn, entered)
  return { signIn, ...entered }
}
