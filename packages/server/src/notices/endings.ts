// What ends within a month, for the operator: API keys, and certificates of identity providers that people sign in by. Looked up once a
// minute at most, an organization at a time.
import type { Ending } from '@rollcall/api'
import { type Clock, dayMs, minuteMs, toTime } from '../base/clock.ts'
import { createTurns } from '../base/turns.ts'
import { parseMetadata, selectConnections } from '../connections/rows.ts'
import { selectEndingKeys, selectKeyPlaces } from '../directory/key-use.ts'
import { selectOwnName } from '../organizations/own.ts'
import { describeCertificate } from '../saml/idp-metadata.ts'
import { createScope, type Database, type OrganizationScope } from '../store/database.ts'
import { visitOrganizations } from '../store/visit.ts'

const aheadMs = 30 * dayMs
const mostListed = 50
const turnMs = 5

/** What ends soonest, or has ended. */
export type ListEndings = () => Promise<readonly Ending[]>

/** Two who ask within a minute are answered by one look. */
export function createListEndings(database: Database, clock: Clock): ListEndings {
  let kept: { readonly at: number; readonly answer: Promise<readonly Ending[]> } | undefined
  return () => {
    const now = clock()
    if (kept !== undefined && Math.abs(now - kept.at) < minuteMs) return kept.answer
    const answer = findEndings(database, now)
    kept = { at: now, answer }
    answer.catch(() => {
      kept = undefined
    })
    return answer
  }
}

type Found = Omit<Ending, 'organization'>

async function findEndings(database: Database, now: number): Promise<readonly Ending[]> {
  const until = now + aheadMs
  const endings: Ending[] = []
  const takeTurn = createTurns(turnMs)
  const add = async (scope: OrganizationScope, found: readonly Found[]): Promise<void> => {
    await takeTurn()
    if (found.length === 0) return
    const [row] = await database.readOrganization(scope, selectOwnName, {})
    if (row === undefined) return
    const organization = { id: row.id, slug: row.slug, name: row.name }
    endings.push(...found.map((one) => ({ ...one, organization })))
  }
  for (const place of await database.readInstallation('jobs', selectKeyPlaces, { now, until })) {
    const scope = createScope(place.organization_id)
    await add(scope, await listKeys(database, scope, now))
  }
  for await (const scope of visitOrganizations(database, 'with connections', () => false))
    await add(scope, await listCertificates(database, scope, until))
  return endings.toSorted((one, other) => (one.endsAt < other.endsAt ? -1 : 1)).slice(0, mostListed)
}

async function listKeys(
  database: Database,
  scope: OrganizationScope,
  now: number,
): Promise<readonly Found[]> {
  const keys = await database.readOrganization(scope, selectEndingKeys, { now, until: now + aheadMs })
  return keys.map(({ id, name, expires_at: endsAt }) => ({
    kind: 'api_key',
    subjectId: id,
    name,
    endsAt: toTime(Number(endsAt)),
  }))
}

async function listCertificates(
  database: Database,
  scope: OrganizationScope,
  until: number,
): Promise<readonly Found[]> {
  const rows = await database.readOrganization(scope, selectConnections, {})
  return rows.flatMap((row) => {
    if (row.active !== 1) return []
    const certificates = (parseMetadata(row)?.certificates ?? []).map(describeCertificate)
    // As long as one of several holds, people sign in: the last one counts.
    const last = Math.max(...certificates.map(({ notAfter }) => notAfter))
    if (certificates.length === 0 || last > until) return []
    return { kind: 'certificate' as const, subjectId: row.id, name: row.name, endsAt: toTime(last) }
  })
}
