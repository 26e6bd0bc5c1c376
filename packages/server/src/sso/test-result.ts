// What a test sign-in shows its administrator: every claim that came, what was made of it, and what would happen to the
// person. Nothing is created by a test.
import { escapeHtml, renderPage, type Site } from '../http/page.ts'
import type { MappedProfile } from '../mapping/attribute-rules.ts'
import { decideSignIn, type SignInDenial, type SignInFacts } from '../provisioning/decide-sign-in.ts'
import type { SignInVisit } from '../provisioning/sign-in-facts.ts'
import { explainDenial } from './explain.ts'

export function renderTestResult(test: {
  readonly visitor: SignInVisit
  readonly facts: SignInFacts
  readonly profile: MappedProfile
  /** A panel that offers to link the tester's own account; empty where there is nothing to link. */
  readonly offer: string
  readonly headers: readonly (readonly [string, string])[]
  /** Of the anchor that is staged, not of the one in place. */
  readonly isStaged: boolean
  /** Whether the tester may learn who somebody is here: an owner, out, known otherwise. */
  readonly isNamed: boolean
  readonly site: Site
}): Response {
  const { assertion } = test.visitor
  const facts = onceEnabled(test.facts, test.visitor)
  const claims = [
    ['NameID', assertion.nameId],
    ['NameID format', assertion.nameIdFormat ?? 'not stated'],
    ['Stable id', assertion.stableId],
    ...Object.entries(assertion.attributes).map(([name, values]) => [name, values.join(', ')] as const),
  ] as const
  const mapped = Object.entries({ ...test.profile.values, groups: test.profile.groups?.join(', ') }).filter(
    ([, value]) => value !== undefined,
  )
  const body = `<div class="panel"><h1>The test sign-in succeeded</h1>
<p>${escapeHtml(foresee(facts, test.visitor, test.isNamed))}</p>
${test.isStaged ? '<p>It was made against the staged trust anchor. Nobody was signed in, nobody was linked; the anchor in place is as it was.</p>' : ''}
</div>${test.offer}
<div class="panel"><h2>Checks</h2><ul class="checks">${checks(facts, test.visitor.connection.protocol)}</ul></div>
<div class="panel"><h2>What was sent</h2>${table(claims)}</div>
<div class="panel"><h2>What was read from it</h2>${table(mapped.map(([name, value]) => [name, String(value)] as const))}</div>`
  return renderPage({ title: 'Test sign-in', body, isWide: true, headers: test.headers }, test.site)
}

/** What a response has passed that comes this far; the last line is about the person, and may be a refusal. */
const passed = [
  'Signed with a certificate of this connection; no signature in it fails',
  'Issued by the identity provider of this connection',
  'Meant for this connection: audience, recipient and destination',
  'In time: not before, not on or after, session',
  'Answers the request that this window sent',
  'Not used before',
]

const passedOpenId = [
  "Signed with a key of the issuer's key set",
  'Issued by the issuer of this connection',
  'Meant for this connection: audience and authorized party',
  'In time: issued just now, not expired',
  'Answers the request that this window sent: state, nonce and PKCE',
  'Not used before',
]

function checks(facts: SignInFacts, protocol: string): string {
  const isDenied = decideSignIn(facts).kind === 'deny-sign-in'
  const ticks = (protocol === 'oidc' ? passedOpenId : passed).map(
    (text) => `<li class="good">✓ ${escapeHtml(text)}</li>`,
  )
  const person = isDenied
    ? '<li class="bad">✗ The person may sign in: see above</li>'
    : '<li class="good">✓ The person may sign in</li>'
  return [...ticks, person].join('')
}

// What would hold once it is enabled: the first connection of an organization takes the domains proved so far, and the directory.
function onceEnabled(facts: SignInFacts, { organization, connection }: SignInVisit): SignInFacts {
  const enabled = { ...facts, isConnectionActive: true }
  const isFirst = connection.active === 0 && organization.first_enabled_at === null
  if (!isFirst) return enabled
  const address = facts.address && { ...facts.address, isTied: facts.address.isProved }
  return { ...enabled, followsDirectory: true, address }
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

function foresee(
  facts: SignInFacts,
  { connection, assertion }: Pick<SignInVisit, 'connection' | 'assertion'>,
  isNamed: boolean,
): string {
  const decision = decideSignIn(facts)
  switch (decision.kind) {
    case 'sign-in':
      return 'This person has an account and would be signed in.'
    case 'link-identity':
      return 'This person has an account; the first sign-in would link it to this identity.'
    case 'respell-identity':
      return 'This person has an account, is known by this name in other upper and lower case, and would be signed in.'
    case 'create-person':
      return decision.isBlocked && isNamed
        ? 'The first sign-in would create an account for this person, which would be blocked: an administrator blocked them before the directory removed them.'
        : 'The first sign-in would create an account for this person.'
    case 'deny-sign-in':
      if (!isNamed && personal.includes(decision.reason))
        return 'This person would be refused, for what their account here is: a test by an administrator shows why.'
      return `This person would be refused: ${explainDenial({
        reason: decision.reason,
        who: null,
        role: isNamed ? findRole(facts, decision.userId) : undefined,
        connection,
        sent: assertion,
      })}`
  }
}

// As far as the explanation asks: the rung tells an owner and an administrator apart.
function findRole(facts: SignInFacts, userId: string | null): string | undefined {
  const known = [facts.identity, ...facts.byExternalId, facts.byUserName, ...facts.byAddress]
  const person = known.find((one) => typeof one === 'object' && one.id === userId)
  if (typeof person !== 'object') return undefined
  return { person: 'member', administrator: 'admin', owner: 'owner' }[person.rung]
}

function table(rows: readonly (readonly [string, string])[]): string {
  const cells = rows.map(([name, value]) => `<dt>${escapeHtml(name)}</dt><dd>${escapeHtml(value)}</dd>`)
  return `<dl>${cells.join('')}</dl>`
}
