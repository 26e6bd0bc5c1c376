// Notices look behind the feed: each goes on from where it was, so that no request pays for it and no event is missed.
import { readFeed, sequenceEvents } from '../events/feed.ts'
import type { Database } from '../store/database.ts'
import { installationStatement } from '../store/statement.ts'

const eventsPerPage = 1_000

const selectCursor = installationStatement<{ name: string }>('notice_cursor')(({ db, place }) =>
  db.selectFrom('event_sequence').select('position').where('name', '=', place('name')),
)
const moveCursor = installationStatement<{ name: string; position: number }>('move_notice_cursor')(
  ({ db, place }) =>
    db
      .insertInto('event_sequence')
      .values({ name: place('name'), position: place('position'), pruned: 0 })
      .onConflict((on) => on.column('name').doUpdateSet({ position: place('position') })),
)

type Page = Awaited<ReturnType<typeof readFeed>>['items']

/** Gives `look` every event of these types since the last time, a page at a time; a page that fails comes again. */
export async function followEvents(
  database: Database,
  wanted: { readonly name: string; readonly types: ReadonlySet<string> },
  isStopping: () => boolean,
  look: (events: Page) => Promise<void>,
): Promise<void> {
  const { name, types } = wanted
  const { head } = await sequenceEvents(database)
  const [cursor] = await database.readInstallation('jobs', selectCursor, { name })
  for (let after = Number(cursor?.position ?? 0); after < head && !isStopping(); ) {
    const wish = { after, limit: eventsPerPage, types: new Set(types), organizationId: undefined }
    const { items, position } = await readFeed(database, head, wish)
    await look(items)
    after = position
    await database.inInstallation('jobs', async (tx) => tx.write(moveCursor, { name, position }))
  }
}
