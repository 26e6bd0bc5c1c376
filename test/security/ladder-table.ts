// Runs the squares of the ladder's table: builds an organization in the state that a square asks for, tries the act, and says what came of
// it. A refusal changes nothing, so its ground serves the next square.
import { createHash } from 'node:crypto'
import type { OperationId } from '@rollcall/api'
import { createSamlKey, createSamlProvider } from '@rollcall/simulator'
import type { Role } from '../../packages/server/src/base/rung.ts'
import { createSession } from '../../packages/server/src/sessions/sessions.ts'
import { createScope } from '../../packages/server/src/store/database.ts'
import { organizationQuery } from '../../packages/server/src/store/statement.ts'
import { type Browser, createBrowser } from '../harness/browser.ts'
import type { Service } from '../harness/service.ts'
import { acts as managementActs } from './ladder-acts.ts'
import { detours } from './ladder-detours.ts'
import { doorActs } from './ladder-doors.ts'
import { type Act, type Asked, createAsk, type Ground, type Input } from './ladder-ground.ts'
import { openIdActs } from './ladder-openid.ts'
import { anchors, type CallerName, type Cell, callers, type Dimension, rankOf, roles } from './ladder-rows.ts'

export interface Square {
  readonly act: Act
  readonly cell: Cell
}

export const acts: readonly Act[] = [...managementActs, ...doorActs, ...openIdActs, ...detours]

const values: { readonly [D in Dimension]: readonly Cell[D][] } = {
  target: roles,
  after: roles,
  anchor: anchors,
  connections: [0, 1, 2],
  isHandedOver: [false, true],
  hasOwner: [false, true],
  hasMail: [false, true],
  isMakerIn: [false, true],
}
const dimensions = Object.keys(values) as Dimension[]

// A set-up link whose maker is out is tried at each operation.
function overOf(act: Act, caller: CallerName): readonly Dimension[] {
  const isAsked = caller === 'contact' && act.run === undefined && !act.over.includes('isMakerIn')
  return isAsked ? [...act.over, 'isMakerIn'] : act.over
}

// The same number for the same text, spread evenly.
function drawOf(text: string): number {
  return createHash('sha256').update(text).digest().readUInt32BE()
}

// What does not matter to an act is drawn, but for this: an anchor above a contact's is what hand-over means, and whether the maker is in
// is asked where something of theirs is used.
function complete(cell: Partial<Cell>, seed: string): Cell {
  const draw = <D extends Dimension>(name: D, isFixed = false, fixed?: Cell[D]): Cell[D] =>
    cell[name] ??
    ((isFixed ? fixed : values[name][drawOf(`${seed} ${name}`) % values[name].length]) as Cell[D])
  const isAbove = cell.anchor !== undefined && cell.anchor !== 'contact'
  const isHandedOver = draw('isHandedOver', isAbove, true)
  return {
    caller: cell.caller as CallerName,
    target: draw('target'),
    after: draw('after'),
    anchor: draw('anchor', !isHandedOver, 'contact'),
    connections: draw('connections'),
    isHandedOver,
    hasOwner: draw('hasOwner'),
    hasMail: draw('hasMail'),
    isMakerIn: draw('isMakerIn', true, true),
  }
}

let listed: readonly Square[] | undefined

/** Every square of every act: all values of the dimensions that matter to it; what does not is drawn, the same each time. */
export function listSquares(): readonly Square[] {
  listed ??= acts.flatMap((act) =>
    (act.callers ?? callers).flatMap((caller) => {
      const over = overOf(act, caller)
      const cells = over.reduce<Partial<Cell>[]>(
        (all, name) => all.flatMap((cell) => values[name].map((value) => ({ ...cell, [name]: value }))),
        [{ ...act.only, caller }],
      )
      return cells
        .filter((cell) =>
          Object.entries(act.only ?? {}).every(([name, value]) => cell[name as Dimension] === value),
        )
        .map((cell) => complete(cell, [act.operation, act.variant, ...Object.values(cell)].join('|')))
        .filter(({ isHandedOver, anchor }) => isHandedOver || anchor === 'contact')
        .map((cell) => ({ act, cell }))
    }),
  )
  return listed
}

export function nameOf({ act, cell }: Square): string {
  const { caller, ...rest } = cell
  const said = dimensions.map((name) => `${act.over.includes(name) ? '' : '~'}${name} ${String(rest[name])}`)
  return [caller, act.operation, act.variant ?? '', ...said].filter((one) => one !== '').join(', ')
}

interface Outcome {
  readonly outcome: string
  readonly role: string
  readonly spareOwners: number
}

interface Made {
  readonly key?: { readonly id: string }
  readonly client?: { readonly id: string }
  readonly token?: string
}

interface Built extends Ground {
  readonly browsers: Map<CallerName, Browser>
  /** Whether an act has prepared something in it. */
  isSpent: boolean
}

const [honestKey, otherKey] = [createSamlKey(), createSamlKey()]

/** One service that sends mail, and one that does not. */
export interface Services {
  readonly mail: Service
  readonly quiet: Service
}

export function createTable(services: Services): { run(square: Square): Promise<Outcome> } {
  let count = 0
  const free = new Map<string, Built>()
  const operatorBrowsers = new Map<Service, Browser>()

  async function build(cell: Cell, hasKeys: boolean): Promise<Built> {
    count += 1
    const service = cell.hasMail ? services.mail : services.quiet
    const ask = createAsk(service)
    const must: Ground['prepare'] = async (operation, input, browser?: Browser) => {
      const { status, answer } = await ask(operation, input, { browser })
      if (status >= 300) throw new Error(`${operation} was answered ${status} ${JSON.stringify(answer)}`)
      return answer
    }
    const slug = `ladder-${count}`
    const domain = `${slug}.test`
    const params = { slug }
    const organization = await must('createOrganization', { body: { name: 'Acme', slug, requireSso: false } })
    const { id: domainId } = (await must('createDomain', { params, body: { name: domain } })) as {
      id: string
    }
    await must('updateDomain', { params: { slug, id: domainId }, body: { isVerified: true } })
    const make = (baseUrl: string, key: typeof honestKey) =>
      createSamlProvider({ baseUrl, key, now: service.now })
    const provider = make(`https://idp.${domain}`, honestKey)
    const [moved, renamed] = [
      make(`https://idp.${domain}`, otherKey),
      make(`https://new.${domain}`, otherKey),
    ]
    const made: string[] = []
    for (const name of ['First', 'Second'].slice(0, Math.max(cell.connections, 1))) {
      const body = { name, identityProvider: 'okta', metadataXml: provider.metadata(), active: true }
      made.push((await must('createConnection', { params, body })).id as string)
    }
    const [connectionId = '', secondId = ''] = made
    if (cell.connections === 0)
      await must('updateConnection', { params: { slug, id: connectionId }, body: { active: false } })
    const names = ['target', 'spare', 'maker', 'plain']
    const users = names.map((name) => ({ userName: `${name}@${domain}`, email: `${name}@${domain}` }))
    await must('importUsers', { params, body: { dryRun: false, users } })
    const { items } = (await must('listUsers', { params })) as { items: { id: string; userName: string }[] }
    const ids = Object.fromEntries(items.map(({ id, userName }) => [userName.split('@')[0] ?? '', id]))
    const idOf = (name: string) => ids[name] ?? ''
    const giveRole = (name: string, role: string) =>
      must('updateUser', { params: { slug, id: idOf(name) }, body: { role } })
    if (cell.hasOwner) await giveRole('spare', 'owner')
    if (cell.target !== 'member') await giveRole('target', cell.target)
    const key = hasKeys
      ? ((await must('createKey', { params, body: { name: 'directory' } })) as Made)
      : undefined
    const client = hasKeys
      ? ((await must('createOAuthClient', {
          params,
          body: { name: 'directory', method: 'client_secret' },
        })) as Made)
      : undefined
    const scope = createScope(organization.id as string)
    const enter = async (name: string, role: Role): Promise<Browser> => {
      const browser = createBrowser(service.url, service.send)
      const session = {
        kind: role === 'member' ? 'person' : 'administrator',
        role,
        userId: idOf(name),
        label: name,
        ...{ linkId: null, connectionId: null, nameId: null, nameIdFormat: null, sessionIndex: null },
        ...{ anchorNumber: null, endsAt: null, ip: null, userAgent: null, authAt: null, freshAfter: null },
      } as const
      const { token } = await service.database.inOrganization(scope, async (tx) =>
        createSession(tx, session, service.now()),
      )
      browser.cookies.set('rollcall_session', token)
      return browser
    }
    const setConnections: Ground['setConnections'] = (set) =>
      service.database.inOrganization(scope, async (tx) =>
        tx.write(
          organizationQuery(({ db, organizationId }) =>
            db.updateTable('connection').set(set).where('organization_id', '=', organizationId),
          ),
          {},
        ),
      )
    await setConnections({ anchor_rung: cell.anchor, anchor_url_rung: cell.anchor })
    await service.database.inOrganization(scope, async (tx) => {
      const write = (statement: Parameters<typeof organizationQuery>[0]) =>
        tx.write(organizationQuery(statement), {})
      write(({ db, organizationId }) =>
        db
          .updateTable('organization')
          .set({ handed_over_at: cell.isHandedOver ? service.now() : null })
          .where('id', '=', organizationId),
      )
      write(({ db, organizationId }) =>
        db.insertInto('identity').values({
          organization_id: organizationId,
          connection_id: connectionId,
          idp_entity_id: provider.entityId,
          stable_id: `target@${domain}`,
          user_id: idOf('target'),
          name_id: `target@${domain}`,
          name_id_format: null,
          attributes: '{}',
          proved_key: `target@${domain}`,
          created_at: service.now(),
          last_sign_in_at: service.now(),
        }),
      )
    })
    const open = async (link: Record<string, unknown>): Promise<Browser> => {
      const browser = createBrowser(service.url, service.send)
      const token = String(link.url).split('#token=')[1]
      const opened = await browser.call('POST', '/portal-sessions', { token })
      if (!opened.ok) throw new Error(`the link was answered ${opened.status}`)
      return browser
    }
    let maker: Browser | undefined
    let isMakerGone = false
    const asMaker: Ground['maker'] = async (operation, input) => {
      if (maker === undefined) {
        await giveRole('maker', 'admin')
        maker = await enter('maker', 'admin')
      }
      return must(operation, input, maker)
    }
    const openAs = async (caller: CallerName): Promise<Browser | undefined> => {
      if (caller === 'operator session') return open(await must('createOperatorLink', {}))
      if (caller === 'contact')
        return open(await asMaker('createPortalLink', { params, body: { role: 'admin', days: 3 } }))
      if (caller === 'person') return enter('plain', 'member')
      if (caller !== 'owner' && caller !== 'administrator') return undefined
      const role = caller === 'owner' ? 'owner' : 'admin'
      return open(await must('createPortalLink', { params, body: { role } }))
    }
    const ground: Built = {
      service,
      ask,
      slug,
      connectionId,
      secondId,
      domainId,
      targetId: idOf('target'),
      keyId: key?.key?.id ?? '',
      directoryToken: key?.token ?? '',
      clientId: client?.client?.id ?? '',
      domain,
      provider,
      twins: { moved, renamed },
      metadata: { moved: moved.metadata(), renamed: renamed.metadata() },
      async prepare(operation, input, browser) {
        ground.isSpent = true
        return must(operation, input, browser)
      },
      async administrator(operation, input) {
        ground.isSpent = true
        return must(operation, input, await ground.browserOf('administrator'))
      },
      async maker(operation, input) {
        ground.isSpent = true
        return asMaker(operation, input)
      },
      async makerLeaves() {
        if (cell.isMakerIn || isMakerGone) return
        isMakerGone = true
        await must('deactivateUser', { params: { slug, id: idOf('maker') } })
      },
      openAs,
      enter,
      async browserOf(caller) {
        const known = ground.browsers.get(caller)
        if (known !== undefined) return known
        const browser =
          caller === 'operator session'
            ? (operatorBrowsers.get(service) ?? (await openAs(caller)))
            : await openAs(caller)
        if (browser === undefined) return undefined
        if (caller === 'operator session') operatorBrowsers.set(service, browser)
        ground.browsers.set(caller, browser)
        return browser
      },
      setConnections,
      prove: (name, value) => void service.txtRecords.set(name, [value]),
      browsers: new Map(),
      isSpent: false,
    }
    if (!cell.isMakerIn) await ground.browserOf('contact')
    return ground
  }

  async function ask(ground: Built, act: Act & { input: NonNullable<Act['input']> }, cell: Cell) {
    const browser = await ground.browserOf(cell.caller)
    const input = await act.input(ground, cell)
    await ground.makerLeaves()
    const token = cell.caller === 'directory' ? ground.directoryToken : undefined
    const { status, answer } = await ground.ask(act.operation as OperationId, input, { browser, token })
    // What it was allowed is there from now on.
    if (status < 300) ground.isSpent = true
    return status === 202 ? 'staged' : status < 300 ? 'allowed' : String(answer.code)
  }

  return {
    async run({ act, cell }) {
      const { caller: _caller, after: _after, ...state } = cell
      const hasKeys =
        act.run !== undefined || cell.caller === 'directory' || /Key|OAuth|EarlierToken/.test(act.operation)
      const name = JSON.stringify([state, hasKeys])
      // Only in a fresh one does the maker make something yet.
      const used = act.over.includes('isMakerIn') ? undefined : free.get(name)
      if (used !== undefined) free.delete(name)
      const ground = used ?? (await build(cell, hasKeys))
      if (act.run !== undefined) ground.isSpent = true
      const outcome = await (act.run === undefined
        ? ask(ground, act as Act & { input: NonNullable<Act['input']> }, cell)
        : act.run(ground, cell))
      const { answer } = await ground.ask('listUsers', { params: { slug: ground.slug } }, {})
      const items = answer.items as { id: string; role: string }[]
      if (!ground.isSpent) free.set(name, ground)
      return {
        outcome,
        role: items.find(({ id }) => id === ground.targetId)?.role ?? 'gone',
        spareOwners: items.filter((one) => one.role === 'owner' && one.id !== ground.targetId).length,
      }
    },
  }
}

/** What a square must come to. */
export function wantedOf({ act, cell }: Square): Outcome {
  const outcome = wantedOutcome(act, cell)
  const role =
    act.run !== undefined || outcome === 'allowed' ? (act.roleAfter?.(cell) ?? cell.target) : cell.target
  return { outcome, role, spareOwners: cell.hasOwner ? 1 : 0 }
}

// What is below a contact does not get past the door of the management API; a link whose maker is out is no link.
function wantedOutcome(act: Act, cell: Cell): string {
  if (act.run !== undefined) return act.wanted(cell)
  if (cell.caller === 'directory') return 'unauthorized'
  if (cell.caller === 'contact' && !cell.isMakerIn) return 'unauthorized'
  return rankOf(cell.caller) < 0 ? 'forbidden' : act.wanted(cell)
}

/** `count` of them, the same ones for the same seed; `isWhole`: of each act at least one. */
export function sampleSquares(
  squares: readonly Square[],
  count: number,
  seed: number,
  isWhole: boolean,
): Square[] {
  let state = seed
  const next = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
  const shuffled = squares.map((square) => ({ square, at: next() })).sort((one, other) => one.at - other.at)
  const seen = new Set<Act>()
  const first = isWhole ? shuffled.filter(({ square }) => !seen.has(square.act) && seen.add(square.act)) : []
  const rest = shuffled.filter((one) => !first.includes(one))
  return [...first, ...rest].slice(0, Math.max(count, first.length)).map(({ square }) => square)
}

export type { Act, Asked, Ground, Input }
