// Somebody whom an administrator keeps out, and another account by which they may come in all the same, made by a key that nobody has
// confirmed: what the word names them by, what the other account is found by, and what the sign-in brings, each with each.
import { createBrowser } from '../harness/browser.ts'
import type { OpenIdProvider } from '../harness/openid-provider.ts'
import type { Service } from '../harness/service.ts'
import { setConnection } from '../harness/sso.ts'
import { createStage as createRestoring } from './restoring.ts'

const makers = ['the directory', 'an unconfirmed key'] as const
const states = ['there', 'removed'] as const
const names = ['userName', 'externalId', 'address', 'nothing'] as const
const spares = ['userName', 'externalId', 'address', 'displayName', 'nothing'] as const
const protocols = ['SAML', 'OpenID Connect'] as const

export interface Row {
  /** Who made the account that is blocked, and whether it is still there. */
  readonly maker: (typeof makers)[number]
  readonly state: (typeof states)[number]
  /** What it has of whoever signs in. */
  readonly named: (typeof names)[number]
  /** What the other account has of them. */
  readonly spare: (typeof spares)[number]
  readonly protocol: (typeof protocols)[number]
  /** Whether the sign-in brings an address that counts. */
  readonly brings: 'an address' | 'none'
}

export function listRows(): readonly Row[] {
  const all = makers.flatMap((maker) =>
    states.flatMap((state) =>
      names.flatMap((named) =>
        spares.flatMap((spare) =>
          protocols.flatMap((protocol) =>
            (['an address', 'none'] as const).map((brings) => ({
              maker,
              state,
              named,
              spare,
              protocol,
              brings,
            })),
          ),
        ),
      ),
    ),
  )
  // Two accounts have no name in common.
  return all.filter(
    ({ state, named, spare }) => !(state === 'there' && named === 'userName' && spare === named),
  )
}

/** Out where the word names them; else in where something finds them, or their address makes them an account. */
export function wantedOf({ maker, named, spare, brings }: Row): 'in' | 'out' {
  const isNamed =
    named === 'userName' ||
    // An unconfirmed key says of nobody who they are; nor does the page show it.
    (named === 'externalId' && maker === 'the directory') ||
    (named === 'address' && brings === 'an address')
  // Made of what the blocked one has, the other account is blocked from its beginning.
  const isFree = spare !== named && (spare === 'userName' || spare === 'externalId')
  const isFound = isFree || brings === 'an address'
  return !isNamed && isFound ? 'in' : 'out'
}

export type Stage = Awaited<ReturnType<typeof createStage>>

/** One organization whose connections, of both protocols, speak for its directory. */
export async function createStage(service: Service, provider: OpenIdProvider) {
  const stage = await createRestoring(service)
  const { slug, company } = stage
  const { domain, organization } = company
  const { admin } = service
  // Nobody is held back for how many go.
  await admin.call('updateProvisioning', { params: { slug }, body: { deprovisionGuard: null } })
  const { issuer, clientId, clientSecret } = provider
  const connection = await admin.call('createConnection', {
    params: { slug },
    body: {
      name: 'Issuer',
      identityProvider: 'generic',
      protocol: 'oidc',
      oidc: { issuer, clientId, clientSecret },
      isActive: true,
    },
  })
  const { items } = await admin.call('listDomains', { params: { slug } })
  const id = items.find((one) => one.name === domain)?.id ?? ''
  const connectionIds = [company.connection.id, connection.id]
  await admin.call('updateDomain', { params: { slug, id }, body: { connectionIds } })
  await setConnection(service, organization.id, connection.id, { follows_directory: 1, anchor_rung: 'owner' })
  const come = {
    SAML: async (nameId: string, address: string | undefined) => {
      const attributes = address === undefined ? {} : { email: [address] }
      return typeof (await stage.signIn({ nameId, attributes })) === 'number' ? 'out' : 'in'
    },
    // One that is not verified is none; people may bring that about by changing theirs.
    'OpenID Connect': async (sub: string, address: string | undefined) => {
      const browser = createBrowser(service.url, service.send)
      const left = await browser.open(`/saml/${connection.id}/login`)
      const claims = { email: address ?? `mine@${domain}`, email_verified: address !== undefined }
      await browser.open(provider.answer(provider.read(left.url), sub, { claims }))
      return (await browser.call('GET', '/session')).status === 200 ? 'in' : 'out'
    },
  } as const
  return { ...stage, domain, come, tick: () => service.advance(1) }
}

let people = 0

/** Whether they come in. */
export async function play(stage: Stage, row: Row): Promise<'in' | 'out'> {
  people += 1
  const n = people
  const [sub, address] = [`s-${n}`, `a-${n}@${stage.domain}`]
  const make = (of: 'directory' | 'unconfirmed', other: string, has: Row['spare']) =>
    stage[of].user(has === 'userName' ? sub : `${other}-${n}`, {
      ...(has === 'externalId' ? { externalId: sub } : {}),
      ...(has === 'displayName' ? { displayName: sub } : {}),
      emails: [{ value: has === 'address' ? address : `${other}-${n}@${stage.domain}` }],
    })
  const by = row.maker === 'the directory' ? 'directory' : 'unconfirmed'
  const id = await make(by, 'blocked', row.named)
  await stage.administrator.call('deactivateUser', { params: { slug: stage.slug, id } })
  stage.tick()
  if (row.state === 'removed') await stage[by].send('DELETE', `/Users/${id}`)
  stage.tick()
  if (row.spare !== 'nothing') await make('unconfirmed', 'spare', row.spare)
  return stage.come[row.protocol](sub, row.brings === 'an address' ? address : undefined)
}
