// Acts at the doors that ask for no rung, or for a key: links that open, sign-ins, and what a provisioning client sends. Each is tried
// whole, and says itself what it came to.
import { installationStatement } from '../../packages/server/src/store/statement.ts'
import { type Browser, createBrowser, type Landing } from '../harness/browser.ts'
import { type OpenIdProvider, startOpenIdProvider } from '../harness/openid-provider.ts'
import { readForm } from '../harness/sso.ts'
import { signed, wrapSoap, write } from '../saml/logout-forge.ts'
import { groupUrn, patchOp, userUrn } from '../scim/client.ts'
import {
  type Act,
  at,
  callScim,
  type Ground,
  nameIn,
  org,
  refusalOf,
  roleOf,
  signIn,
} from './ladder-ground.ts'
import { type AnchorName, type CallerName, type Cell, callers } from './ladder-rows.ts'

const rankOfRole = { member: 0, admin: 1, owner: 2 } as const
const rankOfAnchor = { contact: 0, administrator: 1, owner: 2 } as const
const isBelow = ({ anchor, target }: Pick<Cell, 'anchor' | 'target'>): boolean =>
  rankOfAnchor[anchor] < rankOfRole[target]

const tokenOf = (url: unknown): string => String(url).split('#token=')[1] ?? ''
const codeOf = async (response: Response): Promise<string> =>
  ((await response.json()) as { code: string }).code

/** Opens a link in a browser that nobody knows: what it may do then. */
const openLink = async ({ service }: Ground, url: unknown): Promise<string> => {
  const browser = createBrowser(service.url, service.send)
  const response = await browser.call('POST', '/portal-sessions', { token: tokenOf(url) })
  return response.ok ? roleOf(browser) : codeOf(response)
}

const frameOrigin = 'https://docs.acme.test'

/** The link of a frame; undefined where the person may not have one. */
async function frameOf(ground: Ground, more: object): Promise<string | undefined> {
  await ground.prepare('putEmbedding', { body: { origins: [frameOrigin] } })
  const body = { origin: frameOrigin, intents: ['settings'], ...more }
  const { answer } = await ground.ask('createEmbedSession', { params: org(ground), body }, {})
  if (answer.code === 'person_below_role') return undefined
  return String(answer.url)
}

/** Opens it in a browser that nobody knows: what the frame may do then. */
async function openFrame({ service }: Ground, url: string): Promise<string> {
  const browser = createBrowser(service.url, service.send)
  const response = await browser.call('POST', '/embed-sessions', { token: tokenOf(url) })
  if (!response.ok) return codeOf(response)
  const { secret } = (await response.json()) as { secret: string }
  return roleOf({
    ...browser,
    call: (method, path, body) => browser.call(method, path, body, { 'rollcall-frame': secret }),
  })
}

const selectMails = installationStatement<{ to: string }>('mails_to')(({ db, place }) =>
  db
    .selectFrom('delivery')
    .select('payload')
    .where('target_id', '=', 'mail')
    .where('subject_id', '=', place('to'))
    .orderBy('number', 'desc'),
)

/** The secrets of the links in the mails that wait for this address, the newest first. */
async function readMails({ service }: Ground, to: string): Promise<string[]> {
  const rows = await service.database.readInstallation('deliveries', selectMails, { to })
  return rows.flatMap(({ payload }) => /#token=(\w+)/.exec(payload ?? '')?.[1] ?? [])
}

const links: readonly Act[] = [
  {
    operation: 'openPortalSession',
    variant: 'a set-up link',
    callers: ['nobody'],
    over: ['isMakerIn', 'isHandedOver', 'hasOwner', 'anchor'],
    async run(ground) {
      const made = await ground.maker('createPortalLink', {
        params: org(ground),
        body: { role: 'admin', days: 3 },
      })
      await ground.makerLeaves()
      return openLink(ground, made.url)
    },
    wanted: ({ isMakerIn }) => (isMakerIn ? 'contact' : 'link_gone'),
  },
  ...(['admin', 'owner'] as const).map(
    (role): Act => ({
      operation: 'openPortalSession',
      variant: `a portal link of ${role}`,
      callers: ['nobody'],
      over: ['hasOwner', 'connections'],
      async run(ground) {
        const made = await ground.prepare('createPortalLink', { params: org(ground), body: { role } })
        return `${await openLink(ground, made.url)}, ${await openLink(ground, made.url)}`
      },
      wanted: () => `${role}, link_gone`,
    }),
  ),
  ...(['contact', 'admin', 'owner'] as const).map(
    (role): Act => ({
      operation: 'openEmbedSession',
      variant: role,
      callers: ['nobody'],
      over: ['target', 'hasOwner'],
      async run(ground) {
        const person = role === 'contact' ? 'grace@acme.test' : ground.targetId
        const made = await frameOf(ground, { role, person })
        if (made === undefined) return 'person_below_role'
        return `${await openFrame(ground, made)}, ${await openFrame(ground, made)}`
      },
      wanted: ({ target }) =>
        role === 'contact' || rankOfRole[target] >= rankOfRole[role]
          ? `${role}, link_gone`
          : 'person_below_role',
    }),
  ),
  ...(['member', 'admin'] as const).map(
    (role): Act => ({
      operation: 'acceptInvitation',
      variant: role,
      callers: ['nobody'],
      over: ['isMakerIn', 'anchor', 'connections', 'hasMail', 'hasOwner'],
      async run(ground, { hasMail }) {
        const email = nameIn(ground, 'invited')
        const made = await ground.maker('createInvitation', { params: org(ground), body: { email, role } })
        const mailed = ground.service.mails.findLast(({ to }) => to === email)?.text
        if (hasMail !== (made.url === null)) return 'the link is in the wrong hands'
        await ground.makerLeaves()
        const token = hasMail ? /#token=(\w+)/.exec(mailed ?? '')?.[1] : tokenOf(made.url)
        const browser = createBrowser(ground.service.url, ground.service.send)
        const response = await browser.call('POST', '/invitation-acceptances', { token })
        if (!response.ok) return codeOf(response)
        // In another browser than the link's: the mailbox alone opens nothing.
        return `accepted, ${await signIn(ground, { nameId: 'invited', attributes: { email: [email] } })}`
      },
      wanted: ({ isMakerIn, anchor, connections }) => {
        if (!isMakerIn) return 'link_gone'
        const isAsleep = isBelow({ anchor, target: role })
        return `accepted, ${connections === 0 ? 'connection_inactive' : isAsleep ? 'anchor_unconfirmed' : role}`
      },
    }),
  ),
  {
    operation: 'confirmRecoveryAddress',
    callers: ['person'],
    over: ['target', 'hasMail', 'hasOwner'],
    async run(ground, { target }) {
      const browser = await ground.enter('target', target)
      const address = nameIn(ground, 'fresh')
      const own = at(ground, ground.targetId)
      const asked = await ground.ask('putRecoveryAddress', { params: own, body: { address } }, { browser })
      if (asked.status >= 300) return String(asked.answer.code)
      const now = async () => (await ground.prepare('getRecoveryAddress', { params: own })).address
      const before = await now()
      const [token] = await readMails(ground, address)
      const elsewhere = createBrowser(ground.service.url, ground.service.send)
      const { status } = await elsewhere.call('POST', '/recovery-address-confirmations', { token })
      return `${before === address ? 'at once' : 'asked'}, ${status}, ${(await now()) === address ? 'changed' : 'as before'}`
    },
    wanted: ({ target, hasMail }) =>
      target === 'member' ? 'forbidden' : hasMail ? 'asked, 204, changed' : 'mail_off',
  },
  ...(
    [
      'openAnchorConfirmation',
      'POST /saml/{connectionId}/confirm',
      'POST /saml/{connectionId}/mail-link',
    ] as const
  ).map(
    (operation): Act => ({
      operation,
      variant: 'by the person, from mail to confirmation',
      callers: ['person'],
      over: ['target', 'anchor', 'hasMail', 'connections'],
      only: { connections: 1 },
      run: (ground) => confirmByMail(ground, operation),
      wanted: (cell) => {
        if (!isBelow(cell)) return 'no question'
        return cell.hasMail ? wantedOfMail[operation] : 'nothing mailed'
      },
    }),
  ),
  ...(['moved', 'renamed'] as const).flatMap((twin) =>
    (['POST /saml/{connectionId}/mend', 'POST /saml/{connectionId}/mend-apply'] as const).map(
      (operation): Act => ({
        operation,
        variant: `by the person, from mail to sign-in, ${twin}`,
        callers: ['person'],
        over: ['target', 'anchor', 'hasMail', 'connections'],
        run: (ground) => mendByMail(ground, operation, twin),
        wanted: ({ target, hasMail, connections }) => {
          if (target === 'member' || !hasMail) return 'nothing mailed'
          if (connections === 0) return 'connection_inactive'
          const rung = target === 'owner' ? 'owner' : 'administrator'
          return operation.endsWith('apply')
            ? `refused from elsewhere, in as ${target}, in place as ${rung}`
            : `staged as ${rung}, in as nobody`
        },
      }),
    ),
  ),
  ...(['getSession', 'endSession', 'endOwnSessions'] as const).map(
    (operation): Act => ({
      operation,
      callers,
      over: ['target', 'isMakerIn'],
      async run(ground, { caller, target }) {
        const theirs = await ground.enter('target', target)
        const browser = caller === 'contact' ? await ground.browserOf(caller) : await ground.openAs(caller)
        await ground.makerLeaves()
        const token = caller === 'directory' ? ground.directoryToken : undefined
        const { status } = await ground.ask(operation, {}, { browser, token })
        return `${status < 300 ? 'allowed' : 'refused'}, the target ${await roleOf(theirs)}`
      },
      wanted: ({ caller, target, isMakerIn }) => {
        const isKey = caller === 'operator key' && operation === 'getSession'
        const isRefused = caller === 'directory' || isKey || (caller === 'contact' && !isMakerIn)
        return `${isRefused ? 'refused' : 'allowed'}, the target ${target}`
      },
    }),
  ),
  {
    operation: 'POST /sign-out',
    callers: ['person', 'contact', 'owner'],
    over: ['target'],
    async run(ground, { caller, target }) {
      const theirs = await ground.enter('target', target)
      const browser = await ground.openAs(caller)
      if (browser === undefined) return 'no session'
      const foreign = await browser.postFromElsewhere('/sign-out', {})
      const { status } = await browser.postOwn('/sign-out', {})
      return `${foreign.status}, ${status}, ${await roleOf(browser)}, the target ${await roleOf(theirs)}`
    },
    wanted: ({ target }) => `403, 200, nobody, the target ${target}`,
  },
]

const wantedOfMail = {
  openAnchorConfirmation: 'to the page',
  'POST /saml/{connectionId}/mail-link': 'mailed once',
  'POST /saml/{connectionId}/confirm': 'refused from elsewhere, in after their own click',
} as const

/** A privileged person whom the anchor does not carry: refused, asks for a mail, opens its link, confirms. */
async function confirmByMail(ground: Ground, until: keyof typeof wantedOfMail): Promise<string> {
  const { service, provider, connectionId } = ground
  const name = nameIn(ground, 'target')
  const browser = createBrowser(service.url, service.send)
  const left = await browser.open(`/saml/${connectionId}/login`)
  const answer = await provider.answer(left.url, { nameId: name, attributes: {} })
  const refused = await browser.postFromElsewhere(answer.acsUrl, answer.form)
  if (refused.status < 400) return 'no question'
  if (!refused.text.includes('/mail-link')) return 'nothing mailed'
  const asking = readForm(refused, 'mail-link')
  await browser.postOwn(asking.action, asking.fields)
  const [token, ...more] = await readMails(ground, name)
  if (until.endsWith('mail-link')) return token !== undefined && more.length === 0 ? 'mailed once' : 'not so'
  const opened = await browser.call('POST', '/anchor-confirmations', { token })
  const { url } = (await opened.json()) as { url: string }
  if (until === 'openAnchorConfirmation') return url.includes('/confirm?request=') ? 'to the page' : url
  const question = readForm(await browser.open(url), 'confirm')
  const foreign = await browser.postFromElsewhere(question.action, question.fields)
  await browser.postOwn(question.action, question.fields)
  const isIn = (await roleOf(browser)) !== 'nobody'
  return `${foreign.status === 403 ? 'refused' : foreign.status} from elsewhere, ${isIn ? 'in' : 'out'} after their own click`
}

let networks = 0

/** Somebody privileged whom no sign-in brings back: asks for a mail, stages what the identity provider is now, tests it, puts it in place. */
async function mendByMail(ground: Ground, until: string, twin: 'moved' | 'renamed'): Promise<string> {
  const { service, connectionId } = ground
  const provider = ground.twins[twin]
  const name = nameIn(ground, 'target')
  networks += 1
  const ip = `10.9.${networks >> 8}.${networks & 255}`
  const browser = createBrowser(service.url, (request) => service.sendFrom(ip, request))
  await browser.postOwn(`/saml/${connectionId}/mail-link`, { email: name })
  const [token] = await readMails(ground, name)
  if (token === undefined) return 'nothing mailed'
  await browser.call('POST', '/anchor-confirmations', { token })
  const shown = await browser.postOwn(`/saml/${connectionId}/mend`, { metadataXml: provider.metadata() })
  if (shown.status >= 400) return /Code <code>(\w+)/.exec(shown.text)?.[1] ?? String(shown.status)
  const anchor = async () =>
    (await ground.prepare('getAnchor', { params: at(ground, connectionId) })) as {
      present: { rung: string }
      staged: { staged: { rung: string } } | null
    }
  if (until.endsWith('mend'))
    return `staged as ${(await anchor()).staged?.staged.rung}, in as ${await roleOf(browser)}`
  const test = readForm(shown, 'mend-test')
  const left = await browser.postOwn(test.action, test.fields)
  const answer = await provider.answer(left.url, { nameId: name, attributes: {} })
  const question = readForm(await browser.postFromElsewhere(answer.acsUrl, answer.form), 'mend-apply')
  const foreign = await browser.postFromElsewhere(question.action, question.fields)
  await browser.postOwn(question.action, question.fields)
  return `${foreign.status === 403 ? 'refused' : foreign.status} from elsewhere, in as ${await roleOf(browser)}, in place as ${(await anchor()).present.rung}`
}

const inactive = ({ connections }: Cell, otherwise: string): string =>
  connections === 0 ? 'connection_inactive' : otherwise
/** Takes the identity away: from here on the target is known by name and address alone. */
const unlink = (ground: Ground) =>
  ground.prepare('unlinkUser', {
    params: at(ground, ground.targetId),
    body: { connectionId: ground.connectionId },
  })

const logoutDoors = [
  'GET /saml/{connectionId}/slo',
  'POST /saml/{connectionId}/slo',
  'POST /saml/{connectionId}/slo-soap',
] as const

/** A request about the target as the identity provider would send it, signed with a key that is not its own. */
async function bringLogout(
  ground: Ground,
  browser: Browser,
  operation: (typeof logoutDoors)[number],
): Promise<number> {
  const path = operation.split('{connectionId}')[1] ?? ''
  const address = `${ground.service.url}/saml/${ground.connectionId}${path}`
  if (operation.startsWith('GET')) {
    const query =
      'SAMLRequest=AAAA&SigAlg=http%3A%2F%2Fwww.w3.org%2F2001%2F04%2Fxmldsig-more%23rsa-sha256&Signature=AAAA'
    return (await browser.open(`${address}?${query}`)).status
  }
  const words = {
    issuer: ground.provider.entityId,
    address,
    victim: nameIn(ground, 'target'),
    now: ground.service.now(),
  }
  const xml = signed(write(words), ground.twins.moved.key)
  const body = path.endsWith('soap')
    ? wrapSoap(xml)
    : new URLSearchParams({ SAMLRequest: Buffer.from(xml).toString('base64') })
  const { send } = ground.service
  return (await send(new Request(address, { method: 'POST', body }))).status
}

const signIns: readonly Act[] = [
  ...(['POST /saml/{connectionId}/acs', 'GET /saml/{connectionId}/finish'] as const).map(
    (operation): Act => ({
      operation,
      variant: 'an identity that is linked',
      callers: ['connection'],
      over: ['target', 'anchor', 'connections', 'isHandedOver', 'hasOwner', 'hasMail'],
      run: (ground) => signIn(ground, { nameId: nameIn(ground, 'target') }),
      wanted: (cell) => inactive(cell, isBelow(cell) ? 'anchor_unconfirmed' : cell.target),
    }),
  ),
  {
    operation: 'POST /saml/{connectionId}/acs',
    variant: 'the address of an account',
    callers: ['connection'],
    over: ['target', 'anchor', 'connections', 'hasOwner', 'hasMail'],
    async run(ground) {
      await unlink(ground)
      return signIn(ground, { nameId: 'opaque', attributes: { email: [nameIn(ground, 'target')] } })
    },
    wanted: (cell) => inactive(cell, wantedByAddress(cell)),
  },
  {
    operation: 'POST /saml/{connectionId}/acs',
    variant: 'the address of an account, by a connection that is not tied',
    callers: ['connection'],
    over: ['target', 'anchor', 'hasOwner'],
    only: { connections: 2 },
    async run(ground) {
      const name = nameIn(ground, 'target')
      const { secondId: connectionId } = ground
      return signIn(ground, { nameId: name, attributes: { email: [name] }, connectionId })
    },
    wanted: () => 'domain_not_tied',
  },
  {
    operation: 'POST /saml/{connectionId}/acs',
    variant: 'another key than the anchor’s',
    callers: ['connection'],
    over: ['target', 'anchor', 'connections'],
    run: (ground) => signIn(ground, { nameId: nameIn(ground, 'target'), provider: ground.twins.moved }),
    wanted: (cell) => inactive(cell, 'signature_invalid'),
  },
  ...(
    [
      ['a group with a role', { groups: ['Admins'] }],
      ['a default role', {}],
      ['an open invitation', {}],
    ] as const
  ).map(
    ([variant, attributes]): Act => ({
      operation: 'POST /saml/{connectionId}/acs',
      variant: `somebody new, ${variant} of administrator`,
      callers: ['connection'],
      over: ['anchor', 'connections', 'hasOwner', 'hasMail'],
      async run(ground) {
        const params = org(ground)
        const email = nameIn(ground, 'newcomer')
        if (variant === 'a group with a role') {
          const mappings = [{ group: 'Admins', role: 'admin' }]
          await ground.administrator('putRoleMappings', { params, body: { mappings } })
        }
        if (variant === 'a default role')
          await ground.administrator('updateOrganization', { params, body: { defaultRole: 'admin' } })
        if (variant === 'an open invitation')
          await ground.administrator('createInvitation', { params, body: { email, role: 'admin' } })
        return signIn(ground, { nameId: 'newcomer', attributes: { email: [email], ...attributes } as never })
      },
      wanted: (cell) => inactive(cell, cell.anchor === 'contact' ? 'member' : 'admin'),
    }),
  ),
  {
    operation: 'POST {acsPath}',
    variant: 'the names of an account',
    callers: ['connection'],
    over: ['target', 'anchor', 'connections', 'hasOwner'],
    async run(ground) {
      const { provider, id } = await addImported(ground)
      const name = nameIn(ground, 'target')
      return signIn(ground, { nameId: name, attributes: { email: [name] }, connectionId: id, provider })
    },
    wanted: () => 'domain_not_tied',
  },
  {
    operation: 'GET /sso/callback/{connectionId}',
    variant: 'the address of an account',
    callers: ['connection'],
    over: ['target', 'anchor', 'hasOwner'],
    run: signInByOpenId,
    wanted: wantedByAddress,
  },
  ...logoutDoors.map(
    (operation): Act => ({
      operation,
      variant: 'without the anchor’s signature',
      callers: ['connection'],
      over: ['target', 'anchor', 'connections'],
      async run(ground, { target }) {
        const theirs = await ground.enter('target', target)
        const status = await bringLogout(ground, theirs, operation)
        return `${status >= 400 ? 'refused' : status}, the target ${await roleOf(theirs)}`
      },
      wanted: ({ target }) => `refused, the target ${target}`,
    }),
  ),
  {
    operation: 'POST /sso/logout/{connectionId}',
    variant: 'without a token of the issuer',
    callers: ['connection'],
    over: ['target', 'anchor', 'connections'],
    async run(ground, { target }) {
      const theirs = await ground.enter('target', target)
      const body = new URLSearchParams({ logout_token: 'e30.e30.AAAA' })
      const address = `${ground.service.url}/sso/logout/${ground.connectionId}`
      const { status } = await ground.service.send(new Request(address, { method: 'POST', body }))
      return `${status >= 400 ? 'refused' : status}, the target ${await roleOf(theirs)}`
    },
    wanted: ({ target }) => `refused, the target ${target}`,
  },
  {
    operation: 'POST /saml/{connectionId}/link',
    variant: 'an owner’s or another’s own identity, in their own session and in another browser',
    callers: ['connection'],
    over: ['target', 'anchor', 'hasOwner'],
    only: { connections: 1 },
    run: linkOwn,
    wanted: (cell) => {
      const answer = wantedByAddress(cell)
      // A member, and an administrator whom the anchor carries, are in by their address already.
      if (answer === cell.target) return 'no question'
      return 'refused elsewhere, linked'
    },
  },
]

function wantedByAddress(cell: Cell): string {
  if (cell.target === 'owner') return 'owner_must_link'
  return isBelow(cell) ? 'anchor_unconfirmed' : cell.target
}

async function addImported(ground: Ground) {
  const { slug } = ground
  const provider = ground.twins.renamed
  const made = await ground.prepare('createConnection', {
    params: org(ground),
    body: {
      name: 'Imported',
      identityProvider: 'okta',
      metadataXml: provider.metadata(),
      active: true,
      serviceProvider: { entityId: `urn:old:${slug}`, acsPath: `/old/${slug}/acs` },
    },
  })
  return { provider, id: made.id as string }
}

let issuer: Promise<OpenIdProvider> | undefined

/** Where an issuer was started, it ends. */
export async function closeIssuer(): Promise<void> {
  await (await issuer)?.close()
  issuer = undefined
}

async function signInByOpenId(ground: Ground): Promise<string> {
  const { service, slug, domainId } = ground
  issuer ??= startOpenIdProvider()
  const provider = await issuer
  for (const path of ['/.well-known/openid-configuration', '/keys'])
    service.metadataPages.set(
      `${provider.issuer}${path}`,
      await (await fetch(`${provider.issuer}${path}`)).text(),
    )
  await unlink(ground)
  const { clientId, clientSecret } = provider
  const oidc = { issuer: provider.issuer, clientId, clientSecret }
  const present = await ground.prepare('getAnchor', { params: at(ground, ground.connectionId) })
  const made = await ground.prepare('createConnection', {
    params: org(ground),
    body: { name: 'Issuer', identityProvider: 'generic', protocol: 'oidc', oidc, active: true },
  })
  const id = made.id as string
  const { rung } = present.present as { rung: AnchorName }
  await ground.setConnections({ anchor_rung: rung })
  await ground.prepare('updateDomain', { params: { slug, id: domainId }, body: { connectionIds: [id] } })
  const browser = createBrowser(service.url, service.send)
  const asked = provider.read((await browser.open(`/saml/${id}/login`)).url)
  const claims = { email: nameIn(ground, 'target'), email_verified: true }
  const landed = await browser.open(provider.answer(asked, 'subject', { claims }))
  return landed.status < 400 ? roleOf(browser) : refusalOf(ground)
}

/** Somebody whom an address does not link meets their own account: the page asks in their own session, and links on their click. */
async function linkOwn(ground: Ground, { target }: Cell): Promise<string> {
  await unlink(ground)
  const name = nameIn(ground, 'target')
  const { service, provider, connectionId } = ground
  const own = await ground.enter('target', target)
  const come = async (browser: typeof own): Promise<Landing> => {
    const left = await browser.open(`/saml/${connectionId}/login`)
    const answer = await provider.answer(left.url, { nameId: 'opaque', attributes: { email: [name] } })
    return browser.postFromElsewhere(answer.acsUrl, answer.form)
  }
  const elsewhere = createBrowser(service.url, service.send)
  if ((await come(elsewhere)).status < 400) return 'no question'
  const page = await come(own)
  if (!page.text.includes('/link"')) return 'nothing offered'
  const form = readForm(page, 'link')
  const isForeign = (await elsewhere.postOwn(form.action, form.fields)).status >= 400
  await own.postOwn(form.action, form.fields)
  const { identities } = (await ground.prepare('getUser', { params: at(ground, ground.targetId) })) as {
    identities: unknown[]
  }
  return `${isForeign ? 'refused' : 'taken'} elsewhere, ${identities.length === 1 ? 'linked' : 'not linked'}`
}

const keys: readonly CallerName[] = ['provisional key', 'administrator’s key', 'directory']
const isProvisional = ({ caller }: Cell): boolean => caller === 'provisional key'
const replace = (value: object) => ({ schemas: [patchOp], Operations: [{ op: 'replace', value }] })

type Scim = (method: string, path: string, body?: object) => ReturnType<typeof callScim>

/** A key by who made it; with `isClaimed` the target is the directory's already. */
async function openKey(ground: Ground, { caller }: Cell, isClaimed: boolean): Promise<Scim> {
  const params = org(ground)
  await ground.prepare('updateProvisioning', { params, body: { mode: 'scim' } })
  if (isClaimed) {
    const body = { schemas: [userUrn], userName: nameIn(ground, 'target'), externalId: 'ext-target' }
    const { status } = await callScim(ground, ground.directoryToken, 'POST', '/Users', body)
    if (status !== 201) throw new Error(`the directory’s claim was answered ${status}`)
  }
  const maker = caller === 'provisional key' ? 'contact' : 'administrator'
  const made =
    caller === 'directory'
      ? { token: ground.directoryToken }
      : await ground.prepare('createKey', { params, body: { name: 'own' } }, await ground.browserOf(maker))
  return (method, path, body) => callScim(ground, made.token as string, method, path, body)
}

type Send = (scim: Scim, ground: Ground, cell: Cell) => Promise<string>

/** An act by a key on a target whom the directory manages. */
function byKey(
  operation: string,
  variant: string,
  send: Send,
  wanted: (cell: Cell) => string,
  more: Partial<Act> & { readonly isClaimed?: boolean } = {},
): Act {
  const { isClaimed = true, ...act } = more
  return {
    operation: `${operation.split(' ')[0]} /scim/v2/${operation.split(' ')[1]}`,
    variant,
    callers: keys,
    over: ['target', 'anchor', 'hasOwner'],
    run: async (ground, cell) => send(await openKey(ground, cell, isClaimed), ground, cell),
    wanted,
    ...act,
  }
}

const refused = (status: string) => (cell: Cell) => (isProvisional(cell) ? '403' : status)
const rule = (ground: Ground) =>
  ground.administrator('putRoleMappings', {
    params: org(ground),
    body: { mappings: [{ group: 'Admins', role: 'admin' }] },
  })
/** The directory's own group of administrators, by the operator's key. */
const makeGroup = async (ground: Ground, members: readonly string[]): Promise<string> => {
  await rule(ground)
  const body = { schemas: [groupUrn], displayName: 'Admins', members: members.map((value) => ({ value })) }
  return (await callScim(ground, ground.directoryToken, 'POST', '/Groups', body)).id
}
const risen = (cell: Cell): string =>
  cell.target === 'member' && !isProvisional(cell) ? 'admin' : cell.target
/** Came by the group and goes with it; what somebody gave by hand stays. */
const fallen = (cell: Cell): string =>
  cell.target === 'member' && isProvisional(cell) ? 'admin' : cell.target

const byKeys: readonly Act[] = [
  byKey(
    'POST Users',
    'a claim of somebody whom nobody manages',
    async (scim, ground) => {
      const body = { schemas: [userUrn], userName: nameIn(ground, 'target'), externalId: 'x' }
      return String((await scim('POST', '/Users', body)).status)
    },
    (cell) => (isProvisional(cell) && cell.target !== 'member' ? '409' : '201'),
    { isClaimed: false, over: ['target', 'anchor', 'isHandedOver', 'hasOwner'] },
  ),
  byKey(
    'POST Users',
    'the name of somebody whom another key manages',
    async (scim, ground) => {
      const body = { schemas: [userUrn], userName: nameIn(ground, 'target'), externalId: 'other' }
      return String((await scim('POST', '/Users', body)).status)
    },
    () => '409',
  ),
  byKey(
    'PATCH Users/{id}',
    'deactivated',
    async (scim, { targetId }) =>
      String((await scim('PATCH', `/Users/${targetId}`, replace({ active: false }))).status),
    refused('200'),
  ),
  byKey(
    'PATCH Users/{id}',
    'deactivated, though nobody manages them',
    async (scim, { targetId }) =>
      String((await scim('PATCH', `/Users/${targetId}`, replace({ active: false }))).status),
    refused('200'),
    { isClaimed: false },
  ),
  byKey(
    'PATCH Users/{id}',
    'deactivated and back within the week',
    async (scim, { targetId }) => {
      await scim('PATCH', `/Users/${targetId}`, replace({ active: false }))
      return String((await scim('PATCH', `/Users/${targetId}`, replace({ active: true }))).status)
    },
    refused('200'),
  ),
  byKey(
    'PATCH Users/{id}',
    'the name of somebody deactivated, for somebody else',
    async (scim, ground) => {
      const { targetId } = ground
      await callScim(ground, ground.directoryToken, 'PATCH', `/Users/${targetId}`, replace({ active: false }))
      const { status } = await scim(
        'PATCH',
        `/Users/${targetId}`,
        replace({ externalId: 'other', active: true }),
      )
      return String(status)
    },
    (cell) => (isProvisional(cell) ? '403' : cell.target === 'member' ? '200' : '409'),
  ),
  byKey(
    'PUT Users/{id}',
    'another name and address, and in by it',
    async (scim, ground) => {
      const name = nameIn(ground, 'eve')
      const body = {
        schemas: [userUrn],
        userName: name,
        emails: [{ value: name, primary: true }],
        active: true,
      }
      const { status } = await scim('PUT', `/Users/${ground.targetId}`, { ...body, externalId: 'ext-target' })
      const came = await signIn(ground, { nameId: 'eve', attributes: { email: [name] } })
      return `${status}, ${came}`
    },
    // Whoever has an identity of the connection comes by no other.
    (cell) => (isProvisional(cell) ? '403, member' : '200, identity_changed'),
    { only: { connections: 1 } },
  ),
  byKey(
    'DELETE Users/{id}',
    'let go',
    async (scim, { targetId }) => String((await scim('DELETE', `/Users/${targetId}`)).status),
    refused('204'),
    { roleAfter: (cell) => (isProvisional(cell) ? cell.target : 'gone') },
  ),
  byKey(
    'DELETE Users/{id}',
    'let go and come again',
    async (scim, ground) => {
      await scim('DELETE', `/Users/${ground.targetId}`)
      const body = { schemas: [userUrn], userName: nameIn(ground, 'target'), externalId: 'ext-target' }
      const { status, id } = await scim('POST', '/Users', body)
      if (status !== 201) return String(status)
      return String((await ground.prepare('getUser', { params: at(ground, id) })).role)
    },
    (cell) => (isProvisional(cell) ? '409' : 'member'),
    { roleAfter: (cell) => (isProvisional(cell) ? cell.target : 'gone') },
  ),
  byKey(
    'POST Groups',
    'of administrators, with the target',
    async (scim, ground) => {
      await rule(ground)
      const members = [{ value: ground.targetId }]
      return String(
        (await scim('POST', '/Groups', { schemas: [groupUrn], displayName: 'Admins', members })).status,
      )
    },
    refused('201'),
    { roleAfter: risen },
  ),
  byKey(
    'PATCH Groups/{id}',
    'of administrators, the target added',
    async (scim, ground) => {
      const id = await makeGroup(ground, [])
      const Operations = [{ op: 'add', path: 'members', value: [{ value: ground.targetId }] }]
      return String((await scim('PATCH', `/Groups/${id}`, { schemas: [patchOp], Operations })).status)
    },
    (cell) => (isProvisional(cell) ? '403' : '200'),
    { roleAfter: risen },
  ),
  byKey(
    'PATCH Groups/{id}',
    'the name of administrators for a group of one’s own, with a group of one’s own in theirs',
    async (scim, ground) => {
      const theirs = await makeGroup(ground, [])
      const own = await scim('POST', '/Groups', { schemas: [groupUrn], displayName: 'Own' })
      const named = await scim('PATCH', `/Groups/${own.id}`, replace({ displayName: 'Admins' }))
      const Operations = [{ op: 'add', path: 'members', value: [{ value: own.id }] }]
      const nested = await scim('PATCH', `/Groups/${theirs}`, { schemas: [patchOp], Operations })
      const user = await scim('POST', '/Users', { schemas: [userUrn], userName: 'friend' })
      const add = [{ op: 'add', path: 'members', value: [{ value: user.id }] }]
      await scim('PATCH', `/Groups/${own.id}`, { schemas: [patchOp], Operations: add })
      const { role } = await ground.prepare('getUser', { params: at(ground, user.id) })
      return `${named.status < 300 ? 'named' : named.status}, ${nested.status < 300 ? 'nested' : nested.status}, ${role}`
    },
    (cell) => (isProvisional(cell) ? 'named, 403, member' : 'named, nested, admin'),
  ),
  byKey(
    'PUT Groups/{id}',
    'of administrators, emptied',
    async (scim, ground) => {
      const id = await makeGroup(ground, [ground.targetId])
      return String(
        (await scim('PUT', `/Groups/${id}`, { schemas: [groupUrn], displayName: 'Admins' })).status,
      )
    },
    refused('200'),
    { roleAfter: fallen },
  ),
  byKey(
    'DELETE Groups/{id}',
    'of administrators',
    async (scim, ground) => {
      const id = await makeGroup(ground, [ground.targetId])
      return String((await scim('DELETE', `/Groups/${id}`)).status)
    },
    refused('204'),
    { roleAfter: fallen },
  ),
  byKey(
    'POST Bulk',
    'deactivated, and put into a group of administrators',
    async (scim, ground) => {
      await rule(ground)
      const members = [{ value: ground.targetId }]
      const Operations = [
        { method: 'PATCH', path: `/Users/${ground.targetId}`, data: replace({ active: false }) },
        {
          method: 'POST',
          path: '/Groups',
          bulkId: 'g',
          data: { schemas: [groupUrn], displayName: 'Admins', members },
        },
      ]
      const schemas = ['urn:ietf:params:scim:api:messages:2.0:BulkRequest']
      const { body } = await scim('POST', '/Bulk', { schemas, Operations })
      return (body.Operations as { status: string }[]).map(({ status }) => status).join(', ')
    },
    (cell) => (isProvisional(cell) ? '403, 403' : '200, 201'),
    { roleAfter: risen },
  ),
  {
    operation: 'POST /scim/oauth/token',
    variant: 'a client of an administrator, and of a contact',
    callers: ['nobody'],
    over: ['target', 'isMakerIn', 'isHandedOver'],
    async run(ground, { isMakerIn }) {
      const params = org(ground)
      await ground.prepare('updateProvisioning', { params, body: { mode: 'scim' } })
      const body = { name: 'client', method: 'client_secret' }
      const own = await ground.maker('createOAuthClient', { params, body })
      const browser = await ground.browserOf('contact')
      const provisional = await ground.prepare('createOAuthClient', { params, body }, browser)
      await ground.makerLeaves()
      const [token = '', low = ''] = [await takeToken(ground, own), await takeToken(ground, provisional)]
      const claim = { schemas: [userUrn], userName: nameIn(ground, 'target') }
      const claims = [low, token].map((one) => () => callScim(ground, one, 'POST', '/Users', claim))
      const seen: number[] = []
      for (const one of claims) seen.push((await one()).status)
      if (!isMakerIn) await ground.prepare('revokeOAuthClient', { params: at(ground, idOfClient(own)) })
      return `${seen.join(', ')}${isMakerIn ? '' : `, ${await takeToken(ground, own)}`}`
    },
    // What the maker made works on when they are out, until it is revoked. What only a contact's has claimed it takes over.
    wanted: ({ target, isMakerIn }) =>
      `${target === 'member' ? '201, 201' : '409, 201'}${isMakerIn ? '' : ', invalid_client'}`,
  },
]

const idOfClient = (made: Record<string, unknown>): string => (made.client as { id: string }).id

async function takeToken({ service }: Ground, made: Record<string, unknown>): Promise<string> {
  const form = {
    grant_type: 'client_credentials',
    client_id: idOfClient(made),
    client_secret: String(made.secret ?? made.clientSecret),
  }
  const init = { method: 'POST', body: new URLSearchParams(form) }
  const response = await service.send(new Request(`${service.url}/scim/oauth/token`, init))
  const answer = (await response.json()) as { access_token?: string; error?: string }
  return answer.access_token ?? answer.error ?? ''
}

export const doorActs: readonly Act[] = [...links, ...signIns, ...byKeys]
