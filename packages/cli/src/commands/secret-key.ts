// `rollcall secret-key status|rotate`: which keys the store is sealed with, and how one takes the place of another. Asks the service
// of this data folder where one runs, else looks into the store itself.
import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as wait } from 'node:timers/promises'
import type { RotationStatus, SecretKeys } from '@rollcall/server'
import { embeddedFileName, readConfig, StoreRefusal } from '@rollcall/server/offline'
import { Agent, request } from 'undici'
import { readWords, UsageError } from '../arguments.ts'
import { askControl, controlSocketPath, isNobody } from '../reach.ts'

const lookAgainMs = 2_000

interface Step {
  readonly outcome?: string
  readonly resealed?: number
  readonly error?: string
}

export async function secretKey(args: readonly string[]): Promise<number> {
  const [action] = readWords(args, {}, 1, 1).words
  if (action !== 'status' && action !== 'rotate') throw new UsageError('say status or rotate')
  const config = readConfig(process.env)
  const isServed = config.databaseUrl === undefined && existsSync(controlSocketPath())
  const status = (isServed ? await askService(action) : undefined) ?? (await askStore(action))
  console.log(renderStatus(status))
  return 0
}

/** Undefined when nobody listens there any more. */
async function askService(action: 'status' | 'rotate'): Promise<RotationStatus | undefined> {
  if (action === 'rotate') await followRotation()
  return askControl<RotationStatus>('GET', '/control/secret-key')
}

async function followRotation(): Promise<void> {
  const dispatcher = new Agent({
    connect: { socketPath: controlSocketPath() },
    headersTimeout: 0,
    bodyTimeout: 0,
  })
  try {
    const at = 'http://localhost/control/secret-key/rotate'
    const { body } = await request(at, { dispatcher, method: 'POST' })
    for await (const line of createInterface({ input: body })) showStep(JSON.parse(line) as Step)
  } catch (error) {
    if (!isNobody(error)) throw error
  } finally {
    await dispatcher.close()
  }
}

async function askStore(action: 'status' | 'rotate'): Promise<RotationStatus> {
  const config = { ...readConfig(process.env), isMigrating: false }
  if (config.databaseUrl === undefined && !existsSync(join(config.dataFolder, embeddedFileName)))
    throw new StoreRefusal(`There is no store in ${config.dataFolder}`)
  const { createLog, createMetrics, openDatabase, openSecretKeys, readStatus } = await import(
    '@rollcall/server'
  )
  const log = createLog('silent', false)
  const database = await openDatabase(config, createMetrics(), log)
  let keys: SecretKeys | undefined
  try {
    if (action === 'status') return await readStatus(database, config)
    const clock = () => performance.now()
    keys = await openSecretKeys({ database, config, log, owner: `command-${randomUUID()}`, clock })
    await keys.rotate({
      isStopping: () => false,
      isServing: false,
      tell: showStep,
      pause: () => wait(lookAgainMs),
    })
    return await keys.status()
  } finally {
    await keys?.rotation.leave()
    await database.close()
  }
}

const steps: Readonly<Record<string, string>> = {
  waiting: 'waits until every node has the new key',
  quiet: 'nothing is left; looks once more in a minute for what was under way',
  stopped: 'the service stops: the next start goes on',
}
let shown = ''

function showStep({ outcome = '', resealed = 0, error }: Step): void {
  if (error !== undefined) throw new StoreRefusal(error)
  const text = outcome === 'resealed' ? `sealed anew: ${resealed}` : (steps[outcome] ?? '')
  if (text === '' || text === shown) return
  shown = text
  console.error(text)
}

function renderStatus(status: RotationStatus): string {
  const { wanted, sealing, counts, needed, unknown, nodesWithout } = status
  const total = Object.values(counts).reduce((sum, one) => sum + one, 0)
  const lines = Object.entries(counts).map(([id, rows]) => {
    const what = unknown.includes(id) ? 'of no key that is known: lost' : id === sealing ? 'seals' : 'opens'
    return `  ${id.padEnd(10)} ${String(rows).padStart(10)}  ${what}`
  })
  if (counts[sealing] === undefined) lines.unshift(`  ${sealing.padEnd(10)} ${'0'.padStart(10)}  seals`)
  const leaving = Object.entries(counts).filter(([id]) => id !== wanted && !unknown.includes(id))
  const left = leaving.reduce((sum, [, rows]) => sum + rows, 0)
  return [
    `key               rows`,
    ...lines,
    '',
    renderOutlook({ wanted, sealing, needed, nodesWithout, left, total }),
  ].join('\n')
}

function renderOutlook(state: {
  readonly wanted: string
  readonly sealing: string
  readonly needed: readonly string[]
  readonly nodesWithout: number
  readonly left: number
  readonly total: number
}): string {
  const { wanted, sealing, needed, nodesWithout, left, total } = state
  if (sealing !== wanted)
    return `The key ${wanted} will seal as soon as every node has it; ${nodesWithout === 1 ? 'one lacks' : `${nodesWithout} lack`} it.`
  const isSettled = left === 0 && needed.every((id) => id === wanted)
  if (isSettled) return `Everything is sealed with the key ${wanted}: no other is needed.`
  return left === 0
    ? `Everything is sealed with the key ${wanted}; the old one is needed until what was under way is over. Ask again in a minute.`
    : `Sealed with the key ${wanted}: ${total - left} of ${total}. The old key is needed until all are.`
}
