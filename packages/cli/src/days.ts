// How long a day is, for whoever counts in milliseconds.

/** Milliseconds of a day. */
export const dayMs = 86_400_000
