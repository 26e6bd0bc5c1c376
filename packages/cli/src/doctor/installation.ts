// The room `cli/doctor`: looks at an installation, or at one organization, and says of each part how it is and what to do. It changes
// nothing, and tells nothing that is secret.
//
// 1. `installation.ts` (this file) reads the settings as the service would, and asks each part in its turn.
// 2. `machine.ts` looks at Node and the disk, `database.ts` at the database, its rights, its migrations and its clock.
// 3. `address.ts` opens ROLLCALL_URL as a browser does; `way-out.ts` asks for what the service fetches, and for the mail server.
// 4. `organization.ts` asks the management API what keeps provisioning or sign-ins of one organization.
// 5. Each answers findings (`finding.ts`), which the command shows as lines or as JSON.
//
import type { Client, Installation } from '@rollcall/api'
import { type Config, ConfigError, readConfig } from '@rollcall/server/looks'
import { absenceOf } from '../reach.ts'
import { checkAddress } from './address.ts'
import { checkDatabase } from './database.ts'
import { type Finding, fail, ok, warn } from './finding.ts'
import { checkDisk, checkNode } from './machine.ts'
import { checkMail, checkWayOut } from './way-out.ts'

export interface Around {
  readonly environment: Readonly<Record<string, string | undefined>>
  /** Of this command. */
  readonly version: string
  /** The running service; undefined where none is reached. */
  readonly client: Client | undefined
  /** Why none is: what `reachService` threw. */
  readonly whyNone?: unknown
}

/** Everything that can be looked at without knowing a customer. */
export async function checkInstallation(around: Around): Promise<Finding[]> {
  const { config, findings } = checkSettings(around.environment)
  const before = [...findings, checkNode(process.version)]
  if (config === undefined) return before
  const told = await askService(around)
  const { installation } = told
  const parts = await Promise.all([
    told.findings,
    checkDatabase(config, installation?.store),
    // The service's own word counts, where the settings that were read are not its own.
    checkAddress(installation ?? config),
    checkWayOut({ ...config, isDev: installation?.isDev ?? config.isDev }, around.client),
    checkMail(config, installation?.hasMail),
  ])
  return [...before, checkDisk(config), ...parts.flat()]
}

function checkSettings(environment: Around['environment']): {
  readonly config: Config | undefined
  readonly findings: readonly Finding[]
} {
  const remedy = 'docs/operations.md lists the settings. Nothing else was looked at: it stands on them'
  try {
    const config = readConfig(environment)
    const count = Object.keys(environment).filter((name) =>
      /^(ROLLCALL_|DATABASE_URL|PORT$|HOST$)/.test(name),
    ).length
    const named = `${count} ${count === 1 ? 'is' : 'are'} set, and understood`
    return {
      config,
      findings: [
        config.isDev
          ? warn(
              'settings',
              `${named}; ROLLCALL_DEV is on`,
              'Unset it in production: it allows http and private addresses',
            )
          : ok('settings', named),
      ],
    }
  } catch (error) {
    const faults = error instanceof ConfigError ? error.faults : [(error as Error).message]
    return { config: undefined, findings: faults.map((fault) => fail('settings', fault, remedy)) }
  }
}

interface Told {
  /** Undefined where it was not asked, or refused. */
  readonly installation?: Installation
  readonly findings: readonly Finding[]
}

async function askService({ client, version, whyNone }: Around): Promise<Told> {
  if (client === undefined) {
    const { what, remedy } = explain(whyNone, 'Start it, or name it with --url and ROLLCALL_OPERATOR_KEY')
    return { findings: [warn('service', `it was not asked: ${what}`, remedy)] }
  }
  try {
    const installation = await client.call('getInstallation', {})
    const { nodeVersion, store, storeMs } = installation
    const told = `version ${installation.version} on Node ${nodeVersion}, store ${store}, answered in ${Math.round(storeMs)} ms`
    const finding =
      installation.version === version
        ? ok('service', told)
        : warn(
            'service',
            `${told}; this command is version ${version}`,
            'Restart the service with the version that is installed',
          )
    return { installation, findings: [finding] }
  } catch (error) {
    const { what, remedy } = explain(
      error,
      'Look at its log; where the key is refused, set ROLLCALL_OPERATOR_KEY to the present one',
    )
    return { findings: [fail('service', what, remedy)] }
  }
}

/** An error as a finding has it: what is the matter apart from what to do, which is `otherwise` where the error does not say it. */
function explain(error: unknown, otherwise: string): { readonly what: string; readonly remedy: string } {
  const absence = absenceOf(error)
  if (absence === undefined)
    return { what: error instanceof Error ? error.message : 'none was named', remedy: otherwise }
  const [first = '', ...rest] = absence.remedy
  return { what: absence.what, remedy: `${first.toUpperCase()}${rest.join('')}` }
}
