// The console in a frame of the product's page: what it was opened with, the half of its credential that is kept in memory alone, and what
// it and the page around it say to each other. Each says it to the other's origin, and hears nothing from anywhere else.
import { read } from './base-path.ts'

/** What the page around may say of how the frame looks. */
export interface FrameLook {
  readonly theme: 'light' | 'dark' | 'auto'
  /** Undefined: the browser's. */
  readonly language: string | undefined
}

/** What the frame tells the page around it. */
export type FrameNews =
  | 'ready'
  | 'height'
  | 'navigated'
  | 'connection.activated'
  | 'provisioning.switched'
  | 'session.ended'
  | 'proof.wanted'

const said = read('frame')
/** The origin of the page around; undefined where the console is a page of its own. */
export const hostOrigin: string | undefined = said.startsWith('http') ? said : undefined

/** Whether the console is in a frame. */
export const isFramed: boolean = hostOrigin !== undefined

const opened = new URLSearchParams(location.hash.slice(1))
// The secret of the link is used up with this page, and stays in no history.
if (isFramed) history.replaceState(null, '', location.pathname)

/** The secret of the link that opened the frame; undefined where it was loaded again. */
export const linkToken: string | undefined = opened.get('token') ?? undefined

/** Whether the link opens only with what the page that asked for it keeps. */
const isProofRequired = opened.get('proof') === 'required'
/** How long the page around may take to answer, in milliseconds. */
const proofPatienceMs = 10_000
let takeProof: ((verifier: string | undefined) => void) | undefined

/** Asks the page around for what it keeps of the link; undefined where that is not asked for, and where it does not answer. */
export async function askForProof(): Promise<string | undefined> {
  if (!isProofRequired) return undefined
  return new Promise((resolve) => {
    takeProof = resolve
    setTimeout(resolve, proofPatienceMs, undefined)
    tell('proof.wanted')
  })
}

let secret: string | undefined

/** From here on each request carries it. */
export function keepSecret(given: string): void {
  secret = given
}

/**
 * What requests of a frame carry beside their cookie; nothing of a page of its own. Also before it was opened, and where it could not be:
 * on a page of our own site browsers send the cookie of another session along, which counts for nothing in a frame.
 */
export function frameHeaders(): Record<string, string> {
  return isFramed ? { 'rollcall-frame': secret ?? 'none' } : {}
}

/** Tells the page around, and nobody else who may have taken its place. */
export function tell(news: FrameNews, more: Readonly<Record<string, unknown>> = {}): void {
  if (hostOrigin === undefined || parent === window) return
  parent.postMessage({ ...more, source: 'rollcall', type: news }, hostOrigin)
}

let look: FrameLook = toLook(opened.get('theme'), opened.get('language'))
const watchers = new Set<() => void>()

/** How the page around wants the frame to look. */
export function frameLook(): FrameLook {
  return look
}

/** Calls back when that changes; returns how to stop. */
export function watchLook(changed: () => void): () => void {
  watchers.add(changed)
  return () => watchers.delete(changed)
}

function toLook(theme: unknown, language: unknown): FrameLook {
  return {
    theme: theme === 'light' || theme === 'dark' ? theme : 'auto',
    language: typeof language === 'string' && language !== '' ? language : undefined,
  }
}

/** What of the frame is on the screen of the page around: dialogs stand there. In pixels from its upper end. */
function showIn(top: unknown, height: unknown): void {
  if (typeof top !== 'number' || typeof height !== 'number') return
  const { style } = document.documentElement
  style.setProperty('--rc-view-top', `${Math.max(0, top)}px`)
  style.setProperty('--rc-view-height', `${Math.max(0, height)}px`)
}

function hear({ origin, source, data }: MessageEvent<unknown>): void {
  if (origin !== hostOrigin || source !== parent || typeof data !== 'object' || data === null) return
  const message: Readonly<Record<string, unknown>> = { ...data }
  if (message.source !== 'rollcall-host') return
  if (message.type === 'proof' && typeof message.verifier === 'string') takeProof?.(message.verifier)
  if (message.type === 'view') showIn(message.top, message.height)
  if (message.type !== 'look') return
  look = toLook(message.theme, message.language)
  for (const changed of watchers) changed()
}

/** Listens to the page around, and tells it how high this one is. */
export function beginFrame(root: HTMLElement): void {
  if (!isFramed) return
  document.documentElement.dataset.framed = ''
  addEventListener('message', hear)
  new ResizeObserver(() =>
    tell('height', { height: Math.ceil(root.getBoundingClientRect().height) }),
  ).observe(root)
}
