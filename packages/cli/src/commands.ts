// The table of commands: the file to read for what `rollcall` can do. Each is loaded when it is called, so that a service
// holds nothing of the others.
import { played } from '@rollcall/api/identity-providers'

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
    usage: 'serve [--workers N]',
    does: 'Serves until SIGTERM or Ctrl-C, on PostgreSQL with N threads where that is asked for. Settings come from the environment.',
    run: async (words) => (await import('./commands/serve.ts')).serve(words),
  },
  {
    name: 'demo',
    usage: 'demo [--product FILE]',
    does: 'Serves the organization Acme with a simulated identity provider beside it, and prints what to click; --product starts an example product as well (installed from a package, it starts the one inside).',
    run: async (words) => (await import('./commands/demo.ts')).demo(words),
  },
  {
    name: 'migrate',
    usage: 'migrate',
    does: 'Brings the database to this version and ends.',
    run: async (words) => (await import('./commands/migrate.ts')).migrate(words),
  },
  {
    name: 'organization',
    usage:
      'organization create SLUG --name NAME [--no-sso] | organization list [--search TEXT]   [--url URL with ROLLCALL_OPERATOR_KEY]',
    does: 'Creates or lists organizations of the running service, through its control socket or its URL.',
    run: async (words) => (await import('./commands/organization.ts')).organization(words),
  },
  {
    name: 'portal-link',
    usage:
      'portal-link SLUG [--role owner|admin] [--email ADDRESS] [--days N]   [--url URL with ROLLCALL_OPERATOR_KEY]',
    does: "Prints a link into that organization's settings: once and for 5 minutes, or for N days as a set-up link.",
    run: async (words) => (await import('./commands/portal-link.ts')).portalLink(words),
  },
  {
    name: 'operator-link',
    usage: 'operator-link [--name WHO]   [--url URL with ROLLCALL_OPERATOR_KEY]',
    does: "Prints a link into the operator's side of the console: once and for 5 minutes. The name is shown in the list of sessions and in events.",
    run: async (words) => (await import('./commands/operator-link.ts')).operatorLink(words),
  },
  {
    name: 'apply',
    usage:
      'apply FILE.yaml [--dry-run] [--prune] [--send-secrets]   [--url URL with ROLLCALL_OPERATOR_KEY] | apply --schema',
    does: 'Brings the running service to what a file says: organizations, connections, domains, mappings, applications, webhooks. Shows the plan first; --prune deletes what the file does not name. --schema prints its JSON Schema.',
    run: async (words) => (await import('./commands/apply.ts')).apply(words),
  },
  {
    name: 'export',
    usage: 'export [ORGANIZATION]   [--url URL with ROLLCALL_OPERATOR_KEY]',
    does: 'Prints the configuration of the running service, or of one organization, as a file for apply; secrets by reference alone.',
    run: async (words) => (await import('./commands/export.ts')).exportAll(words),
  },
  {
    name: 'doctor',
    usage: 'doctor [ORGANIZATION] [--json]   [--url URL with ROLLCALL_OPERATOR_KEY]',
    does: 'Looks at the installation (settings, database, clock, TLS, way out, mail, disk), or at why an organization is not provisioned or does not come in, and says what to do; exit code 1 where something is wrong.',
    run: async (words) => (await import('./commands/doctor.ts')).doctor(words),
  },
  {
    name: 'scim-check',
    usage: 'scim-check SCIM_BASE_URL --key KEY [--json] [--html FILE] [--user FILE] [--profile strict|auto]',
    does: 'Asks any SCIM server for everything that the RFCs require; exit code 1 when a MUST fails.',
    run: async (words) => (await import('./commands/scim-check.ts')).scimCheck(words),
  },
  {
    name: 'simulate',
    usage: `simulate ${played.join('|')} --url SCIM_BASE_URL --key KEY [--users N] [--groups N] [--concurrency N] [--rate N] [--seed N]`,
    does: "Plays a vendor's conversation against any SCIM server and prints what was asked and answered.",
    run: async (words) => (await import('./commands/simulate.ts')).simulateVendor(words),
  },
  {
    name: 'events',
    usage:
      'events archive --older-than DAYS --to FOLDER [--organization SLUG]   [--url URL with ROLLCALL_OPERATOR_KEY] | events verify FILE... [--head SEQUENCE:HASH]',
    does: 'Moves the old part of audit logs from the running service into files that verify by themselves, or checks such files.',
    run: async (words) => (await import('./commands/events.ts')).events(words),
  },
  {
    name: 'backup',
    usage: 'backup FILE [--with-secret-key]',
    does: 'Writes a consistent copy of the embedded store, also while it serves; the secret key only on demand.',
    run: async (words) => (await import('./commands/backup.ts')).backup(words),
  },
  {
    name: 'restore',
    usage: 'restore FILE',
    does: 'Puts a copy into an empty data folder.',
    run: async (words) => (await import('./commands/restore.ts')).restore(words),
  },
  {
    name: 'check',
    usage: 'check',
    does: 'Reads the whole embedded store, also while it is served, and says what is damaged; exit code 1 where something is.',
    run: async (words) => (await import('./commands/check.ts')).check(words),
  },
  {
    name: 'secret-key',
    usage: 'secret-key status | secret-key rotate',
    does: 'Says which keys the secrets in the store are sealed with; seals them all with a new key, while it serves.',
    run: async (words) => (await import('./commands/secret-key.ts')).secretKey(words),
  },
]

export function renderUsage(): string {
  const lines = commands.map((command) => `  rollcall ${command.usage}\n      ${command.does}`)
  return `Rollcall: user provisioning for B2B products\n\n${lines.join('\n')}`
}
