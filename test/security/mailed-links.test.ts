// How often links are mailed to owners and administrators who are kept out: by network, by address, and apart from strangers for whoever
// has proved who they are. Whatever is asked, by whomever and how often, the answer is the same.
// Judges: server/deliveries, server/provisioning.
import { createSamlKey, createSamlProvider } from '@rollcall/simulator'
import { beforeAll, describe, expect, it } from 'vitest'
import { createBrowser } from '../harness/browser.ts'
import { openCaller } from '../harness/callers.ts'
import { forOneStore, type Service } from '../harness/service.ts'
import { readForm } from '../harness/sso.ts'

const key = createSamlKey()
const hourMs = 3_600_000
/** Mails are sent by a loop of their own. */
const slow = { timeout: 15_000 }

forOneStore(import.meta.filename, (start, store) => {
  let service: Service
  let count = 0
  beforeAll(async () => {
    service = await start({ hasMail: true, hasDeliveries: true })
  })

  const from = (ip: string) => createBrowser(service.url, (request) => service.sendFrom(ip, request))
  /** An address of a network that nobody has used. */
  const nextIp = () => {
    count += 1
    return `10.${count >> 8}.${count & 255}.7`
  }
  /** An organization with administrators of these names, whom a contact's connection keeps out. */
  const setUp = async (...names: readonly string[]) => {
    count += 1
    const slug = `mailed-${store}-${count}`
    const domain = `${slug}.test`
    const params = { slug }
    await service.admin.call('createOrganization', { body: { name: 'Acme', slug } })
    const { id } = await service.admin.call('createDomain', { params, body: { name: domain } })
    await service.admin.call('updateDomain', { params: { slug, id }, body: { isVerified: true } })
    const users = names.map((name) => ({ userName: `${name}@${domain}`, email: `${name}@${domain}` }))
    await service.admin.call('importUsers', { params, body: { dryRun: false, users } })
    for (const user of (await service.admin.call('listUsers', { params, query: {} })).items)
      await service.admin.call('updateUser', { params: { slug, id: user.id }, body: { role: 'admin' } })
    const contact = await openCaller(service, slug, 'contact')
    const provider = createSamlProvider({ baseUrl: `https://idp.${domain}`, key, now: service.now })
    const body = {
      name: 'Test',
      identityProvider: 'okta',
      metadataXml: provider.metadata(),
      active: true,
    } as const
    const connection = await contact.client.call('createConnection', { params, body })
    const path = `/saml/${connection.id}/mail-link`
    const addressOf = (name: string) => `${name}@${domain}`
    const ask = async (ip: string, email: string) => {
      const { status, text } = await from(ip).postOwn(path, { email })
      return `${status} ${text.replace(/req_\w+/, '')}`
    }
    /** The page that a proven sign-in of theirs ends on. */
    const prove = async (name: string, ip = nextIp()) => {
      const browser = from(ip)
      const left = await browser.open(`/saml/${connection.id}/login`)
      const person = { nameId: addressOf(name), attributes: { email: [addressOf(name)] } }
      const answer = await provider.answer(left.url, person)
      const refused = await browser.postFromElsewhere(answer.acsUrl, answer.form)
      const { action, fields } = readForm(refused, 'mail-link')
      return { ask: () => browser.postOwn(action, fields) }
    }
    /** Whose links were mailed, the newest first, by what the record says: it is written with them. */
    const mailedTo = async () => {
      const { items } = await service.admin.call('listEvents', { params, query: { limit: 200 } })
      return items.filter(({ type }) => type === 'user.recovery_link_mailed').map(({ subject }) => subject.id)
    }
    const mailed = async () => (await mailedTo()).length
    /** A role, and to whoever is not there yet an account with this address before. */
    const give = async (name: string, role: 'admin' | 'owner', email = addressOf(name)) => {
      const users = [{ userName: addressOf(name), email }]
      await service.admin.call('importUsers', { params, body: { dryRun: false, users } })
      const { items } = await service.admin.call('listUsers', { params, query: {} })
      const id = items.find(({ userName }) => userName === addressOf(name))?.id ?? ''
      await service.admin.call('updateUser', { params: { slug, id }, body: { role } })
      return id
    }
    const letGo = (id: string) => service.admin.call('deactivateUser', { params: { slug, id } })
    return { addressOf, ask, give, letGo, prove, mailed, mailedTo }
  }

  describe('authority 3: mailed links', () => {
    it('15: are three an hour and five a day for an address however it is written, and five more by networks that are new to it', async () => {
      const { addressOf, ask, mailed } = await setUp('ada')
      const email = addressOf('ada')
      const spellings = [email, email.toUpperCase(), `mailto:${email}`, email, ` ${email} `]
      const answers = new Set<string>()
      for (const spelling of spellings) answers.add(await ask(nextIp(), spelling))
      expect(await mailed()).toBe(5)
      service.advance(hourMs + 1)
      for (const spelling of spellings) answers.add(await ask(nextIp(), spelling))
      expect(await mailed()).toBe(10)
      service.advance(hourMs + 1)
      answers.add(await ask(nextIp(), email))
      expect(await mailed()).toBe(10)
      service.advance(24 * hourMs)
      answers.add(await ask(nextIp(), email))
      expect(await mailed()).toBe(11)
      expect([...answers]).toEqual([expect.stringMatching(/^200 .*Look into your mail/s)])
      await expect.poll(() => service.mails.filter(({ to }) => to === email).length, slow).toBe(11)
    })

    it('15: a stranger who asks from two networks, and from all of their neighbourhoods, has not used up what the owner asks for', async () => {
      const { addressOf, ask, mailed } = await setUp('ada')
      const email = addressOf('ada')
      const [one, two] = [nextIp(), nextIp()]
      for (const ip of [one, one, one, two]) await ask(ip, email)
      service.advance(hourMs + 1)
      for (const ip of [one, one, two, two, two]) await ask(ip, email)
      // Another address of the same neighbourhoods is not new.
      for (const ip of [one, two]) await ask(ip.replace(/7$/, '8'), email)
      const before = await mailed()
      await ask(nextIp(), email)
      expect(await mailed()).toBe(before + 1)
    })

    it('are three an hour and five a day for a network, whomever it asks for and in whichever organization', async () => {
      const [one, other] = [await setUp('a', 'b', 'c', 'd', 'e', 'f'), await setUp('g')]
      const ip = nextIp()
      const answers = [await one.ask(ip, 'nobody@elsewhere.test')]
      for (const name of ['a', 'b', 'c']) answers.push(await one.ask(ip, one.addressOf(name)))
      answers.push(await other.ask(ip, other.addressOf('g')))
      expect([await one.mailed(), await other.mailed()]).toEqual([2, 0])
      service.advance(hourMs + 1)
      for (const name of ['c', 'd', 'e']) answers.push(await one.ask(ip, one.addressOf(name)))
      expect(await one.mailed()).toBe(4)
      expect(new Set(answers).size).toBe(1)
      // What was refused to one network took nothing from the address.
      answers.push(await one.ask(nextIp(), one.addressOf('e')))
      expect(await one.mailed()).toBe(5)
    })

    it('count one /64 of IPv6 as one network, and IPv4 written as IPv6 as IPv4', async () => {
      const { addressOf, ask, mailed } = await setUp('a', 'b', 'c', 'd', 'e', 'f', 'g')
      count += 1
      const prefix = `2001:db8:${count.toString(16)}`
      for (const [ip, name] of [
        [`${prefix}:1::1`, 'a'],
        [`${prefix}:1::2`, 'b'],
        [`${prefix}:1:ffff::3`, 'c'],
        [`${prefix}:1::4`, 'd'],
      ] as const)
        await ask(ip, addressOf(name))
      expect(await mailed()).toBe(3)
      await ask(`${prefix}:2::1`, addressOf('d'))
      expect(await mailed()).toBe(4)
      const ip = nextIp()
      for (const [written, name] of [
        [ip, 'e'],
        [`::ffff:${ip}`, 'f'],
        [ip, 'f'],
        [`::ffff:${ip}`, 'g'],
      ] as const)
        await ask(written, addressOf(name))
      expect(await mailed()).toBe(7)
    })

    it('of somebody who proved who they are count apart: no stranger uses up what is theirs, nor they what is others’', async () => {
      const { addressOf, ask, prove, mailed } = await setUp('ada', 'bo')
      const ip = nextIp()
      for (let at = 0; at < 6; at += 1) await ask(at < 3 ? ip : nextIp(), addressOf('ada'))
      expect(await mailed()).toBe(6)
      // From the very network that has asked enough.
      const own = await prove('ada', ip)
      for (let at = 0; at < 5; at += 1) expect((await own.ask()).text).toContain('Look into your mail')
      expect(await mailed()).toBe(9)
      await (await prove('bo', ip)).ask()
      expect(await mailed()).toBe(10)
      await ask(nextIp(), addressOf('bo'))
      expect(await mailed()).toBe(11)
    })

    it('go to whoever stands highest of those who have the address: nobody below keeps an owner from theirs', async () => {
      const { addressOf, ask, give, letGo, mailedTo } = await setUp('boss', 'ada')
      const boss = await give('boss', 'owner')
      // Somebody below is given the owner's address, and what it is recovered by with it.
      await give('twin', 'admin', addressOf('boss'))
      await ask(nextIp(), addressOf('boss'))
      expect(await mailedTo()).toEqual([boss])
      // Of one rung each has a link of their own; who is out has none, and is in nobody's way.
      const [ada, other] = [await give('ada', 'admin'), await give('other', 'admin', addressOf('ada'))]
      await ask(nextIp(), addressOf('ada'))
      expect((await mailedTo()).slice(0, 2).toSorted()).toEqual([ada, other].toSorted())
      await letGo(other)
      await ask(nextIp(), addressOf('ada'))
      expect(await mailedTo()).toHaveLength(4)
      expect((await mailedTo())[0]).toEqual(ada)
    })

    it('are counted exactly when twenty are asked for at once, by an address, a network or a person', async () => {
      const { addressOf, ask, prove, mailed } = await setUp(
        'ada',
        ...Array.from({ length: 20 }, (_, at) => `p${at}`),
      )
      const twenty = <T>(act: (at: number) => Promise<T>) =>
        Promise.all(Array.from({ length: 20 }, (_, at) => act(at)))
      const ips = Array.from({ length: 20 }, nextIp)
      const answers = await twenty((at) => ask(ips[at] ?? '', addressOf('ada')))
      expect(await mailed()).toBe(8)
      const ip = nextIp()
      answers.push(...(await twenty((at) => ask(ip, addressOf(`p${at}`)))))
      expect(await mailed()).toBe(11)
      const own = await prove('ada')
      expect(new Set((await twenty(() => own.ask())).map(({ status }) => status))).toEqual(new Set([200]))
      expect(await mailed()).toBe(14)
      expect(new Set(answers).size).toBe(1)
    })
  })
})
