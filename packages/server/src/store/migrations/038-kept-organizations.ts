// On PostgreSQL an organization's id is given once, so that none comes back with an empty log, and nothing is archived by a time that is
// still to come. What is left of an organization that is gone may leave, too.
import type { Migration } from './migration.ts'

/** As long as the feed keeps events, which an archive leaves alone. */
const keptMs = 31 * 86_400_000
/** By as much may the clock of a node that archives have been ahead of that of the database, or of the next node. */
const clocksMs = 86_400_000

// The tables are named by their schema, so that nobody puts others of the same names in front of them.
const makeFunction = (name: string, body: string, as = ''): string =>
  `DO $make$ BEGIN EXECUTE format($format$CREATE OR REPLACE FUNCTION ${name}() RETURNS trigger LANGUAGE plpgsql ${as}
    SET search_path = %I, pg_temp AS $body$ BEGIN ${body} END $body$$format$, current_schema()); END $make$`
const refuse = (words: string): string =>
  `RAISE EXCEPTION '${words}' USING ERRCODE = 'insufficient_privilege';`

const latest = `(extract(epoch from clock_timestamp()) * 1000 + ${clocksMs})`
// What happened to the installation is of no organization, and stands in no log.
const isGone = `(OLD.organization_id <> '' AND NOT EXISTS (SELECT 1 FROM organization AS o WHERE o.id = OLD.organization_id AND o.deleted_at IS NULL))`
const border = (row: 'OLD' | 'NEW'): string =>
  `(SELECT a.sequence FROM event_archive AS a WHERE a.organization_id = ${row}.organization_id)`

export const keptOrganizations: Migration = {
  number: 38,
  name: 'kept organizations',
  statements: ({ ifPostgres, text }) =>
    ifPostgres([
      // Every id that was ever given. The role of requests has no right to it; the primary key sees also what a transaction's snapshot does not.
      `CREATE TABLE known_organization (id ${text} PRIMARY KEY)`,
      makeFunction(
        'organization_known',
        `INSERT INTO known_organization (id) VALUES (NEW.id); RETURN NULL;
        EXCEPTION WHEN unique_violation THEN ${refuse('an organization keeps its id, which no other one gets')}`,
        'SECURITY DEFINER',
      ),
      'REVOKE EXECUTE ON FUNCTION organization_known() FROM PUBLIC',
      'CREATE TRIGGER organization_known AFTER INSERT ON organization FOR EACH ROW EXECUTE FUNCTION organization_known()',
      'INSERT INTO known_organization (id) SELECT id FROM organization ON CONFLICT DO NOTHING',
      makeFunction(
        'event_kept',
        `IF TG_OP = 'DELETE' AND (${isGone} OR EXISTS (SELECT 1 FROM event_archive AS a
          JOIN event_seal AS s ON s.organization_id = a.organization_id AND s.sequence <= a.sequence
          WHERE a.organization_id = OLD.organization_id AND s.event_id = OLD.id
            AND OLD.occurred_at <= least(a.archived_at, ${latest}) - ${keptMs}))
        THEN RETURN OLD; END IF;
        ${refuse('an event leaves with its organization, or when it has been archived')}`,
      ),
      makeFunction(
        'event_seal_kept',
        `IF TG_OP = 'INSERT' AND NEW.sequence > coalesce(${border('NEW')}, 0) THEN RETURN NEW; END IF;
        IF TG_OP = 'DELETE' AND (${isGone} OR OLD.sequence <= ${border('OLD')}
          AND NOT EXISTS (SELECT 1 FROM event AS e WHERE e.organization_id = OLD.organization_id AND e.id = OLD.event_id))
        THEN RETURN OLD; END IF;
        ${refuse('a seal stands behind the archive and leaves after its event')}`,
      ),
      makeFunction(
        'event_archive_kept',
        `IF TG_OP = 'DELETE' AND ${isGone} THEN RETURN OLD; END IF;
        IF TG_OP IN ('INSERT', 'UPDATE') AND NEW.archived_at <= ${latest}
          AND (TG_OP = 'INSERT' OR (NEW.organization_id = OLD.organization_id AND NEW.sequence > OLD.sequence
            AND NEW.archived_at > OLD.archived_at - ${clocksMs}))
          AND EXISTS (SELECT 1 FROM event_seal AS s
            WHERE s.organization_id = NEW.organization_id AND s.sequence = NEW.sequence AND s.hash = NEW.hash)
        THEN RETURN NEW; END IF;
        ${refuse('an archive ends at an entry of the chain, behind the one before, and at a time that has come')}`,
      ),
    ]),
}
