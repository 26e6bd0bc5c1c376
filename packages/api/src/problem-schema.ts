// How a refusal of the management API is answered (RFC 9457). The codes themselves are the table in problems.ts.
import { z } from '@hono/zod-openapi'
import { type ProblemCode, type ProblemStatus, problemCodes, problems } from './problems.ts'

/** What a program tells refusals apart by; the document says of each when it is answered and what to do. */
const problemCodeSchema = z.enum(problemCodes).openapi('ProblemCode', {
  description: 'Stable: a code goes on meaning what it means. New ones may come with a new version',
  example: 'scim_not_enabled',
  'x-enum-descriptions': problemCodes.map((code) => {
    const { status, about, remedy } = problems[code]
    return `${status}. ${about} ${remedy}`
  }),
})

/** RFC 9457 with a stable `code`. */
export const problemSchema: z.ZodType<ProblemFields> = z
  .object({
    type: z.string().describe('about:blank: `code` tells refusals apart'),
    title: z.string().describe("The status's own words"),
    status: z.number().int().describe('The HTTP status once more; each code has one'),
    code: problemCodeSchema,
    detail: z.string().describe('For people: what was refused, and why'),
    requestId: z.string().optional().describe("What the service's log has the request under"),
    parameters: z
      .record(z.string(), z.union([z.string(), z.number()]))
      .optional()
      .describe(
        'What of `detail` differs from one refusal of the code to another, where a program may need it',
      ),
    errors: z
      .array(
        z.object({
          path: z.string().describe('Where the field stands in the request'),
          message: z.string().describe('What is wrong with it'),
        }),
      )
      .optional()
      .describe('Of invalid_request: the fields that are wrong'),
  })
  .openapi('Problem', { description: 'A refusal (RFC 9457)' })

/**
 * A refusal, told apart by `code`, which fixes `status`. A later version of the service may answer a code that this one does not know: a
 * `switch` over `code` keeps its `default`.
 */
export type ProblemBody =
  | { readonly [C in ProblemCode]: ProblemOf<C, ProblemStatus<C>> }[ProblemCode]
  /** The client's own word for an answer that is none of the service's, such as that of a proxy. */
  | ProblemOf<'unexpected_answer', number>
interface ProblemOf<C extends string, S extends number>
  extends Readonly<Omit<ProblemFields, 'code' | 'status'>> {
  readonly code: C
  readonly status: S
}
/** What every refusal has (RFC 9457), beside the code that tells it apart. */
export interface ProblemFields {
  type: string
  title: string
  status: number
  code: ProblemCode
  detail: string
  requestId?: string | undefined
  parameters?: Record<string, string | number> | undefined
  errors?: { path: string; message: string }[] | undefined
}
