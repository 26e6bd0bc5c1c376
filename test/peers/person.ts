// A person at a browser without scripts, over several servers: keeps cookies by host and path, withholds them as SameSite asks, follows
// redirects, presses on where a page posts its form by itself, types their password where one is asked for, and stops where nothing
// leads on.

export interface Page {
  readonly status: number
  readonly url: string
  readonly text: string
}

export interface Form {
  readonly action: string
  readonly method: 'get' | 'post'
  readonly fields: Readonly<Record<string, string>>
  /** The names of its fields that are seen, by their type. */
  readonly seen: readonly { readonly name: string; readonly type: string }[]
  readonly markup: string
}

export interface PersonOptions {
  readonly name: string
  readonly password: string
  /** A page like this is not fetched: they end before it. */
  readonly endsBefore?: (url: string) => boolean
  /** What they press on a page that no other rule leads on from. */
  readonly press?: (page: Page, forms: readonly Form[]) => Form | string | undefined
}

interface Cookie {
  readonly value: string
  readonly path: string
  readonly isLax: boolean
}

export class Person {
  readonly options: PersonOptions
  /** How often they typed their password. */
  passwords = 0
  /** Not while they sign out: a page that asks for it then is where they end. */
  typesPassword = true
  /** Where they came by, for whoever looks why they did not arrive. */
  trail: string[] = []
  readonly cookies = new Map<string, Map<string, Cookie>>()

  constructor(options: PersonOptions) {
    this.options = options
  }

  /** Types or clicks an address. */
  open(url: string): Promise<Page> {
    this.trail = []
    return this.walk(new Request(url), undefined)
  }

  /** Sends a form of the page where they are. */
  submit(page: Page, form: Form, values: Readonly<Record<string, string>> = {}): Promise<Page> {
    return this.walk(toRequest(form, values), page.url)
  }

  /** The same browser, of which nobody clears a cookie: whether a session is over does not hang on that. */
  twin(): Person {
    const twin = new Person(this.options)
    for (const [host, jar] of this.cookies) twin.cookies.set(host, new Map(jar))
    return twin
  }

  async leaving<T>(work: () => Promise<T>): Promise<T> {
    this.typesPassword = false
    try {
      return await work()
    } finally {
      this.typesPassword = true
    }
  }

  private async walk(first: Request, from: string | undefined): Promise<Page> {
    let request = first
    let origin = from
    let typed = 0
    for (let step = 0; step < 40; step += 1) {
      if (this.options.endsBefore?.(request.url) === true)
        return { status: 0, url: request.url, text: request.method === 'GET' ? '' : await request.text() }
      const response = await this.send(request, origin)
      const location = response.headers.get('location')
      if (location !== null && response.status >= 300 && response.status < 400) {
        const target = new URL(location, request.url)
        const keepsMethod = response.status === 307 || response.status === 308
        if (keepsMethod && request.method !== 'GET') throw new Error(`${request.url} redirects a form`)
        request = new Request(target)
        continue
      }
      const page = { status: response.status, url: request.url, text: await response.text() }
      const next = this.next(page, typed)
      if (next === undefined) return page
      if (next.isPassword) typed += 1
      origin = page.url
      request = next.request
    }
    throw new Error(`more than 40 steps: ${this.trail.slice(-8).join(' > ')}`)
  }

  private next(page: Page, typed: number): { request: Request; isPassword: boolean } | undefined {
    const forms = readForms(page)
    const login = forms.find(({ seen }) => seen.some(({ type }) => type === 'password'))
    if (login !== undefined && !this.typesPassword) return undefined
    if (login !== undefined && typed < 2) {
      this.passwords += 1
      const name = login.seen.find(({ type }) => type === 'text' || type === 'email')?.name
      const password = login.seen.find(({ type }) => type === 'password')?.name ?? ''
      const values = {
        ...(name === undefined ? {} : { [name]: this.options.name }),
        [password]: this.options.password,
      }
      return { request: toRequest(login, values), isPassword: true }
    }
    const sent =
      forms.find(({ fields }) => 'SAMLRequest' in fields || 'SAMLResponse' in fields) ??
      (/\bforms\[0\]\.submit\(\)/.test(page.text) ? forms[0] : undefined)
    if (sent !== undefined) return { request: toRequest(sent), isPassword: false }
    const pressed = this.options.press?.(page, forms)
    if (pressed === undefined) return undefined
    return {
      request: typeof pressed === 'string' ? new Request(pressed) : toRequest(pressed),
      isPassword: false,
    }
  }

  private async send(request: Request, from: string | undefined): Promise<Response> {
    const target = new URL(request.url)
    this.trail.push(`${request.method} ${target.origin}${target.pathname}`)
    const isCross = from !== undefined && new URL(from).hostname !== target.hostname
    const headers = new Headers(request.headers)
    headers.set('user-agent', 'Mozilla/5.0 (rollcall peers)')
    headers.set('accept', 'text/html,application/xhtml+xml,*/*;q=0.8')
    if (request.method !== 'GET' && from !== undefined) {
      headers.set('origin', new URL(from).origin)
      headers.set('referer', from)
    }
    const own = [...(this.cookies.get(target.hostname) ?? [])].filter(
      ([, { path, isLax }]) =>
        target.pathname.startsWith(path) && !(isLax && isCross && request.method !== 'GET'),
    )
    if (own.length > 0) headers.set('cookie', own.map(([name, { value }]) => `${name}=${value}`).join('; '))
    const body = request.method === 'GET' ? null : await request.text()
    const response = await fetch(request.url, {
      method: request.method,
      headers,
      body,
      redirect: 'manual',
      signal: AbortSignal.timeout(90_000),
    })
    this.keep(target.hostname, response)
    return response
  }

  private keep(host: string, response: Response): void {
    const jar = this.cookies.get(host) ?? new Map<string, Cookie>()
    this.cookies.set(host, jar)
    for (const line of response.headers.getSetCookie()) {
      const [pair = '', ...attributes] = line.split(';')
      const cut = pair.indexOf('=')
      const read = new Map(
        attributes.map((one) => {
          const [name = '', value = ''] = one.trim().split('=')
          return [name.toLowerCase(), value] as const
        }),
      )
      const name = pair.slice(0, cut).trim()
      const ends = Date.parse(read.get('expires') ?? '')
      const isGone = read.get('max-age') === '0' || (!read.has('max-age') && ends < Date.now())
      const isLax = read.get('samesite')?.toLowerCase() !== 'none'
      if (isGone) jar.delete(name)
      else jar.set(name, { value: pair.slice(cut + 1), path: read.get('path') || '/', isLax })
    }
  }
}

function toRequest({ action, method, fields }: Form, values: Readonly<Record<string, string>> = {}): Request {
  const all = new URLSearchParams({ ...fields, ...values })
  if (method === 'post') return new Request(action, { method: 'POST', body: all })
  const target = new URL(action)
  target.search = all.toString()
  return new Request(target)
}

function attribute(tag: string, name: string): string | undefined {
  const found = new RegExp(`\\s${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)'|([^\\s>]+))`, 'i').exec(tag)
  const value = found?.[1] ?? found?.[2] ?? found?.[3]
  return value === undefined ? undefined : decode(value)
}

const named: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

function decode(text: string): string {
  return text.replace(
    /&(?:#x([0-9a-f]+)|#(\d+)|(\w+));/gi,
    (whole, hex?: string, number?: string, name = '') => {
      if (hex !== undefined) return String.fromCodePoint(Number.parseInt(hex, 16))
      if (number !== undefined) return String.fromCodePoint(Number(number))
      return named[name] ?? whole
    },
  )
}

export function readForms({ text, url }: Page): Form[] {
  return [...text.matchAll(/<form\b[^>]*>[\s\S]*?<\/form>/gi)].map(([markup]) => {
    const tag = /<form\b[^>]*>/i.exec(markup)?.[0] ?? ''
    const inputs = [...markup.matchAll(/<(?:input|button)\b[^>]*>/gi)].map(([input]) => ({
      name: attribute(input, 'name') ?? '',
      type: (attribute(input, 'type') ?? 'text').toLowerCase(),
      value: attribute(input, 'value') ?? '',
      isChosen: /\schecked\b/i.test(input),
    }))
    const kept = inputs.filter(
      ({ name, type, isChosen }) =>
        name !== '' &&
        !['submit', 'button', 'image', 'reset'].includes(type) &&
        (isChosen || !/checkbox|radio/.test(type)),
    )
    return {
      action: new URL(attribute(tag, 'action') || url, url).href,
      method: attribute(tag, 'method')?.toLowerCase() === 'post' ? ('post' as const) : ('get' as const),
      fields: Object.fromEntries(kept.map(({ name, value }) => [name, value])),
      seen: inputs.filter(({ name, type }) => name !== '' && !['hidden', 'submit', 'button'].includes(type)),
      markup,
    }
  })
}

/** What a page says. */
export function toText({ status, text }: Page): string {
  const plain = text
    .replace(/<(script|style)[\s\S]*?<\/\1>/g, '')
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ')
  return `${status} ${plain.slice(0, 600)}`
}
