// The pages on which a person says where they sign in: by their address, or by choosing.
import type { Page } from './frame.ts'
import { type Html, html } from './html.ts'
import { isolate, type Look, wordsOf } from './look.ts'
import { hidden } from './parts.ts'

/** Asks for the address. */
export function questionPage(
  look: Look,
  asked: {
    readonly action: string
    /** What the form sends along. */
    readonly along: Readonly<Record<string, string>>
    readonly email: string
    /** Why they are here. */
    readonly note?: Html | null
    /** Why it asks again. */
    readonly why: Html | null
    readonly status?: number
    /** Where somebody goes who cannot sign in. */
    readonly recovery: string | null
  },
): Page {
  const say = wordsOf(look)
  const { action, along, email, why, recovery } = asked
  const note = why === null ? '' : html`<p class="bad" role="alert" id="why">${why}</p>`
  const about = asked.note == null ? '' : html`<p>${asked.note}</p>`
  const described = why === null ? '' : html` aria-describedby="why" aria-invalid="true"`
  const body = html`<div class="panel"><h1>${say('signIn')}</h1>${about}${note}
<form method="post" action="${action}"><label for="email">${say('question.label')}</label>
<input id="email" name="email" type="email" autocomplete="username" required
maxlength="320" value="${email}"${described}>${hidden(along)}<button>${say('continue')}</button></form>
${offerRecovery(look, recovery)}</div>`
  return { title: say('signIn'), body, mayLeave: true, status: asked.status ?? 200 }
}

/** Several are meant: the person chooses. `isRecovering`: the ways lead to where links are mailed. */
export function choicePage(
  look: Look,
  ways: readonly { readonly href: string; readonly label: string }[],
  { isRecovering, recovery }: { readonly isRecovering: boolean; readonly recovery: string | null },
): Page {
  const title = wordsOf(look)(isRecovering ? 'recover.where' : 'choice.title')
  const items = ways.map(
    ({ href, label }) => html`<li><a class="button" href="${href}">${isolate(label)}</a></li>`,
  )
  const body = html`<div class="panel"><h1>${title}</h1><ul class="plain">${items}</ul>${offerRecovery(look, recovery)}</div>`
  return { title, body }
}

/** Asks whoever cannot sign in for their address, or for their organization. */
export function recoveryPage(
  look: Look,
  asked: { readonly text: string; readonly isUnknown: boolean },
): Page {
  const say = wordsOf(look)
  const note = asked.isUnknown
    ? html`<p class="bad" role="alert" id="why">${say('question.unknown')}</p>`
    : ''
  const described = asked.isUnknown ? html` aria-describedby="why" aria-invalid="true"` : ''
  const body = html`<div class="panel"><h1>${say('recover.title')}</h1><p>${say('recover.text')}</p>${note}
<form method="post" action="/sso?recover=1"><label for="email">${say('recover.label')}</label>
<input id="email" name="email" type="text" class="address" autocomplete="username" required
maxlength="320" value="${asked.text}"${described}><button>${say('continue')}</button></form></div>`
  return { title: say('recover.title'), body, mayLeave: true, status: asked.isUnknown ? 404 : 200 }
}

function offerRecovery(look: Look, href: string | null): Html | '' {
  const say = wordsOf(look)
  if (href === null) return ''
  return html`<p class="soft">${say('recover.offer')} <a href="${href}">${say('recover.title')}</a></p>`
}
