// The elements as React components: properties for their attributes, callbacks for their events. They are of the browser: without the
// mark a page that a server renders by components of its own (Next.js) fails on their hooks.
'use client'
import { type CSSProperties, createElement, type FunctionComponent, useEffect, useRef } from 'react'
import type { elements, OpenSession, RollcallElement, RollcallEvents } from './index.ts'
import './index.ts'

/** What every component takes. */
export interface RollcallProps {
  /** Asks your backend for a frame; or say in `sessionUrl` where it answers. */
  readonly openSession?: OpenSession
  /** Of your backend: a POST to it answers `{"url": …}`. */
  readonly sessionUrl?: string
  readonly theme?: 'light' | 'dark' | 'auto'
  /** Such as `en`; otherwise that of the page. */
  readonly language?: string
  /** What the frame is called, for whoever does not see it. */
  readonly label?: string
  /** What is shown where no frame can be opened. */
  readonly errorText?: string
  readonly className?: string
  readonly style?: CSSProperties
  readonly onReady?: () => void
  readonly onNavigated?: (detail: RollcallEvents['rollcall-navigated']) => void
  readonly onConnectionActivated?: (detail: RollcallEvents['rollcall-connection-activated']) => void
  readonly onProvisioningSwitched?: (detail: RollcallEvents['rollcall-provisioning-switched']) => void
  /** Another frame is opened unless `prevent` is called. */
  readonly onSessionEnded?: (prevent: () => void) => void
  readonly onError?: (detail: RollcallEvents['rollcall-error']) => void
}

type Hearing = { readonly [Name in keyof RollcallEvents]: (props: RollcallProps, event: CustomEvent) => void }

const hearing: Hearing = {
  'rollcall-ready': ({ onReady }) => onReady?.(),
  'rollcall-navigated': ({ onNavigated }, { detail }) => onNavigated?.(detail),
  'rollcall-connection-activated': ({ onConnectionActivated }, { detail }) => onConnectionActivated?.(detail),
  'rollcall-provisioning-switched': ({ onProvisioningSwitched }, { detail }) =>
    onProvisioningSwitched?.(detail),
  'rollcall-session-ended': ({ onSessionEnded }, event) => onSessionEnded?.(() => event.preventDefault()),
  'rollcall-error': ({ onError }, { detail }) => onError?.(detail),
}

function toComponent(tag: keyof typeof elements): FunctionComponent<RollcallProps> {
  return function RollcallComponent(props: RollcallProps) {
    const element = useRef<RollcallElement>(null)
    const latest = useRef(props)
    latest.current = props
    const hasCallback = props.openSession !== undefined
    useEffect(() => {
      const { current } = element
      if (current === null) return
      const over = new AbortController()
      for (const [name, hear] of Object.entries(hearing))
        current.addEventListener(
          name,
          (event) => event instanceof CustomEvent && hear(latest.current, event),
          { signal: over.signal },
        )
      // The newest callback is asked, and a new one opens no frame.
      if (hasCallback)
        current.openSession = async (wanted) => {
          const { openSession } = latest.current
          if (openSession === undefined) throw new Error('there is no openSession any more')
          return openSession(wanted)
        }
      return () => over.abort()
    }, [hasCallback])
    return createElement(tag, {
      ref: element,
      class: props.className,
      style: props.style,
      theme: props.theme,
      language: props.language,
      label: props.label,
      'session-url': props.sessionUrl,
      'error-text': props.errorText,
    })
  }
}

/** All settings that the role may open. */
export const RollcallSettings: FunctionComponent<RollcallProps> = toComponent('rollcall-settings')
/** Connections to identity providers. */
export const RollcallSingleSignOn: FunctionComponent<RollcallProps> = toComponent('rollcall-single-sign-on')
/** Verified domains. */
export const RollcallDomains: FunctionComponent<RollcallProps> = toComponent('rollcall-domains')
/** User provisioning by SCIM. */
export const RollcallProvisioning: FunctionComponent<RollcallProps> = toComponent('rollcall-provisioning')
/** Requests and sign-ins, and the audit log. */
export const RollcallActivity: FunctionComponent<RollcallProps> = toComponent('rollcall-activity')
