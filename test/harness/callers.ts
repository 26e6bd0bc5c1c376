// Callers of the management API by rung: each a typed client with a session of its own, as a browser would have it.
import { type Client, createClient } from '@rollcall/api'
import { type Browser, createBrowser } from './browser.ts'
import type { Service } from './service.ts'

export type CallerRung = 'contact' | 'administrator' | 'owner' | 'operator'

export interface ApiCaller {
  readonly client: Client
  readonly browser: Browser
}

/** A client that calls with the cookies of a browser, from our own origin. */
export function clientOf(service: Pick<Service, 'url' | 'send'>, browser: Browser): Client {
  return createClient({
    baseUrl: service.url,
    send: (request) => {
      const headers = new Headers(request.headers)
      headers.set('cookie', [...browser.cookies].map((pair) => pair.join('=')).join('; '))
      headers.set('origin', service.url)
      return service.send(new Request(request, { headers }))
    },
  })
}

/** Opens a link of that rung into an organization: a set-up link, or a portal link of an administrator or an owner. */
export async function openCaller(
  service: Service,
  slug: string,
  rung: Exclude<CallerRung, 'operator'>,
): Promise<ApiCaller> {
  const body =
    rung === 'contact'
      ? { role: 'admin' as const, days: 3 }
      : { role: rung === 'owner' ? ('owner' as const) : ('admin' as const) }
  const link = await service.admin.call('createPortalLink', { params: { slug }, body })
  const browser = createBrowser(service.url, service.send)
  const opened = await browser.call('POST', '/portal-sessions', { token: link.url.split('#token=')[1] })
  if (!opened.ok) throw new Error(`the link was answered ${opened.status}`)
  return { client: clientOf(service, browser), browser }
}
