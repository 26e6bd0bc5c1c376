// GET /saml/{id}/finish: a page of our own site, on which the browser that began shows its cookie. It ends in a session, in the
// result of a test, or on a question to the person.

import { say } from '@rollcall/api/sentences'
import { isAtLeast, toAnchorRung } from '../base/rung.ts'
import { hashSecret } from '../base/secret.ts'
import { anchorOf, digestOf, withVersion } from '../connections/anchor.ts'
import { noteTest, selectStaged } from '../connections/anchor-rows.ts'
import { keepConnection, parseOptions } from '../connections/rows.ts'
import { noteTested } from '../connections/tests.ts'
import { sessionCookie } from '../http/cookies.ts'
import { noteNeed } from '../organizations/needs.ts'
import { selectLiving } from '../organizations/own.ts'
import { renderPage } from '../pages/frame.ts'
import type { Html } from '../pages/html.ts'
import { linkOfferPage } from '../pages/pending.ts'
import type { SignInDenial } from '../provisioning/decide-sign-in.ts'
import { gather } from '../provisioning/sign-in-facts.ts'
import { TurnWanted } from '../provisioning/sign-in-result.ts'
import type { SignInVisit } from '../provisioning/sign-in-visit.ts'
import { findFrameById } from '../sessions/frames.ts'
import { rungOfSession } from '../sessions/rung.ts'
import { findSession, type Session } from '../sessions/sessions.ts'
import { inTurnOfActs } from '../sessions/standing.ts'
import { noEarlierThanLeft } from '../sign-ins/left-at.ts'
import { finishSignIn } from '../sign-ins/sign-ins.ts'
import { type FinishedSignIn, isFresh, isProofOver, proofTimeOf, type Refusal } from '../sign-ins/standing.ts'
import type { OrganizationTx } from '../store/database.ts'
import { StoreConflict } from '../store/errors.ts'
import { answerAsleep, holdsLink, keepAsleep } from './confirming.ts'
import { type Entered, enter, noteDenied, openSession } from './enter.ts'
import { explainState } from './explain-state.ts'
import { mayLinkOwn, offerLink } from './linking.ts'
import { finishMending } from './mending-end.ts'
import type { Kept } from './pending.ts'
import { requestCookieName } from './request-cookie.ts'
import { explainTest, foresee, renderTestResult } from './test-result.ts'
import { type ConnectionVisit, noteVisit, SsoRefusal } from './visit.ts'

/** What the transaction came to; a question keeps what was proven. */
type Finished =
  | { readonly kind: 'refused'; readonly refusal: Refusal; readonly returnTo: string | null }
  | { readonly kind: 'shown'; readonly page: Response }
  /** Used up all the same. */
  | { readonly kind: 'declined'; readonly refusal: SsoRefusal }
  | ({ readonly kind: 'entered'; readonly signIn: FinishedSignIn } & Entered)
  | {
      readonly kind: 'asleep'
      readonly signIn: FinishedSignIn
      readonly entered: Entered
      readonly kept: Kept
      readonly may: { readonly confirm: boolean; readonly mail: boolean }
    }
  | {
      readonly kind: 'offered'
      readonly signIn: FinishedSignIn
      readonly entered: Entered
      readonly kept: Kept
      readonly html: Html
    }

/** Answers the last page of a sign-in. */
export async function finish(here: ConnectionVisit): Promise<Response> {
  const { options, visit, found } = here
  const id = visit.url.searchParams.get('request') ?? ''
  const secret = visit.cookies.get(requestCookieName(id)) ?? ''
  const wanted = { id, connectionId: found.row.id, browserHash: hashSecret(secret) }
  // Asked for before the transaction: inside it nothing else may be asked.
  const session = await findSession(options.database, visit.cookies.get(sessionCookie), visit.at)
  const finished = await finishOnce(here, { ...wanted, session })
  switch (finished.kind) {
    case 'refused':
      throw new SsoRefusal(finished.refusal, explainState(finished.refusal, found.row), found, {
        come: { returnTo: finished.returnTo, isOwn: false },
      })
    case 'shown':
      return finished.page
    case 'declined':
      throw finished.refusal
    case 'entered':
      return openSession(here, id, finished)
    case 'asleep':
      noteDenied(here, finished.signIn, finished.entered)
      return answerAsleep(here, finished.kept, finished.may)
    case 'offered': {
      noteDenied(here, finished.signIn, finished.entered)
      const page = { ...linkOfferPage(visit.look, finished.html), headers: [finished.kept.cookie] }
      return renderPage(page, visit.look)
    }
  }
}

type Wanted = Parameters<typeof finishSignIn>[1] & { readonly session: Session | undefined }

// Somebody may have been first (the same person on another node, or a SCIM client): the second try finds them. Few have to take their turn
// among acts, and show it when it is known what they come to.
async function finishOnce(here: ConnectionVisit, wanted: Wanted): Promise<Finished> {
  const { options, found } = here
  const { database } = options
  for (let [attempt, isInTurn] = [1, false]; ; attempt += 1) {
    const work = (tx: OrganizationTx) => finishIn(tx, here, { ...wanted, isInTurn })
    try {
      return await (isInTurn
        ? inTurnOfActs(database, found.scope, work)
        : database.inOrganization(found.scope, work))
    } catch (error) {
      if (error instanceof TurnWanted) {
        isInTurn = true
        continue
      }
      const isFirstElse =
        error instanceof StoreConflict && ['user_name', 'identity'].includes(error.constraint)
      if (!isFirstElse || attempt >= 4) throw error
    }
  }
}

const refused = (refusal: Refusal, returnTo: string | null = null): Finished => ({
  kind: 'refused',
  refusal,
  returnTo,
})

async function finishIn(
  tx: OrganizationTx,
  here: ConnectionVisit,
  wanted: Wanted & { readonly isInTurn: boolean },
): Promise<Finished> {
  const { options, visit, found } = here
  const signIn = await finishSignIn(tx, wanted, visit.at)
  if (typeof signIn === 'string') return refused(signIn)
  // Both are read again here: they may have been switched off since the request began.
  const [organization, connection] = await Promise.all([
    tx.first(selectLiving, {}),
    keepConnection(tx, found.row.id),
  ])
  if (organization === undefined || connection === undefined) return refused('request_unknown')
  const { assertion } = signIn
  const provenAt = proofTimeOf(signIn, connection.protocol === 'saml')
  const visitor = { organization, connection, assertion, provenAt, isInTurn: wanted.isInTurn }
  if (signIn.purpose === 'mend') {
    const proven = { id: wanted.id, digest: signIn.anchorDigest ?? '', assertion, provenAt }
    const done = await finishMending(tx, here, proven)
    return done instanceof SsoRefusal ? { kind: 'declined', refusal: done } : { kind: 'shown', page: done }
  }
  const asker = await findAsker(tx, wanted.session, signIn, visit.at)
  if (signIn.anchorDigest !== null)
    return finishStagedTest(tx, here, visitor, { digest: signIn.anchorDigest, asker })
  // Another anchor was put in place since it was proven: what the one before said counts no more.
  if (signIn.anchorNumber !== null && signIn.anchorNumber !== connection.anchor_number)
    return refused('anchor_changed', signIn.returnTo)
  // What came through the connection ended since, whoever it was.
  if (connection.active === 1 && isProofOver(provenAt, connection))
    return refused('proof_over', signIn.returnTo)
  if (signIn.purpose === 'test') return { kind: 'shown', page: await finishTest(tx, here, visitor, asker) }
  const { freshness } = signIn
  const skewMs = parseOptions(connection).clockSkewSeconds * 1_000
  if (freshness !== null && !isFresh(freshness, assertion.authnInstant, skewMs))
    return refused('not_asked_again', signIn.returnTo)
  const beginsAt = noEarlierThanLeft(options.envelope, signIn.returnTo, visit.at)
  const entered = await enter(tx, visit, visitor, freshness?.after ?? null, beginsAt)
  return (
    (await ask(tx, here, visitor, { signIn, entered, session: wanted.session })) ?? {
      kind: 'entered',
      signIn,
      ...entered,
    }
  )
}

/** What the operator hears of, by why somebody was denied. */
const needs: Partial<
  Record<SignInDenial, 'privileged_refused' | 'owner_unlinked' | 'administrator_unlinked'>
> = {
  anchor_unconfirmed: 'privileged_refused',
  owner_must_link: 'owner_unlinked',
  administrator_must_link: 'administrator_unlinked',
}

// A denial that the person may answer: with a confirmation of the connection, or, in their own session, with a link.
async function ask(
  tx: OrganizationTx,
  here: ConnectionVisit,
  visitor: SignInVisit,
  come: { readonly signIn: FinishedSignIn; readonly entered: Entered; readonly session: Session | undefined },
): Promise<Finished | undefined> {
  const { options, visit } = here
  const { signIn, entered, session } = come
  if (entered.result.kind !== 'denied') return undefined
  const { decision, email } = entered.result
  const denied = { reason: decision.reason, userId: decision.userId, email }
  if (session !== undefined && (await mayLinkOwn(tx, visitor, denied, session, visit.at))) {
    const known = await gather(tx, visitor, visit.at)
    const asked = { visitor, known, session, kind: 'link', returnTo: signIn.returnTo } as const
    const offer = await offerLink(tx, here, asked)
    if (offer !== undefined) return { kind: 'offered', signIn, entered, ...offer }
  }
  if (decision.userId === null) return undefined
  const { reason } = decision
  const kind = needs[reason]
  if (kind === undefined) return undefined
  const { id: connectionId, name: connection } = visitor.connection
  const detail = { connectionId, connection, userName: email ?? signIn.assertion.nameId }
  noteNeed(tx, { kind, subjectId: decision.userId }, detail, visit.at)
  if (kind !== 'privileged_refused') return undefined
  const kept = keepAsleep(tx, options, visit, signIn, visitor.connection, decision.userId)
  const may = {
    confirm: await holdsLink(tx, visit, visitor.connection, decision.userId),
    mail: options.hasMail && visitor.organization.owner_recovery === 'mail',
  }
  return { kind: 'asleep', signIn, entered, kept, may }
}

/** Whose test it is; of the operator's there is no session of an organization. */
interface Asker {
  readonly isOperator: boolean
  readonly tester: Session | undefined
  /** Whether it is this browser's own session, in which something may be linked; a frame's window has none. */
  readonly isHere: boolean
}

async function findAsker(
  tx: OrganizationTx,
  session: Session | undefined,
  { sessionId }: FinishedSignIn,
  now: number,
): Promise<Asker> {
  if (sessionId === null || session?.id === sessionId)
    return {
      isOperator: sessionId === null,
      tester: session?.id === sessionId ? session : undefined,
      isHere: true,
    }
  return { isOperator: false, tester: await findFrameById(tx, sessionId, now), isHere: false }
}

// Whoever holds a set-up link learns nothing of who somebody is here.
function maySeeWho({ isOperator, tester }: Asker): boolean {
  return isOperator || (tester !== undefined && isAtLeast(rungOfSession(tester), 'administrator'))
}

async function finishTest(
  tx: OrganizationTx,
  here: ConnectionVisit,
  visitor: SignInVisit,
  asker: Asker,
): Promise<Response> {
  const { visit, options } = here
  const { tester, isHere } = asker
  const known = await gather(tx, visitor, visit.at)
  const foreseen = foresee(known.facts, visitor)
  const anchor = anchorOf(visitor.connection)
  const mayEnter = foreseen.decision.kind !== 'deny-sign-in'
  if (anchor !== null) noteTested(tx, visitor.connection, digestOf(anchor), { at: visit.at, mayEnter })
  const asked = { visitor, known, kind: 'test', returnTo: null } as const
  const offer =
    tester === undefined || !isHere ? undefined : await offerLink(tx, here, { ...asked, session: tester })
  noteVisit(here, { status: 200, explanation: explainTest(foreseen, visitor), code: null })
  return renderTestResult({
    visitor,
    foreseen,
    profile: known.profile,
    offer: offer?.html ?? null,
    headers: offer === undefined ? [] : [offer.kept.cookie],
    isStaged: false,
    isNamed: maySeeWho(asker),
    look: visit.look,
    url: options.url,
  })
}

// Shows what the staged anchor would mean. It opens no session and links nobody.
async function finishStagedTest(
  tx: OrganizationTx,
  here: ConnectionVisit,
  visitor: SignInVisit,
  { digest, asker }: { readonly digest: string; readonly asker: Asker },
): Promise<Finished> {
  const { visit, found, options } = here
  const { tester } = asker
  const version = await tx.first(selectStaged, { connectionId: found.row.id })
  if (version?.digest !== digest) return refused('anchor_changed')
  noteTest(tx, found.row.id, digest, visit.at)
  // As if whoever tests it put it in place.
  const anchor_rung = tester === undefined ? 'contact' : toAnchorRung(rungOfSession(tester))
  const staged = { ...visitor, connection: { ...withVersion(visitor.connection, version), anchor_rung } }
  const { facts, profile } = await gather(tx, staged, visit.at)
  const foreseen = foresee(facts, staged)
  const mayEnter = foreseen.decision.kind !== 'deny-sign-in'
  noteTested(tx, visitor.connection, digest, { at: visit.at, mayEnter })
  const explanation = [say('staged_test_succeeded')]
  noteVisit(here, { status: 200, explanation, code: null })
  const shown = {
    visitor: staged,
    foreseen,
    profile,
    offer: null,
    headers: [],
    isStaged: true,
    isNamed: maySeeWho(asker),
    look: visit.look,
    url: options.url,
  }
  return { kind: 'shown', page: renderTestResult(shown) }
}
