// The audit log: listed, exported, checked and archived.
import { z } from '@hono/zod-openapi'
import { body, conflict, csvFile, json, linesFile, ok, organizationParams, refused } from './answers.ts'
import { actorSchema } from './events.ts'
import { nullableTime, pageOf, pageQuerySchema, time } from './fields.ts'
import { operationsOf } from './operation.ts'

/** An entry of the audit log, with its number in the chain of hashes. */
export const eventSchema = z
  .object({
    id: z.string().describe('Unique; sorts by time'),
    type: z
      .string()
      .describe('What happened: a type of docs/events.md')
      .openapi({ example: 'user.provisioned' }),
    occurredAt: time,
    actor: actorSchema,
    subject: z
      .object({ type: z.string().describe('What kind of thing'), id: z.string().describe('Which one') })
      .describe('What it is about'),
    data: z
      .record(z.string(), z.unknown())
      .describe('What changed: before and after of each attribute, never a secret'),
    names: z
      .record(z.string(), z.string())
      .describe(
        'What those are called now whom it names by their ids, by id; who is gone as the entry kept it, or not at all',
      ),
    requestId: z.string().nullable().describe('The request that it came from; null: none'),
  })
  .openapi('Event', { description: 'An entry of the audit log' })

/** A page of a log. */
export const eventPageSchema = pageOf(eventSchema, 'EventPage')

/** Up to which entry the log was archived, and when. */
export const archivedEventsSchema = z
  .object({
    sequence: z.number().int().describe('The number of the last entry that was removed'),
    hash: z.string().describe('Its hash'),
    at: time,
  })
  .openapi('ArchivedEvents', { description: 'Up to where the log was archived' })

/** Entries of the log as they are stored, in the order of the chain, each with its hash. */
export const eventArchivePageSchema = z
  .object({
    after: z.number().int().describe('The entry before the first of these'),
    archived: archivedEventsSchema.nullable().describe('Where the log begins in the store'),
    items: z
      .array(
        z.object({
          sequence: z.number().int().describe('The number of the entry'),
          hash: z
            .string()
            .describe(
              'SHA-256 of the JSON array of the hash before, the sequence and the columns of the event',
            ),
          event: z
            .object({
              id: z.string().describe('Unique; sorts by time'),
              type: z.string().describe('What happened'),
              occurred_at: z.number().int().describe('Milliseconds since 1970'),
              actor_kind: z.string().describe('What kind of actor did it'),
              actor_id: z.string().nullable().describe('Which one; null where it has no id'),
              subject_type: z.string().describe('What kind of thing it is about'),
              subject_id: z.string().describe('Which one'),
              data: z.string().describe('JSON'),
              context: z.string().describe('JSON'),
              request_id: z.string().nullable().describe('The request that it came from; null: none'),
            })
            .describe('The event as it is stored'),
        }),
      )
      .describe('The entries in the order of the chain'),
    nextCursor: z
      .string()
      .nullable()
      .describe('Send it as `after` for the entries after these; null: there are none of that age'),
    isLast: z.boolean().describe('Whether there is no entry of that age after these'),
  })
  .openapi('EventArchivePage', { description: 'A page of the archive' })

/** The last entry that whoever archives has safely, by its number and hash. */
export const archivedUntilSchema = z
  .object({
    sequence: z.number().int().min(1).describe('Its number'),
    hash: z
      .string()
      .regex(/^[0-9a-f]{64}$/)
      .describe('Its hash, which proves that it was read'),
  })
  .openapi('ArchivedUntil', { description: 'The last entry that was archived' })

/** How many entries were removed after they were archived. */
export const droppedEventsSchema = z
  .object({
    dropped: z.number().int().describe('How many events this call removed'),
    isDone: z.boolean().describe('Otherwise ask again'),
  })
  .openapi('DroppedEvents', { description: 'What was removed' })

/** Whether the chain of hashes is as it was written, and where it first is not. */
export const eventVerificationSchema = z
  .object({
    isIntact: z.boolean().describe('Whether the chain is whole'),
    sealed: z.number().int().describe('Events in the chain'),
    unsealed: z
      .number()
      .int()
      .describe('Events of about the last half minute; more where sealing failed, which is tried again'),
    archived: archivedEventsSchema
      .nullable()
      .describe('Up to this entry the log was archived; the chain goes on from its hash'),
    since: nullableTime.describe('Of the first sealed event'),
    head: z
      .object({
        sequence: z.number().int().describe('The number of the newest sealed entry'),
        hash: z.string().describe('Its hash'),
      })
      .nullable()
      .describe('Note it elsewhere: a later check with `head=sequence:hash` shows a cut tail'),
    noted: z
      .enum(['found', 'archived'])
      .nullable()
      .describe(
        'Of `head`: it is in the chain, or in an archive, whose files tell. Null where none was asked for, or the chain is broken',
      ),
    brokenAt: z
      .object({
        sequence: z.number().int().describe('Its number'),
        eventId: z.string().describe('Its event'),
        reason: z.string().describe('What is wrong with it'),
      })
      .nullable()
      .describe('The first entry that is not as it was written; null: all are'),
  })
  .openapi('EventVerification', { description: 'Whether the audit log is as it was written' })

/** Up to where the log was archived. */
export type ArchivedEvents = z.infer<typeof archivedEventsSchema>
/** A page of the archive, as the API answers it. */
export type EventArchivePage = z.infer<typeof eventArchivePageSchema>
/** What was removed from the log. */
export type DroppedEvents = z.infer<typeof droppedEventsSchema>
/** Whether the log is as it was written. */
export type EventVerification = z.infer<typeof eventVerificationSchema>
/** An entry of the audit log, as the API answers it. */
export type EventView = z.infer<typeof eventSchema>

/** Which events of a log are asked for. */
export const eventFilter = {
  type: z.string().max(100).optional().describe('Only events of this type'),
  subject: z.string().max(64).optional().describe('Only events about this id'),
  actor: z
    .string()
    .max(200)
    .optional()
    .describe('Only events by whoever has this id; of the operator the name of the session'),
  actorKind: actorSchema.shape.kind.optional().describe('Only events by this kind of actor'),
  since: z.iso.datetime().max(40).optional().describe('Only events of this time or after it'),
  until: z.iso.datetime().max(40).optional().describe('Only events before this time'),
}

/** The operations on the audit log: list, export, verify and archive. */
export const recordOperations = /* @__PURE__ */ operationsOf('Record', {
  listEvents: {
    method: 'get',
    path: '/organizations/{slug}/events',
    access: 'administrator',
    summary:
      'The audit log, newest first; with a type or an actor a page may hold fewer, or none, and still say where to go on',
    request: {
      params: organizationParams,
      query: pageQuerySchema.extend({
        ...eventFilter,
      }),
    },
    responses: {
      200: { description: 'A page', content: json(eventPageSchema) },
      ...refused,
    },
  },
  verifyEvents: {
    method: 'get',
    path: '/organizations/{slug}/events/verify',
    access: 'administrator',
    summary: 'Check that the audit log is as it was written',
    request: {
      params: organizationParams,
      query: z.object({
        head: z
          .string()
          .regex(/^\d{1,15}:[0-9a-f]{64}$/)
          .optional()
          .describe('A head that was noted before, `sequence:hash`'),
      }),
    },
    responses: { ...ok(eventVerificationSchema, 'What was found'), ...refused },
  },
  exportEvents: {
    method: 'get',
    path: '/organizations/{slug}/events.csv',
    access: 'administrator',
    summary: 'The audit log as CSV with names beside ids, newest first, safe to open in a spreadsheet',
    request: {
      params: organizationParams,
      query: z.object(eventFilter),
    },
    responses: { ...csvFile, ...refused },
  },
  exportEventLines: {
    method: 'get',
    path: '/organizations/{slug}/events.jsonl',
    access: 'administrator',
    summary: 'The audit log as lines of JSON, newest first, each an entry as the list has it',
    request: {
      params: organizationParams,
      query: z.object(eventFilter),
    },
    responses: { ...linesFile, ...refused },
  },
  listArchivedEvents: {
    method: 'get',
    path: '/organizations/{slug}/events/archive',
    access: 'operator',
    formerly: [{ name: 'readEventArchive' }],
    summary: 'Sealed events that are older than a time, with their seals, in the order of the chain',
    request: {
      params: organizationParams,
      query: z.object({
        before: z.iso.datetime().describe('Older than 31 days'),
        after: z.coerce
          .number()
          .int()
          .min(0)
          .optional()
          .describe('The number of the last entry that was read'),
        limit: z.coerce.number().int().min(1).max(500).default(500).describe('How many at most'),
      }),
    },
    responses: { ...ok(eventArchivePageSchema, 'A page'), ...refused },
  },
  archiveEvents: {
    method: 'post',
    path: '/organizations/{slug}/events/archive',
    access: 'operator',
    formerly: [{ name: 'dropArchivedEvents' }],
    summary:
      'Remove archived events up to an entry, whose hash proves that they were read; at most 20,000 a call',
    request: { params: organizationParams, body: body(archivedUntilSchema) },
    responses: { ...ok(droppedEventsSchema, 'What was removed'), ...refused, ...conflict },
  },
})
