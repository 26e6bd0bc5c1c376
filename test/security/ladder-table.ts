// Runs the squares of the ladder's table: builds an organization in the state that a square asks for, tries the act, and says what came of
// it. A refusal changes nothing, so its ground serves the next square.
import { type OperationId, operations } from '@rollcall/api'
import { createSamlKey, createSamlProvider } from '@rollcall/simulator'
import { createScope } from '../../packages/server/src/store/database.ts'
import { organizationQuery } from '../../packages/server/src/store/statement.ts'
import { type Browser, createBrowser } from '../harness/browser.ts'
import type { Service } from '../harness/service.ts'
import { type Act, acts, type Ground, type Input } from './ladder-acts.ts'
import { anchors, type CallerName, type Cell, callers, type Dimension, roles } from './ladder-rows.ts'

export interface Square {
  readonly act: Act
  readonly cell: Cell
}

const base: Omit<Cell, 'caller'> = {
  target: 'member',
  after: 'member',
  anchor: 'owner',
  connections: 1,
  isHandedOver: true,
}
const values: { readonly [D in Dimension]: readonly Cell[D][] } = {
  target: roles,
  after: roles,
  anchor: anchors,
  connections: [1, 2],
  isHandedOver: [false, true],
}

/** Every square of every act. An anchor above a contact's is what hand-over means: without it there is no such square. */
export function listSquares(): Square[] {
  return acts.flatMap((act) => {
    let cells: Cell[] = callers.map((caller) => ({ ...base, caller }))
    for (const dimension of act.over)
      cells = cells.flatMap((cell) => values[dimension].map((value) => ({ ...cell, [dimension]: value })))
    const isPossible = (cell: Cell) => cell.isHandedOver || cell.anchor === 'contact'
    const settled = cells.map((cell) =>
      act.over.includes('anchor') || cell.isHandedOver ? cell : { ...cell, anchor: 'contact' as const },
    )
    return settled.filter(isPossible).map((cell) => ({ act, cell }))
  })
}

export function nameOf({ act, cell }: Square): string {
  const { caller, ...rest } = cell
  const said = act.over.map((name) => `${name} ${String(rest[name])}`)
  return [caller, act.operation, act.variant ?? '', ...said].filter((one) => one !== '').join(', ')
}

interface Outcome {
  readonly outcome: string
  readonly role: string
  readonly spareOwners: number
}

interface Built extends Ground {
  readonly browsers: Map<CallerName, Browser>
  /** Whether an act has prepared something in it. */
  isPrepared: boolean
}

const [honestKey, otherKey] = [createSamlKey(), createSamlKey()]

export function createTable(service: Service): { run(square: Square): Promise<Outcome> } {
  let count = 0
  let operatorBrowser: Browser | undefined
  const free = new Map<string, Built>()

  const ask = async (operation: OperationId, { params = {}, body }: Input, browser?: Browser) => {
    const { method, path } = operations[operation]
    const target = path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(params[name] ?? ''))
    const cookie = browser && [...browser.cookies].map((pair) => pair.join('=')).join('; ')
    const headers: Record<string, string> = {
      ...(cookie === undefined ? { authorization: `Bearer ${service.operatorKey}` } : { cookie }),
      origin: service.url,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    }
    const init = {
      method: method.toUpperCase(),
      headers,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    }
    const response = await service.send(new Request(`${service.url}/api/v1${target}`, init))
    const text = await response.text()
    return {
      status: response.status,
      answer: (text === '' ? {} : JSON.parse(text)) as Record<string, unknown>,
    }
  }
  const must = async (operation: OperationId, input: Input, browser?: Browser) => {
    const { status, answer } = await ask(operation, input, browser)
    if (status >= 300) throw new Error(`${operation} was answered ${status} ${JSON.stringify(answer)}`)
    return answer
  }
  const open = async (link: Record<string, unknown>): Promise<Browser> => {
    const browser = createBrowser(service.url, service.send)
    const opened = await browser.call('POST', '/portal-sessions', {
      token: String(link.url).split('#token=')[1],
    })
    if (!opened.ok) throw new Error(`the link was answered ${opened.status}`)
    return browser
  }
  const openAs = async (slug: string, caller: CallerName): Promise<Browser | undefined> => {
    if (caller === 'operator key') return undefined
    if (caller === 'operator session') {
      operatorBrowser ??= await open(await must('createOperatorLink', {}))
      return operatorBrowser
    }
    const body =
      caller === 'contact' ? { role: 'admin', days: 3 } : { role: caller === 'owner' ? 'owner' : 'admin' }
    return open(await must('createPortalLink', { params: { slug }, body }))
  }
  const browserOf = async (ground: Built, caller: CallerName): Promise<Browser | undefined> => {
    const known = ground.browsers.get(caller)
    if (known !== undefined) return known
    const browser = await openAs(ground.slug, caller)
    if (browser !== undefined) ground.browsers.set(caller, browser)
    return browser
  }

  async function build(cell: Cell): Promise<Built> {
    count += 1
    const slug = `ladder-${count}`
    const domain = `${slug}.test`
    const params = { slug }
    const organization = await must('createOrganization', { body: { name: 'Acme', slug } })
    const { id: domainId } = (await must('addDomain', { params, body: { name: domain } })) as { id: string }
    await must('assertDomain', { params: { slug, id: domainId }, body: { verified: true } })
    const provider = createSamlProvider({
      baseUrl: `https://idp.${domain}`,
      key: honestKey,
      now: service.now,
    })
    const moved = createSamlProvider({ baseUrl: `https://idp.${domain}`, key: otherKey, now: service.now })
    const renamed = createSamlProvider({ baseUrl: `https://new.${domain}`, key: otherKey, now: service.now })
    const made: string[] = []
    for (const name of ['First', 'Second'].slice(0, cell.connections)) {
      const body = { name, identityProvider: 'okta', metadataXml: provider.metadata(), active: true }
      made.push((await must('createConnection', { params, body })).id as string)
    }
    const users = [`target@${domain}`, `spare@${domain}`].map((userName) => ({ userName, email: userName }))
    await must('importUsers', { params, body: { dryRun: false, users } })
    const { items } = (await must('listUsers', { params })) as { items: { id: string; userName: string }[] }
    const idOf = (name: string) => items.find(({ userName }) => userName.startsWith(name))?.id ?? ''
    const target = { slug, id: idOf('target') }
    await must('updateUser', { params: { slug, id: idOf('spare') }, body: { role: 'owner' } })
    if (cell.target !== 'member') await must('updateUser', { params: target, body: { role: cell.target } })
    const key = (await must('createKey', { params, body: { name: 'directory' } })) as { key: { id: string } }
    const client = (await must('createOAuthClient', {
      params,
      body: { name: 'directory', method: 'client_secret' },
    })) as {
      client: { id: string }
    }
    const [connectionId = '', secondId = ''] = made
    await service.database.inOrganization(createScope(organization.id as string), async (tx) => {
      const write = (statement: Parameters<typeof organizationQuery>[0]) =>
        tx.write(organizationQuery(statement), {})
      write(({ db, organizationId }) =>
        db
          .updateTable('connection')
          .set({ anchor_rung: cell.anchor, anchor_url_rung: cell.anchor })
          .where('organization_id', '=', organizationId),
      )
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
          user_id: target.id,
          name_id: `target@${domain}`,
          name_id_format: null,
          attributes: '{}',
          proved_key: `target@${domain}`,
          created_at: service.now(),
          last_sign_in_at: service.now(),
        }),
      )
    })
    const ground: Built = {
      slug,
      connectionId,
      secondId,
      domainId,
      targetId: target.id,
      keyId: key.key.id,
      clientId: client.client.id,
      domain,
      metadata: { moved: moved.metadata(), renamed: renamed.metadata() },
      async prepare(operation, input) {
        ground.isPrepared = true
        return must(operation, input)
      },
      async administrator(operation, input) {
        ground.isPrepared = true
        return must(operation, input, await browserOf(ground, 'administrator'))
      },
      prove: (name, value) => void service.txtRecords.set(name, [value]),
      browsers: new Map(),
      isPrepared: false,
    }
    return ground
  }

  return {
    async run({ act, cell }) {
      const state = JSON.stringify([cell.target, cell.anchor, cell.connections, cell.isHandedOver])
      const ground = free.get(state) ?? (await build(cell))
      free.delete(state)
      const input = await act.input(ground, cell)
      const browser = await browserOf(ground, cell.caller)
      const { status, answer } = await ask(act.operation, input, browser)
      const outcome = status === 202 ? 'staged' : status < 300 ? 'allowed' : String(answer.code)
      const { items } = (await must('listUsers', { params: { slug: ground.slug } })) as {
        items: { id: string; role: string }[]
      }
      // What an act prepared, and what it was allowed, is there from now on.
      if (status >= 300 && !ground.isPrepared) free.set(state, ground)
      const role = items.find(({ id }) => id === ground.targetId)?.role ?? 'gone'
      return {
        outcome,
        role,
        spareOwners: items.filter((one) => one.role === 'owner' && one.id !== ground.targetId).length,
      }
    },
  }
}

/** What a square must come to. */
export function wantedOf({ act, cell }: Square): Outcome {
  const outcome = act.wanted(cell)
  const isDone = outcome === 'allowed'
  return { outcome, role: isDone ? (act.roleAfter?.(cell) ?? cell.target) : cell.target, spareOwners: 1 }
}

/** `count` of them, the same ones for the same seed, of each act at least one. */
export function sampleSquares(squares: readonly Square[], count: number, seed: number): Square[] {
  let state = seed
  const next = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
  const shuffled = squares.map((square) => ({ square, at: next() })).sort((one, other) => one.at - other.at)
  const seen = new Set<Act>()
  const first = shuffled.filter(({ square }) => !seen.has(square.act) && seen.add(square.act))
  const rest = shuffled.filter((one) => !first.includes(one))
  return [...first, ...rest].slice(0, Math.max(count, first.length)).map(({ square }) => square)
}
