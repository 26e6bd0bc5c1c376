// What a frame may be opened for, apart from the schema that needs it: the console knows it without one. Imports nothing.

/** `settings`: all that the role may open; the others are one part of it each. */
export const embedIntents = ['settings', 'single-sign-on', 'domains', 'provisioning', 'activity'] as const

/** What a frame is for. */
export type EmbedIntent = (typeof embedIntents)[number]
