// In whose budget an act of the management API calls other addresses and has texts read.
import type { Context } from 'hono'
import type { ConnectionRules } from '../connections/metadata-source.ts'
import { withSpending } from '../connections/spending.ts'
import type { Dns } from '../outbound/dns.ts'
import type { AdminOptions, Env } from './door.ts'

/** Undefined for the operator, whose acts are not counted. */
export function toSpender(context: Context<Env>): string | undefined {
  if (context.get('caller').kind !== 'session') return undefined
  return `${context.get('organization').scope.organizationId} ${context.get('act').rung}`
}

/** The rules of connections, with every call in the budget of the caller and of the organization. */
export function toRules(context: Context<Env>, options: AdminOptions): ConnectionRules {
  const owner = context.get('organization').scope.organizationId
  return withSpending(options.connectionRules, options.spending, { spender: toSpender(context), owner })
}

/** Asks DNS in the budget of the caller. */
export function toDns(context: Context<Env>, { dns, spending }: AdminOptions): Dns {
  const spender = toSpender(context)
  return {
    txt: (name) => spending.outbound(spender, () => dns.txt(name)),
    nameServers: (name) => spending.outbound(spender, () => dns.nameServers(name)),
  }
}
