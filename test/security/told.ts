// Which logout tokens an application gets, by whichever connections and versions of a trust anchor somebody has come into it, whatever
// ends, and whether or not they came in silently in between. told.test.ts plays a part, test/endurance/told.test.ts all of it.
import { createSamlKey, createSamlProvider, type SamlProvider } from '@rollcall/simulator'
import { sql } from 'kysely'
import { createScope } from '../../packages/server/src/store/database.ts'
import { organizationQuery } from '../../packages/server/src/store/statement.ts'
import { type Browser, createBrowser, type Send } from '../harness/browser.ts'
import type { Service } from '../harness/service.ts'
import { createCompany } from '../harness/sso.ts'
import { challenge, ends, type Ground, openDoor, redirectUri, verifier } from './ends.ts'

/** Connections, of which A has two versions of its anchor. */
type Way = 'A' | 'A2' | 'B'
const orders: readonly (readonly Way[])[] = [
  ['A'],
  ['B'],
  ['A', 'B'],
  ['B', 'A'],
  ['A', 'A', 'B'],
  ['A', 'A2'],
  ['B', 'A', 'A2'],
]

/** Making one takes longer than most rows. */
const keys = { second: createSamlKey(), rolled: createSamlKey() }

interface Stop {
  /** Of which ways it ends what came by them. */
  readonly covers: (way: Way) => boolean
  readonly act: (scene: Scene) => Promise<unknown>
}

const byA = (way: Way): boolean => way !== 'B'
const everything = (): boolean => true
const call = ({ service }: Scene, operation: string, params: object, body?: object): Promise<unknown> =>
  service.admin.call(operation as never, { params, ...(body === undefined ? {} : { body }) } as never)
const of = (end: string): Stop => ({
  covers: everything,
  act: async (scene) => ends[end]?.act(scene),
})

/** What ends first, of which mostly something is left. */
const firsts: Readonly<Record<string, Stop>> = {
  nothing: { covers: () => false, act: async () => undefined },
  'A is deleted': { covers: byA, act: (scene) => call(scene, 'deleteConnection', scene.a) },
  'A says that they signed out': {
    covers: byA,
    act: async ({ service, company, idp }) => {
      const destination = company.connection.acsUrl.replace(/acs$/, 'slo')
      const nameId = `ann@${company.domain}`
      const said = idp.renderLogoutRequest({ destination, nameId })
      return createBrowser(service.url, service.send).open(said)
    },
  },
  'the version in place is withdrawn': {
    covers: (way) => way === 'A2',
    act: (scene) => call(scene, 'restoreAnchor', scene.a),
  },
}

const lasts: Readonly<Record<string, Stop>> = {
  blocked: of('blocked'),
  'end-sessions': of('end-sessions'),
  'B is deleted': { covers: (way) => way === 'B', act: (scene) => call(scene, 'deleteConnection', scene.b) },
  'the application is taken away': of('the application is taken away'),
  'the directory deactivates': of('the directory deactivates'),
  'the directory deletes': of('the directory deletes'),
  'another role is given': of('another role is given'),
  'the organization is deleted': of('the organization is deleted'),
  'sign out everywhere': of('sign out everywhere'),
}

export interface ToldCase {
  readonly order: readonly Way[]
  readonly first: string
  /** Whether the browsers that are in still come in once more without a page. */
  readonly isSilent: boolean
  readonly last: string
  /** Whether in between what is kept of sessions and tokens was over by time, and removed. */
  readonly isLate?: true
}

export function listToldCases(): readonly ToldCase[] {
  return orders.flatMap((order) =>
    Object.keys(firsts)
      .filter((first) => first !== 'the version in place is withdrawn' || order.includes('A2'))
      .flatMap((first) =>
        Object.keys(lasts).flatMap((last) =>
          [true, false].map((isSilent) => ({ order, first, isSilent, last })),
        ),
      ),
  )
}

interface Scene extends Ground {
  readonly a: { readonly slug: string; readonly id: string }
  readonly b: { readonly slug: string; readonly id: string }
  /** That A trusts now. */
  idp: SamlProvider
}

interface Begun {
  readonly way: Way
  readonly browser: Browser
  readonly sid: string
}

/** What the application was told after each of the two, as ids of its sessions, '' for all; and what it should have been. */
export interface Told {
  readonly told: readonly (readonly string[])[]
  readonly due: readonly (readonly string[])[]
}

export interface ToldStage {
  run(one: ToldCase): Promise<Told>
  close(): Promise<void>
}

export async function createToldStage(service: Service): Promise<ToldStage> {
  const { send, close } = await openDoor(service)
  const another = await createCompany(service)

  const prepare = async (): Promise<{ scene: Scene; second: SamlProvider }> => {
    const company = await createCompany(service)
    const { slug } = company.organization
    const second = createSamlProvider({
      baseUrl: `https://second.${slug}.test`,
      key: keys.second,
      now: service.now,
    })
    const body = {
      name: 'B',
      identityProvider: 'generic',
      metadataXml: second.metadata(),
      active: true,
    } as const
    const { id } = await service.admin.call('createConnection', { params: { slug }, body })
    const { items } = await service.admin.call('listDomains', { params: { slug } })
    for (const domain of items)
      await service.admin.call('updateDomain', {
        params: { slug, id: domain.id },
        body: { connectionIds: [company.connection.id, id] },
      })
    const made = await service.admin.call('createApplication', {
      body: {
        name: 'Product',
        redirectUris: [redirectUri],
        backchannelLogoutUri: 'https://product.test/logout',
      } as never,
    })
    const basic = `${encodeURIComponent(made.clientId)}:${encodeURIComponent(made.clientSecret ?? '')}`
    const authorization = `Basic ${Buffer.from(basic).toString('base64')}`
    const scene: Scene = {
      service,
      company,
      userId: '',
      application: { id: made.id, clientId: made.clientId, authorization },
      other: another.organization.slug,
      elsewhere: open(),
      browser: open(),
      a: { slug, id: company.connection.id },
      b: { slug, id },
      idp: company.provider,
    }
    return { scene, second }
  }
  const open = (): Browser => createBrowser(service.url, send as Send)

  const ask = ({ application }: Scene, more: Record<string, string>): string => {
    const parameters = {
      client_id: application.clientId,
      redirect_uri: redirectUri,
      response_type: 'code',
      scope: 'openid profile',
      code_challenge: challenge,
      code_challenge_method: 'S256',
      ...more,
    }
    return `/oidc/auth?${new URLSearchParams(parameters)}`
  }
  const redeem = async ({ application }: Scene, landed: string) => {
    const response = await send(
      new Request(`${service.url}/oidc/token`, {
        method: 'POST',
        headers: { authorization: application.authorization },
        body: new URLSearchParams({
          grant_type: 'authorization_code',
          code: URL.parse(landed)?.searchParams.get('code') ?? '',
          redirect_uri: redirectUri,
          code_verifier: verifier,
        }),
      }),
    )
    const { id_token: token = '' } = (await response.json()) as { id_token?: string }
    if (response.status !== 200) throw new Error(`no tokens: ${landed}`)
    return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as {
      sub: string
      sid: string
    }
  }
  const enter = async (scene: Scene, way: Way, provider: SamlProvider) => {
    const browser = open()
    const { company } = scene
    const left = await browser.open(ask(scene, { connection: (way === 'B' ? scene.b : scene.a).id }))
    const answer = await provider.answer(left.url, company.person('ann'))
    const landed = await browser.postFromElsewhere(answer.acsUrl, answer.form)
    const { sub, sid } = await redeem(scene, landed.url)
    return { userId: sub, begun: { way, browser, sid } }
  }
  const roll = async (scene: Scene): Promise<void> => {
    const next = createSamlProvider({
      baseUrl: `https://idp.${scene.a.slug}.test`,
      key: keys.rolled,
      now: service.now,
    })
    const staged = (await call(scene, 'stageAnchor', scene.a, { metadataXml: next.metadata() })) as {
      digest: string
    }
    await call(scene, 'applyStagedAnchor', scene.a, { digest: staged.digest })
    scene.idp = next
  }
  const listTold = async ({ company, application }: Scene, userId: string): Promise<string[]> => {
    const query = organizationQuery(({ db }) => ({
      compile: () =>
        sql<{
          payload: string
        }>`DELETE FROM delivery WHERE target_id = ${application.id} AND event_type = 'logout' AND subject_id = ${userId}
          RETURNING payload`.compile(db),
    }))
    const scope = createScope(company.organization.id)
    const rows = await service.database.inOrganization(scope, (tx) => tx.change(query, {}))
    return (rows as { payload: string }[]).map(({ payload }) => payload).sort()
  }

  const forget = async ({ company }: Scene, userId: string): Promise<void> => {
    const scope = createScope(company.organization.id)
    await service.database.inOrganization(scope, async (tx) => {
      for (const table of ['session', 'oidc_record'] as const)
        tx.write(
          organizationQuery(({ db }) => db.deleteFrom(table).where('user_id', '=', userId)),
          {},
        )
    })
  }

  return {
    async run({ order, first, isSilent, last, isLate }) {
      const { scene, second } = await prepare()
      let begun: Begun[] = []
      let inStill: Begun[] = []
      let userId = ''
      for (const way of order) {
        if (way === 'A2') await roll(scene)
        const one = await enter(scene, way, way === 'B' ? second : scene.idp)
        begun.push(one.begun)
        userId = one.userId
      }
      inStill = begun
      const told: string[][] = []
      const due: string[][] = []
      for (const { covers, act } of [firsts[first] as Stop, lasts[last] as Stop]) {
        const over = begun.filter(({ way }) => covers(way))
        begun = begun.filter(({ way }) => !covers(way))
        due.push(over.length > 0 && begun.length === 0 ? [''] : over.map(({ sid }) => sid).sort())
        await act({ ...scene, userId, elsewhere: inStill[0]?.browser ?? open() })
        told.push(await listTold(scene, userId))
        inStill = inStill.filter(({ way }) => !covers(way))
        if (isLate === true) await forget(scene, userId)
        for (const one of isSilent && due.length === 1 ? inStill : []) {
          const landed = await one.browser.open(ask(scene, { prompt: 'none' }))
          const { sid } = await redeem(scene, landed.url)
          if (sid !== one.sid) throw new Error('it is another session of the application')
        }
      }
      // An installation has a hundred.
      await call(scene, 'deleteApplication', { id: scene.application.id })
      return { told, due }
    },
    close,
  }
}
