// The pages of the pretend identity provider's admin console: people, groups, and the application with its provisioning. Markup
// only; every act is a form that comes back here.

import { escapeMarkup } from '../web/markup.ts'
import { type Place, renderPage, renderPlaces } from '../web/page.ts'
import type { DirectoryGroup, DirectoryPerson, DirectoryState, Link } from './state.ts'

const page = (current: Place, title: string, body: string): string =>
  renderPage(title, `${renderPlaces(current)}${body}`)

const button = (action: string, id: string, text: string): string =>
  `<form method="post" action="/directory/${action}"><input type="hidden" name="id" value="${escapeMarkup(id)}"><button>${text}</button></form>`

const field = (name: string, label: string, value = '', more = ''): string =>
  `<label for="${name}">${label}</label><input id="${name}" name="${name}" value="${escapeMarkup(value)}" autocomplete="off" maxlength="512" ${more}>`

function badge(link: Link | undefined): string {
  const { status, detail } = link ?? { status: 'not provisioned', detail: '' }
  const why = detail === '' ? '' : ` <span class="wrong">${escapeMarkup(detail)}</span>`
  return `<p><code>${status}</code>${why}</p>`
}

const nameOf = ({ givenName, familyName }: DirectoryPerson): string =>
  escapeMarkup(`${givenName} ${familyName}`.trim())

function personCard(person: DirectoryPerson): string {
  const act = person.isActive ? 'Deactivate' : 'Reactivate'
  return `<section class="panel" id="${person.id}" aria-label="${nameOf(person)}"><strong>${nameOf(person)}</strong> <code>${escapeMarkup(person.userName)}</code>${person.isActive ? '' : ' (deactivated)'}
<details><summary>Edit</summary><form method="post" action="/directory/people"><input type="hidden" name="id" value="${person.id}">
${namedField('userName', 'User name', person.userName, person.id)}${namedField('givenName', 'Given name', person.givenName, person.id)}${namedField('familyName', 'Family name', person.familyName, person.id)}<button>Save</button></form></details>
${button(person.isActive ? 'deactivate' : 'reactivate', person.id, act)}</section>`
}

// One of several forms on a page: the label's target must be its own.
const namedField = (name: string, label: string, value: string, id: string): string =>
  `<label for="${name}-${id}">${label}</label><input id="${name}-${id}" name="${name}" value="${escapeMarkup(value)}" autocomplete="off" maxlength="512">`

function memberChoices(people: readonly DirectoryPerson[], members: readonly string[], id: string): string {
  return people
    .map((person) => {
      const own = `member-${id}-${person.id}`
      const checked = members.includes(person.id) ? ' checked' : ''
      return `<label for="${own}"><input type="checkbox" id="${own}" name="member" value="${person.id}"${checked}> ${nameOf(person)}</label>`
    })
    .join('')
}

const groupForm = (people: readonly DirectoryPerson[], group: DirectoryGroup | undefined): string => {
  const id = group?.id ?? 'new'
  const hidden = group === undefined ? '' : `<input type="hidden" name="id" value="${group.id}">`
  return `<form class="panel" method="post" action="/directory/groups">${hidden}${namedField('name', 'Name', group?.name ?? '', id)}
<fieldset><legend>Members</legend>${memberChoices(people, group?.members ?? [], id)}</fieldset><button>${group === undefined ? 'Make group' : 'Save group'}</button></form>`
}

/** Who is there. */
export function renderDirectory({ people, groups }: DirectoryState): string {
  return page(
    '/directory',
    'Directory',
    `<h2>People</h2>${people.map(personCard).join('')}
<details><summary>Add a person</summary><form method="post" action="/directory/people">${field('userName', 'User name', '', 'required')}${field('givenName', 'Given name')}${field('familyName', 'Family name')}<button>Add person</button></form></details>
<h2>Groups</h2>${groups.map((group) => groupForm(people, group)).join('')}
<details><summary>Add a group</summary>${groupForm(people, undefined)}</details>`,
  )
}

const flavours = [
  ['okta', 'Okta (PATCH)'],
  ['okta-put', 'Okta, custom app (PUT)'],
  ['entra', 'Microsoft Entra ID'],
] as const
const switches = [
  ['creates', 'Create Users'],
  ['updates', 'Update User Attributes'],
  ['deactivates', 'Deactivate Users'],
] as const

/** The Provisioning tab: where, with which token, what is allowed, and what was asked. */
export function renderProvisioning({ provisioning, test, log }: DirectoryState): string {
  const { baseUrl, token, flavour } = provisioning
  const known =
    token === '' ? 'none saved' : `saved, ends with ${escapeMarkup(token.slice(-4))}; empty keeps it`
  const options = flavours.map(
    ([value, name]) => `<option value="${value}"${value === flavour ? ' selected' : ''}>${name}</option>`,
  )
  const boxes = switches.map(
    ([name, label]) =>
      `<label for="${name}"><input type="checkbox" id="${name}" name="${name}"${provisioning[name] ? ' checked' : ''}> ${label}</label>`,
  )
  const outcome =
    test === undefined
      ? ''
      : `<p role="status" class="${test.isFine ? '' : 'wrong'}">${escapeMarkup(test.detail)}</p>`
  const lines = log.map(
    ({ method, path, status }) => `<li><code>${status} ${method} ${escapeMarkup(path)}</code></li>`,
  )
  return page(
    '/directory/provisioning',
    'Provisioning',
    `<form class="panel" method="post" action="/directory/provisioning">${field('baseUrl', 'SCIM base URL', baseUrl, 'type="url" required')}
<label for="token">API token <span class="hint">${known}</span></label><input id="token" name="token" type="password" autocomplete="off">
<label for="flavour">Asks as</label><select id="flavour" name="flavour">${options.join('')}</select>
<fieldset><legend>To the application</legend>${boxes.join('')}</fieldset><button>Save</button></form>
<form method="post" action="/directory/test"><button>Test API Credentials</button></form>${outcome}
<h2>Requests</h2>${lines.length === 0 ? '<p>None yet.</p>' : `<ol>${lines.join('')}</ol>`}`,
  )
}

/** The Assignments tab. */
export function renderAssignments({ people, groups, assigned, links }: DirectoryState): string {
  const row = (id: string, name: string, status: string): string =>
    `<section class="panel" aria-label="${name}"><strong>${name}</strong>${status}${button(assigned.has(id) ? 'unassign' : 'assign', id, assigned.has(id) ? 'Unassign' : 'Assign')}${links.get(id)?.status === 'failed' ? button('retry', id, 'Retry') : ''}</section>`
  return page(
    '/directory/assignments',
    'Assignments',
    `<h2>People</h2>${people.map((person) => row(person.id, nameOf(person), badge(links.get(person.id)))).join('')}
<h2>Groups <span class="hint">assign their people</span></h2>${groups.map(({ id, name }) => row(id, escapeMarkup(name), '')).join('')}`,
  )
}

/** The Push Groups tab. */
export function renderPush({ groups, pushed, links }: DirectoryState): string {
  const rows = groups.map(({ id, name }) => {
    const isPushed = pushed.has(id)
    return `<section class="panel" aria-label="${escapeMarkup(name)}"><strong>${escapeMarkup(name)}</strong>${badge(links.get(id))}${button(isPushed ? 'unlink' : 'push', id, isPushed ? 'Unlink and delete' : 'Push group')}${links.get(id)?.status === 'failed' ? button('retry', id, 'Retry') : ''}</section>`
  })
  return page('/directory/push', 'Push groups', rows.length === 0 ? '<p>No groups yet.</p>' : rows.join(''))
}
