// Fields that several nouns have, and how lists are paged. Times are RFC 3339 in UTC, names camelCase.
import { z } from '@hono/zod-openapi'
import { unconfirmedBounds } from './defaults.ts'
import { hasUnseen, unseenRefusal } from './unseen.ts'

/** A time: RFC 3339 in UTC. */
export const time = z.iso.datetime().max(40).describe('RFC 3339, UTC')

/** A time, or null where it never was. */
export const nullableTime = time.nullable()

/** 3 to 50 characters: lower-case letters, digits and inner hyphens. */
export const slugSchema = z
  .string()
  .min(3)
  .max(50)
  .regex(
    /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/,
    'lower-case letters, digits and hyphens, no hyphen at either end',
  )
  .describe('Names the organization in paths and addresses')
  .openapi({ example: 'acme' })

const toPlain = (text: z.ZodString): z.ZodString =>
  text
    .min(1)
    .max(200)
    .refine((value) => !hasUnseen(value), unseenRefusal)

/** Words that somebody chose and others read, trimmed, of 1 to 200 characters, all of which are seen. */
export const plainTextSchema = toPlain(z.string().trim())

/** The name of an organization or a connection, trimmed and in Unicode's form NFC, of 1 to 200 characters. */
export const nameSchema = toPlain(z.string().trim().normalize('NFC'))
  .describe('As people call it')
  .openapi({ example: 'Acme' })

/** Read by the service, in the same way as addresses from everywhere else: the domain may be in its own script. */
export const addressSchema = z
  .string()
  .min(3)
  .max(320)
  .describe('An e-mail address')
  .openapi({ format: 'email', example: 'ada@acme.com' })

/** The name of a key or a client, trimmed, of 1 to 200 characters. */
export const keyNameSchema = plainTextSchema
  .describe('As people call it')
  .openapi({ example: 'Okta production' })

/** A role that a rule or an invitation may give: never owner. */
export const roleSchema = z
  .enum(['member', 'admin'])
  .describe('Never owner: ownership is given to a person by name')

/** What a person may do in an organization. */
export const userRoleSchema = z
  .enum(['owner', 'admin', 'member'])
  .describe('What the person may do in the organization')

/** Where somebody stands, from a person up to the operator; a contact is whoever holds a set-up link. */
export const rungSchema = z
  .enum(['person', 'connection', 'directory', 'contact', 'administrator', 'owner', 'operator'])
  .describe('Where somebody stands: contact is whoever holds a set-up link')

/** Who made a key, a client or a link; null stands for what is not known, or not told. */
export const makerSchema = z
  .object({
    id: z.string().nullable().describe('Of the user or the link; null for the operator'),
    name: z.string().nullable().describe('As they are called; null where that is not known'),
    rung: rungSchema.nullable().describe('null from before it was kept'),
    isOut: z
      .boolean()
      .describe(
        'Whoever made, rotated or confirmed it, or made the link in whose session that was done, is out: a person who was deactivated, blocked, deleted or has lost the role, or a link that was revoked or ended',
      ),
  })
  .openapi('Maker', { description: 'Who made it' })

/** What keys and clients have in common about who made them. */
export const makerFields = {
  maker: makerSchema,
  isProvisional: z
    .boolean()
    .describe(
      `Made by a set-up contact and confirmed by no administrator: it sees and changes only what it made or claimed, and what it holds has bounds: ${unconfirmedBounds.people} people, ${unconfirmedBounds.groups} groups (docs/scim.md, Provisional keys)`,
    ),
  confirmedAt: z.iso
    .datetime()
    .nullable()
    .describe('When an administrator confirmed it; null while nobody has'),
}

/** What keys and clients have in common about their life: since when, until when, and on whose word. */
export const lifeFields = (words: { readonly createdBy: string; readonly lastUsedAt: string }) => ({
  isActive: z.boolean().describe('Whether it is neither revoked nor expired'),
  createdAt: time,
  createdBy: z.string().describe(words.createdBy),
  expiresAt: nullableTime,
  lastUsedAt: nullableTime.describe(words.lastUsedAt),
  revokedAt: nullableTime,
  ...makerFields,
})

/** What is kept as it was sent, as JSON. */
const maxKeptCharacters = 65_536

/** Whether a value is small enough to be kept, counted in characters of its JSON. */
export const isKeepable = (value: unknown): boolean => JSON.stringify(value).length <= maxKeptCharacters

/** An address of the web, http or https, of at most 2,000 characters. */
export const webUrlSchema = z.url({ protocol: /^https?$/ }).max(2_000)

/** What a value is refused with that is too large to be kept. */
export const tooMuch = { message: `Too large: at most ${maxKeptCharacters} characters of JSON` }

/** Public keys as a JSON Web Key Set (RFC 7517). */
export const jwksSchema = z
  .strictObject({
    keys: z
      .array(z.record(z.string(), z.unknown()))
      .min(1)
      .max(20)
      .describe('The keys, as RFC 7517 writes them'),
  })
  .refine(isKeepable, tooMuch)
  .describe('Public keys as a JSON Web Key Set (RFC 7517), 64 KB at most')

/** A 403 told ahead: by its code, so that nobody is offered what would be refused. */
export const refusalSchema = z.enum(['administrator_required', 'owner_required']).nullable()

/** A shape that has a name, or null: the document would lose the null of `.nullable()`. */
export const orNull = <T extends z.ZodType>(schema: T) => z.union([schema, z.null()])

/** A page of a list: `nextCursor` is null on the last one. */
export function pageOf<T extends z.ZodType>(
  item: T,
  name: string,
): z.ZodType<{ items: z.infer<T>[]; nextCursor: string | null }> {
  return z
    .object({
      items: z.array(item).describe('The items of this page'),
      nextCursor: z
        .string()
        .nullable()
        .describe('Send it as `cursor` for the next page; null on the last one'),
    })
    .openapi(name, { description: 'A page of a list' }) as never
}

/** How many of a list, 50 unless said and 200 at most, and the cursor of the page before. */
export const pageQuerySchema = z.object({
  limit: z.coerce.number().int().min(1).max(200).default(50).describe('How many at most'),
  cursor: z.string().max(200).optional().describe('The `nextCursor` of the page before'),
})

/** How a list was followed before streams had operations of their own. */
export const followQuery = {
  follow: z
    .enum(['0', '1'])
    .default('0')
    .describe('Deprecated: ask for `…/stream` instead. 1: server-sent events; it answers until 1.0')
    .openapi({ deprecated: true }),
}

/** The slugs of organizations that something is for, 1 to 1,000 of them. */
export const slugs = z.array(slugSchema).min(1).max(1_000)

/** For how many seconds the old secret holds beside the new one. */
export const secretRotationSchema = z
  .strictObject({
    overlapSeconds: z
      .number()
      .int()
      .min(0)
      .max(604_800)
      .default(86_400)
      .describe('How long the old secret stays valid beside the new one: a day unless told, seven at most'),
  })
  .openapi('SecretRotation', { description: 'How the old secret ends' })

/** A role that a rule or an invitation may give. */
export type Role = z.infer<typeof roleSchema>
/** Optional members as zod infers them: absent, or undefined. */
export type Loose<T> = { readonly [K in keyof T]: T[K] | (undefined extends T[K] ? undefined : never) }
/** A page of a list; `nextCursor` is null on the last one. */
export interface Page<T> {
  readonly items: readonly T[]
  readonly nextCursor: string | null
}
