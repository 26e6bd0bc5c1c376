// An overview of one organization's sign-in for its administrators: how accounts come to be, connections, domains, people,
// and why sign-ins were refused.
import { listActivity } from '../activity/query.ts'
import { listConnections } from '../connections/find.ts'
import { getProvisioning } from '../directory/provisioning.ts'
import { escapeHtml, renderPage } from '../http/page.ts'
import { listDomains } from '../organizations/domains.ts'
import type { FoundOrganization } from '../organizations/organizations.ts'
import type { Session } from '../sessions/sessions.ts'
import { listUsers } from '../users/views.ts'
import type { PortalOptions } from './options.ts'

const shownUsers = 50
const shownSignIns = 20

export async function renderSettings(
  options: PortalOptions,
  found: FoundOrganization,
  session: Session,
  now: number,
): Promise<Response> {
  const { database } = options
  const { scope, row } = found
  const [provisioning, connections, domains] = await Promise.all([
    getProvisioning(database, found, options.scimBaseUrl, now),
    listConnections(database, scope),
    listDomains(database, scope),
  ])
  const how =
    provisioning.mode === 'scim'
      ? `SCIM provisioning (${provisioning.status})`
      : 'Manual provisioning: an account is created at the first sign-in'
  const sections = [
    `<div class="panel"><h1>${escapeHtml(row.name)}</h1><dl><dt>Accounts</dt><dd>${escapeHtml(how)}</dd><dt>SCIM base URL</dt><dd><code>${escapeHtml(provisioning.scimBaseUrl)}</code></dd><dt>You are</dt><dd>${escapeHtml(session.label)} (${escapeHtml(session.role)})</dd></dl><form method="post" action="/sign-out"><button class="quiet">Sign out</button></form></div>`,
    renderTable(
      'Single sign-on',
      ['Connection', 'State', 'Single sign on URL (ACS)', 'Audience (entity ID)'],
      connections.map(({ name, active, isSetupComplete, acsUrl, entityId }) => [
        escapeHtml(name),
        active
          ? '<span class="good">active</span>'
          : isSetupComplete
            ? 'ready, not active'
            : 'identity provider missing',
        `<code>${escapeHtml(acsUrl)}</code>`,
        `<code>${escapeHtml(entityId)}</code>`,
      ]),
    ),
    renderTable(
      'Verified domains',
      ['Domain', 'State', 'TXT record'],
      domains.map(({ name, verifiedAt, lostAt, txtRecord }) => [
        escapeHtml(name),
        verifiedAt === null
          ? 'not verified'
          : lostAt === null
            ? '<span class="good">verified</span>'
            : 'verified; the record is gone',
        `<span><code>${escapeHtml(txtRecord.name)}</code> <code>${escapeHtml(txtRecord.value)}</code></span>`,
      ]),
    ),
  ]
  if (session.kind === 'administrator') sections.push(...(await renderPeople(options, found)))
  return renderPage(
    { title: `${row.name} · Settings`, body: sections.join(''), isWide: true, mayLeave: true },
    options.cookies.isSecure,
  )
}

async function renderPeople(
  { database }: PortalOptions,
  { scope, row }: FoundOrganization,
): Promise<string[]> {
  const [users, signIns] = await Promise.all([
    listUsers(database, scope, { limit: shownUsers }),
    listActivity(database, scope, { limit: shownSignIns, kind: 'sign_in' }),
  ])
  const people = users.items.map((user) => [
    escapeHtml(user.displayName ?? user.userName),
    escapeHtml(user.email ?? user.userName),
    escapeHtml(user.role),
    escapeHtml(user.source),
    user.active ? '<span class="good">active</span>' : '<span class="bad">deactivated</span>',
    renderButton(row.slug, user.id, user.active ? 'deactivate' : 'reactivate', user.userName),
  ])
  const visits = signIns.items.map((visit) => [
    `<time>${escapeHtml(visit.occurredAt.replace('T', ' ').slice(0, 19))}</time>`,
    visit.outcome === 'ok'
      ? '<span class="good">ok</span>'
      : `<span class="bad">${escapeHtml(visit.code ?? visit.outcome)}</span>`,
    escapeHtml(visit.explanation),
    `<code class="reference">${escapeHtml(visit.requestId)}</code>`,
  ])
  const more = users.nextCursor === null ? '' : `The first ${shownUsers}; the management API lists all.`
  return [
    renderTable('People', ['Name', 'Address', 'Role', 'Source', 'State', ''], people, more),
    renderTable('Sign-ins', ['Time (UTC)', 'Outcome', 'What happened', 'Reference'], visits),
  ]
}

function renderButton(slug: string, id: string, act: 'deactivate' | 'reactivate', userName: string): string {
  const label = act === 'deactivate' ? 'Deactivate' : 'Reactivate'
  return `<form class="inline" method="post" action="/organizations/${escapeHtml(slug)}/settings/users/${escapeHtml(id)}/${act}"><button class="quiet" aria-label="${label} ${escapeHtml(userName)}">${label}</button></form>`
}

/** Cells are HTML already. */
function renderTable(
  title: string,
  heads: readonly string[],
  rows: readonly (readonly string[])[],
  note = '',
): string {
  const head = heads
    .map((name) => `<th scope="col">${name === '' ? '<span class="hidden">Action</span>' : name}</th>`)
    .join('')
  const body = rows
    .map(
      (cells) =>
        `<tr>${cells.map((cell, at) => `<td data-label="${heads[at] ?? ''}">${cell}</td>`).join('')}</tr>`,
    )
    .join('')
  const table =
    rows.length === 0
      ? '<p class="soft">None yet.</p>'
      : `<div class="scroll" tabindex="0" role="region" aria-label="${title}"><table><thead><tr>${head}</tr></thead><tbody>${body}</tbody></table></div>`
  return `<div class="panel"><h2>${title}</h2>${table}${note === '' ? '' : `<p class="soft">${note}</p>`}</div>`
}
