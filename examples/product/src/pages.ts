// The pages of the product: server-made, escaped, light and dark, narrow and wide.
import { mark } from './assets.ts'
import type { Session, User } from './database.ts'
import { type Html, html } from './html.ts'

const name = 'Example product'
const brand: Html = { markup: mark }

type Place = '/people' | '/settings/security'

function page(title: string, body: Html, viewer?: Session, here?: Place): string {
  const link = (to: Place, text: string): Html =>
    html`<a href="${to}"${here === to ? html` aria-current="page"` : ''}>${text}</a>`
  const who =
    viewer === undefined
      ? undefined
      : html`<nav aria-label="Product">${link('/people', 'People')}${link('/settings/security', 'Settings')}</nav>
<div class="who"><span class="face" aria-hidden="true">${initialsOf(viewer.name)}</span>
<div>Signed in as ${viewer.name}<small>${viewer.role} of ${viewer.organization}</small></div>
<form method="post" action="/logout"><button class="quiet">Sign out</button></form></div>`
  const bar = html`<header><div class="bar"><a class="brand" href="/">${brand} ${name}</a>${who}</div></header>`
  return `<!doctype html>${
    html`<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title === name ? name : `${title} · ${name}`}</title><link rel="icon" href="/icon.svg"><link rel="stylesheet" href="/style.css"><script src="/script.js"></script></head>
<body><a class="skip" href="#content">Skip to the content</a>${bar}<main id="content">${body}</main></body></html>`
      .markup
  }`
}

const centre = (title: string, body: Html): string =>
  page(title, html`<div class="centre"><div class="panel">${brand}<h1>${title}</h1>${body}</div></div>`)

/** For whoever is not signed in. */
export function renderWelcome(): string {
  return page(
    name,
    html`<div class="centre"><div class="panel">${brand}<h1>Work together</h1>
<p class="soft">Nobody is signed in here. Use the account that you have at your company.</p>
<div class="acts"><a class="button" href="/login">Sign in with your company</a></div></div></div>`,
  )
}

/** After a sign-out. `isEnded`: not of their own, because a directory or an administrator has ended the session. */
export function renderSignedOut(isEnded: boolean): string {
  const why = isEnded
    ? 'Your company has ended your session. If that is a surprise, ask your administrator.'
    : 'You are signed out of the product and of your company’s sign-in for it.'
  return centre(
    isEnded ? 'You have been signed out' : 'You are signed out',
    html`<p class="soft">${why}</p><div class="acts"><a class="button" href="/login">Sign in again</a></div>`,
  )
}

/** A sign-in that came back without a person. */
export function renderRefused(reason: string): string {
  return centre(
    'You could not be signed in',
    html`<p class="reason" role="alert">${reason}</p>
<p class="soft">Try again, or ask your administrator whether you may use ${name}.</p>
<div class="acts"><a class="button" href="/login">Try again</a><a class="button quiet" href="/login?prompt=select_account">Use another account</a></div>`,
  )
}

export function renderNotThere(): string {
  return centre(
    'There is no such page',
    html`<div class="acts"><a class="button quiet" href="/">To the start</a></div>`,
  )
}

/** The people of the viewer's organization; what has `data-follow` the script keeps as the directory has it. */
export function renderPeople(viewer: Session, users: readonly User[]): string {
  const active = users.filter((user) => user.active === 1).length
  return page(
    'People',
    html`<div class="top"><div><h1>People</h1><p class="soft">Everybody of ${viewer.organization}, as your company’s directory has them.</p></div>
<p class="soft" data-follow>${String(active)} of ${String(users.length)} active</p></div>
<div class="panel flush"><table><thead><tr><th scope="col">Person</th><th scope="col">State</th></tr></thead><tbody data-follow>${renderRows(users)}</tbody></table></div>`,
    viewer,
    '/people',
  )
}

function renderRows(users: readonly User[]): Html {
  return html`${users.map((user) => {
    const state =
      user.active === 1
        ? html`<span class="state">Active</span>`
        : html`<span class="state off">Inactive</span>`
    return html`<tr><td><div class="person"><span class="face" aria-hidden="true">${initialsOf(user.name)}</span><div>${user.name}<small>${user.email ?? ''}</small></div></div></td><td>${state}</td></tr>`
  })}`
}

const notices = {
  back: html`<p class="note" role="status">You are back from the security settings.</p>`,
  denied: html`<p class="reason" role="alert">Only administrators of your company open the security settings.</p>`,
  failed: html`<p class="reason" role="alert">The security settings cannot be opened at the moment. Try again.</p>`,
} as const

type Setting = '/settings/security' | '/settings/sign-on'

function renderSide(here: Setting): Html {
  const link = (to: Setting, text: string): Html =>
    html`<a href="${to}"${here === to ? html` aria-current="page"` : ''}>${text}</a>`
  return html`<nav class="side" aria-label="Settings">${link('/settings/security', 'Security')}${link('/settings/sign-on', 'Sign-in and people')}</nav>`
}

/** Settings > Sign-in and people: the organization's settings inside this page, for who may. */
export function renderSignOn(viewer: Session): string {
  const settings =
    viewer.role !== 'member'
      ? html`<rollcall-settings session-url="/settings/sign-on/session" label="Sign-in and people"></rollcall-settings><script type="module" src="/rollcall-elements.js"></script>`
      : html`<p class="soft">Only administrators of ${viewer.organization} open them. You are a ${viewer.role}.</p>`
  return page(
    'Sign-in and people',
    html`<div class="top"><div><h1>Settings</h1><p class="soft">How ${viewer.organization} uses ${name}.</p></div></div>
<div class="split">${renderSide('/settings/sign-on')}
<div>${settings}</div></div>`,
    viewer,
    '/settings/security',
  )
}

/** Settings > Security: the button that opens the organization's settings, for who may. */
export function renderSecurity(viewer: Session, notice: keyof typeof notices | undefined): string {
  const said = notice === undefined ? undefined : notices[notice]
  const act =
    viewer.role !== 'member'
      ? html`<form method="post" action="/settings/security"><button>Open security settings</button></form>`
      : html`<p class="soft">Only administrators of ${viewer.organization} open them. You are a ${viewer.role}.</p>`
  return page(
    'Security',
    html`<div class="top"><div><h1>Settings</h1><p class="soft">How ${viewer.organization} uses ${name}.</p></div></div>
<div class="split">${renderSide('/settings/security')}
<div>${said}<section class="panel"><h2>Single sign-on and user provisioning</h2>
<p class="soft">Let your people sign in with the account that they have at your company, and let your directory decide who has an account here.</p>
<ul class="checks"><li>Connect Okta, Microsoft Entra ID, Google Workspace and others</li><li>Prove your domains</li><li>Provision people and groups by SCIM</li></ul>${act}</section></div></div>`,
    viewer,
    '/settings/security',
  )
}

const initialsOf = (text: string): string => {
  const words = text.trim().split(/\s+/)
  const letters = [words[0], words.length > 1 ? words.at(-1) : undefined].map(
    (word) => [...(word ?? '')][0] ?? '',
  )
  return letters.join('').toUpperCase() || '?'
}
