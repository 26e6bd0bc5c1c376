// docs/conformance.md: what runs of the catalogue against the service found, profile by profile and store by store, and how others'
// suites are run against it. Pure: a page is read back into the runs that it tells of, so that a test knows whether it is whole.
import { type Demand, demands, type ProfileName, profiles } from '@rollcall/scim'
import { type ConformanceReport, catalogue, type Requirement } from '@rollcall/scim/conformance'
import type { StoreName } from '../harness/service.ts'
import { departures, forbidden } from './departures.ts'
import { basic, type Demand as OpenIdDemand, openIdPlans } from './openid-plans.ts'
import { suites } from './suites.ts'

export const stores: readonly StoreName[] = ['embedded', 'postgres']
export const profileNames = Object.keys(profiles) as ProfileName[]

/** One run: how many MUSTs and SHOULDs are kept, which requirements are not, and how many could not be asked of this service. */
export interface Run {
  readonly profile: ProfileName
  readonly store: StoreName
  readonly must: number
  readonly should: number
  readonly notKept: readonly string[]
  readonly skipped: number
}

/** How the catalogue judges a key of the profile: one that tolerates nothing has nothing let go. */
export function judgesAs(profile: ProfileName): 'strict' | 'auto' {
  return profiles[profile].tolerances.size === 0 ? 'strict' : 'auto'
}

const isMust = ({ level }: { readonly level: string }): boolean => level.startsWith('MUST')

export function toRun(profile: ProfileName, store: StoreName, { results }: ConformanceReport): Run {
  const passed = results.filter(({ outcome }) => outcome.kind === 'pass')
  const must = passed.filter(isMust).length
  const notKept = results
    .filter(({ outcome }) => outcome.kind === 'fail' || outcome.kind === 'warn')
    .map(({ id }) => id)
  const skipped = results.filter(({ outcome }) => outcome.kind === 'skip').length
  return { profile, store, must, should: passed.length - must, notKept, skipped }
}

function find(id: string): Requirement {
  const found = catalogue.find((one) => one.id === id)
  if (found === undefined) throw new Error(`the catalogue has no ${id}`)
  return found
}

// What nobody can explain is a fault of the service, and no line of a page.
function explain(id: string, { tolerated }: Requirement, where: readonly ProfileName[]): string {
  const demand: Demand | undefined = forbidden[id]
  const reasons = [departures[id], demand && `the interoperability profile forbids it: \`${demand}\``]
  if (where.some((profile) => judgesAs(profile) === 'auto') && departures[id] === undefined)
    reasons.push(tolerated && `a tolerance: ${tolerated}`)
  const known = reasons.filter((reason) => reason !== undefined)
  if (known.length === 0) throw new Error(`nobody says why ${where.join(', ')} does not keep ${id}`)
  return known.join('; ')
}

const toCell = (text: string): string => text.replaceAll('|', '\\|')

function renderRun({ profile, store, must, should, notKept, skipped }: Run): string {
  const broken = notKept.map(find).filter(isMust).length
  const isLetGo = judgesAs(profile) === 'auto'
  const cells = [must, isLetGo ? broken : 0, isLetGo ? 0 : broken, should, notKept.length - broken, skipped]
  return `| \`${profile}\` | ${store} | ${cells.join(' | ')} |`
}

function renderNotKept(runs: readonly Run[]): readonly string[] {
  const ids = catalogue.map(({ id }) => id).filter((id) => runs.some(({ notKept }) => notKept.includes(id)))
  return ids.map((id) => {
    const entry = find(id)
    const where = runs.filter(({ notKept }) => notKept.includes(id))
    const names = [...new Set(where.map(({ profile }) => profile))]
    const places = names.map((name) => {
      const at = where.filter(({ profile }) => profile === name).map(({ store }) => store)
      return at.length === stores.length ? name : `${name} (${at.join(', ')})`
    })
    const why = explain(id, entry, names)
    return `| \`${id}\` | ${entry.level} | ${toCell(entry.sentence)} | ${places.join(', ')} | ${toCell(why)} |`
  })
}

const listOf = (plan: Readonly<Record<string, OpenIdDemand>>): readonly OpenIdDemand[] => Object.values(plan)

// What the plans count is what openid-provider.test.ts asks: it has a test for each line.
function renderProvider(): string {
  const plans = openIdPlans.map(([title, plan]) => {
    const asked = listOf(plan)
    const instead = asked.filter((one) => one.instead !== undefined).length
    return `| ${title} | ${asked.length} | ${asked.length - instead} | ${instead} |`
  })
  const notOffered = listOf(basic).flatMap(({ suite, instead, says, clause }) =>
    instead === undefined ? [] : [`| ${instead} | \`${suite}\` | ${toCell(says)} | ${clause} |`],
  )
  return `## OpenID Connect provider

What applications meet under \`/oidc\` ([applications.md](applications.md)) is asked what the OpenID Foundation's conformance plans for providers ask, module by
module, and the MUSTs behind them that no module asks: OpenID Connect Core, Discovery, RP-Initiated Logout, Back-Channel Logout, Form Post Response Mode, and the
RFCs that they rest on. Each line of \`test/conformance/openid-plans.ts\` names its clause and is a test of \`npm test\`; none fails. They are tests of this
repository: the Foundation's suite is not in it, and nobody was asked for a certificate.

| plan | asked | works | not offered, and answered as the specification says |
|---|---|---|---|
${plans.join('\n')}

| not offered | module | what comes instead | clause |
|---|---|---|---|
${notOffered.join('\n')}

The Foundation's plans send no PKCE: the applications for them, two with \`client_secret_basic\` and one with \`client_secret_post\`, have \`requirePkce: false\`.`
}

/** The whole document. */
export function renderPage(runs: readonly Run[]): string {
  const asked = catalogue.filter(({ check }) => check !== undefined)
  const musts = asked.filter(isMust).length
  return `# Conformance

What \`rollcall scim-check\` finds in Rollcall itself: ${asked.length} requirements of RFC 7643, RFC 7644 and RFC 9865, ${musts} of them MUST or MUST NOT, are asked of the
service with a key of each profile ([scim.md](scim.md#profiles-and-tolerances)), on each store. [scim-coverage.md](scim-coverage.md) lists them, with those that
no client can ask. Profiles that tolerate are judged with \`--profile auto\`, \`strict\` and \`interop\` without.

\`npm run conformance\` runs all this and writes this page; tests say when it is no longer what the service does.

## The catalogue, by profile and store

\`by a tolerance\`: what the profile departs from for the sake of identity providers, each named below.
\`not asked\`: what this service does not offer, such as \`/Me\`, and what would only repeat what is not kept.

| profile | store | MUST kept | MUST, by a tolerance | MUST broken | SHOULD kept | SHOULD not kept | not asked |
|---|---|---|---|---|---|---|---|
${runs.map(renderRun).join('\n')}

## What is not kept, and why

| requirement | level | the server | profiles | why |
|---|---|---|---|---|
${renderNotKept(runs).join('\n')}

## What the interoperability profile demands instead

Profile \`interop\` keeps draft-zollner-scim-interop-profile where the RFCs leave a choice. A MUST that it breaks above is one that the draft forbids, by one of these:

| demand | what holds |
|---|---|
${Object.entries(demands)
  .map(([name, sentence]) => `| \`${name}\` | ${sentence} |`)
  .join('\n')}

${renderProvider()}

${suites}`
}

const runRow = /^\| `(\w+)` \| (embedded|postgres) \| ([\d |]+) \|$/
const requirementRow = /^\| `(RFC[^`]+)` \| [A-Z ]+ \| .* \| ([\w(), ]+) \| .* \|$/

/** The runs that a page tells of; only the tables are believed. */
export function readPage(page: string): readonly Run[] {
  const lines = page.split('\n')
  const notKept = lines.flatMap((line) => {
    const [, id = '', where = ''] = requirementRow.exec(line) ?? []
    return id === '' ? [] : [{ id, places: [...where.matchAll(/(\w+)(?: \(([\w, ]+)\))?/g)] }]
  })
  return lines.flatMap((line) => {
    const [, profile, store, cells] = runRow.exec(line) ?? []
    if (profile === undefined || store === undefined || cells === undefined) return []
    const [must = 0, , , should = 0, , skipped = 0] = cells.split(' | ').map(Number)
    const isHere = ([, name, at]: RegExpExecArray) =>
      name === profile && (at === undefined || at.split(', ').includes(store))
    const ids = notKept.filter(({ places }) => places.some(isHere)).map(({ id }) => id)
    return [
      { profile: profile as ProfileName, store: store as StoreName, must, should, notKept: ids, skipped },
    ]
  })
}
