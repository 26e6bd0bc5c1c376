// Which prompts there are, and what an application is granted.
import type { interactionPolicy as InteractionPolicy, KoaContextWithOIDC, Provider } from 'oidc-provider'
import { mayUseApplication } from '../applications/applications.ts'
import { findConnection } from '../connections/find.ts'
import type { Database } from '../store/database.ts'
import { type Account, findAccount } from './accounts.ts'
import type { Library } from './library.ts'
import type { ProviderOptions } from './provider-options.ts'
import { isSourceLive, type Source, sourceOf } from './source.ts'

/** What an application was given may have become less since it got its tokens. Sign-ins themselves are judged by the policy. */
export async function mayHave(
  ctx: KoaContextWithOIDC,
  database: Database,
  account: Account,
): Promise<boolean> {
  const { client, route } = ctx.oidc
  if (client === undefined || (route !== 'token' && route !== 'userinfo')) return true
  return mayUseApplication(database, client.clientId, account.organization.id)
}

/**
 * Somebody is sent to sign in where our session is over, whatever the library's own says, and where they belong to another
 * organization than is wanted, or than the application was given. Nobody is asked for consent; a choice of accounts is the identity
 * provider's to offer.
 */
export function createPolicy(
  { interactionPolicy }: Library,
  { database, clock }: ProviderOptions,
): InteractionPolicy.DefaultPolicy {
  const policy = interactionPolicy.base()
  const { Check, Prompt } = interactionPolicy
  policy.get('consent')?.checks.clear()
  policy.add(new Prompt({ name: 'select_account', requestable: true }), 1)
  policy.get('login')?.checks.add(
    new Check('session_over', 'the session that this came by is over', async (ctx) => {
      if (ctx.oidc.session?.accountId === undefined) return Check.NO_NEED_TO_PROMPT
      return (await isSourceLive(ctx, database, clock())) ? Check.NO_NEED_TO_PROMPT : Check.REQUEST_PROMPT
    }),
  )
  policy.get('login')?.checks.add(
    new Check('other_organization', 'the person belongs to another organization', async (ctx) => {
      const { session, params, client } = ctx.oidc
      if (session?.accountId === undefined || client === undefined) return Check.NO_NEED_TO_PROMPT
      const account = await findAccount(database, session.accountId)
      if (account === undefined) return Check.REQUEST_PROMPT
      const { id, slug } = account.organization
      const { organization: wanted, connection } = params ?? {}
      const found = typeof connection === 'string' ? await findConnection(database, connection) : undefined
      const isOther =
        (typeof wanted === 'string' && wanted !== id && wanted !== slug) ||
        (typeof connection === 'string' && found?.organization.id !== id)
      return isOther || !(await mayUseApplication(database, client.clientId, id))
        ? Check.REQUEST_PROMPT
        : Check.NO_NEED_TO_PROMPT
    }),
  )
  return policy
}

/**
 * Applications are the operator's own: what they ask for is granted, and nobody is asked. Nothing is granted by a session of ours that
 * is over: the policy sends the person to sign in.
 */
export async function grantAll(
  ctx: KoaContextWithOIDC,
  { database, clock }: ProviderOptions,
): Promise<InstanceType<Provider['Grant']> | undefined> {
  const { client, account, session, provider, result } = ctx.oidc
  if (client === undefined || account === undefined || session === undefined) return undefined
  const kept = session as { source?: Source | undefined }
  if (result?.login !== undefined) kept.source = sourceOf(result.login)
  if (!(await isSourceLive(ctx, database, clock()))) return undefined
  const found = await findGrant(ctx, kept.source)
  const grant = found ?? new provider.Grant({ accountId: account.accountId, clientId: client.clientId })
  if (found === undefined) Object.assign(grant, { source: kept.source })
  const wanted = [...ctx.oidc.requestParamScopes].join(' ')
  const missing = found === undefined || !isCovered(found.getOIDCScope(), wanted)
  if (missing) {
    grant.addOIDCScope(wanted)
    grant.addOIDCClaims([...ctx.oidc.requestParamClaims])
    await grant.save()
  }
  return grant
}

// One that came by an earlier session of ours ends with that.
async function findGrant(
  { oidc: { client, session, provider } }: KoaContextWithOIDC,
  source: Source | undefined,
): Promise<InstanceType<Provider['Grant']> | undefined> {
  const known = session?.grantIdFor(client?.clientId ?? '')
  const found = known === undefined ? undefined : await provider.Grant.find(known)
  return sourceOf(found)?.sessionId === source?.sessionId ? found : undefined
}

function isCovered(granted: string, wanted: string): boolean {
  const has = new Set(granted.split(' '))
  return wanted.split(' ').every((scope) => has.has(scope))
}
