// The public face of the simulator: a provisioning client that plays each identity provider's conversation.

export { createHttpSend, type Send } from './http-send.ts'
export { renderReport } from './render-report.ts'
export type { SimulationReport, StepReport } from './report.ts'
export { type SimulationOptions, simulate } from './simulate.ts'
export { SimulationError } from './simulation-error.ts'
export type { Answer, Check, Known, Step, Vendor } from './vendor.ts'
export { type VendorName, vendorNames, vendors } from './vendors.ts'
