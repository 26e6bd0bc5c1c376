// The handler of /Bulk (RFC 7644 §3.7): each operation goes the way of a request of its own, in a transaction of its own, in
// the order that references ask for. What fails is one operation's answer and nobody else's. Neighbours between which no order
// shows are asked of the store together: the embedded one commits them together, PostgreSQL takes them side by side.

import { type Sentence, say } from '@rollcall/api/sentences'
import {
  addReading,
  type BulkOperation,
  type BulkOutcome,
  type BulkPlan,
  findBulkId,
  isJsonObject,
  type JsonObject,
  planBulk,
  readBulk,
  renderBulkResponse,
  renderError,
  resolveReferences,
  ScimError,
  startReading,
} from '@rollcall/scim'
import { readJson } from '../base/json.ts'
import { toUserNameKey } from '../mapping/user-columns.ts'
import { refuse } from '../resources/refusals.ts'
import { StoreUnavailable } from '../store/errors.ts'
import type { ScimAnswer, ScimHandler, ScimRequest } from './exchange.ts'
import { explainOperations, explainRefusal, saysMore, type ToldOperation } from './explain.ts'
import { resourceRoutes } from './resource-routes.ts'

/** Advertised and enforced. */
export const maxBulkOperations = 1_000

/** Answers a bulk request; one operation that fails fails alone. */
export const postBulk: ScimHandler = async (request) => {
  if (request.body === undefined) throw refuse('body_missing')
  const { client, scimBaseUrl: baseUrl, reading } = request
  const types = [client.types.user, client.types.group]
  const around = { types, baseUrl, reading }
  const { operations, failOnErrors } = readBulk(request.body, client.profile, maxBulkOperations, around)
  const told: Told = { refused: [], done: [] }
  const outcomes = await workThrough(request, operations, failOnErrors ?? Number.POSITIVE_INFINITY, told)
  const failed = outcomes.filter((outcome) => outcome !== undefined && outcome.status >= 400).length
  const done = outcomes.filter((outcome) => outcome !== undefined)
  const counts = { operations: operations.length, done: done.length - failed, failed }
  const untried = operations.length - done.length
  const explanation = [
    untried === 0 ? say('bulk', counts) : say('bulk_stopped', { ...counts, untried }),
    ...explainOperations(told.refused),
    ...explainOperations(told.done),
  ]
  return { status: 200, body: JSON.stringify(renderBulkResponse(done)), explanation }
}

/** What activity is told of single operations. */
interface Told {
  readonly refused: ToldOperation[]
  readonly done: ToldOperation[]
}

/** Outcomes by the index of the operation; undefined where failOnErrors stopped before it. */
async function workThrough(
  request: ScimRequest,
  operations: readonly BulkOperation[],
  maxFailures: number,
  told: Told,
): Promise<readonly (BulkOutcome | undefined)[]> {
  const plan = planBulk(operations)
  const outcomes: (BulkOutcome | undefined)[] = operations.map(() => undefined)
  const ids = new Map<string, string>()
  let failures = 0
  const settle = (index: number, { said, ...outcome }: Settled): void => {
    outcomes[index] = outcome
    if (outcome.status >= 400) failures += 1
    const { method, endpoint, id, sentBulkId: bulkId } = operations[index]!
    const path = id === undefined ? `/${endpoint}` : `/${endpoint}/${id}`
    const one = { number: index + 1, method, path: path.slice(0, 80), bulkId, said }
    if (outcome.status >= 400) told.refused.push(one)
    else if (saysMore(said)) told.done.push(one)
  }
  for (const [index, fault] of plan.faults) {
    if (failures >= maxFailures) return outcomes
    settle(index, toFailure(operations[index]!, fault, request))
  }
  const isOrphan = (index: number): boolean =>
    (plan.dependencies.get(index) ?? []).some((other) => (outcomes[other]?.status ?? 500) >= 400)
  const workOn = async (index: number): Promise<void> => {
    const operation = operations[index]!
    settle(
      index,
      isOrphan(index)
        ? toFailure(operation, refuse('operation_orphaned'), request)
        : await work(request, operation, ids),
    )
  }
  // Who stops at a failure has not tried what comes after it.
  const most = maxFailures === Number.POSITIVE_INFINITY ? maxTogether : 1
  for (const wave of listWaves(operations, plan, most)) {
    if (failures >= maxFailures) return outcomes
    await allOf(wave.map(workOn))
  }
  return outcomes
}

/** So many are asked of the store at once; between two such waves others have their turn. */
const maxTogether = 50

// In the plan's order, cut wherever an order would show.
function* listWaves(
  operations: readonly BulkOperation[],
  plan: BulkPlan,
  most: number,
): Generator<readonly number[]> {
  let wave: number[] = []
  let kind = ''
  let names = new Set<string>()
  for (const index of plan.order) {
    const mark = findMark(operations[index]!)
    const waitsForOne = (plan.dependencies.get(index) ?? []).some((other) => wave.includes(other))
    const fits = mark !== undefined && mark.kind === kind && !names.has(mark.name)
    if (wave.length > 0 && (!fits || waitsForOne || wave.length >= most)) {
      yield wave
      wave = []
      names = new Set()
    }
    wave.push(index)
    kind = mark?.kind ?? ''
    if (mark !== undefined) names.add(mark.name)
  }
  if (wave.length > 0) yield wave
}

/**
 * What an operation is about, where nothing else of it can meet its neighbours of the same kind: the name that a user is created with,
 * or the user that is changed or removed without a change of the name. Undefined for all that shows an order: a PUT may take the name
 * that another one gives up, and groups hold users.
 */
function findMark({ method, endpoint, id, data }: BulkOperation): { kind: string; name: string } | undefined {
  if (endpoint !== 'Users') return undefined
  if (method === 'POST') {
    const found = isJsonObject(data) ? Object.entries(data).filter(([name]) => isUserName(name)) : []
    const name = found.length === 1 ? found[0]?.[1] : undefined
    return typeof name === 'string' ? { kind: 'create', name: toUserNameKey(name) } : undefined
  }
  if (id === undefined || findBulkId(id) !== undefined || method === 'PUT') return undefined
  const mayRename = method === 'PATCH' && /username/i.test(JSON.stringify(data) ?? '')
  return mayRename ? undefined : { kind: 'change', name: id }
}

const isUserName = (name: string): boolean => name.toLowerCase() === 'username'

/** Waits for all of them, whatever becomes of one; throws the first fault. */
async function allOf(work: readonly Promise<void>[]): Promise<void> {
  const outcomes = await Promise.allSettled(work)
  for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason
}

async function work(
  request: ScimRequest,
  operation: BulkOperation,
  ids: Map<string, string>,
): Promise<Settled> {
  const named = findBulkId(operation.id)
  const id = named === undefined ? (operation.id ?? '') : (ids.get(named) ?? '')
  try {
    const handler = findHandler(operation)
    const body = resolveReferences(operation, ids)
    const headers = new Headers(operation.version === undefined ? {} : { 'if-match': operation.version })
    // Nothing of the answer's body is needed but the id, so nothing else is made.
    const parameters = new URLSearchParams(operation.method === 'DELETE' ? {} : { attributes: 'id' })
    // What was met on the way to a refusal was not done.
    const reading = startReading(request.client.profile)
    const answer = await handler({ ...request, headers, parameters, id, body, reading })
    addReading(request.reading, reading)
    return toSuccess(request, operation, id, answer, ids)
  } catch (error) {
    return toFailure(operation, toScimError(error, request), request, id)
  }
}

/** With what activity is told of it. */
type Settled = BulkOutcome & { readonly said: readonly Sentence[] }

function toSuccess(
  { scimBaseUrl }: ScimRequest,
  operation: BulkOperation,
  id: string,
  { status, headers = {}, body, explanation }: ScimAnswer,
  ids: Map<string, string>,
): Settled {
  const own = operation.method === 'POST' ? (readJson<JsonObject>(String(body)).id as string) : id
  if (operation.method === 'POST' && operation.bulkId !== undefined) ids.set(operation.bulkId, own)
  const location = `${scimBaseUrl}/${operation.endpoint}/${own}`
  return { operation, status, location, version: headers.etag, said: explanation }
}

function findHandler({ method, endpoint }: BulkOperation): ScimHandler {
  const route = resourceRoutes.find((one) => one.endpoint === endpoint)
  if (route === undefined) throw refuse('endpoint_of_bulk_unknown')
  return method === 'POST' ? route.create : route.single[method as 'PUT' | 'PATCH' | 'DELETE']
}

function toFailure(
  operation: BulkOperation,
  error: ScimError,
  { scimBaseUrl }: ScimRequest,
  id = operation.id ?? '',
): Settled {
  const location =
    operation.method === 'POST' || id === '' ? undefined : `${scimBaseUrl}/${operation.endpoint}/${id}`
  const said = explainRefusal(error, operation.data)
  return { operation, status: error.status, location, response: renderError(error), said }
}

// Whatever fails is this operation's failure: the others are done, and their answers are not lost.
function toScimError(error: unknown, { toFault }: ScimRequest): ScimError {
  if (error instanceof ScimError) return error
  if (error instanceof StoreUnavailable) return refuse('store_away')
  return toFault(error)
}
