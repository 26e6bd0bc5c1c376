// The keys that seal: from the settings, or from the data folder. A store that was sealed with a key that is not among them is
// refused at the start, before anything is served that could not be read.
import { createEnvelope, type Keyring } from '../base/envelope.ts'
import { createLog, type Log } from '../base/log.ts'
import type { Config } from '../config.ts'
import type { Database } from '../store/database.ts'
import { StoreRefusal } from '../store/errors.ts'
import { readSettings } from '../store/sqlite-copy.ts'
import { type Check, canOpen, checkFirst, findChecks, listChecks } from './checks.ts'
import type { SealedColumns } from './columns.ts'
import {
  createSecretKey,
  hasKeyFile,
  openSecrets,
  readSecretKeys,
  secretKeyFile,
  writeKeyFile,
} from './file.ts'
import { createRotation, type PassOutcome, type Rotation, type RotationStatus } from './rotation.ts'

type Settings = Pick<Config, 'secretKeys' | 'dataFolder'>

/** The keys of the service, opened. */
export interface SecretKeys {
  readonly ring: Keyring
  readonly rotation: Rotation
  status(): Promise<RotationStatus>
  /**
   * Makes a new key where the key is the data folder's and all is settled, then seals everything anew; resolves when nothing
   * needs the old key. Throws StoreRefusal where the settings name one key alone: then there is nothing to go over to.
   */
  rotate(pace: Pace): Promise<void>
}

/** When a run pauses, and what it tells. */
export interface Pace {
  readonly isStopping: () => boolean
  readonly tell: (what: { readonly outcome: PassOutcome; readonly resealed: number }) => void
  /** Whether this process answers requests meanwhile. */
  readonly isServing: boolean
  /** Between two looks while something is waited for. */
  readonly pause: () => Promise<void>
}

/** Throws StoreRefusal for keys that do not open the whole store. */
export async function openKeys(options: {
  readonly database: Database
  readonly config: Settings
  readonly log: Log
  readonly owner: string
  readonly clock: () => number
  readonly columns: SealedColumns
}): Promise<SecretKeys> {
  const { database, config } = options
  const ring = await openKeyring(database, config)
  const rotation = createRotation({ ...options, ring, onSettled: () => keepFirst(config) })
  try {
    await rotation.look()
    // Another node may have announced a key before it heard of this one.
    await assertOpens(database, ring)
  } catch (error) {
    await rotation.leave().catch(() => undefined)
    throw error
  }
  return {
    ring,
    rotation,
    status: () => rotation.status(),
    async rotate(pace) {
      const isOfFolder = config.secretKeys.length === 0
      if (!isOfFolder && config.secretKeys.length === 1)
        throw new StoreRefusal(
          'ROLLCALL_SECRET_KEY names one key, so that there is none to go over to. Make one (openssl rand -base64 32), start every node with ROLLCALL_SECRET_KEY=new,old, and call this again',
        )
      // What was begun before and broken off is brought to its end first; it needs no third key.
      if (isOfFolder && readSecretKeys(config).length === 1) addKey(config, ring)
      rotation.restart(pace.isServing)
      await untilSettled(rotation, pace)
    },
  }
}

/** Changes nothing: no key is made, none goes over. */
export async function readKeyStatus(
  database: Database,
  config: Settings,
  columns: SealedColumns,
): Promise<RotationStatus> {
  const ring = createEnvelope(readSecretKeys(config))
  const checks = await listChecks(database)
  const opened = checks.filter((check) => canOpen(ring, check))
  // Of a key that the store has never had, nothing could be said that is true.
  if (checks.length > 0 && opened.length === 0) throw wrongKey('no check of the store was opened')
  sealAsBefore(ring, opened)
  const log = createLog('silent', false)
  return createRotation({ database, ring, log, owner: '', clock: () => 0, columns }).status()
}

/** Keys that open all of a copy of a store; throws StoreRefusal where they lack one. */
export function assertOpensCopy(file: string, keys: readonly string[]): void {
  const ring = createEnvelope(keys)
  if (!findChecks(readSettings(file)).every((check) => canOpen(ring, check)))
    throw new StoreRefusal(
      'The store is sealed with another secret key than the one that is set here: set ROLLCALL_SECRET_KEY as it is set for the service. Nothing was written',
    )
}

async function untilSettled(rotation: Rotation, { isStopping, tell, pause }: Pace): Promise<void> {
  for (;;) {
    await rotation.look()
    let resealed = 0
    const outcome = await rotation.pass(isStopping, (done) => {
      resealed = done
      tell({ outcome: 'resealed', resealed })
    })
    tell({ outcome, resealed })
    if (outcome === 'settled' || outcome === 'stopped') return
    if (outcome !== 'resealed') await pause()
  }
}

// On disk before anything is sealed with it.
function addKey(config: Settings, ring: Keyring): void {
  const fresh = createSecretKey()
  writeKeyFile(config, [fresh, ...readSecretKeys(config)])
  ring.add(fresh)
}

// Of the data folder's keys, the old one goes by itself; what is set is the operator's to change.
function keepFirst(config: Settings): void {
  if (config.secretKeys.length > 0) return
  const keys = readSecretKeys(config)
  if (keys.length > 1) writeKeyFile(config, keys.slice(0, 1))
}

/**
 * Seals with the first key where the store has met it, else with the one that it was sealed with so far: rotation.ts goes over
 * to the new one when every node has it. Throws StoreRefusal for the wrong keys.
 */
export async function openKeyring(database: Database, config: Settings): Promise<Keyring> {
  // A store that was sealed before needs its own key: a new one beside it would only hide that.
  if (config.secretKeys.length === 0 && !hasKeyFile(config) && (await listChecks(database)).length > 0)
    throw wrongKey(secretKeyFile)
  const ring = createEnvelope(openSecrets(config))
  await assertOpens(database, ring)
  return ring
}

/** Throws StoreRefusal unless these keys open everything in the store, as its checks say. */
export async function assertOpens(database: Database, ring: Keyring): Promise<void> {
  if ((await listChecks(database)).length === 0) await checkFirst(database, ring)
  const checks = await listChecks(database)
  const opened = checks.filter((check) => canOpen(ring, check))
  if (opened.length === 0) throw wrongKey('ROLLCALL_SECRET_KEY')
  if (opened.length < checks.length) throw missingKey()
  sealAsBefore(ring, checks)
}

// Until rotation.ts goes over to the new key.
function sealAsBefore(ring: Keyring, checks: readonly Check[]): void {
  const [settled] = checks
  if (settled !== undefined && checks.every(({ keyId }) => keyId !== ring.wanted))
    ring.sealWith(settled.keyId)
}

function wrongKey(cause: string): StoreRefusal {
  return new StoreRefusal(
    `This store was sealed with another secret key. Set ROLLCALL_SECRET_KEY to the one it was made with (or put its ${secretKeyFile} back into the data folder)`,
    cause,
  )
}

function missingKey(): StoreRefusal {
  return new StoreRefusal(
    'This store is sealed with two secret keys, and ROLLCALL_SECRET_KEY lacks one of them: its key is being rotated. Set both, the new one in front (ROLLCALL_SECRET_KEY=new,old), until rollcall secret-key status says that the old one may go',
  )
}
