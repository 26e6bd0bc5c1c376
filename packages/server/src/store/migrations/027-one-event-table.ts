// On the embedded store an event is one row: of the audit log, with its number in the feed. Rows of before stay where they are and are read
// with the new ones, through a view under the old name, until store/sqlite-move.ts has moved them: opening the store does not wait for that.
import type { Migration } from './migration.ts'

const columns = [
  'organization_id',
  'id',
  'type',
  'occurred_at',
  'actor_kind',
  'actor_id',
  'subject_type',
  'subject_id',
  'request_id',
  'context',
  'data',
]
const all = (prefix = ''): string => columns.map((column) => `${prefix}${column}`).join(', ')
const sameEvent = 'f.organization_id = e.organization_id AND f.event_id = e.id'
const head = "(SELECT position FROM event_sequence WHERE name = 'feed')"
const isGone = '(f.organization_id NOT IN (SELECT id FROM organization WHERE deleted_at IS NULL))'

export const oneEventTable: Migration = {
  number: 27,
  name: 'one event table',
  statements: ({ ifEmbedded }) =>
    ifEmbedded([
      // What waits for its number gets it, for no sequencer comes by any more.
      `UPDATE event_feed SET position = waiting.place
        FROM (SELECT number, ${head} + row_number() OVER (ORDER BY number) AS place FROM event_feed WHERE position IS NULL) AS waiting
        WHERE event_feed.number = waiting.number`,
      `UPDATE event_sequence SET position = max(position, coalesce((SELECT max(f.position) FROM event_feed AS f), 0)) WHERE name = 'feed'`,
      'ALTER TABLE event RENAME TO event_before',
      // What is large comes last, so that nobody reads it who does not want it.
      `CREATE TABLE event_entry (
        number integer PRIMARY KEY AUTOINCREMENT, organization_id text NOT NULL, id text NOT NULL, type text NOT NULL,
        occurred_at bigint NOT NULL, actor_kind text NOT NULL, actor_id text, subject_type text NOT NULL, subject_id text NOT NULL,
        request_id text, context text NOT NULL, data text NOT NULL)`,
      'CREATE UNIQUE INDEX event_by_id ON event_entry (organization_id, id)',
      'CREATE INDEX event_by_subject ON event_entry (organization_id, subject_id, id)',
      // Each entry ends with the row's number, so that this is the feed of one organization.
      'CREATE INDEX event_by_organization ON event_entry (organization_id)',
      `INSERT INTO sqlite_sequence (name, seq) VALUES ('event_entry', ${head})`,
      // What stands in no audit log: what happened to the installation, and that an organization is gone.
      `INSERT INTO event_entry (number, ${all()})
        SELECT f.position, f.organization_id, f.event_id, f.type, f.occurred_at, f.payload ->> '$.actor.kind', f.payload ->> '$.actor.id',
          f.payload ->> '$.subject.type', f.subject_id, f.payload ->> '$.requestId', '{}', f.payload -> '$.data'
        FROM event_feed AS f WHERE ${isGone} AND NOT EXISTS (SELECT 1 FROM event_before AS e WHERE ${sameEvent})`,
      `DELETE FROM event_feed WHERE event_id IN (SELECT f.event_id FROM event_feed AS f
        WHERE ${isGone} AND NOT EXISTS (SELECT 1 FROM event_before AS e WHERE ${sameEvent}))`,
      `CREATE VIEW event AS SELECT number, ${all()} FROM event_entry
        UNION ALL SELECT f.position, ${all('e.')} FROM event_before AS e LEFT JOIN event_feed AS f ON ${sameEvent}`,
      `CREATE TRIGGER event_insert INSTEAD OF INSERT ON event BEGIN
        INSERT INTO event_entry (${all()}) VALUES (${all('NEW.')});
      END`,
      `CREATE TRIGGER event_delete INSTEAD OF DELETE ON event BEGIN
        DELETE FROM event_entry WHERE organization_id = OLD.organization_id AND id = OLD.id;
        DELETE FROM event_before WHERE organization_id = OLD.organization_id AND id = OLD.id;
        DELETE FROM event_feed WHERE event_id = OLD.id;
      END`,
      `CREATE TRIGGER event_update INSTEAD OF UPDATE ON event BEGIN
        UPDATE event_entry SET context = NEW.context WHERE organization_id = OLD.organization_id AND id = OLD.id;
        UPDATE event_before SET context = NEW.context WHERE organization_id = OLD.organization_id AND id = OLD.id;
      END`,
    ]),
}
