// Test sign-ins of a connection that ended well: kept by the digest of what was tested, so that a test says nothing of another anchor.
import type { Connection } from '@rollcall/api'
import { toTime } from '../base/clock.ts'
import { type Json, readJson } from '../base/json.ts'
import type { OrganizationTx } from '../store/database.ts'
import type { ConnectionTable, KeptTests } from '../store/schema.ts'
import { organizationStatement } from '../store/statement.ts'

/** The one in place, what is staged beside it, and one before. */
const maxKept = 3

const writeTests = organizationStatement<{ id: string; tests: string }>('write_connection_tests')(
  ({ db, place, organizationId }) =>
    db
      .updateTable('connection')
      .set({ tests: place('tests') })
      .where('organization_id', '=', organizationId)
      .where('id', '=', place('id')),
)

type Row = Pick<ConnectionTable, 'id' | 'tests'>

const readTests = ({ tests }: Row): KeptTests => (tests === null ? {} : readJson(tests))

/** A test of exactly what has this digest ended well. */
export function noteTested(
  tx: OrganizationTx,
  row: Row,
  digest: string,
  test: { readonly at: number; readonly mayEnter: boolean },
): void {
  const others = Object.entries(readTests(row)).filter(([one]) => one !== digest)
  const newest = others.sort(([, one], [, other]) => other.at - one.at).slice(0, maxKept - 1)
  const tests: Json<KeptTests> = JSON.stringify(Object.fromEntries([[digest, test], ...newest]))
  tx.write(writeTests, { id: row.id, tests })
}

/** What was staged under one digest is in place under another: what was proposed beside the anchor is no part of its own. */
export function carryTest(row: Row, proposed: string, placed: string): Json<KeptTests> | null {
  const { [proposed]: test, ...others } = readTests(row)
  return test === undefined ? null : JSON.stringify({ ...others, [placed]: test })
}

/** As the API shows it. */
export function toLastTest(row: Row, digest: string | undefined): Connection['lastTest'] {
  const test = digest === undefined ? undefined : readTests(row)[digest]
  return test === undefined ? null : { at: toTime(test.at), mayEnter: test.mayEnter }
}
