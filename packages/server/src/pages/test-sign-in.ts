// What a test sign-in shows its administrator: every claim that came, what was made of it, and what would happen to the person.
import type { Page } from './frame.ts'
import { type Html, html } from './html.ts'
import { type Look, type PlainKey, wordsOf } from './look.ts'
import { type Fact, facts } from './parts.ts'

/** What a response has passed that comes this far. */
const passed: Readonly<Record<'saml' | 'oidc', readonly PlainKey[]>> = {
  saml: ['test.saml.signed', 'test.saml.issued', 'test.saml.meant', 'test.saml.inTime', 'test.saml.answers'],
  oidc: [
    'test.openid.signed',
    'test.openid.issued',
    'test.openid.meant',
    'test.openid.inTime',
    'test.openid.answers',
  ],
}

/** A page of the settings, and what leads there. */
export interface Remedy {
  readonly href: string
  readonly key: PlainKey
}

/** Nothing is created by a test. */
export function testSignInPage(
  look: Look,
  test: {
    /** What would become of the person. */
    readonly verdict: Html
    readonly mayEnter: boolean
    /** Where what keeps the person out is mended. */
    readonly remedy: Remedy | null
    readonly protocol: 'saml' | 'oidc'
    /** Of the anchor that is staged, not of the one in place. */
    readonly isStaged: boolean
    /** A panel that offers to link the tester's own account. */
    readonly offer: Html | null
    readonly sent: readonly Fact[]
    readonly read: readonly Fact[]
  },
): Page {
  const say = wordsOf(look)
  const ticks = [...passed[test.protocol], 'test.once' as const].map(
    (key) => html`<li class="good">✓ ${say(key)}</li>`,
  )
  // The last line is about the person, and may be a refusal.
  const person = test.mayEnter
    ? html`<li class="good">✓ ${say('test.may')}</li>`
    : html`<li class="bad">✗ ${say('test.mayNot')}</li>`
  const body = html`<div class="panel"><h1>${say(test.mayEnter ? 'test.heading' : 'test.headingRefused')}</h1>
<p>${test.verdict}</p>
${test.remedy === null ? '' : html`<p><a class="button" href="${test.remedy.href}">${say(test.remedy.key)}</a></p>`}${test.isStaged ? html`<p>${say('test.staged')}</p>` : ''}
<p class="soft">${say('test.close')}</p>
</div>${test.offer ?? ''}
<div class="panel"><h2>${say('test.checks')}</h2><ul class="checks">${ticks}${person}</ul></div>
<div class="panel"><h2>${say('test.sent')}</h2>${facts(test.sent)}</div>
<div class="panel"><h2>${say('test.read')}</h2>${facts(test.read)}</div>`
  return { title: say('test.title'), body, isWide: true }
}
