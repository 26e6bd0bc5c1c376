// The public face of the conformance catalogue, listed by hand.

export { catalogue } from './catalogue.ts'
export type { Send, SentAnswer, StartTimer } from './connection.ts'
export { renderConformanceHtml } from './render-html.ts'
export { renderConformanceReport } from './render-report.ts'
export type { ConformanceReport, Evidence, Outcome, Result, Totals } from './report.ts'
export type { Check, Feature, Level, Requirement } from './requirement.ts'
export { ConformanceError, type ConformanceOptions, runConformance } from './run.ts'
