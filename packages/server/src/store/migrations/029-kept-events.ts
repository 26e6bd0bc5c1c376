// On PostgreSQL the database itself keeps the audit log: whoever writes as the role of requests removes no entry that was not archived.
// The embedded store has no such role: whoever can write its file can take a rule out of it.
import type { Migration } from './migration.ts'

/** As long as the feed keeps events, which an archive leaves alone. */
const keptMs = 31 * 86_400_000
/** By as much may the clock of a node that archives have been ahead of that of the next one. */
const clocksMs = 86_400_000

// The tables are named by their schema, so that nobody puts others of the same names in front of them.
const makeFunction = (name: string, body: string): string =>
  `DO $make$ BEGIN EXECUTE format($format$CREATE FUNCTION ${name}() RETURNS trigger LANGUAGE plpgsql SET search_path = %I, pg_temp AS $body$
    BEGIN ${body} END $body$$format$, current_schema()); END $make$`
const refuse = (words: string): string =>
  `RAISE EXCEPTION '${words}' USING ERRCODE = 'insufficient_privilege';`
const guard = (name: string, when: string, table: string, condition = ''): string =>
  `CREATE TRIGGER ${name} BEFORE ${when} ON ${table} FOR EACH ROW ${condition} EXECUTE FUNCTION ${name}()`

const isDeleted = `EXISTS (SELECT 1 FROM organization AS o WHERE o.id = OLD.organization_id AND o.deleted_at IS NOT NULL)`
const border = (row: 'OLD' | 'NEW'): string =>
  `(SELECT a.sequence FROM event_archive AS a WHERE a.organization_id = ${row}.organization_id)`

export const keptEvents: Migration = {
  number: 29,
  name: 'kept events',
  statements: ({ ifPostgres }) =>
    ifPostgres([
      makeFunction(
        'event_kept',
        `IF TG_OP = 'DELETE' AND (${isDeleted} OR EXISTS (SELECT 1 FROM event_archive AS a
          JOIN event_seal AS s ON s.organization_id = a.organization_id AND s.sequence <= a.sequence
          WHERE a.organization_id = OLD.organization_id AND s.event_id = OLD.id AND OLD.occurred_at <= a.archived_at - ${keptMs}))
        THEN RETURN OLD; END IF;
        ${refuse('an event leaves with its organization, or when it has been archived')}`,
      ),
      guard('event_kept', 'UPDATE OR DELETE', 'event'),
      makeFunction(
        'event_seal_kept',
        `IF TG_OP = 'INSERT' AND NEW.sequence > coalesce(${border('NEW')}, 0) THEN RETURN NEW; END IF;
        IF TG_OP = 'DELETE' AND (${isDeleted} OR OLD.sequence <= ${border('OLD')}
          AND NOT EXISTS (SELECT 1 FROM event AS e WHERE e.organization_id = OLD.organization_id AND e.id = OLD.event_id))
        THEN RETURN OLD; END IF;
        ${refuse('a seal stands behind the archive and leaves after its event')}`,
      ),
      guard('event_seal_kept', 'INSERT OR UPDATE OR DELETE', 'event_seal'),
      makeFunction(
        'event_archive_kept',
        `IF TG_OP = 'DELETE' AND ${isDeleted} THEN RETURN OLD; END IF;
        IF TG_OP IN ('INSERT', 'UPDATE')
          AND (TG_OP = 'INSERT' OR (NEW.organization_id = OLD.organization_id AND NEW.sequence > OLD.sequence
            AND NEW.archived_at > OLD.archived_at - ${clocksMs}))
          AND EXISTS (SELECT 1 FROM event_seal AS s
            WHERE s.organization_id = NEW.organization_id AND s.sequence = NEW.sequence AND s.hash = NEW.hash)
        THEN RETURN NEW; END IF;
        ${refuse('an archive ends at an entry of the chain, behind the one before')}`,
      ),
      guard('event_archive_kept', 'INSERT OR UPDATE OR DELETE', 'event_archive'),
      // A deleted organization loses its log, so that none is deleted for a moment; nor is its row taken away before.
      makeFunction(
        'organization_kept',
        `IF TG_OP = 'DELETE' AND OLD.deleted_at IS NOT NULL THEN RETURN OLD; END IF;
        ${refuse('an organization keeps its id, and is deleted for good')}`,
      ),
      `CREATE TRIGGER organization_deleted BEFORE UPDATE ON organization FOR EACH ROW
        WHEN (NEW.id <> OLD.id OR (OLD.deleted_at IS NOT NULL AND NEW.deleted_at IS DISTINCT FROM OLD.deleted_at))
        EXECUTE FUNCTION organization_kept()`,
      guard('organization_kept', 'DELETE', 'organization'),
    ]),
}
