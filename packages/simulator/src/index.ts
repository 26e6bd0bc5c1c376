// The room `simulator`: identity providers as provisioning clients, each with its own conversation. No service imports it.
//
// 1. `vendors/` has their conversations; `run/` plays one against a server and reports.
// 2. `saml/` is an identity provider to sign in at, `directory/` the people that it provisions.
// 3. `web/` frames their pages; `base/` has the network and invented people.
// 4. `index.ts` is what others may import.
//
// The public face of the simulator: a provisioning client that plays each identity provider's conversation, and a SAML
// identity provider for development and tests.

export { createHttpSend, type Send } from './base/http-send.ts'
export { SimulationError } from './base/simulation-error.ts'
export { createDirectory, type Directory as PretendDirectory } from './directory/directory.ts'
export type { DirectoryState } from './directory/state.ts'
export { renderReport } from './run/render-report.ts'
export type { SimulationReport, StepReport } from './run/report.ts'
export { type SimulationOptions, simulate } from './run/simulate.ts'
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
export {
  type Application,
  type StartedProvider,
  type StartOptions,
  startSamlProvider,
} from './saml/start-provider.ts'
export { type SamlShape, type Signed, toVendorAttributes, vendorShapes } from './saml/vendor-shapes.ts'
export type { Answer, Check, Known, Step, Vendor } from './vendors/vendor.ts'
export { type VendorName, vendorNames, vendors } from './vendors/vendors.ts'
