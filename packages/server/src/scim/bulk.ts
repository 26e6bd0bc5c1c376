// The handler of /Bulk (RFC 7644 §3.7): each operation goes the way of a request of its own, in a transaction of its own, in
// the order that references ask for. What fails is one operation's answer and nobody else's.
import {
  type BulkOperation,
  type BulkOutcome,
  findBulkId,
  type JsonObject,
  planBulk,
  readBulk,
  renderBulkResponse,
  renderError,
  resolveReferences,
  ScimError,
} from '@rollcall/scim'
import { StoreUnavailable } from '../store/errors.ts'
import type { ScimAnswer, ScimHandler, ScimRequest } from './exchange.ts'
import { resourceRoutes } from './resource-routes.ts'

/** Advertised and enforced. */
export const maxBulkOperations = 1_000

export const postBulk: ScimHandler = async (request) => {
  if (request.body === undefined) throw new ScimError(400, 'invalidSyntax', 'The request has no body')
  const { operations, failOnErrors } = readBulk(request.body, request.client.profile, maxBulkOperations)
  const outcomes = await workThrough(request, operations, failOnErrors ?? Number.POSITIVE_INFINITY)
  const failed = outcomes.filter((outcome) => outcome !== undefined && outcome.status >= 400).length
  const done = outcomes.filter((outcome) => outcome !== undefined)
  const explanation = `Bulk request of ${operations.length} operations: ${done.length - failed} done, ${failed} refused${
    done.length < operations.length ? `, ${operations.length - done.length} not tried (failOnErrors)` : ''
  }.`
  return { status: 200, body: JSON.stringify(renderBulkResponse(done)), explanation }
}

/** Outcomes by the index of the operation; undefined where failOnErrors stopped before it. */
async function workThrough(
  request: ScimRequest,
  operations: readonly BulkOperation[],
  maxFailures: number,
): Promise<readonly (BulkOutcome | undefined)[]> {
  const plan = planBulk(operations)
  const outcomes: (BulkOutcome | undefined)[] = operations.map(() => undefined)
  const ids = new Map<string, string>()
  let failures = 0
  const settle = (index: number, outcome: BulkOutcome): void => {
    outcomes[index] = outcome
    if (outcome.status >= 400) failures += 1
  }
  for (const [index, fault] of plan.faults) {
    if (failures >= maxFailures) return outcomes
    settle(index, toFailure(operations[index] as BulkOperation, fault, request))
  }
  for (const index of plan.order) {
    if (failures >= maxFailures) return outcomes
    const operation = operations[index] as BulkOperation
    const isOrphan = (plan.dependencies.get(index) ?? []).some(
      (other) => (outcomes[other]?.status ?? 500) >= 400,
    )
    settle(index, isOrphan ? toFailure(operation, orphan(), request) : await work(request, operation, ids))
  }
  return outcomes
}

async function work(
  request: ScimRequest,
  operation: BulkOperation,
  ids: Map<string, string>,
): Promise<BulkOutcome> {
  const named = findBulkId(operation.id)
  const id = named === undefined ? (operation.id ?? '') : (ids.get(named) ?? '')
  try {
    const handler = findHandler(operation)
    const body = operation.data === undefined ? undefined : resolveReferences(operation.data, ids)
    const headers = new Headers(operation.version === undefined ? {} : { 'if-match': operation.version })
    // Nothing of the answer's body is needed but the id, so nothing else is made.
    const parameters = new URLSearchParams(operation.method === 'DELETE' ? {} : { attributes: 'id' })
    const answer = await handler({ ...request, headers, parameters, id, body })
    return toSuccess(request, operation, id, answer, ids)
  } catch (error) {
    return toFailure(operation, toScimError(error), request, id)
  }
}

function toSuccess(
  { scimBaseUrl }: ScimRequest,
  operation: BulkOperation,
  id: string,
  { status, headers = {}, body }: ScimAnswer,
  ids: Map<string, string>,
): BulkOutcome {
  const own = operation.method === 'POST' ? ((JSON.parse(String(body)) as JsonObject).id as string) : id
  if (operation.method === 'POST' && operation.bulkId !== undefined) ids.set(operation.bulkId, own)
  const location = `${scimBaseUrl}/${operation.endpoint}/${own}`
  return { operation, status, location, version: headers.etag }
}

function findHandler({ method, endpoint }: BulkOperation): ScimHandler {
  const route = resourceRoutes.find((one) => one.endpoint === endpoint)
  if (route === undefined) throw new ScimError(404, undefined, 'There is no such endpoint under /scim/v2')
  return method === 'POST' ? route.create : route.single[method as 'PUT' | 'PATCH' | 'DELETE']
}

function toFailure(
  operation: BulkOperation,
  error: ScimError,
  { scimBaseUrl }: ScimRequest,
  id = operation.id ?? '',
): BulkOutcome {
  const location =
    operation.method === 'POST' || id === '' ? undefined : `${scimBaseUrl}/${operation.endpoint}/${id}`
  return { operation, status: error.status, location, response: renderError(error) }
}

function orphan(): ScimError {
  return new ScimError(400, 'invalidValue', 'The operation refers to one of this request that was not done')
}

// Other faults are the whole request's: the door answers and logs them.
function toScimError(error: unknown): ScimError {
  if (error instanceof ScimError) return error
  if (error instanceof StoreUnavailable)
    return new ScimError(503, undefined, 'The service cannot reach its store; try again shortly')
  throw error
}
