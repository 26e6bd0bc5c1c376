// Clients that say who they are. A name is a hint and no proof: it may make an answer shorter, and decides nothing that matters.

export type KnownClient = 'okta' | 'entra'

const names: readonly (readonly [RegExp, KnownClient])[] = [
  [/\bokta\b/i, 'okta'],
  [/\b(?:azure|entra|microsoft)/i, 'entra'],
]

/** By the User-Agent: `Okta SCIM Client 1.0.0`. */
export function findKnownClient(userAgent: string | null): KnownClient | undefined {
  return userAgent === null ? undefined : names.find(([pattern]) => pattern.test(userAgent))?.[1]
}
