// The room `console/guides`: how each identity provider is set up, as data. The console shows them with real values; docs/guides is written
// from them.
//
// `guide.ts` says what a guide consists of. `sso.ts`, `oidc.ts` and `scim.ts` have one for each identity provider.
// A label of the vendor's console stands in asterisks and needs a source in `packages/api/src/vendor-labels.ts`.
// `words-de.ts` and `words-ar.ts` are their texts in other languages, by the English ones; `translate.ts` puts them in.
// `guide-view` shows one; `markdown.ts` writes docs/guides: `UPDATE_DOCS=1 npx --no-install vitest run test/house/guides.test.ts`.
// A provider without a guide does not compile.
//
// What a set-up guide consists of. Owns no words.
import type { Connection } from '@rollcall/api'

/** A value that a step asks to paste: the console fills it in, the documentation names it. */
export type GuideValue =
  | 'acsUrl'
  | 'sloUrl'
  | 'sloSoapUrl'
  | 'entityId'
  | 'spMetadataUrl'
  | 'loginUrl'
  | 'redirectUri'
  | 'logoutUri'
  | 'scimBaseUrl'
  | 'apiKey'
  | 'tokenUrl'
/** An identity provider that has guides; `generic` is any other. */
export type Provider = Connection['identityProvider']

/** One thing to do there, with the values to paste and the table to fill in. */
export interface GuideStep {
  /**
   * `**bold**` for labels of the vendor's console, backticks for code. Each label has its source in packages/api/src/vendor-labels.ts;
   * labels of our own console are marked by `ours`.
   */
  readonly text: string
  /** `label`: the vendor's own name of the field, or, where no source shows it, "the field for …". */
  readonly values?: readonly { readonly label: string; readonly value: GuideValue }[]
  readonly table?: {
    readonly head: readonly [string, string]
    readonly rows: readonly (readonly [string, string])[]
  }
}
/** Steps that belong together, under a title. */
export interface GuideSection {
  readonly title: string
  readonly steps: readonly GuideStep[]
}
/** What a guide sets up. */
export type GuideKind = 'sso' | 'oidc' | 'scim'
/** The whole way through a vendor's console. */
export interface Guide {
  readonly provider: Provider
  readonly name: string
  readonly kind: GuideKind
  /** The way through the vendor's console. */
  readonly where: string
  readonly sections: readonly GuideSection[]
  readonly notes: readonly string[]
}

/** What our own console calls things that guides speak of. */
export const ours = {
  test: '**Test sign-in**',
  oktaDomain: '**Okta domain**',
  certificates: '**Our certificates**',
  signRequests: '**Sign our requests**',
  allowAesCbc: '**Allow AES-CBC**',
  automatic: '**Automatic**',
  strict: '**Strict (RFC 7643, 7644)**',
  interop: '**Interoperability profile**',
} as const

/** The words of guides in another language. */
export interface GuideWords {
  /** How `{product}` is said where the product has no name. */
  readonly product: string
  /** By the English text; labels in asterisks, and code, are the same on both sides. What is not there stays as it is. */
  readonly texts: Readonly<Record<string, string>>
}

/** How a step says what the application is to be called; the console says the product's own name where it has one. */
export const asTheProduct = 'as the product is called'

/** Each text of a guide that may name labels of the vendor's console. */
export function listTexts({ where, sections, notes }: Guide): string[] {
  const steps = sections.flatMap(({ steps }) => steps)
  return [
    where,
    ...steps.map(({ text }) => text),
    ...steps.flatMap(({ table }) => table?.rows.flat() ?? []),
    ...notes,
  ]
}
