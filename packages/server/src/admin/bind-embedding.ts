// The settings in frames of the product's pages, bound to their operations.
import { operations } from '@rollcall/api'
import type { Context } from 'hono'
import { frameCookiePrefix, readCookies, renderFrameCookie } from '../http/cookies.ts'
import { leaveLinkBehind } from '../provisioning/maker-leaves.ts'
import { getEmbedding, putEmbedding } from '../sessions/embed-origins.ts'
import { createEmbedSession, findFrame, openEmbedSession } from '../sessions/frames.ts'
import { assertOwnPage, toView } from './bind-sessions.ts'
import { type AdminOptions, type App, actIn, type Env, gated } from './door.ts'
import { nameOfCaller, unauthorized } from './permissions.ts'

/** Frames that one site has open in a browser; the cookies of older ones are dropped, and with them the frames end. */
const maxFrames = 20

/** Answers the operations on frames. */
export function bindEmbedding(app: App, options: AdminOptions): void {
  const { database, embedUrl } = options
  const keyHash = options.operatorKey.hash
  app.openapi(gated(operations.getEmbedding, options), async (context) =>
    context.json(await getEmbedding(database), 200),
  )
  app.openapi(gated(operations.putEmbedding, options), async (context) =>
    context.json(await putEmbedding(database, context.get('act'), context.req.valid('json')), 200),
  )
  app.openapi(gated(operations.createEmbedSession, options), async (context) => {
    const input = context.req.valid('json')
    const made = {
      pageUrl: embedUrl(input.origin),
      keyHash,
      makerName: nameOfCaller(context.get('caller')),
      alsoEnd: leaveLinkBehind,
    }
    return context.json(await createEmbedSession(actIn(context, database), input, made), 201)
  })
  app.openapi(gated(operations.openEmbedSession, options), async (context) => {
    assertOwnPage(context, options)
    const { at, context: about } = context.get('act')
    const opened = await openEmbedSession(database, context.req.valid('json'), keyHash, at, about)
    const session = await findFrame(database, opened, at)
    if (session === undefined) throw unauthorized()
    const id = session.id.slice(-12)
    const seconds = (opened.expiresAt - at) / 1_000
    dropOldest(context, options)
    const cookie = renderFrameCookie(options.cookies, frameCookiePrefix + id, opened.token, seconds)
    context.header('set-cookie', cookie, { append: true })
    const view = await toView(options, session)
    return context.json({ secret: `${id}.${opened.secret}`, session: view }, 200)
  })
}

// Browsers send the oldest cookies first (RFC 6265 §5.4).
function dropOldest(context: Context<Env>, { cookies }: AdminOptions): void {
  const names = [...readCookies(context.req.raw.headers, cookies).keys()]
  const frames = names.filter((name) => name.startsWith(frameCookiePrefix))
  for (const name of frames.slice(0, Math.max(0, frames.length - maxFrames + 1)))
    context.header('set-cookie', renderFrameCookie(cookies, name, '', 0), { append: true })
}
