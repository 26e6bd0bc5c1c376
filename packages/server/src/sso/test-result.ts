// What a test sign-in shows its administrator: every claim that came, what was made of it, and what would happen to the
// person. Nothing is created by a test.

import { type Sentence, say as sayOf } from '@rollcall/api/sentences'
import type { MappedProfile } from '../mapping/attribute-rules.ts'
import { renderPage } from '../pages/frame.ts'
import type { Html } from '../pages/html.ts'
import { explain, type Look, type PlainKey, wordsOf } from '../pages/look.ts'
import type { Fact } from '../pages/parts.ts'
import { type Remedy, testSignInPage } from '../pages/test-sign-in.ts'
import {
  decideSignIn,
  type SignInDecision,
  type SignInDenial,
  type SignInFacts,
} from '../provisioning/decide-sign-in.ts'
import type { SignInVisit } from '../provisioning/sign-in-visit.ts'
import { explainDenial } from './explain.ts'

/** What would become of whoever tested, once the connection is enabled. */
export interface Foreseen {
  readonly facts: SignInFacts
  readonly decision: SignInDecision
}

/** What a sign-in of this person would come to. */
export function foresee(known: SignInFacts, visitor: SignInVisit): Foreseen {
  const facts = onceEnabled(known, visitor)
  return { facts, decision: decideSignIn(facts) }
}

/** What activity says of the test. */
export function explainTest(
  { decision }: Foreseen,
  { connection, assertion }: SignInVisit,
): readonly Sentence[] {
  if (decision.kind !== 'deny-sign-in') return [sayOf('test_succeeded')]
  const { reason } = decision
  const why = explainDenial({ reason, who: assertion.nameId, role: undefined, connection, sent: assertion })
  return [sayOf('test_would_refuse'), ...why]
}

/** A test sign-in that ended well. */
export interface Tested {
  readonly visitor: SignInVisit
  readonly foreseen: Foreseen
  readonly profile: MappedProfile
  /** A panel that offers to link the tester's own account. */
  readonly offer: Html | null
  readonly headers: readonly (readonly [string, string])[]
  /** Of the anchor that is staged, not of the one in place. */
  readonly isStaged: boolean
  /** Whether the tester may learn who somebody is here: an owner, out, known otherwise. */
  readonly isNamed: boolean
  readonly look: Look
  /** Public base URL. */
  readonly url: string
}

/** The page with the result. */
export function renderTestResult(test: Tested): Response {
  const { visitor, look, isStaged, offer, headers } = test
  const say = wordsOf(look)
  const { assertion } = visitor
  const { decision } = test.foreseen
  const mapped = { ...test.profile.values, groups: test.profile.groups?.join(', ') }
  const page = testSignInPage(look, {
    verdict: sayForeseen(look, test.foreseen, visitor, test.isNamed),
    mayEnter: decision.kind !== 'deny-sign-in',
    remedy: findRemedy(test),
    protocol: visitor.connection.protocol,
    isStaged,
    offer,
    sent: [
      [say('test.nameId'), assertion.nameId],
      [say('test.nameIdFormat'), assertion.nameIdFormat ?? say('test.notStated')],
      [say('test.stableId'), assertion.stableId],
      ...Object.entries(assertion.attributes).map(([name, values]): Fact => [name, values.join(', ')]),
    ],
    read: Object.entries(mapped).flatMap(([name, value]): Fact[] =>
      value === undefined ? [] : [[name, String(value)]],
    ),
  })
  return renderPage({ ...page, headers }, look)
}

// What would hold once it is enabled: the first connection of an organization takes the domains proved so far, and the directory.
function onceEnabled(facts: SignInFacts, { organization, connection }: SignInVisit): SignInFacts {
  const enabled = { ...facts, isConnectionActive: true }
  const isFirst = connection.active === 0 && organization.first_enabled_at === null
  if (!isFirst) return enabled
  const address = facts.address && { ...facts.address, isTied: facts.address.isProved }
  return { ...enabled, followsDirectory: true, address }
}

/** Where what keeps the person out is mended, in the settings. */
const remedies: Partial<Record<SignInDenial, { readonly page: string; readonly key: PlainKey }>> = {
  domain_not_verified: { page: 'security/verified-domains', key: 'test.toDomains' },
  domain_not_tied: { page: 'security/verified-domains', key: 'test.toDomains' },
  not_provisioned: { page: 'security/user-provisioning', key: 'test.toProvisioning' },
  user_blocked: { page: 'people/users', key: 'test.toUsers' },
  user_deactivated: { page: 'people/users', key: 'test.toUsers' },
}

function findRemedy({ foreseen, isNamed, visitor, url }: Tested): Remedy | null {
  const { decision } = foreseen
  if (decision.kind !== 'deny-sign-in' || (!isNamed && personal.includes(decision.reason))) return null
  const remedy = remedies[decision.reason]
  if (remedy === undefined) return null
  const { slug } = visitor.organization
  return { href: `${url}/organizations/${slug}/settings/${remedy.page}`, key: remedy.key }
}

/** Refusals that say who somebody is. */
const personal: readonly string[] = [
  'user_deleted',
  'user_deactivated',
  'user_blocked',
  'identity_changed',
  'owner_must_link',
  'address_inexact',
  'administrator_must_link',
] satisfies SignInDenial[]

function sayForeseen(
  look: Look,
  { facts, decision }: Foreseen,
  { connection, assertion }: Pick<SignInVisit, 'connection' | 'assertion'>,
  isNamed: boolean,
): Html {
  const say = wordsOf(look)
  switch (decision.kind) {
    case 'sign-in':
      return say('test.signsIn')
    case 'link-identity':
      return say('test.links')
    case 'respell-identity':
      return say('test.respells')
    case 'create-person':
      return say(decision.isBlocked && isNamed ? 'test.createsBlocked' : 'test.creates')
    case 'deny-sign-in': {
      if (!isNamed && personal.includes(decision.reason)) return say('test.refusesUnnamed')
      const role = isNamed ? findRole(facts, decision.userId) : undefined
      const { reason } = decision
      return say('test.refuses', {
        why: explain(look, explainDenial({ reason, who: null, role, connection, sent: assertion })),
      })
    }
  }
}

// As far as the explanation asks: the rung tells an owner and an administrator apart.
function findRole(facts: SignInFacts, userId: string | null): string | undefined {
  const known = [facts.identity, ...facts.byExternalId, facts.byUserName, ...facts.byAddress]
  const person = known.find((one) => typeof one === 'object' && one.id === userId)
  if (typeof person !== 'object') return undefined
  return { person: 'member', administrator: 'admin', owner: 'owner' }[person.rung]
}
