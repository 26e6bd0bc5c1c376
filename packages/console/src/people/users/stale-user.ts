// What an act on a person makes stale.

/** The answers that are asked for again after it. */
export const staleUser = [
  'getUser',
  'listUserSessions',
  'listUsers',
  'listEvents',
  'getProvisioning',
  'getOrganization',
  'listActivity',
] as const
