// One organization: why its people are not provisioned, or do not come in. Asked of the management API; what was refused is told in the
// service's own sentences, which say what to mend and where, as the console shows them.
import {
  type ActivityView,
  type AnchorDetail,
  type Client,
  type Connection,
  type Domain,
  type OperatorNeed,
  type Provisioning,
  problems,
  type WebhookEndpoint,
} from '@rollcall/api'
import { daysUntil, many, soonDays, when } from './counted.ts'
import { checkCredentials } from './credentials.ts'
import { type Finding, fail, ok, warn } from './finding.ts'

/** The newest that are judged, as the service itself does it. */
const judged = 20

const mostTold = 3

/** After so long a record that is gone proves nothing. */
const lostDays = 14

/** `now` in milliseconds. Throws ProblemError where there is no such organization. */
export async function checkOrganization(client: Client, slug: string, now: number): Promise<Finding[]> {
  const params = { slug }
  const organization = await client.call('getOrganization', { params })
  const activity = (kind: 'scim' | 'sign_in') =>
    client.call('listActivity', { params, query: { kind, limit: judged } })
  const [provisioning, clients, connections, domains, requests, signIns, endpoints, needs] =
    await Promise.all([
      client.call('getProvisioning', { params }),
      client.call('listOAuthClients', { params }),
      client.call('listConnections', { params }),
      client.call('listDomains', { params }),
      activity('scim'),
      activity('sign_in'),
      client.call('listWebhookEndpoints', {}),
      client.call('listOperatorNeeds', {}),
    ])
  const anchors = await Promise.all(
    connections.items.map(({ id }) => client.call('getAnchor', { params: { slug, id } })),
  )
  const own = endpoints.items.filter(({ organizations }) => organizations?.includes(slug) ?? true)
  return [
    ok(
      'organization',
      `${organization.name} (${slug}), ${many(provisioning.counts.active, 'person', 'people')} may sign in`,
    ),
    ...checkConnections(connections.items, anchors, now),
    ...checkDomains(domains.items, connections.items, now),
    ...checkProvisioning(provisioning, connections.items),
    ...checkCredentials(provisioning, clients.items, now),
    checkAlert(provisioning),
    ...checkActivity('sign-ins', signIns.items),
    ...checkActivity('requests', requests.items),
    ...(await checkBacklog(client, provisioning, own)),
    ...needs.items.filter((one) => one.organization.slug === slug).map(toNeed),
  ]
}

export function checkConnections(
  connections: readonly Connection[],
  anchors: readonly AnchorDetail[],
  now: number,
): Finding[] {
  if (connections.length === 0)
    return [
      warn(
        'connections',
        'there is none: nobody signs in by an identity provider',
        'Make one under Single sign-on, or send a set-up link (rollcall portal-link)',
      ),
    ]
  const usable = connections.filter(({ isActive, isSetupComplete }) => isActive && isSetupComplete)
  const all =
    usable.length === 0
      ? [
          fail(
            'connections',
            'none of them is active: nobody signs in by an identity provider',
            'Test the connection, then enable it under Single sign-on',
          ),
        ]
      : []
  return [...all, ...connections.flatMap((one, at) => checkConnection(one, anchors[at], now))]
}

function checkConnection(connection: Connection, anchor: AnchorDetail | undefined, now: number): Finding[] {
  const check = `connection ${connection.name}`
  if (!connection.isSetupComplete)
    return [
      warn(
        check,
        'its set-up is not finished: the identity provider is not known',
        problems.connection_incomplete.remedy,
      ),
    ]
  const found: Finding[] = []
  if (!connection.isActive)
    found.push(warn(check, 'it is switched off', 'Test it, then enable it under Single sign-on'))
  if (connection.metadataError !== null)
    found.push(
      warn(
        check,
        `its metadata could not be fetched: ${connection.metadataError}`,
        'Open the metadata URL from the machine of the service; new certificates are not taken until it answers',
      ),
    )
  const { certificates = [] } = connection.identityProviderMetadata ?? {}
  const [last] = certificates
    .map(({ notAfter }) => notAfter)
    .toSorted()
    .toReversed()
  if (last !== undefined && daysUntil(last, now) < soonDays)
    found.push(
      warn(
        check,
        daysUntil(last, now) < 0
          ? `its newest certificate ended on ${when(last)}; sign-ins go on while the identity provider signs with it`
          : `its newest certificate ends on ${when(last)}`,
        'Bring the new metadata before the identity provider signs with another certificate',
      ),
    )
  if (anchor?.staged != null)
    found.push(
      warn(
        check,
        `other metadata is staged since ${when(anchor.staged.staged?.at ?? '')} and not in force`,
        'Look at it under Single sign-on, test it, and put it in place or discard it',
      ),
    )
  const asleep = anchor?.present?.asleep.count ?? 0
  if (asleep > 0)
    found.push(
      fail(
        check,
        `${many(asleep, 'owner or administrator is', 'owners and administrators are')} kept out until somebody of their rung confirms it`,
        'Confirm the connection under Single sign-on, as an owner or as the operator',
      ),
    )
  const protocol = connection.protocol === 'oidc' ? 'OpenID Connect' : 'SAML'
  const certificate = last === undefined ? '' : `, certificate until ${when(last)}`
  return found.length > 0 ? found : [ok(check, `active, ${protocol}${certificate}`)]
}

export function checkDomains(
  domains: readonly Domain[],
  connections: readonly Connection[],
  now: number,
): Finding[] {
  if (domains.length === 0)
    return [
      warn(
        'domains',
        'there is none: nobody gets an account by a sign-in, and connections speak for nobody',
        'Add the domain of their addresses under Verified domains',
      ),
    ]
  return domains.map(({ name, verifiedAt, verifiedBy, lostAt, connectionIds, txtRecord }) => {
    const check = `domain ${name}`
    const record = `TXT record ${txtRecord.name} with ${txtRecord.value}`
    if (verifiedAt === null)
      return fail(
        check,
        'it is not proved: nothing speaks for its addresses',
        `Set the ${record}, then have it looked for; or say so yourself (rollcall apply, isVerified: true)`,
      )
    if (lostAt !== null) {
      const left = lostDays + daysUntil(lostAt, now) + 1
      const told = `its record is gone since ${when(lostAt)}`
      return left > 0
        ? warn(check, `${told}; it counts for ${many(left, 'day', 'days')} more`, `Set the ${record} again`)
        : fail(check, `${told}: it proves nothing any more`, `Set the ${record} again`)
    }
    const tied = connections.filter(({ id }) => connectionIds.includes(id))
    const by = verifiedBy === 'dns' ? 'its record' : 'the operator'
    const speakers = `${tied.map((one) => one.name).join(', ')} ${tied.length === 1 ? 'speaks' : 'speak'}`
    return tied.length === 0
      ? fail(
          check,
          'it is proved, and no connection speaks for it: its people are refused as strangers',
          'Tie it to a connection under Verified domains',
        )
      : ok(check, `proved by ${by}, ${speakers} for it`)
  })
}

export function checkProvisioning(now: Provisioning, connections: readonly Connection[]): Finding[] {
  const check = 'provisioning'
  if (now.mode === 'manual')
    return [
      now.isScimEnabled
        ? ok(check, 'manual: people are invited, or come by a sign-in; SCIM requests are refused')
        : warn(
            check,
            `manual, and SCIM is not enabled: ${problems.scim_not_enabled.about}`,
            problems.scim_not_enabled.remedy,
          ),
    ]
  const follows = connections.some(({ followsDirectory }) => followsDirectory)
  const untied =
    connections.length > 0 && !follows
      ? [
          warn(
            check,
            'no connection follows the directory: people whom it provisioned are known to none by their externalId or userName',
            'Say which one does, under Single sign-on',
          ),
        ]
      : []
  const told: Readonly<Record<Provisioning['status'], () => Finding>> = {
    off: () => ok(check, 'off'),
    active: () => ok(check, `SCIM, last request ${when(now.lastRequestAt ?? '')}`),
    connecting: () =>
      warn(
        check,
        'SCIM, and no provisioning client has written yet',
        'Put the API key into the identity provider, test it there, and assign people',
      ),
    failing: () =>
      fail(
        check,
        `SCIM, and most of the newest requests were refused; last request ${when(now.lastRequestAt ?? '')}`,
        'The sentences of the refusals, below, say what to mend',
      ),
  }
  const strangers =
    now.unknownSignIns === 'create' && now.status === 'active'
      ? [
          warn(
            check,
            'people whom the directory did not provision still get an account by a sign-in',
            'Once everybody is there, confirm the first sync under User provisioning',
          ),
        ]
      : []
  return [told[now.status](), ...strangers, ...untied]
}

export function checkAlert({
  alert,
  deprovisionGuard,
}: Pick<Provisioning, 'alert' | 'deprovisionGuard'>): Finding {
  if (alert !== null) {
    const left = many(alert.people, 'person was', 'people were')
    const time = `between ${when(alert.startedAt)} and ${when(alert.endedAt)}`
    return fail(
      'guard',
      `${left} deactivated or removed ${time}: more than the guard expects`,
      'Restore them, or say that they were meant to leave, under User provisioning',
    )
  }
  return deprovisionGuard === null
    ? warn(
        'guard',
        'it is switched off: nobody is told when very many people leave at once',
        'Switch it on under User provisioning',
      )
    : ok('guard', 'no open alert')
}

export function checkActivity(check: 'sign-ins' | 'requests', newest: readonly ActivityView[]): Finding[] {
  if (newest.length === 0) return [ok(check, 'none yet, of those that name this organization')]
  const bad = newest.filter(({ outcome }) => outcome !== 'ok')
  if (bad.length === 0) return [ok(check, `the newest ${newest.length} were done`)]
  const groups = [...Map.groupBy(bad, ({ code, explanation }) => code ?? explanation).values()]
  const level = bad.length * 2 > newest.length ? fail : warn
  return groups.slice(0, mostTold).map((group) => {
    const [last] = group as [ActivityView, ...ActivityView[]]
    const word = last.outcome === 'failed' ? 'failed' : 'refused'
    const code = last.code === null ? '' : ` (${last.code})`
    return level(
      check,
      `${group.length} of the newest ${newest.length} ${word}${code}, last ${when(last.occurredAt)}: ${last.explanation}`,
      `Reference ${last.requestId}: Activity shows it whole`,
    )
  })
}

/** Roles that follow a change of rules or of a large group. */
export function checkRoles({ rolesUnderWay }: Pick<Provisioning, 'rolesUnderWay'>): Finding[] {
  if (rolesUnderWay === 0) return []
  const told = `the role of ${many(rolesUnderWay, 'person', 'people')} still follows a change`
  return [warn('roles', told, 'It is under way, in slices; look again in a minute')]
}

async function checkBacklog(
  client: Client,
  provisioning: Provisioning,
  endpoints: readonly WebhookEndpoint[],
): Promise<Finding[]> {
  const found = checkRoles(provisioning)
  for (const endpoint of endpoints) {
    const query = { state: 'pending', limit: 200 } as const
    const waiting = await client.call('listDeliveries', { params: { id: endpoint.id }, query })
    found.push(...checkEndpoint(endpoint, waiting.items.length))
  }
  return found.length > 0 ? found : [ok('backlog', 'nothing waits')]
}

/** `waiting`: deliveries that wait, 200 at most. */
export function checkEndpoint(
  { url, state, disabledReason, failingSince }: WebhookEndpoint,
  waiting: number,
): Finding[] {
  const check = 'webhooks'
  if (state === 'disabled')
    return disabledReason === 'operator'
      ? []
      : [
          fail(
            check,
            `${url} was switched off (${disabledReason ?? 'failing'}): the product hears of nothing`,
            'Mend the receiver, switch the endpoint on again, and send the time again that it missed',
          ),
        ]
  if (failingSince !== null)
    return [
      fail(
        check,
        `${url} has taken nothing since ${when(failingSince)}; ${waiting >= 200 ? '200 or more' : waiting} deliveries wait`,
        "Look at the endpoint's deliveries for what the receiver answers",
      ),
    ]
  return waiting > 0
    ? [
        warn(
          check,
          `${waiting >= 200 ? '200 or more' : waiting} deliveries to ${url} wait`,
          'They are under way; where they stay, look at the receiver',
        ),
      ]
    : []
}

const needRemedies: Readonly<Record<OperatorNeed['kind'], readonly [string, string]>> = {
  privileged_refused: [
    'an owner or administrator is kept out by an anchor that nobody of their rung confirmed',
    'Confirm the connection under Single sign-on',
  ],
  owner_unlinked: [
    'a connection meets an owner whom it does not know',
    'Link them, or let them confirm themselves',
  ],
  administrator_unlinked: [
    'a connection meets an administrator whom it does not know',
    'Link them, or let them confirm themselves',
  ],
  role_withheld: [
    'a connection may not give a role that its rules name',
    'Confirm the connection, or give the role by hand',
  ],
  ownerless: ['no owner is left', 'Make somebody the owner under Users'],
  staged: [
    'what a set-up staged has waited for three days',
    'Put it in place or discard it, under Single sign-on',
  ],
  provisional: [
    'a key of a set-up has waited for three days to be confirmed',
    'Confirm or revoke it under User provisioning',
  ],
  deactivation_refused: [
    'a key that nobody confirmed may not let somebody go',
    'Confirm the key under User provisioning',
  ],
  domain_lapsed: ["a domain's record is gone", 'Set the record again'],
  domain_taken_over: ['a domain led to another organization before', 'See that it is theirs now'],
  many_left: [
    'more people left at once than is usual',
    'Restore them or let them go, under User provisioning',
  ],
}

function toNeed({ kind, since, detail }: OperatorNeed): Finding {
  const [message, remedy] = needRemedies[kind]
  const names = Object.values(detail).join(', ')
  return warn('needs', `${message}${names === '' ? '' : `: ${names}`}, since ${when(since)}`, remedy)
}
