// Imports people who exist already: read and judged row by row, a dry run first, then written a slice at a time. A row that
// is wrong is named and left out; a name that is taken is left as it is.

import type { ImportResult } from '@rollcall/api'
import {
  assertFits,
  type JsonObject,
  profiles,
  readResource,
  ScimError,
  userResourceType,
} from '@rollcall/scim'
import { readAddress } from '../base/address.ts'
import { strip } from '../base/spaces.ts'
import type { OrganizationAct } from '../events/record.ts'
import { Problem } from '../http/problem.ts'
import { toNewUser } from '../mapping/assertion-user.ts'
import { findUserOversize } from '../mapping/bounds.ts'
import { completeUser, toUserColumns } from '../mapping/user-columns.ts'
import { withRequestPatience } from '../store/patience.ts'
import { listTakenNames } from '../users/asked.ts'
import { findWords } from '../users/kept.ts'
import { createUser } from './create-user.ts'
import { mappedColumns } from './csv-head.ts'
import type { ReadImport, Row } from './read-import.ts'

/** Of one unit of work: some 15 ms on the embedded store. */
const rowsPerSlice = 100
const maxFaults = 100

interface Judged {
  readonly resource: JsonObject
  readonly key: string
}

/** What an import tells and asks on its way. */
export interface ImportSteps {
  readonly onProgress?: (done: number) => void
  /** Asked before each slice: whether whoever began it still may. */
  readonly mayGoOn?: () => Promise<boolean>
}

/**
 * Written a slice at a time: what was written before a fault stays, and the same import sent again goes on. Throws 409 `import_stopped`.
 * Columns: userName or email (one at least), email, givenName, familyName, displayName, externalId, active.
 */
export async function importUsers(
  { database, scope, act }: OrganizationAct,
  { rows, dryRun }: ReadImport,
  { onProgress, mayGoOn = async () => true }: ImportSteps = {},
): Promise<ImportResult> {
  const faults: { row: number; message: string }[] = []
  const seen = new Set<string>()
  let [created, existing, faulty] = [0, 0, 0]
  for (let start = 0; start < rows.length; start += rowsPerSlice) {
    if (!(await withRequestPatience(mayGoOn))) throw stopped(start, rows.length, dryRun ? 0 : created)
    const judged: Judged[] = []
    for (const [offset, row] of rows.slice(start, start + rowsPerSlice).entries()) {
      const read = judgeRow(row, seen)
      if ('resource' in read) judged.push(read)
      else {
        faulty += 1
        if (faults.length < maxFaults) faults.push({ row: start + offset + 1, message: read.fault })
      }
    }
    // It answers as it goes: the database is waited for anew at each step.
    const known = await withRequestPatience(() =>
      importSlice({ database, scope, act }, judged, dryRun),
    ).catch((error: unknown) => {
      // The slice looks once more, where it is written. Before the first one nothing was done or said yet: it is an act like any other.
      const isUnderWay = start > 0 || onProgress !== undefined
      const isOver = isUnderWay && error instanceof Problem && [401, 403].includes(error.status)
      throw isOver ? stopped(start, rows.length, dryRun ? 0 : created) : error
    })
    existing += known
    created += judged.length - known
    onProgress?.(Math.min(start + rowsPerSlice, rows.length))
    // Others are served between two slices.
    await new Promise((resolve) => setImmediate(resolve))
  }
  return { isDryRun: dryRun, rows: rows.length, created, existing, faults, faulty }
}

function stopped(start: number, rows: number, created: number): Problem {
  return new Problem(
    'import_stopped',
    `The session that began this import has ended, or may no longer import: it stopped after ${start} of ${rows} rows. The accounts that it made by then stay: ${created}. Sent again, it goes on`,
  )
}

function judgeRow(row: Row, seen: Set<string>): Judged | { readonly fault: string } {
  const text = (name: string): string | undefined => {
    const value = row[name]
    // White space of a spreadsheet, and no other: a name that differs by one is another name.
    const bare = typeof value === 'string' ? strip(value) : ''
    return bare === '' ? undefined : bare
  }
  const sent = text('email')
  const email = sent === undefined ? undefined : readAddress(sent)?.address
  if (sent !== undefined && email === undefined) return { fault: 'email is not an address' }
  const userName = text('userName') ?? email
  if (userName === undefined) return { fault: 'There is neither userName nor email' }
  const values = Object.fromEntries(
    mappedColumns.flatMap((name) => (text(name) === undefined ? [] : [[name, text(name)]])),
  )
  const isActive = !['false', '0', 'no'].includes(String(row.active ?? 'true').toLowerCase())
  const base = toNewUser({ values, groups: null, sources: {} }, userName, email ?? '')
  const { emails, ...rest } = base
  const externalId = text('externalId')
  const body = {
    ...rest,
    ...(email === undefined ? {} : { emails }),
    ...(externalId === undefined ? {} : { externalId }),
    active: isActive,
  }
  return toResource(body, seen)
}

function toResource(body: JsonObject, seen: Set<string>): Judged | { readonly fault: string } {
  try {
    const resource = completeUser(readResource(userResourceType, body, profiles.strict).resource)
    assertFits(findUserOversize(resource, JSON.stringify(resource)))
    const key = toUserColumns(resource).userNameKey
    if (seen.has(key)) return { fault: 'The same userName comes twice' }
    seen.add(key)
    return { resource, key }
  } catch (error) {
    if (error instanceof ScimError) return { fault: error.message }
    throw error
  }
}

/** Returns how many of the names were taken already. */
async function importSlice(
  { database, scope, act }: OrganizationAct,
  judged: readonly Judged[],
  dryRun: boolean,
): Promise<number> {
  if (judged.length === 0) return 0
  return database.inOrganization(scope, async (tx) => {
    const keys = judged.map(({ key }) => key)
    const names = await listTakenNames(tx, keys)
    if (dryRun) return names.size
    const fresh = judged.filter(({ key }) => !names.has(key))
    const kept = await findWords(
      tx,
      fresh.map(({ resource }) => toUserColumns(resource)),
    )
    for (const [at, { resource }] of fresh.entries())
      createUser(tx, act, resource, 'imported', { kept: kept[at] })
    return names.size
  })
}
