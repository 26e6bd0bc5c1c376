// The room `elements`: elements that show an organization's settings in a frame of the product's page. They hold no credential and know
// nobody: the product's backend says whose settings they are.
//
// 1. An element asks the product for the address of a frame, by its callback or at an address, and mounts it.
// 2. The element keeps a verifier, of which the product is given the challenge: a link that was made with it opens in this frame alone.
// 3. The frame and the element speak by messages; each looks at the window and the origin that one came from.
// 4. A frame whose session is over is asked for anew; `react.ts` is the same for React.

/** What a frame is for; the service refuses the rest to it. */
export type RollcallIntent = 'settings' | 'single-sign-on' | 'domains' | 'provisioning' | 'activity'

/** What the product's own backend is asked for. */
export interface WantedSession {
  readonly intents: readonly RollcallIntent[]
  /** Passed on, the link opens in the element that asked for it alone. Undefined on a page that is not secure. */
  readonly challenge?: string
}

/** Asks the product's own backend for a frame: resolves to the `url` that `POST …/embed-sessions` answered. */
export type OpenSession = (wanted: WantedSession) => Promise<string>

/** What an element tells, as events of these names that bubble, with what stands in their `detail`. */
export interface RollcallEvents {
  'rollcall-ready': Record<string, never>
  /** `screen`: such as `security/single-sign-on`. */
  'rollcall-navigated': { readonly screen: string }
  'rollcall-connection-activated': { readonly connectionId: string }
  'rollcall-provisioning-switched': { readonly mode: string }
  /** Another frame is opened unless this is prevented. */
  'rollcall-session-ended': Record<string, never>
  'rollcall-error': { readonly message: string }
}

/** How long a frame may take before it says that it is there, in milliseconds. */
const patienceMs = 20_000
const leastPixels = 480
/** Of what a frame says of its own height. */
const mostPixels = 20_000

type Message = Readonly<Record<string, unknown>>

const encode = (bytes: Uint8Array): string =>
  btoa(String.fromCharCode(...bytes)).replace(/[+/=]/g, (sign) =>
    sign === '+' ? '-' : sign === '/' ? '_' : '',
  )

// RFC 7636 §4.1, §4.2 (S256).
async function createProof(): Promise<{ verifier?: string; challenge?: string }> {
  // Browsers have it on secure pages alone.
  if (crypto.subtle === undefined) return {}
  const verifier = encode(crypto.getRandomValues(new Uint8Array(32)))
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier))
  return { verifier, challenge: encode(new Uint8Array(digest)) }
}

// Where there is no document, as on a server that renders pages, the names are there and nothing happens.
const Base: typeof HTMLElement = globalThis.HTMLElement ?? class {}

/** An element with a frame in it. */
export class RollcallElement extends Base {
  static readonly observedAttributes: readonly string[] = ['theme', 'language', 'session-url']
  /** What the frame is for. */
  static readonly intents: readonly RollcallIntent[] = ['settings']

  #openSession: OpenSession | undefined
  #frame: HTMLIFrameElement | undefined
  #origin = ''
  #verifier: string | undefined
  #isReady = false
  #turn = 0
  #patience: ReturnType<typeof setTimeout> | undefined
  #away: AbortController | undefined

  /** How the address of a frame is asked for; goes before the attribute `session-url`. */
  get openSession(): OpenSession | undefined {
    return this.#openSession
  }
  set openSession(ask: OpenSession | undefined) {
    const isFirst = this.#openSession === undefined
    this.#openSession = ask
    if (isFirst && this.isConnected && this.#frame === undefined) void this.reload()
  }

  connectedCallback(): void {
    // A page that sets the property before the element is known leaves it on the instance, in front of the accessor.
    if (Object.hasOwn(this, 'openSession')) {
      const ask = this.openSession
      Reflect.deleteProperty(this, 'openSession')
      this.#openSession = ask
    }
    if (this.style.display === '') this.style.display = 'block'
    this.#away = new AbortController()
    const { signal } = this.#away
    addEventListener('message', (event) => this.#hear(event), { signal })
    const tellView = () => this.#tellView()
    addEventListener('scroll', tellView, { signal, capture: true, passive: true })
    addEventListener('resize', tellView, { signal, passive: true })
    void this.reload()
  }

  disconnectedCallback(): void {
    this.#away?.abort()
    this.#clear()
  }

  attributeChangedCallback(name: string, before: string | null, after: string | null): void {
    if (before === after || !this.isConnected) return
    if (name === 'session-url') void this.reload()
    else this.#say({ type: 'look', ...this.#look() })
  }

  /** Opens another frame in the place of the one that is there, whose session ends with it. */
  async reload(): Promise<void> {
    const ask = this.#openSession ?? this.#askBackend()
    if (ask === undefined) return
    this.#clear()
    const turn = this.#turn
    try {
      const { intents } = this.constructor as typeof RollcallElement
      const { verifier, ...proof } = await createProof()
      if (turn !== this.#turn) return
      const url = new URL(await ask({ intents, ...proof }))
      if (turn === this.#turn && this.isConnected) this.#mount(url, verifier)
    } catch (error) {
      if (turn === this.#turn) this.#fail(error instanceof Error ? error.message : String(error))
    }
  }

  #askBackend(): OpenSession | undefined {
    const address = this.getAttribute('session-url')
    if (address === null) return undefined
    return async (wanted) => {
      const headers = { 'content-type': 'application/json' }
      const answer = await fetch(address, { method: 'POST', headers, body: JSON.stringify(wanted) })
      if (!answer.ok) throw new Error(`${address} answered ${answer.status}`)
      const { url } = (await answer.json()) as { url: string }
      return url
    }
  }

  #mount(url: URL, verifier: string | undefined): void {
    const { theme, language } = this.#look()
    const frame = document.createElement('iframe')
    // Behind the secret, which no server is sent.
    frame.src = `${url.href}&${new URLSearchParams({ theme, language })}`
    frame.title = this.getAttribute('label') ?? 'Settings'
    frame.allow = 'clipboard-write'
    Object.assign(frame.style, { width: '100%', height: `${leastPixels}px`, border: '0', display: 'block' })
    this.#origin = url.origin
    this.#verifier = verifier
    this.#frame = frame
    this.#patience = setTimeout(
      () => this.#fail('the frame did not open; it does at the one origin that its session was asked for'),
      patienceMs,
    )
    this.replaceChildren(frame)
  }

  #clear(): void {
    this.#turn += 1
    clearTimeout(this.#patience)
    this.#frame?.remove()
    this.#frame = undefined
    this.#verifier = undefined
    this.#isReady = false
  }

  #fail(message: string): void {
    this.#clear()
    const note = document.createElement('p')
    note.role = 'alert'
    note.textContent = this.getAttribute('error-text') ?? 'These settings cannot be opened at the moment.'
    this.replaceChildren(note)
    // For whoever builds the page: the note is for whoever reads it.
    console.warn(`${this.localName}: ${message}`)
    this.#emit('rollcall-error', { message })
  }

  #hear({ origin, source, data }: MessageEvent<unknown>): void {
    const frame = this.#frame
    if (frame === undefined || source !== frame.contentWindow || origin !== this.#origin) return
    if (typeof data !== 'object' || data === null) return
    const message: Message = { ...data }
    if (message.source !== 'rollcall') return
    if (message.type === 'ready') this.#begin()
    else if (message.type === 'proof.wanted') this.#prove(frame)
    else if (message.type === 'height') this.#resize(frame, message.height)
    else if (message.type === 'navigated')
      this.#emit('rollcall-navigated', { screen: String(message.screen) })
    else if (message.type === 'connection.activated')
      this.#emit('rollcall-connection-activated', { connectionId: String(message.connectionId) })
    else if (message.type === 'provisioning.switched')
      this.#emit('rollcall-provisioning-switched', { mode: String(message.mode) })
    else if (message.type === 'session.ended') this.#renew()
  }

  #begin(): void {
    clearTimeout(this.#patience)
    this.#isReady = true
    // It may have changed while the frame was loaded.
    this.#say({ type: 'look', ...this.#look() })
    this.#tellView()
    this.#emit('rollcall-ready', {})
  }

  // Once, to the origin that the product named: it stands in no address.
  #prove(frame: HTMLIFrameElement): void {
    const verifier = this.#verifier
    this.#verifier = undefined
    frame.contentWindow?.postMessage({ source: 'rollcall-host', type: 'proof', verifier }, this.#origin)
  }

  #resize(frame: HTMLIFrameElement, height: unknown): void {
    if (typeof height !== 'number' || !Number.isFinite(height)) return
    frame.style.height = `${Math.min(mostPixels, Math.max(leastPixels, height))}px`
    this.#tellView()
  }

  // One that never was there would be asked for again and again.
  #renew(): void {
    const wasReady = this.#isReady
    const mayGoOn = this.#emit('rollcall-session-ended', {})
    if (mayGoOn && wasReady) void this.reload()
    else if (mayGoOn) this.#fail('the link of the frame was used before, or has ended')
  }

  /** Dialogs of the frame stand where the page shows it. */
  #tellView(): void {
    const rect = this.#frame?.getBoundingClientRect()
    if (rect === undefined) return
    const top = Math.max(0, -rect.top)
    this.#say({ type: 'view', top, height: Math.max(0, Math.min(rect.height, innerHeight - rect.top) - top) })
  }

  #look(): { readonly theme: string; readonly language: string } {
    const language = this.getAttribute('language') ?? this.closest<HTMLElement>('[lang]')?.lang ?? ''
    return { theme: this.getAttribute('theme') ?? 'auto', language: language.split('-')[0] ?? '' }
  }

  #say(message: Message): void {
    if (this.#isReady)
      this.#frame?.contentWindow?.postMessage({ ...message, source: 'rollcall-host' }, this.#origin)
  }

  #emit<Name extends keyof RollcallEvents>(name: Name, detail: RollcallEvents[Name]): boolean {
    return this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, cancelable: true }))
  }
}

/** All settings that the role may open. */
export class RollcallSettings extends RollcallElement {}
/** Connections to identity providers. */
export class RollcallSingleSignOn extends RollcallElement {
  static override readonly intents: readonly RollcallIntent[] = ['single-sign-on']
}
/** Verified domains. */
export class RollcallDomains extends RollcallElement {
  static override readonly intents: readonly RollcallIntent[] = ['domains']
}
/** User provisioning by SCIM. */
export class RollcallProvisioning extends RollcallElement {
  static override readonly intents: readonly RollcallIntent[] = ['provisioning']
}
/** Requests and sign-ins, and the audit log. */
export class RollcallActivity extends RollcallElement {
  static override readonly intents: readonly RollcallIntent[] = ['activity']
}

/** Name of an element -> its class. */
export const elements = {
  'rollcall-settings': RollcallSettings,
  'rollcall-single-sign-on': RollcallSingleSignOn,
  'rollcall-domains': RollcallDomains,
  'rollcall-provisioning': RollcallProvisioning,
  'rollcall-activity': RollcallActivity,
} as const

for (const [name, element] of Object.entries(elements))
  if (globalThis.customElements?.get(name) === undefined) globalThis.customElements?.define(name, element)

declare global {
  interface HTMLElementTagNameMap {
    'rollcall-settings': RollcallSettings
    'rollcall-single-sign-on': RollcallSingleSignOn
    'rollcall-domains': RollcallDomains
    'rollcall-provisioning': RollcallProvisioning
    'rollcall-activity': RollcallActivity
  }
}
