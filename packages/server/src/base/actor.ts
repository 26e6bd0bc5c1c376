// Who did it. Every event names one.

export type Actor =
  | { readonly kind: 'operator' }
  | { readonly kind: 'api_key'; readonly keyId: string }
  | { readonly kind: 'system'; readonly job: string }

/** What an act was part of; `ip` and `userAgent` never leave the house. */
export interface RequestContext {
  readonly requestId: string
  readonly ip: string | null
  readonly userAgent: string | null
}
