// The room `server/base`: what every room may use and what knows no room. Its files are pure, or touch nothing but the clock, randomness
// and the log.
//
// Time and ids: `clock`, `id`. Who acts: `actor`, `rung` (the ladder). Secrets: `secret` compares, `envelope` seals, `secret-names` says
// what is one. Texts of strangers: `address`, `spaces`, `texts`, `stored-url`. Bounds in memory: `bounded`, `places`, `turns`, `few`.
// A file here imports other files of this room, Node, and of the contract what imports nothing itself.
// What belongs to one protocol or one table does not belong here.
//
// Who did it. Every event names one.

/** Who did something, as events and activity name them. */
export type Actor =
  /** `name`: of a session, who its link was made for. */
  | { readonly kind: 'operator'; readonly name?: string | null }
  | { readonly kind: 'api_key'; readonly keyId: string }
  | { readonly kind: 'oauth_client'; readonly clientId: string }
  | { readonly kind: 'user'; readonly userId: string }
  /** Whoever opened a portal or set-up link that names nobody. */
  | { readonly kind: 'portal_link'; readonly linkId: string }
  | { readonly kind: 'system'; readonly job: string }

/** What an act was part of; `ip` and `userAgent` never leave the house. */
export interface RequestContext {
  readonly requestId: string
  readonly ip: string | null
  readonly userAgent: string | null
}

/** The id of whoever makes something, as a column of ids keeps it: the name of an operator's session is none, and may be like one. */
export function toMakerId(actor: Actor): string {
  return actor.kind === 'operator' ? 'operator' : (toActorId(actor) ?? actor.kind)
}

/** The id that an event names its actor by; of the operator the name of the session, null without one and for the key. */
export function toActorId(actor: Actor): string | null {
  switch (actor.kind) {
    case 'operator':
      return actor.name ?? null
    case 'api_key':
      return actor.keyId
    case 'oauth_client':
      return actor.clientId
    case 'user':
      return actor.userId
    case 'portal_link':
      return actor.linkId
    case 'system':
      return actor.job
  }
}
