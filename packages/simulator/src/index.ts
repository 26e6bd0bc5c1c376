// The room `simulator`: identity providers as provisioning clients, each with its own conversation. No service imports it.
//
// 1. `vendors.ts` has a line for each; `plain-vendors.ts` makes most of habits, `okta.ts` and `entra.ts` are written out.
// 2. `simulate.ts` plays the opening once, then the life of each person, several at a time, then of each group.
// 3. `ask.ts` makes a request of a step; `check.ts` says whether the vendor would accept the answer.
// 4. `report.ts` adds up, `render-report.ts` prints.
//
// The public face of the simulator: a provisioning client that plays each identity provider's conversation, and a SAML
// identity provider for development and tests.

export { createDirectory, type Directory as PretendDirectory } from './directory/directory.ts'
export type { DirectoryState } from './directory/state.ts'
export { createHttpSend, type Send } from './http-send.ts'
export { renderReport } from './render-report.ts'
export type { SimulationReport, StepReport } from './report.ts'
export { renderIdentityProviderMetadata } from './saml/identity-provider-metadata.ts'
export { createSamlKey, type SamlKey } from './saml/key.ts'
export { makePerson } from './saml/person-form.ts'
export {
  createSamlProvider,
  type SamlAnswer,
  type SamlPerson,
  type SamlProvider,
  type SamlProviderOptions,
} from './saml/provider.ts'
export { type AuthnRequest, isRedirectSignatureValid, readAuthnRequest } from './saml/redirect-binding.ts'
export { encodeResponse, renderSamlResponse } from './saml/render-response.ts'
export type { ContentEncryption, ExtraXml, Omittable, ResponseOptions } from './saml/response-options.ts'
export { type StartedProvider, type StartOptions, startSamlProvider } from './saml/start-provider.ts'
export { type SamlShape, type Signed, toVendorAttributes, vendorShapes } from './saml/vendor-shapes.ts'
export { type SimulationOptions, simulate } from './simulate.ts'
export { SimulationError } from './simulation-error.ts'
export type { Answer, Check, Known, Step, Vendor } from './vendor.ts'
export { type VendorName, vendorNames, vendors } from './vendors.ts'
