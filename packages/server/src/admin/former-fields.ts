// Fields that had other names before the API had even ones (decision 054): read as the present ones and answered beside them, so that
// handlers know the present ones alone.
import {
  type FormerConflict,
  type OperationId,
  operations,
  readFormerFields,
  renamingOf,
  tellConflict,
  withFormerFields,
} from '@rollcall/api'
import type { Context } from 'hono'
import { memberOf } from '../base/unknown.ts'
import { Problem } from '../http/problem.ts'

const jsonOf = (content: unknown): unknown =>
  memberOf(memberOf(memberOf(content, 'content'), 'application/json'), 'schema')

/** What an operation takes and gives that had other names. */
const renamings = new Map(
  Object.entries(operations).map(([id, operation]) => {
    const request = memberOf(operation, 'request')
    const answers = Object.entries(operation.responses).flatMap(([status, answer]) => {
      const renaming = /^2/.test(status) ? renamingOf(jsonOf(answer)) : undefined
      return renaming === undefined ? [] : [[Number(status), renaming] as const]
    })
    return [
      id,
      {
        body: renamingOf(jsonOf(memberOf(request, 'body'))),
        query: renamingOf(memberOf(request, 'query')),
        answers: new Map(answers),
      },
    ]
  }),
)

function refuse({ path, message }: FormerConflict): never {
  const field = path.join('.')
  throw new Problem('invalid_request', `${field}: ${message}`, { errors: [{ path: field, message }] })
}

/** The body with its fields under their present names. Throws 400 where it says one twice, and not the same. */
export function readFormerBody(id: OperationId, body: unknown): unknown {
  const renaming = renamings.get(id)?.body
  return renaming === undefined ? body : readFormerFields(body, renaming, refuse)
}

/** Puts the parameters of the query under their present names. Throws 400 where it says one twice, and not the same. */
export function readFormerQuery(context: Context, id: OperationId): void {
  const { raw } = context.req
  const url = new URL(raw.url)
  const { searchParams: query } = url
  for (const { name, former } of renamings.get(id)?.query?.fields ?? []) {
    if (former === undefined || !query.has(former)) continue
    const said = query.getAll(former)
    if (!query.has(name)) for (const value of said) query.append(name, value)
    else if (said.join() !== query.getAll(name).join())
      refuse({ path: [former], message: tellConflict(name) })
    query.delete(former)
  }
  if (url.search !== new URL(raw.url).search) context.req.raw = new Request(url, raw)
}

/** What an operation answers, with its fields under their earlier names as well. */
export function withFormerAnswer<T>(id: OperationId, status: number, answer: T): T {
  const renaming = renamings.get(id)?.answers.get(status)
  return renaming === undefined ? answer : withFormerFields(answer, renaming)
}

/** Lets every answer of the operation be one of that kind. */
export function answerFormerFields(context: Context, id: OperationId): void {
  const { json } = context
  const whole = (answer: object, status: 200 | 201 | 202) =>
    json(withFormerAnswer(id, status, answer), status)
  if (renamings.get(id)?.answers.size !== 0) Object.assign(context, { json: whole })
}
