// What a frame may be opened for, apart from the schema that needs it: the console knows it without one. Imports nothing.

/** `settings`: all that the role may open; the others are one part of it each. */
export const embedIntents = ['settings', 'single-sign-on', 'domains', 'provisioning', 'activity'] as const

/** What a set-up link may be for, one part or several; all of them where nothing is said. */
export const setUpIntents = ['single-sign-on', 'domains', 'provisioning'] as const

/** A part of the settings that a set-up link may be for. */
export type SetUpIntent = (typeof setUpIntents)[number]
/** What a frame is for. */
export type EmbedIntent = (typeof embedIntents)[number]
