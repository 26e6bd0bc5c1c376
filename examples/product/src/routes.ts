// What a browser asks of the product, beside signing in: its pages, the people as they change, and the way into the settings.

import { createRequire } from 'node:module'
import type { Rollcall } from '@rollcall/client'
import { json, type Request, type Response, Router } from 'express'
import { icon, script, style } from './assets.ts'
import { clearCookie, readCookie, sessionCookie } from './cookies.ts'
import type { ProductDatabase, Session } from './database.ts'
import {
  renderNotThere,
  renderPeople,
  renderSecurity,
  renderSignedOut,
  renderSignOn,
  renderWelcome,
} from './pages.ts'
import { sendPage } from './send-page.ts'

export function createPages(
  database: ProductDatabase,
  rollcall: Rollcall,
  { url, rollcallUrl }: { readonly url: string; readonly rollcallUrl: string },
): Router {
  const router = Router()
  const forViewers: ForViewers =
    (show) =>
    async (request, response): Promise<void> => {
      const token = readCookie(request, sessionCookie)
      const viewer = token === undefined ? undefined : database.findSession(token)
      if (viewer !== undefined) return void (await show(viewer, request, response))
      // A cookie without a session: it was ended from elsewhere.
      if (token !== undefined) clearCookie(response, sessionCookie)
      response.redirect(303, token === undefined ? '/' : '/signed-out?ended=1')
    }
  const people = (viewer: Session) => database.listUsers(viewer.organization_id)

  router.get('/', (request, response) =>
    readCookie(request, sessionCookie) === undefined
      ? sendPage(response, renderWelcome())
      : response.redirect(303, '/people'),
  )
  router.get(
    '/people',
    forViewers((viewer, _, response) => sendPage(response, renderPeople(viewer, people(viewer)))),
  )
  router.get(
    '/people/changes',
    forViewers((_, request, response) => follow(database, request, response)),
  )
  router.get(
    '/settings/security',
    forViewers((viewer, { query }, response) => {
      const notice = (['back', 'denied', 'failed'] as const).find((one) => query[one] !== undefined)
      sendPage(response, renderSecurity(viewer, notice))
    }),
  )
  router.post(
    '/settings/security',
    forViewers(async (viewer, _, response) => {
      response.redirect(303, await openSettings(rollcall, viewer, `${url}/settings/security`))
    }),
  )
  addFrame(router, forViewers, { rollcall, url, rollcallUrl })
  router.get('/signed-out', ({ query }, response) =>
    sendPage(response, renderSignedOut(query.ended !== undefined)),
  )
  const asset = (path: string, type: string, text: string) =>
    router.get(path, (_, response) => response.type(type).set('cache-control', 'no-cache').send(text))
  asset('/style.css', 'css', style)
  asset('/script.js', 'js', script)
  asset('/icon.svg', 'svg', icon)
  return router
}

export function sendNotThere(_: Request, response: Response): void {
  sendPage(response, renderNotThere(), 404)
}

/** A link that opens once; from the settings, a button leads back to `returnUrl`. Their role is asked for now: it may have changed since
 * they signed in. */
async function openSettings(rollcall: Rollcall, viewer: Session, here: string): Promise<string> {
  const { organization: slug, user_id: id, email } = viewer
  try {
    const { role } = await rollcall.call('getUser', { params: { slug, id } })
    if (role === 'member') return `${here}?denied=1`
    const body = { role, email, returnUrl: `${here}?back=1` }
    return (await rollcall.call('createPortalLink', { params: { slug }, body })).url
  } catch (error) {
    console.error('No link into the settings:', error)
    return `${here}?failed=1`
  }
}

type ForViewers = (
  show: (viewer: Session, request: Request, response: Response) => unknown,
) => (request: Request, response: Response) => Promise<void>

/** Settings > Sign-in and people: the page, what its element asks, and the element. */
function addFrame(
  router: Router,
  forViewers: ForViewers,
  {
    rollcall,
    url,
    rollcallUrl,
  }: { readonly rollcall: Rollcall; readonly url: string; readonly rollcallUrl: string },
): void {
  router.get(
    '/settings/sign-on',
    forViewers((viewer, _, response) =>
      sendPage(response, renderSignOn(viewer), 200, new URL(rollcallUrl).origin),
    ),
  )
  router.post(
    '/settings/sign-on/session',
    json(),
    forViewers((viewer, request, response) => openFrame(rollcall, viewer, url, request, response)),
  )
  router.get('/rollcall-elements.js', (_, response) =>
    response.sendFile(createRequire(import.meta.url).resolve('@rollcall/elements/elements.js')),
  )
}

/** A frame with the settings in this product's own page, for whoever is signed in here, as far as their role goes now. */
async function openFrame(
  rollcall: Rollcall,
  viewer: Session,
  url: string,
  request: Request,
  response: Response,
): Promise<void> {
  const { organization: slug, user_id: person } = viewer
  // A form of another site cannot send JSON.
  if (request.is('application/json') === false) return void response.status(415).end()
  try {
    const { role } = await rollcall.call('getUser', { params: { slug, id: person } })
    if (role === 'member') return void response.status(403).end()
    const { intents, challenge } = request.body
    const body = { origin: new URL(url).origin, intents, role, person, returnUrl: `${url}/people`, challenge }
    const session = await rollcall.call('createEmbedSession', { params: { slug }, body })
    response.set('cache-control', 'no-store').json({ url: session.url })
  } catch (error) {
    console.error('No frame with the settings:', error)
    response.status(502).end()
  }
}

/** Server-sent events: the people have changed, or whoever looks is out. */
function follow(database: ProductDatabase, request: Request, response: Response): void {
  response.set({ 'cache-control': 'no-store', 'content-type': 'text/event-stream' })
  response.flushHeaders()
  const tell = (kind: 'people' | 'out'): void => void response.write(`event: ${kind}\ndata:\n\n`)
  const token = readCookie(request, sessionCookie) ?? ''
  const stop = database.onChange(() => tell(database.findSession(token) === undefined ? 'out' : 'people'))
  request.once('close', stop)
  // What changed between the page and this.
  tell('people')
}
