// The key that seals: from the settings, or made once in the data folder. A store that was sealed with another key is
// refused at the start, before anything is served that could not be read.
import { randomBytes } from 'node:crypto'
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createEnvelope, type Envelope } from './base/envelope.ts'
import type { Config } from './config.ts'
import type { Database } from './store/database.ts'
import { StoreRefusal } from './store/errors.ts'
import { installationStatement } from './store/statement.ts'

const secretKeyFile = 'secret.key'
const settingName = 'secret_check'
const known = 'rollcall'

const selectCheck = installationStatement('secret_check')(({ db }) =>
  db.selectFrom('setting').select('value').where('name', '=', settingName),
)

const insertCheck = installationStatement<{ value: string }>('insert_secret_check')(({ db, place }) =>
  db
    .insertInto('setting')
    .values({ name: settingName, value: place('value') })
    .onConflict((on) => on.doNothing()),
)

/** Throws StoreRefusal for the wrong key. */
export async function openEnvelope(database: Database, config: Config): Promise<Envelope> {
  const [found] = await database.readInstallation('settings', selectCheck, {})
  // A store that was sealed before needs its own key: a new one beside it would only hide that.
  if (
    config.secretKeys.length === 0 &&
    found !== undefined &&
    !existsSync(join(config.dataFolder, secretKeyFile))
  )
    throw refusal(undefined)
  const secrets = config.secretKeys.length > 0 ? config.secretKeys : [openKeyFile(config.dataFolder)]
  const envelope = createEnvelope(secrets)
  if (found === undefined) {
    const value = envelope.seal(known, settingName)
    await database.inInstallation('settings', async (tx) => tx.write(insertCheck, { value }))
  }
  const [check] = await database.readInstallation('settings', selectCheck, {})
  try {
    if (check !== undefined && envelope.open(check.value, settingName) === known) return envelope
  } catch (error) {
    throw refusal(error)
  }
  throw refusal(undefined)
}

function refusal(cause: unknown): StoreRefusal {
  return new StoreRefusal(
    `This store was sealed with another secret key. Set ROLLCALL_SECRET_KEY to the one it was made with (or put its ${secretKeyFile} back into the data folder)`,
    cause,
  )
}

function openKeyFile(folder: string): string {
  const file = join(folder, secretKeyFile)
  if (!existsSync(file)) {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    // `wx`: of two that start at once, one makes it.
    writeFileSync(file, `${randomBytes(32).toString('base64')}\n`, { mode: 0o600, flag: 'wx' })
  }
  chmodSync(file, 0o600)
  const text = readFileSync(file, 'utf8').trim()
  if (text.length < 32)
    throw new StoreRefusal(`${secretKeyFile} in the data folder is damaged: restore it from your backup`)
  return text
}

/** What a backup needs beside the copy of the store: the keys as they are set, or the one in the data folder. */
export function readSecretKey(config: Config): string {
  if (config.secretKeys.length > 0) return config.secretKeys.join(',')
  const file = join(config.dataFolder, secretKeyFile)
  if (!existsSync(file)) throw new StoreRefusal(`There is no ${secretKeyFile} in ${config.dataFolder}`)
  return readFileSync(file, 'utf8').trim()
}

/** Puts a key that was backed up into a data folder that has none. */
export function restoreSecretKey(config: Config, key: string): void {
  writeFileSync(join(config.dataFolder, secretKeyFile), `${key.trim()}\n`, { mode: 0o600, flag: 'wx' })
}
