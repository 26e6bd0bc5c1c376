// The table of commands: the file to read for what `rollcall` can do.
import { backup } from './commands/backup.ts'
import { demo } from './commands/demo.ts'
import { migrate } from './commands/migrate.ts'
import { organization } from './commands/organization.ts'
import { portalLink } from './commands/portal-link.ts'
import { restore } from './commands/restore.ts'
import { serve } from './commands/serve.ts'
import { simulateVendor } from './commands/simulate.ts'

export interface Command {
  readonly name: string
  readonly usage: string
  readonly does: string
  /** Resolves with the exit code. */
  run(words: readonly string[]): Promise<number>
}

export const commands: readonly Command[] = [
  {
    name: 'serve',
    usage: 'serve',
    does: 'Serves until SIGTERM or Ctrl-C. Settings come from the environment.',
    run: serve,
  },
  {
    name: 'demo',
    usage: 'demo',
    does: 'Serves the organization Acme with a simulated identity provider beside it, and prints what to click.',
    run: demo,
  },
  { name: 'migrate', usage: 'migrate', does: 'Brings the database to this version and ends.', run: migrate },
  {
    name: 'organization',
    usage:
      'organization create SLUG --name NAME [--no-sso] | organization list [--search TEXT]   [--url URL with ROLLCALL_OPERATOR_KEY]',
    does: 'Creates or lists organizations of the running service, through its control socket or its URL.',
    run: organization,
  },
  {
    name: 'portal-link',
    usage:
      'portal-link SLUG [--role owner|admin] [--email ADDRESS] [--days N]   [--url URL with ROLLCALL_OPERATOR_KEY]',
    does: "Prints a link into that organization's settings: once and for 5 minutes, or for N days as a set-up link.",
    run: portalLink,
  },
  {
    name: 'simulate',
    usage:
      'simulate okta|entra --url SCIM_BASE_URL --key KEY [--users N] [--concurrency N] [--rate N] [--seed N]',
    does: "Plays a vendor's conversation against any SCIM server and prints what was asked and answered.",
    run: simulateVendor,
  },
  {
    name: 'backup',
    usage: 'backup FILE [--with-secret-key]',
    does: 'Writes a consistent copy of the embedded store, also while it serves; the secret key only on demand.',
    run: backup,
  },
  { name: 'restore', usage: 'restore FILE', does: 'Puts a copy into an empty data folder.', run: restore },
]

export function renderUsage(): string {
  const lines = commands.map((command) => `  rollcall ${command.usage}\n      ${command.does}`)
  return `Rollcall: user provisioning for B2B products\n\n${lines.join('\n')}`
}
