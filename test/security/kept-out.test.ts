// Nobody is kept from signing in, or from linking, by what somebody below them wrote: every shape of account that a key writes, against
// everybody who stands above it and comes for the first time.
// Judges: server/provisioning, server/users.
import { unconfirmedBounds } from '@rollcall/api'
import { beforeAll, describe, expect, it } from 'vitest'
import { noteNeed } from '../../packages/server/src/organizations/needs.ts'
import { createScope } from '../../packages/server/src/store/database.ts'
import { type Browser, createBrowser } from '../harness/browser.ts'
import { clientOf, openCaller } from '../harness/callers.ts'
import { howMany } from '../harness/sample.ts'
import { forOneStore, type Service } from '../harness/service.ts'
import { type Company, createCompany, readForm, setConnection } from '../harness/sso.ts'
import { patchOp, userUrn } from '../scim/client.ts'

type Scim = (method: string, path: string, body?: object) => Promise<{ status: number; id: string }>

/** Whoever comes. */
interface Victim {
  readonly address: string
  readonly stableId: string
  readonly at: number
}

const account = (userName: string, more: object = {}) => ({ schemas: [userUrn], userName, ...more })
const at = (value: string) => ({ emails: [{ value }] })
const must = async (scim: Scim, body: object) => {
  const made = await scim('POST', '/Users', body)
  expect(made.status).toBe(201)
  return made.id
}

/** What is written before they come. */
const shapes: Readonly<Record<string, (scim: Scim, victim: Victim) => Promise<unknown>>> = {
  'an account with the address': (scim, { address, at: n }) => must(scim, account(`p-${n}`, at(address))),
  'more with the address than are looked at': async (scim, { address, at: n }) => {
    for (let one = 0; one < unconfirmedBounds.ofOneName; one += 1)
      await must(scim, account(`p-${n}-${one}`, at(address)))
    // A confirmed key makes one more.
    await scim('POST', '/Users', account(`q-${n}`, at(address)))
  },
  'inactive ones with the address': async (scim, { address, at: n }) => {
    for (const one of ['p', 'q']) await must(scim, account(`${one}-${n}`, { ...at(address), active: false }))
  },
  'one inactive one with the address': (scim, { address, at: n }) =>
    must(scim, account(`p-${n}`, { ...at(address), active: false })),
  'one with the name': (scim, { address }) => must(scim, account(address)),
  "one with the name and somebody else's address": (scim, { address, at: n }) =>
    must(scim, account(address, at(`other-${n}@elsewhere.test`))),
  'an inactive one with the name': (scim, { address }) => must(scim, account(address, { active: false })),
  'one with the name and the address': (scim, { address }) => must(scim, account(address, at(address))),
  'one with the id of the identity provider': (scim, { stableId, at: n }) =>
    must(scim, account(`p-${n}`, { externalId: stableId })),
  'one that is named like the id, and the id twice': async (scim, { stableId, address, at: n }) => {
    await must(scim, account(stableId, { externalId: stableId }))
    await must(scim, account(`q-${n}`, { externalId: stableId, ...at(address) }))
  },
}

const apart = howMany({ sample: 4, whole: 1 })

forOneStore(import.meta.filename, (start) => {
  let service: Service
  let stages: readonly Stage[]
  interface Stage {
    readonly company: Company
    readonly keys: Readonly<Record<'unconfirmed' | 'confirmed', Scim>>
  }
  let cases = 0

  const scimOf =
    (token: string): Scim =>
    async (method, path, body) => {
      const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/scim+json' }
      const init = { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) }
      const answer = await service.send(new Request(`${service.url}/scim/v2${path}`, init))
      const text = await answer.text()
      const json = (text === '' ? {} : JSON.parse(text)) as { id?: string }
      return { status: answer.status, id: json.id ?? '' }
    }
  const createStage = async (follows_directory: 0 | 1): Promise<Stage> => {
    const company = await createCompany(service)
    const params = { slug: company.organization.slug }
    const body = { mode: 'scim', unknownSignIns: 'create' } as const
    await service.admin.call('updateProvisioning', { params, body })
    const contact = await openCaller(service, params.slug, 'contact')
    const path = `/organizations/${params.slug}/provisioning/keys`
    const made = (await (await contact.browser.call('POST', path, { name: 'contact' })).json()) as {
      token: string
    }
    const { token } = await service.admin.call('createKey', { params, body: { name: 'directory' } })
    await setConnection(service, company.organization.id, company.connection.id, { follows_directory })
    return { company, keys: { unconfirmed: scimOf(made.token), confirmed: scimOf(token) } }
  }
  beforeAll(async () => {
    service = await start()
    stages = [await createStage(0), await createStage(1)]
  })

  const toVictim = ({ domain }: Company): Victim => {
    cases += 1
    return { address: `boss-${cases}@${domain}`, stableId: `id-${cases}`, at: cases }
  }
  const toPerson = ({ address, stableId }: Victim) => ({ nameId: stableId, attributes: { email: [address] } })
  const roleIn = async (browser: Browser) => {
    const answer = await browser.call('GET', '/session')
    return answer.status === 200 ? ((await answer.json()) as { role?: string }).role : answer.status
  }
  const signIn = async (company: Company, victim: Victim) =>
    roleIn((await company.signIn(toPerson(victim))).browser)
  const importOne = async ({ organization: { slug } }: Company, email: string, role?: 'admin') => {
    const users = [{ email, userName: `imported-${email}` }]
    await service.admin.call('importUsers', { params: { slug }, body: { dryRun: false, users } })
    const query = { search: `imported-${email}` }
    const id = (await service.admin.call('listUsers', { params: { slug }, query })).items[0]?.id ?? ''
    if (role !== undefined) await service.admin.call('updateUser', { params: { slug, id }, body: { role } })
    return id
  }
  const offerOwner = async (company: Company, victim: Victim) => {
    const { slug } = company.organization
    const body = { role: 'owner', email: victim.address } as const
    const link = await service.admin.call('createPortalLink', { params: { slug }, body })
    const browser = createBrowser(service.url, service.send)
    await browser.call('POST', '/portal-sessions', { token: link.url.split('#token=')[1] })
    const params = { slug, id: company.connection.id }
    const { url } = await clientOf(service, browser).call('testConnection', { params })
    const left = await browser.open(url)
    const answer = await company.provider.answer(left.url, toPerson(victim))
    return { browser, shown: await browser.postFromElsewhere(answer.acsUrl, answer.form) }
  }
  const becomeOwner = async (company: Company, victim: Victim) => {
    const { browser, shown } = await offerOwner(company, victim)
    const form = readForm(shown, 'link')
    const linked = await browser.postOwn(form.action, form.fields)
    expect([linked.status, linked.text.includes('It is linked')]).toEqual([200, true])
    return shown.text
  }
  const invite = async ({ organization: { slug } }: Company, email: string) => {
    const body = { email, role: 'admin', days: 7 } as const
    return service.admin.call('createInvitation', { params: { slug }, body })
  }

  /** Everybody who stands above, and what makes them so; the role in their session. */
  type Coming = (company: Company, victim: Victim, write: () => Promise<unknown>) => Promise<unknown>
  const people: Readonly<Record<string, Coming>> = {
    'an administrator who was there before': async (company, victim, write) => {
      await importOne(company, victim.address, 'admin')
      await write()
      return signIn(company, victim)
    },
    'an administrator who was made one after': async (company, victim, write) => {
      await write()
      await importOne(company, victim.address, 'admin')
      return signIn(company, victim)
    },
    'an owner by a link': async (company, victim, write) => {
      await write()
      await becomeOwner(company, victim)
      return signIn(company, victim)
    },
    'an owner by a link who is there': async (company, victim, write) => {
      await importOne(company, victim.address)
      await write()
      await becomeOwner(company, victim)
      return signIn(company, victim)
    },
    'an administrator who is invited and signs in': async (company, victim, write) => {
      await invite(company, victim.address)
      await write()
      return signIn(company, victim)
    },
    'an administrator who is invited and accepts': async (company, victim, write) => {
      await write()
      const { url } = await invite(company, victim.address)
      const browser = createBrowser(service.url, service.send)
      const accepted = await browser.call('POST', '/invitation-acceptances', {
        token: url?.split('token=')[1],
      })
      expect(accepted.status).toBe(200)
      return signIn(company, victim)
    },
    'a member who is imported': async (company, victim, write) => {
      const id = await importOne(company, victim.address)
      await write()
      expect(await signIn(company, victim)).toBe('member')
      const { slug } = company.organization
      expect((await service.admin.call('getUser', { params: { slug, id } })).identities).toHaveLength(1)
      return 'member'
    },
  }
  const toRole = (name: string) =>
    name.startsWith('an owner') ? 'owner' : name.startsWith('a member') ? 'member' : 'admin'

  // The key of a directory stands above a member, and says as well as an invitation whose an address is.
  const names = { unconfirmed: Object.keys(people), confirmed: Object.keys(people).slice(0, 4) }
  describe.each(['unconfirmed', 'confirmed'] as const)('A6: by a key that is %s', (which) => {
    it.each(names[which])('%s comes in, whatever was written', async (name) => {
      for (const [follows, { company, keys }] of stages.entries())
        for (const [n, [shape, write]] of Object.entries(shapes).entries()) {
          // Each person, shape and way of matching is met in the sample; their product in the whole.
          if ((n + follows + names[which].indexOf(name)) % apart !== 0) continue
          const victim = toVictim(company)
          const role = await people[name]?.(company, victim, () => write(keys[which], victim))
          expect([shape, follows, role]).toEqual([shape, follows, toRole(name)])
        }
    })

    it('an owner by a link takes the identity from an account that they came to before', async () => {
      for (const { company, keys } of stages)
        for (const isRemoved of [false, true]) {
          const scim = keys[which]
          const victim = toVictim(company)
          const { address, stableId, at: n } = victim
          const id = await must(scim, account(`p-${n}`, { externalId: stableId, ...at(address) }))
          const { browser } = await company.signIn(toPerson(victim))
          expect(await roleIn(browser)).toBe('member')
          const value = { emails: [{ value: 'else@elsewhere.test' }] }
          const change = { schemas: [patchOp], Operations: [{ op: 'replace', value }] }
          if (isRemoved) expect((await scim('DELETE', `/Users/${id}`)).status).toBe(204)
          else expect((await scim('PATCH', `/Users/${id}`, change)).status).toBe(200)
          const text = await becomeOwner(company, victim)
          expect(text).toContain('Taken from')
          expect(text).toContain(isRemoved ? 'an account that was removed' : `p-${n}`)
          expect(await roleIn(browser)).toBe(401)
          expect(await signIn(company, victim)).toBe('owner')
        }
    })
  })

  it('but from no administrator and no owner', async () => {
    const [{ company }] = stages as [Stage]
    const victim = toVictim(company)
    await importOne(company, victim.address, 'admin')
    expect(await signIn(company, victim)).toBe('admin')
    const other = { ...victim, address: `other-${victim.at}@${company.domain}` }
    const { shown } = await offerOwner(company, other)
    expect(shown.text).toContain('The test sign-in succeeded')
    expect(() => readForm(shown, 'link')).toThrow()
  })

  it('an owner who is met has a better claim than an administrator whom others gave their address', async () => {
    const [{ company }] = stages as [Stage]
    const victim = toVictim(company)
    const { slug } = company.organization
    const id = await importOne(company, victim.address)
    await service.admin.call('updateUser', { params: { slug, id }, body: { role: 'owner' } })
    for (let n = 0; n < 21; n += 1) {
      const users = [{ email: victim.address, userName: `admin-${n}-${victim.at}` }]
      await service.admin.call('importUsers', { params: { slug }, body: { dryRun: false, users } })
      const query = { search: `admin-${n}-${victim.at}` }
      const other = (await service.admin.call('listUsers', { params: { slug }, query })).items[0]?.id ?? ''
      await service.admin.call('updateUser', { params: { slug, id: other }, body: { role: 'admin' } })
    }
    await signIn(company, victim)
    await service.flushActivity()
    const query = { kind: 'sign_in', limit: 1 } as const
    const { items } = await service.admin.call('listActivity', { params: company.organization, query })
    expect(items[0]?.code).toBe('owner_must_link')
    await becomeOwner(company, victim)
    expect(await signIn(company, victim)).toBe('owner')
  })

  it('somebody who is in already is no stranger to invite, whoever claimed their account', async () => {
    const [{ company, keys }] = stages as [Stage]
    const victim = toVictim(company)
    await must(keys.unconfirmed, account(`p-${victim.at}`, at(victim.address)))
    expect(await signIn(company, victim)).toBe('member')
    await expect(invite(company, victim.address)).rejects.toMatchObject({ problem: { code: 'user_exists' } })
  })

  it('the page of an owner says by which address they are recovered', async () => {
    const [{ company }] = stages as [Stage]
    const victim = toVictim(company)
    const { shown } = await offerOwner(company, victim)
    expect(shown.text).toContain(`<dt>Recovery address</dt><dd><bdi>${victim.address}</bdi></dd>`)
  })

  it('activity names the accounts that have the address too', async () => {
    const [{ company, keys }] = stages as [Stage]
    const victim = toVictim(company)
    await importOne(company, victim.address, 'admin')
    await must(keys.unconfirmed, account(`p-${victim.at}`, at(victim.address)))
    await signIn(company, victim)
    await service.flushActivity()
    const query = { kind: 'sign_in', limit: 1 } as const
    const { items } = await service.admin.call('listActivity', { params: company.organization, query })
    expect(items[0]?.explanation).toContain(`"p-${victim.at}" has the same address, which counts for less`)
  })

  it('an owner who must link is on the list of what needs the operator, until they are linked', async () => {
    const [{ company }] = stages as [Stage]
    const victim = toVictim(company)
    const { slug } = company.organization
    const id = await importOne(company, victim.address)
    await service.admin.call('updateUser', { params: { slug, id }, body: { role: 'owner' } })
    const needs = async () =>
      (await service.admin.call('listOperatorNeeds', {})).items
        .filter(({ subjectId }) => subjectId === id)
        .map(({ kind, detail }) => [kind, detail.userName])
    expect(await signIn(company, victim)).toBe(401)
    expect(await needs()).toEqual([['owner_unlinked', victim.address]])
    await becomeOwner(company, victim)
    expect(await needs()).toEqual([])
  })

  it('R13-b9: nobody fills the list of what needs the operator: each kind of each organization has its turn, and the rest is counted', async () => {
    const list = () => service.admin.call('listOperatorNeeds', {})
    const before = await list()
    const [loud, quiet] = [await service.createOrganization(), await service.createOrganization()]
    const note = (
      { organization }: typeof loud,
      kind: 'deactivation_refused' | 'owner_unlinked',
      ids: readonly string[],
      at: number,
    ) =>
      service.database.inOrganization(createScope(organization.id), async (tx) => {
        for (const subjectId of ids) noteNeed(tx, { kind, subjectId }, { userName: subjectId }, at)
      })
    const many = Array.from({ length: 250 }, (_, at) => `usr_${String(at).padStart(3, '0')}`)
    await note(loud, 'deactivation_refused', many, service.now() - 1_000_000)
    await note(loud, 'owner_unlinked', ['its owner'], service.now())
    await note(quiet, 'owner_unlinked', ['another owner'], service.now())
    const { items, more } = await list()
    expect([items.length, more]).toEqual([200, before.items.length + 252 - 200])
    const subjects = items.map(({ subjectId }) => subjectId)
    expect(subjects).toEqual(
      expect.arrayContaining(['its owner', 'another owner', ...before.items.map((one) => one.subjectId)]),
    )
    expect(items.map(({ since }) => since)).toEqual(items.map(({ since }) => since).toSorted())
    // The first of those of which there are too many.
    const own = subjects.filter((one) => one.startsWith('usr_') && many.includes(one))
    expect(own).toEqual(many.slice(0, own.length))
  })
})
