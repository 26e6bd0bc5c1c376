// As migration 38 has it, in types of which PostgreSQL has the operators itself. Where others may make some in the schema, as in databases
// from before version 15, they could have put one for a whole number beside a fraction.
import type { Migration } from './migration.ts'

const keptMs = 31 * 86_400_000
const clocksMs = 86_400_000

const makeFunction = (name: string, body: string): string =>
  `DO $make$ BEGIN EXECUTE format($format$CREATE OR REPLACE FUNCTION ${name}() RETURNS trigger LANGUAGE plpgsql
    SET search_path = %I, pg_temp AS $body$ BEGIN ${body} END $body$$format$, current_schema()); END $make$`
const refuse = (words: string): string =>
  `RAISE EXCEPTION '${words}' USING ERRCODE = 'insufficient_privilege';`

const latest = `(extract(epoch from clock_timestamp())::bigint * 1000 + ${clocksMs})`
const isGone = `(OLD.organization_id <> '' AND NOT EXISTS (SELECT 1 FROM organization AS o WHERE o.id = OLD.organization_id AND o.deleted_at IS NULL))`

export const keptByWholeNumbers: Migration = {
  number: 40,
  name: 'kept by whole numbers',
  statements: ({ ifPostgres }) =>
    ifPostgres([
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
