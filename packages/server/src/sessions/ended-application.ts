// The note of whose sessions end with an application: an audit log is written within its own organization alone, so the events are written
// from the note (ended-many.ts).
import { sql } from 'kysely'
import { createId } from '../base/id.ts'
import type { Act } from '../events/record.ts'
import { renderPeople, type TakenAway } from '../holdings/of-application.ts'
import type { InstallationTx } from '../store/database.ts'
import { installationStatement } from '../store/statement.ts'
import type { EndCause } from './ended-event.ts'

const cause: EndCause = 'application_removed'

interface Noted extends TakenAway {
  readonly endId: string
  readonly at: number
}

const noteEnds = installationStatement<Noted & { act: string }>('note_ends_of_application')(
  ({ db, place, dialect }) => {
    const statement = sql`INSERT INTO session_end (organization_id, id, act, cause, created_at)
      SELECT DISTINCT held.organization_id, ${dialect.text(place('endId'))}, ${dialect.text(place('act'))},
        ${sql.lit(cause)}, ${dialect.bigint(place('at'))}
      FROM ${renderPeople(place, dialect)}`
    return { compile: () => statement.compile(db) }
  },
)
const notePeople = installationStatement<Noted>('note_people_of_application')(({ db, place, dialect }) => {
  const statement = sql`INSERT INTO session_end_user (organization_id, end_id, user_id)
    SELECT held.organization_id, ${dialect.text(place('endId'))}, held.user_id
    FROM ${renderPeople(place, dialect)} ORDER BY held.organization_id, held.user_id`
  return { compile: () => statement.compile(db) }
})

/** In the transaction that takes the application away, before what people hold of it is removed. */
export function noteEndsOf(tx: InstallationTx, act: Act, application: TakenAway): void {
  const { at } = act
  const noted = { ...application, endId: createId('end', at), at }
  tx.write(noteEnds, { ...noted, act: JSON.stringify(act) })
  tx.write(notePeople, noted)
}
