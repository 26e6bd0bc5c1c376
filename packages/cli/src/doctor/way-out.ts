// The way out: whether the service gets what it has to fetch, may call what it has to call, and reaches the mail server.
import type { Client } from '@rollcall/api'
import {
  type Config,
  createAddressGuard,
  createMailer,
  createOutbound,
  MailError,
  OutboundError,
} from '@rollcall/server/looks'
import { absenceOf, listSlugs } from '../reach.ts'
import { asService } from './database.ts'
import { type Finding, fail, ok, warn } from './finding.ts'

const mostAddresses = 20
const mostOrganizations = 200

interface Wanted {
  readonly url: string
  /** Metadata is fetched; of an endpoint only whether it may be called, because a call would be taken for a message. */
  readonly how: 'get' | 'check'
  readonly what: string
}

/** By the same rules as the service: address guard, ports, no proxy. */
export async function checkWayOut(
  { outboundAllow, isDev }: Pick<Config, 'outboundAllow' | 'isDev'>,
  client: Client | undefined,
): Promise<Finding[]> {
  if (client === undefined)
    return [
      warn(
        'outbound',
        'not tried: only the running service knows what it calls',
        'Run this where the service is reached',
      ),
    ]
  const outbound = createOutbound({
    guard: createAddressGuard({ allow: outboundAllow, isLoopbackAllowed: isDev }),
  })
  try {
    const wanted = await listWanted(client)
    const findings = await Promise.all(wanted.slice(0, mostAddresses).map((one) => tryOne(outbound, one)))
    const faults = findings.filter((one) => one !== undefined)
    const rest =
      wanted.length > mostAddresses ? ` (the first ${mostAddresses} of ${wanted.length} were tried)` : ''
    if (faults.length > 0) return faults
    return [
      ok(
        'outbound',
        wanted.length === 0
          ? 'nothing is configured that has to be fetched or called'
          : `${Math.min(wanted.length, mostAddresses)} addresses can be had${rest}`,
      ),
    ]
  } catch (error) {
    return [
      fail(
        'outbound',
        `the service could not be asked what it calls: ${absenceOf(error)?.what ?? (error as Error).message}`,
        'See above: service',
      ),
    ]
  } finally {
    outbound.close()
  }
}

async function listWanted(client: Client): Promise<Wanted[]> {
  const [endpoints, slugs] = await Promise.all([client.call('listWebhookEndpoints', {}), listSlugs(client)])
  const wanted: Wanted[] = endpoints.items
    .filter(({ state }) => state === 'enabled')
    .map(({ url }) => ({ url, how: 'check', what: 'the webhook endpoint' }))
  for (const slug of slugs.slice(0, mostOrganizations)) {
    const { items } = await client.call('listConnections', { params: { slug } })
    for (const { identityProviderMetadataUrl: metadata, oidc, isActive } of items.filter(
      (one) => one.isActive,
    )) {
      if (metadata !== null) wanted.push({ url: metadata, how: 'get', what: `the metadata of ${slug}` })
      if (oidc !== null && isActive)
        wanted.push({
          url: `${oidc.issuer.replace(/\/$/, '')}/.well-known/openid-configuration`,
          how: 'get',
          what: `the issuer of ${slug}`,
        })
    }
  }
  return [...new Map(wanted.map((one) => [one.url, one])).values()]
}

async function tryOne(
  outbound: ReturnType<typeof createOutbound>,
  { url, how, what }: Wanted,
): Promise<Finding | undefined> {
  try {
    await (how === 'get' ? outbound.get(url, { accept: '*/*' }) : outbound.check(url))
    return undefined
  } catch (error) {
    if (!(error instanceof OutboundError)) throw error
    const remedy =
      error.code === 'address_refused'
        ? 'Where it is meant to be called, name it in ROLLCALL_OUTBOUND_ALLOW; where the service has it there, set it here, too'
        : 'Look at DNS and the firewall: the service goes there directly, without a proxy'
    return fail('outbound', `${what}, ${url}: ${error.message}`, remedy)
  }
}

/** Signs in to the mail server, and sends nothing. `isServed`: the service that answers sends mail. */
export async function checkMail(
  { mail, operatorMail }: Pick<Config, 'mail' | 'operatorMail'>,
  isServed = false,
): Promise<Finding[]> {
  if (mail === undefined && isServed)
    return [warn('mail', 'the service sends mail, and ROLLCALL_SMTP_URL is not set here', asService)]
  if (mail === undefined)
    return [
      warn(
        'mail',
        'none is configured: invitations, recovery links and notices are not mailed',
        'Set ROLLCALL_SMTP_URL and ROLLCALL_MAIL_FROM',
      ),
    ]
  try {
    await createMailer(mail).check()
  } catch (error) {
    if (!(error instanceof MailError)) throw error
    const { cause } = error as { readonly cause?: Error }
    return [
      fail(
        'mail',
        `the mail server cannot be used: ${cause?.message ?? error.message}`,
        'Look at host, port, user and password in ROLLCALL_SMTP_URL (smtps:// for TLS from the first byte)',
      ),
    ]
  }
  return operatorMail === undefined
    ? [
        warn(
          'mail',
          'the mail server takes us; nobody hears of alerts',
          'Set ROLLCALL_OPERATOR_MAIL to an address that somebody reads',
        ),
      ]
    : [ok('mail', `the mail server takes us; alerts go to ${operatorMail}`)]
}
