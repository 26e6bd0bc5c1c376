// What an act on a link makes stale.

/** The answers that are asked for again after it. */
export const staleLinks = ['listPortalLinks', 'listEvents'] as const
