// The room `simulator/run`: plays a conversation with a server, and counts. It knows no vendor by name.
//
// 1. `simulate` plays the opening once, then the life of each person, several at a time, then of each group.
// 2. `ask` makes a request of a step.
// 3. `report` adds up, `render-report` prints.
//
// Runs a vendor's conversations: the opening once, then one for each person, several at a time. Knows no vendor by name.

import { randomInt } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { createHttpSend, type Send } from '../base/http-send.ts'
import { inventPerson, type Person } from '../base/person.ts'
import { SimulationError } from '../base/simulation-error.ts'
import { at, show } from '../vendors/check.ts'
import type { Answer, Known, Step } from '../vendors/vendor.ts'
import { type VendorName, vendors } from '../vendors/vendors.ts'
import { ask, type Line, type TimedAnswer } from './ask.ts'
import { createTally, type SimulationReport, type Tally } from './report.ts'

/** What to play against whom. */
export interface SimulationOptions {
  readonly vendor: VendorName
  /** Ends in /scim/v2 at Rollcall; any SCIM 2.0 base URL will do. */
  readonly baseUrl: string
  readonly key: string
  /** How many people live through the conversation, at least 1. */
  readonly users: number
  /** How many groups, with two people each, after the people; none unless told otherwise, nor for who pushes none. */
  readonly groups?: number
  /** How many people at a time; the vendor's own habit unless told otherwise. */
  readonly concurrency?: number
  /** A ceiling over all people together; none unless told otherwise. */
  readonly ratePerSecond?: number
  /** The people's names follow from it: playing a seed twice against one server meets the people of the first time. */
  readonly seed?: number
  /** The network; `createHttpSend()` for the length of the run unless told otherwise. */
  readonly send?: Send
  /** Called after each person. */
  readonly onProgress?: (done: number, total: number) => void
  /** Milliseconds from any origin, for durations and the rate. */
  readonly now?: () => number
  /** Resolves after so many milliseconds. */
  readonly wait?: (ms: number) => Promise<void>
}

interface Run {
  readonly line: Line
  readonly tally: Tally
  isStopped: boolean
}

/** Hands out moments at an even pace, whoever asks. */
function createPace(ratePerSecond: number | undefined, now: () => number, wait: Line['wait']): Line['slot'] {
  if (ratePerSecond === undefined) return async () => {}
  let nextAt = now()
  return async () => {
    const at = Math.max(nextAt, now())
    nextAt = at + 1000 / ratePerSecond
    if (at > now()) await wait(at - now())
  }
}

function refuseStatus(answer: Answer, step: Step): string | undefined {
  if (step.expect.statuses.includes(answer.status)) return undefined
  const detail = at(answer.body, 'detail')
  const said = typeof detail === 'string' ? `: ${detail}` : ''
  return `answered ${answer.status}, needs ${step.expect.statuses.join(' or ')}${said}`
}

function assertWorthGoingOn({ answer }: TimedAnswer, step: Step, isOpening: boolean, line: Line): void {
  const sentence = refuseStatus(answer, step)
  if (sentence === undefined) {
    if (isOpening && answer.text !== '' && answer.body === undefined)
      throw new SimulationError(
        `${line.baseUrl} is not a SCIM server: ${step.method} ${step.path} answered ${answer.status} with ${show(answer.text)}.`,
      )
    return
  }
  if (answer.status === 401)
    throw new SimulationError(`The key was refused: ${step.method} ${step.path} ${sentence}.`)
  if (isOpening && step.expect.statuses.includes(200))
    throw new SimulationError(
      `${line.vendor.name} would not go beyond its connection test: ${step.method} ${step.path} ${sentence}.`,
    )
}

async function askAndJudge(
  step: Step,
  person: Person,
  known: Known,
  run: Run,
  isOpening: boolean,
): Promise<Known> {
  const timed = await ask(step, person, known, run.line)
  assertWorthGoingOn(timed, step, isOpening, run.line)
  const { answer, ms } = timed
  const sentence = refuseStatus(answer, step) ?? step.expect.check?.(answer, known)
  const failure = sentence === undefined ? undefined : `${person.userName}: ${sentence}`
  run.tally.add({ name: step.name, method: step.method, path: step.path, status: answer.status, ms, failure })
  const id = at(answer.body, 'id')
  const isMade = answer.status === 201 && id !== undefined && id !== ''
  return isMade ? { ...known, [step.keeps ?? 'id']: String(id) } : known
}

async function converse(steps: readonly Step[], person: Person, start: Known, run: Run): Promise<void> {
  let known = start
  for (const step of steps) {
    if (run.isStopped) return
    if (step.path.includes('{id}') && known.id === undefined) run.tally.skip(1)
    else known = await askAndJudge(step, person, known, run, false)
  }
}

/** Numbers of the people who are only there for groups begin here. */
const firstOfGroups = 1_000_000

async function converseWithGroups(options: SimulationOptions, seed: number, run: Run): Promise<void> {
  const { vendor } = run.line
  if (vendor.groupConversation === undefined) return
  const queue = Array.from({ length: options.groups ?? 0 }, (_unused, at) => at)
  const worker = async (): Promise<void> => {
    for (let at = queue.shift(); at !== undefined && !run.isStopped; at = queue.shift()) {
      const first = inventPerson(seed, firstOfGroups + 2 * at)
      const second = inventPerson(seed, firstOfGroups + 2 * at + 1)
      const steps = vendor.groupConversation?.(first, second) ?? []
      const groupName = `group-${at + 1}-${(seed >>> 0).toString(36)}`
      await converse(steps, first, { groupName }, run)
    }
  }
  const workers = Math.min(options.concurrency ?? vendor.concurrency, queue.length)
  await Promise.all(Array.from({ length: workers }, worker))
}

async function converseWithAll(options: SimulationOptions, seed: number, run: Run): Promise<void> {
  let started = 0
  let done = 0
  const worker = async (): Promise<void> => {
    while (started < options.users && !run.isStopped) {
      const person = inventPerson(seed, ++started)
      await converse(run.line.vendor.conversation(person), person, {}, run)
      options.onProgress?.(++done, options.users)
    }
  }
  const workers = Math.min(options.concurrency ?? run.line.vendor.concurrency, options.users)
  try {
    await Promise.all(Array.from({ length: workers }, worker))
  } finally {
    run.isStopped = true
  }
}

function assertOptions({ baseUrl, users, concurrency, ratePerSecond }: SimulationOptions): void {
  if (!/^https?:$/.test(URL.parse(baseUrl)?.protocol ?? ''))
    throw new SimulationError(`${show(baseUrl)} is not an http or https URL.`)
  if (!Number.isInteger(users) || users < 1)
    throw new SimulationError('The number of users must be 1 or more.')
  if (concurrency !== undefined && !(concurrency >= 1))
    throw new SimulationError('The concurrency must be 1 or more.')
  if (ratePerSecond !== undefined && !(ratePerSecond > 0))
    throw new SimulationError('The rate must be above 0.')
}

/**
 * Plays the whole conversation and reports each answer the vendor would not accept; throws SimulationError, with a
 * sentence for the terminal, when nobody answers, the key is refused or the connection test fails.
 */
export async function simulate(options: SimulationOptions): Promise<SimulationReport> {
  assertOptions(options)
  const { vendor, baseUrl, key, now = () => performance.now(), wait = sleepMs } = options
  const seed = options.seed ?? randomInt(2 ** 32)
  const http = options.send === undefined ? createHttpSend() : undefined
  const send = options.send ?? http!.send
  const slot = createPace(options.ratePerSecond, now, wait)
  const line: Line = { vendor: vendors[vendor], baseUrl, key, send, now, wait, slot }
  const run: Run = { line, tally: createTally(), isStopped: false }
  const startedAt = now()
  try {
    const nobody = inventPerson(seed, 0)
    let known: Known = {}
    for (const step of line.vendor.opening(nobody)) known = await askAndJudge(step, nobody, known, run, true)
    await converseWithAll(options, seed, run)
    run.isStopped = false
    await converseWithGroups(options, seed, run)
  } finally {
    await http?.close()
  }
  return run.tally.toReport(vendor, now() - startedAt)
}

const sleepMs = async (ms: number): Promise<void> => {
  await sleep(ms)
}
