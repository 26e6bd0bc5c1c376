// What an act on a domain makes stale.

/** The answers that are asked for again after it. */
export const staleDomains = ['listDomains', 'listEvents'] as const
