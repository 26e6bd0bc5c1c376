// A trust anchor that stands beside the one in place: what it would change, and for whom.
import { z } from '@hono/zod-openapi'
import { changeSchema } from './events.ts'
import { nullableTime, orNull, refusalSchema, time } from './fields.ts'
import { anchorDigestSchema } from './metadata.ts'

/** Who did something to an anchor, on which rung, and when. */
export const anchorWordSchema = z
  .object({
    kind: z
      .enum(['operator', 'api_key', 'oauth_client', 'system', 'user', 'portal_link'])
      .describe('What kind of actor it was'),
    id: z.string().nullable().describe('Of the actor; null where it has none'),
    rung: z
      .enum(['person', 'connection', 'directory', 'contact', 'administrator', 'owner', 'operator'])
      .describe('Where they stood'),
    at: time,
    name: z
      .string()
      .nullable()
      .describe('The userName, where it is a person; null for whoever may not see people'),
  })
  .openapi('AnchorWord', { description: 'Who did something to an anchor, and when' })

/** One attribute of what is trusted, before and after. */
export const differenceSchema = z
  .array(changeSchema)
  .describe(
    'What differs from what is in place; certificates by their SHA-256 fingerprints, of a client secret only that it is replaced',
  )

/** How many links stay, move to another name, or are dropped. */
export const relinkPreviewSchema = z
  .object({
    identities: z.number().int().describe('How many people are linked by the connection'),
    relinked: z.number().int().describe('How many are linked by their new stable id at once'),
    dropped: z
      .number()
      .int()
      .describe('People whose new stable id is not known: their next sign-in links them anew'),
    kept: z
      .number()
      .int()
      .describe('Owners and administrators: nothing moves them; they prove themselves under the new anchor'),
    sample: z
      .array(
        z.object({
          userId: z.string().describe('Who it is'),
          userName: z.string().describe('As they are called here'),
          before: z.string().describe('The stable id that they have'),
          after: z.string().nullable().describe('The stable id that they would have; null: it is not known'),
        }),
      )
      .describe('Some of them, with what they are and would be called'),
  })
  .openapi('RelinkPreview', { description: 'What becomes of the people who are linked' })

/** How many people would be refused until somebody of their rank confirms, and some of them by name. */
export const asleepSchema = z
  .object({
    count: z.number().int().describe('How many they are'),
    people: z
      .array(
        z.object({
          id: z.string().describe('Who it is'),
          userName: z.string().describe('As they are called'),
          role: z.string().describe('Owner or administrator'),
        }),
      )
      .describe('At most 50; empty for whoever may not see people'),
  })
  .openapi('Asleep', { description: 'Who would be refused' })

/** A trust anchor beside the one in place: what it would change, who staged it, and what this caller may do. */
export const stagedAnchorSchema = z
  .object({
    digest: anchorDigestSchema,
    number: z.number().int().nullable().describe('null: it is the anchor that is in place already'),
    host: z.string().describe('Where people would be sent'),
    changes: differenceSchema,
    staged: orNull(anchorWordSchema).describe('Who staged it; null: it is in place already'),
    testedAt: nullableTime.describe('When a test sign-in of exactly this last succeeded'),
    mustBeTested: z
      .boolean()
      .describe(
        'Whether this caller puts it in place only once that is so: the client secret or the scopes are replaced, and an owner signs in by it, or would once they are back',
      ),
    asleep: asleepSchema.describe(
      'Owners and administrators who would be refused until they confirm it, were it put in place by this caller',
    ),
    relink: orNull(relinkPreviewSchema).describe(
      'Where entity ID, issuer or stable id changes: what becomes of the people who are linked, as counted when it was staged',
    ),
    mayApply: z.boolean().describe('Whether this caller may put it in place'),
    mayCallCompromised: z
      .boolean()
      .describe(
        'Whether this caller may say of what is in place that it is compromised: not where somebody above vouches for it',
      ),
    discard: refusalSchema.describe('Why this caller may not discard it; null where they may'),
  })
  .openapi('StagedAnchor', { description: 'A trust anchor beside the one in place' })

/** Who would be refused. */
export type Asleep = z.infer<typeof asleepSchema>
/** What becomes of the people who are linked. */
export type RelinkPreview = z.infer<typeof relinkPreviewSchema>
/** A staged anchor, as the API answers it. */
export type StagedAnchor = z.infer<typeof stagedAnchorSchema>
/** Somebody's word about an anchor. */
export type AnchorWord = z.infer<typeof anchorWordSchema>
