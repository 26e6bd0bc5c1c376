// The languages that the service writes to people in. Imports nothing: the console knows them without a schema.

/** As RFC 5646 calls them. */
export const languageCodes = ['en', 'ar', 'de'] as const

/** A language that mails and pages are written in. */
export type LanguageCode = (typeof languageCodes)[number]
