// Section 9's detours: what somebody may not do at the front is tried around it, by a connection, a link, a key, rules, an import and a
// restoration of their own.

import { checkGuards } from '../../packages/server/src/notices/guard.ts'
import { createBrowser } from '../harness/browser.ts'
import { groupUrn, patchOp, userUrn } from '../scim/client.ts'
import { type Act, at, callScim, type Ground, nameIn, org, roleOf, signIn } from './ladder-ground.ts'
import { type CallerName, type Cell, callers, rankOf } from './ladder-rows.ts'

const above: readonly CallerName[] = ['administrator']
const rankOfRole = { member: 0, admin: 1, owner: 2 } as const
const rankOfAnchor = { contact: 0, administrator: 1, owner: 2 } as const
const isBelow = ({ anchor, target }: Pick<Cell, 'anchor' | 'target'>): boolean =>
  rankOfAnchor[anchor] < rankOfRole[target]
/** What the target's own sign-in comes to, whatever else happened. */
const asBefore = (cell: Cell): string => (isBelow(cell) ? 'anchor_unconfirmed' : cell.target)
const comes = (ground: Ground) => signIn(ground, { nameId: nameIn(ground, 'target') })

/** Makes a set-up link and opens it. */
const openSetUp = async (ground: Ground) => {
  const made = await ground.administrator('createPortalLink', {
    params: org(ground),
    body: { role: 'admin', days: 3 },
  })
  const browser = createBrowser(ground.service.url, ground.service.send)
  await browser.call('POST', '/portal-sessions', { token: String(made.url).split('#token=')[1] })
  return browser
}

const one = { connections: 1 } as const
const over = ['target', 'anchor', 'hasOwner', 'hasMail'] as const

export const detours: readonly Act[] = [
  {
    operation: 'createConnection',
    variant: 'a connection of their own, tied, with the target’s address and names',
    callers: above,
    over,
    only: one,
    async run(ground) {
      const { slug, connectionId, domainId, twins } = ground
      const name = nameIn(ground, 'target')
      const made = await ground.administrator('createConnection', {
        params: org(ground),
        body: { name: 'Own', identityProvider: 'okta', metadataXml: ground.metadata.renamed, active: true },
      })
      const id = made.id as string
      const body = { connectionIds: [connectionId, id] }
      await ground.administrator('updateDomain', { params: { slug, id: domainId }, body })
      const how = { connectionId: id, provider: twins.renamed }
      return signIn(ground, { nameId: name, attributes: { email: [name] }, ...how })
    },
    wanted: ({ target }) => (target === 'owner' ? 'owner_must_link' : target),
  },
  {
    operation: 'applyStagedAnchor',
    variant: 'an anchor of their own under the names of before',
    callers: above,
    over,
    only: one,
    async run(ground) {
      const own = at(ground, ground.connectionId)
      const { digest } = await ground.administrator('stageAnchor', {
        params: own,
        body: { metadataXml: ground.metadata.moved },
      })
      await ground.administrator('applyStagedAnchor', { params: own, body: { digest } })
      return signIn(ground, { nameId: nameIn(ground, 'target'), provider: ground.twins.moved })
    },
    wanted: ({ target }) => (target === 'owner' ? 'anchor_unconfirmed' : target),
  },
  {
    operation: 'applyStagedAnchor',
    variant: 'a set-up link of their own, by which an anchor is put in place',
    callers: above,
    over: [...over, 'isHandedOver'],
    only: one,
    async run(ground) {
      const browser = await openSetUp(ground)
      const own = at(ground, ground.connectionId)
      const body = { metadataXml: ground.metadata.moved }
      const { digest } = await ground.prepare('stageAnchor', { params: own, body }, browser)
      await ground.ask('applyStagedAnchor', { params: own, body: { digest } }, { browser })
      return signIn(ground, { nameId: nameIn(ground, 'target'), provider: ground.twins.moved })
    },
    wanted: ({ anchor, target }) => {
      if (anchor !== 'contact') return 'signature_invalid'
      return target === 'member' ? 'member' : 'anchor_unconfirmed'
    },
  },
  {
    operation: 'createKey',
    variant: 'a set-up link of their own, by which a key claims, changes and removes',
    callers: above,
    over,
    async run(ground) {
      const browser = await openSetUp(ground)
      const params = org(ground)
      await ground.prepare('updateProvisioning', { params, body: { mode: 'scim' } })
      const { token } = await ground.prepare('createKey', { params, body: { name: 'own' } }, browser)
      const scim = (method: string, path: string, body?: object) =>
        callScim(ground, token as string, method, path, body)
      const userName = nameIn(ground, 'target')
      const off = [{ op: 'replace', value: { active: false } }]
      const tried = [
        await scim('PATCH', `/Users/${ground.targetId}`, { schemas: [patchOp], Operations: off }),
        await scim('DELETE', `/Users/${ground.targetId}`),
        await scim('POST', '/Users', { schemas: [userUrn], userName }),
        await scim('DELETE', `/Users/${ground.targetId}`),
      ]
      return tried.map(({ status }) => status).join(', ')
    },
    // A member whom nobody manages may be claimed; nobody is removed whom the key did not make.
    wanted: ({ target }) => (target === 'member' ? '403, 403, 201, 403' : '403, 403, 409, 403'),
  },
  {
    operation: 'createKey',
    variant: 'a key of their own: away and come again',
    callers: above,
    over,
    async run(ground) {
      const params = org(ground)
      await ground.prepare('updateProvisioning', { params, body: { mode: 'scim' } })
      const { token } = await ground.administrator('createKey', { params, body: { name: 'own' } })
      const scim = (method: string, path: string, body?: object) =>
        callScim(ground, token as string, method, path, body)
      const person = { schemas: [userUrn], userName: nameIn(ground, 'target'), externalId: 'x' }
      await scim('POST', '/Users', person)
      await scim('DELETE', `/Users/${ground.targetId}`)
      const { id } = await scim('POST', '/Users', person)
      return String((await ground.prepare('getUser', { params: at(ground, id) })).role)
    },
    wanted: () => 'member',
    roleAfter: () => 'gone',
  },
  {
    operation: 'putRoleMappings',
    variant: 'a rule for everybody, at the target’s own sign-in',
    callers: above,
    over,
    only: one,
    async run(ground) {
      const mappings = [{ group: 'Everybody', role: 'member' }]
      await ground.administrator('putRoleMappings', { params: org(ground), body: { mappings } })
      return signIn(ground, { nameId: nameIn(ground, 'target'), attributes: { groups: ['Everybody'] } })
    },
    wanted: asBefore,
  },
  {
    operation: 'putRoleMappings',
    variant: 'a rule, a key and a group of their own, around the target',
    callers: above,
    over,
    async run(ground) {
      const params = org(ground)
      await ground.prepare('updateProvisioning', { params, body: { mode: 'scim' } })
      const mappings = [{ group: 'Lowered', role: 'member' }]
      await ground.administrator('putRoleMappings', { params, body: { mappings } })
      const { token } = await ground.administrator('createKey', { params, body: { name: 'own' } })
      const members = [{ value: ground.targetId }]
      const body = { schemas: [groupUrn], displayName: 'Lowered', members }
      return String((await callScim(ground, token as string, 'POST', '/Groups', body)).status)
    },
    wanted: () => '201',
  },
  {
    operation: 'putAttributeMapping',
    variant: 'a rule that gives somebody new the target’s name',
    callers: above,
    over,
    only: one,
    async run(ground) {
      await ground.administrator('putAttributeMapping', {
        params: org(ground),
        body: { rules: { userName: ['login'], email: ['mail'] } },
      })
      const browser = createBrowser(ground.service.url, ground.service.send)
      const name = nameIn(ground, 'target')
      const attributes = { mail: [nameIn(ground, 'mallory')], login: [name] }
      const came = await signIn(ground, { nameId: 'mallory', attributes, browser })
      const { answer } = await ground.ask('getSession', {}, { browser })
      const user = answer.user as { userName?: string } | null | undefined
      return user?.userName === name ? `in as the target, ${came}` : `somebody else, ${came}`
    },
    wanted: () => 'somebody else, member',
  },
  {
    operation: 'putAttributeMapping',
    variant: 'rules that read nothing, at the target’s own sign-in',
    callers: above,
    over,
    only: one,
    async run(ground) {
      await ground.administrator('putAttributeMapping', {
        params: org(ground),
        body: { rules: { userName: ['none'], email: ['none'], givenName: ['none'] } },
      })
      return comes(ground)
    },
    wanted: asBefore,
  },
  {
    operation: 'importUsers',
    variant: 'a colleague with the target’s address',
    callers: above,
    over,
    only: one,
    async run(ground) {
      const email = nameIn(ground, 'target')
      const users = [{ userName: nameIn(ground, 'mallory'), email }]
      await ground.administrator('importUsers', { params: org(ground), body: { dryRun: false, users } })
      return `${await signIn(ground, { nameId: 'mallory', attributes: { email: [email] } })}, ${await comes(ground)}`
    },
    // Whoever is recovered by the address has the better claim to it.
    wanted: (cell) =>
      `${cell.target === 'member' ? 'address_ambiguous' : 'identity_changed'}, ${asBefore(cell)}`,
  },
  {
    operation: 'importUsers',
    variant: 'the target, switched off and with another address',
    callers: above,
    over,
    only: one,
    async run(ground) {
      const users = [{ userName: nameIn(ground, 'target'), email: 'eve@evil.test', active: 'false' }]
      await ground.administrator('importUsers', { params: org(ground), body: { dryRun: false, users } })
      return comes(ground)
    },
    wanted: asBefore,
  },
  {
    operation: 'restoreAnchor',
    variant: 'their own anchor, brought back over the owner’s',
    callers: above,
    over,
    only: { ...one, anchor: 'administrator' },
    async run(ground) {
      const own = at(ground, ground.connectionId)
      await ground.prepare('updateConnection', { params: own, body: { metadataXml: ground.metadata.moved } })
      const browser = await ground.browserOf('administrator')
      const { answer } = await ground.ask('restoreAnchor', { params: own }, { browser })
      return `${answer.code}, ${await signIn(ground, { nameId: nameIn(ground, 'target'), provider: ground.twins.moved })}`
    },
    wanted: ({ target }) => `owner_required, ${target}`,
  },
  {
    operation: 'restoreAlert',
    variant: 'of whom the directory let go',
    callers,
    over: ['target', 'hasOwner', 'isMakerIn'],
    run: restoreAlert,
    wanted: ({ caller, isMakerIn }) => {
      if (caller === 'directory' || (caller === 'contact' && !isMakerIn)) return 'unauthorized'
      return rankOf(caller) < 1 ? 'forbidden' : 'restored'
    },
    // Within the week of the directory's own deactivation they come back as they were, whoever restores.
    roleAfter: ({ target }) => target,
  },
  {
    operation: 'testConnection',
    variant: 'their own connection’s test, with the target’s names, in their own session',
    callers: above,
    over,
    only: one,
    async run(ground) {
      const made = await ground.administrator('createConnection', {
        params: org(ground),
        body: { name: 'Own', identityProvider: 'okta', metadataXml: ground.metadata.renamed },
      })
      const own = at(ground, made.id as string)
      const { url } = await ground.administrator('testConnection', { params: own })
      const browser = await ground.browserOf('administrator')
      if (browser === undefined) return 'no session'
      const left = await browser.open(url as string)
      const name = nameIn(ground, 'target')
      const answer = await ground.twins.renamed.answer(left.url, {
        nameId: name,
        attributes: { email: [name] },
      })
      const page = await browser.postFromElsewhere(answer.acsUrl, answer.form)
      return `${page.text.includes('/link"') ? 'offered' : 'not offered'}, ${await roleOf(browser)}`
    },
    wanted: () => 'not offered, admin',
  },
]

async function restoreAlert(ground: Ground, { caller }: Cell): Promise<string> {
  const { service, slug, targetId, directoryToken: token } = ground
  const params = org(ground)
  const browser = caller === 'contact' ? await ground.browserOf(caller) : await ground.openAs(caller)
  const deprovisionGuard = { people: 1, percent: 1, windowSeconds: 600 }
  await ground.prepare('updateProvisioning', { params, body: { mode: 'scim', deprovisionGuard } })
  const send = (method: string, path: string, body: object) => callScim(ground, token, method, path, body)
  const userName = nameIn(ground, 'target')
  await send('POST', '/Users', { schemas: [userUrn], userName, externalId: 'x' })
  const friend = await send('POST', '/Users', { schemas: [userUrn], userName: 'friend' })
  const off = { schemas: [patchOp], Operations: [{ op: 'replace', value: { active: false } }] }
  for (const id of [targetId, friend.id]) await send('PATCH', `/Users/${id}`, off)
  await checkGuards(
    service.database,
    { url: service.url, operatorMail: undefined },
    service.now(),
    () => false,
  )
  const { alert } = (await ground.prepare('getProvisioning', { params })) as { alert: { id: string } | null }
  await ground.makerLeaves()
  const by = { browser, token: caller === 'directory' ? token : undefined }
  const asked = await ground.ask('restoreAlert', { params: { slug, id: alert?.id ?? '' } }, by)
  if (asked.status >= 300) return String(asked.answer.code)
  const { active } = await ground.prepare('getUser', { params: at(ground, targetId) })
  return active === true ? 'restored' : 'not restored'
}
