// What an act on an invitation makes stale.

/** The answers that are asked for again after it. */
export const staleInvitations = ['listInvitations', 'listEvents'] as const
