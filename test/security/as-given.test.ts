// Administrators are who somebody said they were: a sample of test/security/as-given.ts, who comes in as before, and the ways on for
// whoever is stopped. The whole is played by test/endurance.
// Judges: server/provisioning, server/users.
import { beforeAll, expect, it } from 'vitest'
import { checkGuards } from '../../packages/server/src/notices/guard.ts'
import { createBrowser } from '../harness/browser.ts'
import { clientOf } from '../harness/callers.ts'
import { deal } from '../harness/sample.ts'
import { forEachStore, type Service } from '../harness/service.ts'
import { readForm } from '../harness/sso.ts'
import { createStage, listCases, run, type Stage, wantedOf } from './as-given.ts'

// Each way of becoming one, with what is written and by which connection in turn.
const cases = listCases()
const origins = [...new Set(cases.map(({ origin }) => origin))]
const ways = [...new Set(cases.map(({ write, by }) => `${write} ${by}`))]
const sample = cases.filter(
  ({ origin, write, by }) =>
    ways.indexOf(`${write} ${by}`) % origins.length === origins.indexOf(origin) || write === 'the externalId',
)

forEachStore((start, store) => {
  let service: Service
  let stage: Stage
  beforeAll(async () => {
    service = await start()
    stage = await createStage(service)
  })

  it.each(deal('ways of becoming an administrator', sample, store))(
    'as given: $origin, $write written since, by the $by connection',
    async (one) => {
      expect(await run(stage, one)).toEqual(wantedOf(one))
    },
  )

  const administrator = async () => {
    const names = stage.toNames()
    const id = await stage.provision(names)
    await stage.give(stage.administrator, id, 'admin')
    return { names, id }
  }

  it.each(['the address', 'the externalId', 'the userName', 'another externalId, with the address'] as const)(
    'as given: the administrator comes in by %s that they had',
    async (how) => {
      const { names, id } = await administrator()
      const elsewhere = `${names.userName}@elsewhere.test`
      if (how.startsWith('another')) await stage.write(id, { externalId: `x-${names.userName}` })
      else if (how === 'the externalId') await stage.write(id, { userName: 'else', emails: [] })
      else if (how === 'the userName') await stage.write(id, { externalId: 'else', emails: [] })
      else await stage.write(id, { externalId: 'else', userName: `else-${names.userName}` })
      const [nameId, address] = {
        'the address': ['opaque', names.address],
        'the externalId': [names.externalId, elsewhere],
        'the userName': [names.userName, elsewhere],
        'another externalId, with the address': [`x-${names.userName}`, names.address],
      }[how] as [string, string]
      expect(await stage.come(nameId, address, stage.connections.first)).toMatchObject({
        role: 'admin',
        userId: id,
      })
    },
  )

  it('as given: whoever has an account of their own with the address comes into that one', async () => {
    const { id } = await administrator()
    const own = stage.toNames()
    const account = await stage.provision({ ...own, externalId: 'own' })
    await stage.write(id, { externalId: own.externalId })
    const comes = await stage.come(own.externalId, own.address, stage.connections.first)
    expect(comes).toMatchObject({ role: 'member', userId: account })
  })

  /** Their address is another one now, and nobody has confirmed it. */
  const renamed = async () => {
    const { names, id } = await administrator()
    const address = `new-${names.address}`
    await stage.write(id, { emails: [{ value: address, primary: true }] })
    const come = (browser = createBrowser(service.url, service.send)) =>
      stage.come(`opaque-${names.userName}`, address, stage.connections.second, browser)
    const stopped = await come()
    expect([stopped.code, await stage.needsOf(id)]).toEqual([
      'administrator_must_link',
      ['administrator_unlinked'],
    ])
    return { names, id, address, come, stopped }
  }

  it('as given: whoever is stopped comes in once an administrator has given the role anew', async () => {
    const { id, come, stopped } = await renamed()
    expect(stopped.explanation).toMatch(/takes the role away under Users and gives it again/)
    for (const role of ['member', 'admin'] as const) await stage.give(stage.administrator, id, role)
    expect(await come()).toMatchObject({ role: 'admin', userId: id })
    expect(await stage.needsOf(id)).toEqual([])
  })

  it('as given: or once the operator has written the recovery address', async () => {
    const { id, address, come } = await renamed()
    const params = { ...stage.params, id }
    await service.admin.call('putRecoveryAddress', { params, body: { address } })
    expect(await come()).toMatchObject({ role: 'admin', userId: id })
    expect(await stage.needsOf(id)).toEqual([])
  })

  it('as given: or by a portal link of the operator that names their address', async () => {
    const { id, names, address } = await renamed()
    const body = { role: 'admin', email: address } as const
    const link = await service.admin.call('createPortalLink', { params: stage.params, body })
    const browser = createBrowser(service.url, service.send)
    await browser.call('POST', '/portal-sessions', { token: link.url.split('#token=')[1] })
    const { second } = stage.connections
    const params = { ...stage.params, id: second.id }
    const { url } = await clientOf(service, browser).call('testConnection', { params })
    const left = await browser.open(url)
    const person = { nameId: `opaque-${names.userName}`, attributes: { email: [address] } }
    const answer = await second.provider.answer(left.url, person)
    const form = readForm(await browser.postFromElsewhere(answer.acsUrl, answer.form), 'link')
    expect((await browser.postOwn(form.action, form.fields)).status).toBe(200)
    expect(await stage.needsOf(id)).toEqual([])
  })

  it('as given: or in a session of their own, by another connection', async () => {
    const { names, id } = await administrator()
    const { first, second } = stage.connections
    const own = await stage.come(names.externalId, names.address, first)
    const address = `new-${names.address}`
    await stage.write(id, { emails: [{ value: address, primary: true }] })
    const { page } = await stage.come('opaque', address, second, own.browser)
    expect(page.text).toContain('Is this you?')
    const form = readForm(page, 'link')
    await own.browser.postOwn(form.action, form.fields)
    expect(await stage.come('opaque', address, second)).toMatchObject({ role: 'admin', userId: id })
  })

  it('as given: brought back from an alert, it is what it was before the directory wrote', async () => {
    const { names, id } = await administrator()
    const beside = await stage.provision(stage.toNames())
    const deprovisionGuard = { people: 1, percent: 1, windowSeconds: 600 }
    await service.admin.call('updateProvisioning', {
      params: stage.params,
      body: { mode: 'scim', deprovisionGuard },
    })
    await stage.write(id, { externalId: 'mallory-back', userName: 'mallory-back', emails: [] })
    for (const one of [id, beside])
      expect((await stage.directory.send('DELETE', `/Users/${one}`)).status).toBe(204)
    await checkGuards(
      service.database,
      { url: service.url, operatorMail: undefined },
      service.now(),
      () => false,
    )
    const { alert } = await service.admin.call('getProvisioning', { params: stage.params })
    await stage.administrator.call('restoreAlert', { params: { ...stage.params, id: alert?.id ?? '' } })
    const { first } = stage.connections
    const other = await stage.come('mallory-back', 'mallory-back@elsewhere.test', first)
    expect(other.code).toBe('administrator_must_link')
    await stage.write(id, { externalId: names.externalId })
    const own = await stage.come(names.externalId, `${names.userName}@elsewhere.test`, first)
    expect(own).toMatchObject({ role: 'admin', userId: id })
  })
})
