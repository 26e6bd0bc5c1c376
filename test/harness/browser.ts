// A browser for tests, as far as sign-ins need one: it keeps cookies, withholds them on cross-site POSTs as SameSite=Lax
// asks, and follows redirects inside the service.

export interface Browser {
  /** A GET that somebody typed or clicked; redirects inside the service are followed, one that leaves it is returned. */
  open(url: string): Promise<Landing>
  /** A form that another site posts: no cookie of ours goes with it, but it goes with the redirects after it. */
  postFromElsewhere(url: string, form: Readonly<Record<string, string>>): Promise<Landing>
  /** A form, or script, of our own pages. */
  postOwn(url: string, form: Readonly<Record<string, string>>): Promise<Landing>
  /** Calls the management API with the cookies, as our own page does. */
  call(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Response>
  readonly cookies: Map<string, string>
}

export interface Landing {
  readonly status: number
  /** Where it ended; for a redirect that leaves the service, its target. */
  readonly url: string
  readonly text: string
  readonly headers: Headers
}

export type Send = (request: Request) => Promise<Response>

/** `send` may change between requests: a second node answers the next one. */
export function createBrowser(baseUrl: string, send: Send, cookies = new Map<string, string>()): Browser {
  const keep = (response: Response): void => {
    for (const line of response.headers.getSetCookie()) {
      const [pair = '', ...attributes] = line.split(';')
      const cut = pair.indexOf('=')
      const name = pair.slice(0, cut)
      const isGone = attributes.some((one) => /^\s*(?:max-age=0|expires=Thu, 01 Jan 1970.*)$/i.test(one))
      if (isGone) cookies.delete(name)
      else cookies.set(name, pair.slice(cut + 1))
    }
  }
  const headersOf = (isBare: boolean): Record<string, string> =>
    isBare || cookies.size === 0
      ? { 'user-agent': 'test browser' }
      : {
          'user-agent': 'test browser',
          cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; '),
        }
  const follow = async (first: Request): Promise<Landing> => {
    let request = first
    for (let hop = 0; hop < 10; hop += 1) {
      const response = await send(request)
      keep(response)
      const location = response.headers.get('location')
      if (location === null || response.status !== 303) {
        return {
          status: response.status,
          url: request.url,
          text: await response.text(),
          headers: response.headers,
        }
      }
      const target = new URL(location, request.url)
      if (target.origin !== new URL(baseUrl).origin)
        return { status: response.status, url: target.href, text: '', headers: response.headers }
      request = new Request(target, { headers: headersOf(false) })
    }
    throw new Error('more than 10 redirects')
  }
  return {
    cookies,
    open: (url) => {
      const target = new URL(url, baseUrl)
      return follow(new Request(target, { headers: headersOf(false) }))
    },
    postFromElsewhere: (url, form) =>
      follow(
        new Request(new URL(url, baseUrl), {
          method: 'POST',
          headers: { ...headersOf(true), origin: 'http://127.0.0.1:4001' },
          body: new URLSearchParams(form),
        }),
      ),
    postOwn: (url, form) =>
      follow(
        new Request(new URL(url, baseUrl), {
          method: 'POST',
          headers: { ...headersOf(false), origin: new URL(baseUrl).origin },
          body: new URLSearchParams(form),
        }),
      ),
    async call(method, path, body, headers = {}) {
      const all = {
        ...headersOf(false),
        origin: new URL(baseUrl).origin,
        'content-type': 'application/json',
        ...headers,
      }
      const init =
        body === undefined ? { method, headers: all } : { method, headers: all, body: JSON.stringify(body) }
      const response = await send(new Request(`${baseUrl}/api/v1${path}`, init))
      keep(response)
      return response
    },
  }
}
