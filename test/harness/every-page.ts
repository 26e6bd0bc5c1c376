// Every page of our own with invented values, as each is shown: what looks at pages looks at all of them.
import type { StagedAnchor } from '@rollcall/api'
import { say } from '@rollcall/api/sentences'
import * as failures from '../../packages/server/src/pages/failures.ts'
import type { Page } from '../../packages/server/src/pages/frame.ts'
import * as homeRealm from '../../packages/server/src/pages/home-realm.ts'
import * as links from '../../packages/server/src/pages/links.ts'
import { type Look, wordsOf } from '../../packages/server/src/pages/look.ts'
import * as mending from '../../packages/server/src/pages/mending.ts'
import * as pending from '../../packages/server/src/pages/pending.ts'
import * as refusals from '../../packages/server/src/pages/refusals.ts'
import * as sessions from '../../packages/server/src/pages/sessions.ts'
import * as tests from '../../packages/server/src/pages/test-sign-in.ts'

const requestId = 'req_01m8kt1f9x2v3b4n5m6k7j8h9g'
const at = Date.UTC(2026, 10, 30, 12)
const form = { action: '/saml/conn_1/x', request: '_1', digest: 'abc' }
const shown = {
  name: 'Okta عربي',
  host: 'idp.acme.test',
  put: { who: 'grace@acme.test', at },
  changes: ['+ https://idp.acme.test/sso'],
}
const mended = { account: 'ada@acme.test', connection: 'Okta', host: 'idp.acme.test' }
const entered = {
  metadataUrl: 'https://idp.acme.test/metadata',
  metadataXml: '',
  stableId: '',
  issuer: 'https://idp.acme.test',
  clientId: 'client',
  clientSecret: '',
  scopes: 'openid email',
}
const staged = {
  digest: 'abc',
  host: 'idp.globex.test',
  changes: [
    { attribute: 'ssoUrl', before: 'https://idp.acme.test/sso', after: 'https://idp.globex.test/sso' },
    { attribute: 'sloUrl', before: null, after: 'https://idp.globex.test/slo' },
    { attribute: 'clientSecret', before: 'x', after: 'y' },
  ],
  asleep: { count: 3, people: [{ id: 'usr_1', userName: 'ada@acme.test' }] },
  relink: { relinked: 12, dropped: 3, kept: 1 },
} as unknown as StagedAnchor
const unconfirmed = {
  put: { kind: 'portal_link', id: 'link_1', rung: 'contact', name: null, at: '2026-11-30T12:00:00Z' },
} as const

function listMending(look: Look): Record<string, Page> {
  const fields = (protocol: string) => ({
    action: '/saml/conn_1/mend',
    protocol,
    acsUrl: 'https://rollcall.test/acs',
    entityId: 'https://rollcall.test/saml/conn_1/metadata',
    entered,
  })
  const problem = { text: 'Not taken', code: 'invalid_request', status: 400, waitSeconds: null }
  const asked = { shown: mended, login: '/saml/conn_1/login' }
  const last = { shown: mended, staged, isRestorable: true, nameId: 'ada', address: 'ada@globex.test', form }
  return {
    mendingPage: mending.mendingPage(look, { ...asked, form: fields('saml'), problem: null }),
    'mendingPage of an issuer': mending.mendingPage(look, { ...asked, form: fields('oidc'), problem }),
    stagedPage: mending.stagedPage(look, { shown: mended, staged, unconfirmed, action: '/x', again: '/y' }),
    mendedPage: mending.mendedPage(look, { ...last, isOwn: false, replaces: 'ada', unconfirmed: null }),
    'mendedPage of oneself': mending.mendedPage(look, {
      ...last,
      isRestorable: false,
      isOwn: true,
      replaces: null,
      unconfirmed: { put: null },
    }),
  }
}

function listPending(look: Look): Record<string, Page> {
  const link = {
    account: 'ada@acme.test',
    gives: 'ownership',
    nameId: 'ada',
    address: 'ada@globex.test',
    isConfirmation: true,
    replaces: 'lovelace',
    takenFrom: { name: null },
    recovery: 'ada@example.com',
  } as const
  const offer = pending.linkOffer(look, link, shown, form)
  return {
    linkOfferPage: pending.linkOfferPage(look, offer),
    linkedPage: pending.linkedPage(look, 'ada@acme.test', '/settings', true),
    asleepPage: pending.asleepPage(look, { name: 'Okta', reference: requestId, mail: form }),
    'asleepPage without mail': pending.asleepPage(look, { name: 'Okta', reference: requestId, mail: null }),
    mailedPage: pending.mailedPage(look, requestId),
    mailQuestionPage: pending.mailQuestionPage(look, '/saml/conn_1/mail-link', { address: '', isAway: true }),
    noMailPage: pending.noMailPage(look, false),
    confirmAnchorPage: pending.confirmAnchorPage(look, {
      account: 'ada@acme.test',
      nameId: 'ada',
      shown,
      form,
      mend: '/saml/conn_1/mend',
    }),
    testSignInPage: tests.testSignInPage(look, {
      verdict: wordsOf(look)('test.creates'),
      mayEnter: false,
      remedy: { href: 'https://rollcall.test/settings', key: 'test.toDomains' },
      protocol: 'saml',
      isStaged: true,
      offer,
      sent: [['email', 'ada@acme.test']],
      read: [['givenName', 'Ada']],
    }),
    'testSignInPage of an issuer': tests.testSignInPage(look, {
      verdict: wordsOf(look)('test.signsIn'),
      mayEnter: true,
      remedy: null,
      protocol: 'oidc',
      isStaged: false,
      offer: null,
      sent: [],
      read: [],
    }),
  }
}

function listRefusals(look: Look): Record<string, Page> {
  const reasons = [
    'blocked',
    'notProvisioned',
    'misconfigured',
    'wrongAccount',
    'again',
    'provider',
    'away',
    'notAskedAgain',
    'proofOver',
    'anchorChanged',
    'other',
  ] as const
  const refused = {
    code: 'user_blocked',
    requestId,
    mailLink: '/saml/conn_1/mail-link',
    start: { again: '/saml/conn_1/login', otherAccount: '/saml/conn_1/login?prompt=select_account' },
    back: { name: 'Acme Docs', url: 'https://docs.acme.test/' },
  }
  return {
    nothingPage: refusals.nothingPage(look, requestId),
    ...Object.fromEntries(
      reasons.map((reason) => [`refusedPage ${reason}`, refusals.refusedPage(look, { ...refused, reason })]),
    ),
    signOutRefusedPage: refusals.signOutRefusedPage(look, requestId),
    notSignedOutPage: refusals.notSignedOutPage(look),
    unchangedPage: refusals.unchangedPage(look, {
      code: 'identity_taken',
      sentences: [say('about', { name: 'ada' })],
      status: 409,
      back: '/saml/conn_1/login',
      requestId,
    }),
    wrongRequestPage: refusals.wrongRequestPage(look, {
      code: 'invalid_redirect_uri',
      description: 'redirect_uri is not registered',
      uri: 'https://example.com/callback',
    }),
    tooManyPage: failures.tooManyPage(look, 3, requestId),
    tooLongPage: failures.tooLongPage(look, 414),
    wrongMethodPage: failures.wrongMethodPage(look, ['GET', 'POST']),
    unreadablePage: failures.unreadablePage(look, requestId),
    failedPage: failures.failedPage(look, null, requestId),
    'failedPage for a while': failures.failedPage(look, 3, requestId),
    unknownPage: failures.unknownPage(look, requestId),
    notBuiltPage: failures.notBuiltPage(look),
    notFramedPage: failures.notFramedPage(look),
  }
}

/** By the name of the function that makes it, and what it is about where there are several. */
export function listPages(look: Look): Readonly<Record<string, Page>> {
  const asked = { action: '/sso', along: { return_to: 'https://example.com' }, email: 'ada@acme.test' }
  const ways = [
    { href: '/saml/conn_1/login', label: 'Acme · Okta' },
    { href: '/saml/conn_2/login', label: 'شركة' },
  ]
  const me = {
    label: 'ada@acme.test',
    organization: 'Acme',
    role: 'admin',
    until: '2026-11-30T12:00:00Z',
    product: { name: 'Acme Docs', url: 'https://docs.acme.test/' },
  } as const
  const form = '<form id="op.logoutForm" method="post" action="/oidc/session/end/confirm"></form>'
  return {
    questionPage: homeRealm.questionPage(look, {
      ...asked,
      note: wordsOf(look)('question.ended'),
      why: wordsOf(look)('question.unknown'),
      recovery: '/sso?recover=1',
    }),
    choicePage: homeRealm.choicePage(look, ways, { isRecovering: false, recovery: '/sso?recover=1' }),
    'choicePage of recovery': homeRealm.choicePage(look, ways, { isRecovering: true, recovery: null }),
    recoveryPage: homeRealm.recoveryPage(look, { text: '', isUnknown: false }),
    'recoveryPage again': homeRealm.recoveryPage(look, { text: 'acme', isUnknown: true }),
    goingPage: sessions.goingPage(look, { url: 'https://idp.acme.test/sso', fields: { a: 'b' } }, 'signIn'),
    mePage: sessions.mePage(look, { ...me, slug: 'acme' }),
    signedOutPage: sessions.signedOutPage(look, false),
    'signedOutPage here': sessions.signedOutPage(look, true),
    stillSignedInPage: sessions.stillSignedInPage(look),
    signedOutOfApplicationPage: sessions.signedOutOfApplicationPage(look),
    signOutPage: sessions.signOutPage(look, form, false),
    ...Object.fromEntries(
      (['over', 'stale', 'refused'] as const).map((why) => [
        `applicationRefusedPage ${why}`,
        sessions.applicationRefusedPage(look, why),
      ]),
    ),
    portalPage: links.portalPage(look),
    invitationPage: links.invitationPage(look),
    confirmPage: links.confirmPage(look),
    recoveryAddressPage: links.recoveryAddressPage(look),
    ...listRefusals(look),
    ...listPending(look),
    ...listMending(look),
  }
}
