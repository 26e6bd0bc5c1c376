// Trust anchors: what a connection trusts, who vouches for it, how another takes its place.
import { z } from '@hono/zod-openapi'
import { body, conflict, created, done, ok, organizationIdParams, refused } from './answers.ts'
import { connectionOptions, connectionSchema } from './connections.ts'
import { type Loose, orNull, refusalSchema, time } from './fields.ts'
import {
  anchorDigestSchema,
  anchorRungSchema,
  oidcSourceSchema,
  sourceFields,
  stableIdAttribute,
} from './metadata.ts'
import { operationsOf } from './operation.ts'
import { formerly } from './renamed.ts'
import { anchorWordSchema, asleepSchema, differenceSchema, stagedAnchorSchema } from './staged-anchors.ts'

/** What a connection trusts, what is staged beside it, and what it replaced and may be restored. */
export const anchorDetailSchema = z
  .object({
    present: z
      .object({
        number: z.number().int().describe('Counts the anchors of this connection'),
        digest: anchorDigestSchema,
        rung: anchorRungSchema,
        host: z.string().describe('Where people are sent'),
        put: orNull(anchorWordSchema).describe('null: from before there were versions'),
        confirmed: orNull(anchorWordSchema).describe('Who confirmed it last; null: nobody has'),
        metadataUrlRung: anchorRungSchema
          .nullable()
          .describe(
            'Who entered the metadata URL: new certificates that come from another host than that of the SSO URL are staged where somebody above vouches for what is in place',
          ),
        asleep: asleepSchema.describe('Who is refused until somebody of their rung confirms it'),
        mayConfirm: z.boolean().describe('Whether a confirmation by this caller would raise it'),
      })
      .nullable()
      .describe('The anchor that is in place; null until the identity provider is known'),
    staged: orNull(stagedAnchorSchema).describe('The anchor that is staged beside it; null: none is'),
    earlier: z
      .object({
        number: z.number().int().describe('Counts the anchors of this connection'),
        digest: anchorDigestSchema,
        rung: anchorRungSchema,
        host: z.string().describe('Where people were sent'),
        changes: differenceSchema.describe('What bringing it back would change'),
        withdrawn: anchorWordSchema,
        until: time.describe('Until when it can be brought back'),
        isCompromised: z.boolean().describe('Whether they said that it was in foreign hands'),
        mayRestore: z.boolean().describe('Whether this caller may bring it back now'),
      })
      .nullable()
      .describe('The anchor that the present one replaced'),
    refusals: z
      .object({
        change: refusalSchema.describe('Of its name and options'),
        switchOn: refusalSchema.describe('Of switching it on'),
        switchOff: refusalSchema.describe('Of switching it off'),
        delete: refusalSchema.describe('Of deleting it'),
      })
      .describe('What this caller would be refused, by the code of the refusal; null where they may'),
  })
  .openapi('AnchorDetail', {
    description: 'What the connection trusts, what is staged beside it, what can be brought back',
  })

/** The anchor to be staged: metadata of a SAML identity provider, or the facts of an OpenID provider. */
export const anchorSourceSchema = z
  .strictObject({
    ...sourceFields,
    oidc: oidcSourceSchema,
    stableIdAttribute,
    nameIdFormat: connectionOptions.nameIdFormat,
  })
  .partial()
  .openapi('AnchorSource', { description: 'The anchor that is to be staged' })

/** Which staged anchor is put in place, by its digest, and whether the one before was in wrong hands. */
export const anchorApplySchema = z
  .strictObject({
    digest: anchorDigestSchema,
    isCompromised: formerly(
      z
        .boolean()
        .optional()
        .describe(
          'The anchor that it replaces is in foreign hands: nobody brings it back but who stands above the caller. 403 where somebody above vouches for it',
        ),
      'compromised',
    ),
  })
  .openapi('AnchorApply', { description: 'Which staged anchor is put in place' })

/** Which anchor is confirmed, by its digest, so that nobody confirms another one than they saw. */
export const anchorConfirmSchema = z
  .strictObject({ digest: anchorDigestSchema })
  .openapi('AnchorConfirm', { description: 'Which anchor is confirmed' })

const cameSchema = z.object({
  count: z.number().int().describe('How many'),
  items: z
    .array(
      z.object({ id: z.string().describe('Which one it is'), name: z.string().describe('As it is called') }),
    )
    .describe('At most 50'),
})

/** What was brought back, and what came under the anchor that was taken away. */
export const anchorRestoredSchema = z
  .object({
    connection: connectionSchema,
    sessionsEnded: z.number().int().describe('People whose sessions began under the withdrawn anchor'),
    came: z
      .object({
        accounts: cameSchema.describe('Accounts that a first sign-in made'),
        links: cameSchema.describe('Accounts that were linked'),
        keys: cameSchema.describe('API keys and OAuth clients of people whom the connection knows'),
      })
      .describe('What came while the withdrawn anchor was in place: look whether it shall stay'),
  })
  .openapi('AnchorRestored', { description: 'What was brought back, and what came in the meantime' })

/** The trust anchor of a connection, as the API answers it. */
export type AnchorDetail = z.infer<typeof anchorDetailSchema>
/** Where the anchor to be staged comes from. */
export type AnchorSource = Loose<z.infer<typeof anchorSourceSchema>>
/** What a restore brought back, and what came meanwhile. */
export type AnchorRestored = z.infer<typeof anchorRestoredSchema>

/** The operations on trust anchors: read, stage, test, apply, discard, confirm and restore. */
export const anchorOperations = /* @__PURE__ */ operationsOf('Trust anchors', {
  getAnchor: {
    method: 'get',
    path: '/organizations/{slug}/connections/{id}/anchor',
    access: 'setup',
    summary: 'Read the trust anchor: who vouches for it, what is staged, what can be brought back',
    request: { params: organizationIdParams },
    responses: { ...ok(anchorDetailSchema, 'The anchor'), ...refused },
  },
  confirmAnchor: {
    method: 'post',
    path: '/organizations/{slug}/connections/{id}/anchor/confirm',
    access: 'setup',
    summary: 'Confirm the anchor that is in place, by its digest, from a session or as the operator',
    request: { params: organizationIdParams, body: body(anchorConfirmSchema) },
    responses: { ...ok(connectionSchema, 'Confirmed'), ...refused, ...conflict },
  },
  restoreAnchor: {
    method: 'post',
    path: '/organizations/{slug}/connections/{id}/anchor/restore',
    access: 'setup',
    summary: 'Bring back the anchor that the present one replaced, within 7 days',
    request: { params: organizationIdParams },
    responses: { ...ok(anchorRestoredSchema, 'Brought back'), ...refused, ...conflict },
  },
  stageAnchor: {
    method: 'post',
    path: '/organizations/{slug}/connections/{id}/staged',
    access: 'setup',
    summary: 'Stage a new trust anchor beside the one in place, and see the difference',
    request: { params: organizationIdParams, body: body(anchorSourceSchema) },
    responses: {
      ...created(stagedAnchorSchema),
      ...ok(stagedAnchorSchema, 'This anchor is staged, or in place, already'),
      ...refused,
      ...conflict,
    },
  },
  getStagedAnchor: {
    method: 'get',
    path: '/organizations/{slug}/connections/{id}/staged',
    access: 'setup',
    summary: 'Read the staged anchor and how it differs',
    request: { params: organizationIdParams },
    responses: { ...ok(stagedAnchorSchema, 'The difference'), ...refused },
  },
  discardStagedAnchor: {
    method: 'delete',
    path: '/organizations/{slug}/connections/{id}/staged',
    access: 'setup',
    summary: 'Discard the staged anchor',
    request: { params: organizationIdParams },
    responses: { ...done, ...refused },
  },
  applyStagedAnchor: {
    method: 'post',
    path: '/organizations/{slug}/connections/{id}/staged/apply',
    access: 'setup',
    summary: 'Put the staged anchor in place, by the digest of what was shown',
    request: { params: organizationIdParams, body: body(anchorApplySchema) },
    responses: { ...ok(connectionSchema, 'In place'), ...refused, ...conflict },
  },
})
