// What operations have in common: their path parameters, their bodies, and what they answer.
import { z } from '@hono/zod-openapi'
import { slugSchema } from './fields.ts'
import { problemSchema } from './problem-schema.ts'

const slug = slugSchema.describe("The organization's slug")
const id = z.string().max(64)

/** Of an operation on an organization. */
export const organizationParams = z.object({ slug })
/** Of an operation on something that belongs to an organization. */
export const organizationIdParams = z.object({ slug, id: id.describe('The id of what the path names') })
/** Of an operation on something of the installation. */
export const idParams = z.object({ id: id.describe('The id of what the path names') })

/** Content of type application/json with this shape, as OpenAPI has it. */
export const json = <T extends z.ZodType>(schema: T) => ({ 'application/json': { schema } })
/** A JSON body that must be sent. */
export const body = <T extends z.ZodType>(schema: T) => ({ required: true as const, content: json(schema) })
/** Left out, it is as if it were empty. */
export const optionalBody = <T extends z.ZodType>(schema: T) => ({
  required: false as const,
  content: json(schema),
})

/** A refusal. */
export const problem = (description: string) => ({
  description,
  content: { 'application/problem+json': { schema: problemSchema } },
})
/** What any operation may be refused by. */
export const refused = {
  400: problem('The request does not have the form that this operation takes'),
  401: problem('No credential, or one that is not known'),
  403: problem('The credential is known and may not do this'),
  404: problem('No such thing, or none that this caller may see'),
  429: problem('Too many wrong credentials from this network; `Retry-After` says when the next is looked at'),
}
/** Of an operation that the state of things may not allow. */
export const conflict = {
  409: problem('The state of the organization does not allow it; `code` says which part'),
}
/** Of an operation that sends mail. */
export const tooManyMails = {
  429: problem(
    'Too many mails of this organization within the hour, or to this address within the day (`too_many_mails`; `Retry-After`)',
  ),
}

/** Of an operation that makes what is kept for a while after it is revoked. */
export const tooManyMade = {
  429: problem('Too many were made for this organization within the hour (`too_many_made`; `Retry-After`)'),
}

/** Answers 200 with this shape. */
export const ok = <T extends z.ZodType>(schema: T, description: string) => ({
  200: { description, content: json(schema) },
})
/** Answers 201 with this shape. */
export const created = <T extends z.ZodType>(schema: T) => ({
  201: { description: 'Created', content: json(schema) },
})
/** Answers 204, without a body. */
export const done = { 204: { description: 'Done' } }
/** Answers 200 with server-sent events, for as long as whoever asks may listen. */
export const stream = {
  200: { description: 'A stream', content: { 'text/event-stream': { schema: z.string() } } },
}
/** Answers 200 with this page, and with a stream to whoever still asks by `follow=1`. */
export const pageOrStream = <T extends z.ZodType>(schema: T) => ({
  200: { description: 'A page', content: { ...json(schema), ...stream[200].content } },
})
/** A list that is answered whole, in the form of all lists. */
export const listOf = <T extends z.ZodType>(item: T) =>
  z.object({
    items: z.array(item).describe('All of them'),
    nextCursor: z.string().nullable().describe('null: these are all'),
  })
/** Answers 200 with a file of rows, as it is read. */
export const csvFile = { 200: { description: 'The file', content: { 'text/csv': { schema: z.string() } } } }
/** The same as lines of JSON. */
export const linesFile = {
  200: { description: 'The file', content: { 'application/jsonl': { schema: z.string() } } },
}
