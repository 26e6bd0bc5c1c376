// Which form of the directory's pages does what: each act, then back to the page that it was on.

import type { Answer, Route } from '../web/route.ts'
import type { Directory } from './directory.ts'
import { renderAssignments, renderDirectory, renderProvisioning, renderPush } from './pages.ts'
import type { Flavour } from './state.ts'

const to = (location: string): Answer => ({ status: 303, body: '', headers: { location } })

/** Pages wait for what was begun, so that they show its outcome. */
export function directoryRoutes(directory: Directory): Readonly<Record<string, Route>> {
  const text = (fields: URLSearchParams, name: string): string => (fields.get(name) ?? '').trim()
  const show = (render: (state: ReturnType<Directory['state']>) => string): Route => {
    return async () => {
      await directory.settled()
      return { status: 200, body: render(directory.state()) }
    }
  }
  const act = (location: string, work: (fields: URLSearchParams) => unknown): Route => {
    return async ({ fields }) => {
      await work(fields)
      return to(location)
    }
  }
  const assignments = '/directory/assignments'
  return {
    'GET /directory': show(renderDirectory),
    'GET /directory/provisioning': show(renderProvisioning),
    'GET /directory/assignments': show(renderAssignments),
    'GET /directory/push': show(renderPush),
    'POST /directory/people': act('/directory', (fields) => {
      const person = {
        userName: text(fields, 'userName'),
        givenName: text(fields, 'givenName'),
        familyName: text(fields, 'familyName'),
      }
      if (person.userName === '') throw new Error('A person needs a user name.')
      return directory.savePerson(person, fields.get('id') ?? undefined)
    }),
    'POST /directory/groups': act('/directory', (fields) => {
      const name = text(fields, 'name')
      if (name === '') throw new Error('A group needs a name.')
      return directory.saveGroup(name, fields.getAll('member'), fields.get('id') ?? undefined)
    }),
    'POST /directory/deactivate': act('/directory', (fields) =>
      directory.setActive(text(fields, 'id'), false),
    ),
    'POST /directory/reactivate': act('/directory', (fields) =>
      directory.setActive(text(fields, 'id'), true),
    ),
    'POST /directory/provisioning': act('/directory/provisioning', (fields) => {
      const token = text(fields, 'token')
      const baseUrl = text(fields, 'baseUrl')
      if (!/^https?:$/.test(URL.parse(baseUrl)?.protocol ?? ''))
        throw new Error('The base URL is http or https.')
      directory.configure({
        baseUrl,
        ...(token === '' ? {} : { token }),
        flavour: text(fields, 'flavour') as Flavour,
        creates: fields.has('creates'),
        updates: fields.has('updates'),
        deactivates: fields.has('deactivates'),
      })
    }),
    'POST /directory/test': act('/directory/provisioning', () => directory.testCredentials()),
    'POST /directory/assign': act(assignments, (fields) => directory.assign(text(fields, 'id'), true)),
    'POST /directory/unassign': act(assignments, (fields) => directory.assign(text(fields, 'id'), false)),
    'POST /directory/retry': act(assignments, (fields) => directory.retry(text(fields, 'id'))),
    'POST /directory/push': act('/directory/push', (fields) => directory.push(text(fields, 'id'), true)),
    'POST /directory/unlink': act('/directory/push', (fields) => directory.push(text(fields, 'id'), false)),
  }
}
