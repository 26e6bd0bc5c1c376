// Every screen of the console: nothing that axe finds, light and dark, narrow and wide, right to left, by keyboard alone,
// and with script injections in every stored field.
// Judges: console, console/operator, console/operator/brand, console/operator/embedding, console/general, console/security,
// console/people, console/record, console/ui, console/i18n, console/i18n/ar, console/i18n/de, console/operator/installation,
// console/people/groups, console/operator/webhooks, console/operator/applications, console/people/invitations,
// console/security/domains, console/security/set-up-links, console/security/role-mapping, console/security/attribute-mapping,
// console/record/activity, console/frame, console/charts, console/operator/overview.
import type { BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { callScim } from '../harness/process.ts'
import { createReceivers, type Receiver } from '../harness/receiver.ts'
import { createCompany } from '../harness/sso.ts'
import { hasChromium } from './chromium.ts'
import { injections } from './injections.ts'
import { expectAccessible, expectFits, type Stage, startStage } from './stage.ts'
import { listenTo } from './unsaid.ts'

const places = [
  'general',
  'security/single-sign-on',
  'security/single-sign-on/new',
  'security/single-sign-on/CONNECTION',
  'security/single-sign-on/ISSUER',
  'security/verified-domains',
  'security/user-provisioning',
  'security/attribute-mapping',
  'security/role-mapping',
  'security/set-up',
  'security/set-up-links',
  'people/users',
  'people/users/USER',
  'people/groups',
  'people/groups/GROUP',
  'people/invitations',
  'activity',
  'audit-log',
  'no-such-page',
]

/** What a set-up link reaches. */
const ofContact = places.filter((place) =>
  /set-up$|single-sign-on|verified-domains|user-provisioning/.test(place),
)

/** The operator's side. */
const operatorPlaces = [
  '/',
  '/installation/overview',
  '/installation',
  '/installation/webhooks',
  '/installation/webhooks/ENDPOINT',
  '/installation/applications',
  '/installation/applications/APPLICATION',
  '/installation/brand',
  '/installation/embedding',
  '/installation/log',
]
/** What identity providers call attributes, beside what is plainly no word. */
const attributeNames =
  'username email mail groups title locale timezone department division organization firstname lastname'.split(
    ' ',
  )
/** One screen of each kind: a form, a set-up, a list, a detail, a stream. */
const mirrored = new Set([
  'general',
  'security/user-provisioning',
  'security/single-sign-on/CONNECTION',
  'people/users',
  'activity',
  '/',
  '/installation/webhooks/ENDPOINT',
])
const startReceiver = createReceivers()

interface Look {
  readonly name: string
  readonly colorScheme: 'light' | 'dark'
  readonly width: number
  /** Which screens axe judges in it. */
  readonly judges: 'all' | 'mirrored' | 'none'
}

const judges = ({ judges }: Look, place: string): boolean =>
  judges === 'all' || place === 'signed out' || (judges === 'mirrored' && mirrored.has(place))

/** The page as somebody has it who prefers that scheme on a window of that width; two frames later it is drawn. */
async function takeOn(
  page: Page,
  { colorScheme, width }: Pick<Look, 'colorScheme' | 'width'>,
): Promise<void> {
  await page.emulateMedia({ colorScheme })
  await page.setViewportSize({ width, height: width < 600 ? 740 : 900 })
  await page.locator(`html[data-mantine-color-scheme=${colorScheme}]`).waitFor()
  await page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))')
}

describe.runIf(hasChromium)('every screen of the console', () => {
  let stage: Stage
  /** A small organization for axe, which takes its time with every row, and one with all injections. */
  const ids: Record<string, Record<string, string>> = { initech: {}, globex: {} }
  const base = (slug = 'initech') => `${stage.url}/organizations/${slug}/settings`
  const operated: Record<string, string> = {}
  const operatorAddressOf = (place: string) =>
    stage.url + place.replace(/ENDPOINT|APPLICATION/, (name) => operated[name] ?? '')
  const addressOf = (place: string, slug = 'initech') =>
    `${base(slug)}/${place.replace(/CONNECTION|ISSUER|USER|GROUP/, (name) => ids[slug]?.[name] ?? '')}`
  const settled = async (page: Page) => {
    await page.getByRole('heading', { level: 1 }).waitFor()
    // How long it takes is the machine's affair.
    await expect.poll(() => page.getByText(/^(?:Loading|Ļöàđîñĝ)…$/).count(), { timeout: 60_000 }).toBe(0)
  }

  /** Pages that several tests look at, each as it was opened: a new one compiles the whole console anew. */
  const kept = new Map<string, Page>()
  const keep = async (name: string, open: () => Promise<Page>): Promise<Page> => {
    const page = kept.get(name) ?? (await open())
    kept.set(name, page)
    await page.emulateMedia({ colorScheme: 'light' })
    await page.setViewportSize({ width: 1280, height: 900 })
    return page
  }
  const openOwn = (options: BrowserContextOptions = {}) =>
    keep(`settings ${options.locale}`, () => stage.openSettings('initech', options))
  const openOperators = (options: BrowserContextOptions = {}) =>
    keep(`operator ${options.locale}`, () => stage.openAsOperator(options))

  beforeAll(async () => {
    stage = await startStage('embedded')
    await fill(stage, 'initech', injections.slice(0, 12), ids.initech ?? {})
    await fill(stage, 'globex', injections, ids.globex ?? {})
    await fillOperatorsSide(stage, await startReceiver(), operated)
  }, 120_000)
  afterAll(async () => {
    await stage?.stop()
  })

  /**
   * Each screen is loaded once for each direction and looked at in all of its looks. Axe is slow: left to right it judges
   * each screen light and dark, right to left one of each kind; all are measured in every look.
   */
  const directions: readonly (readonly [string, BrowserContextOptions, readonly Look[]])[] = [
    [
      'left to right',
      {},
      [
        { name: 'light, 1440 px', colorScheme: 'light', width: 1440, judges: 'all' },
        { name: 'dark, 360 px', colorScheme: 'dark', width: 360, judges: 'all' },
        { name: 'light, 360 px', colorScheme: 'light', width: 360, judges: 'none' },
      ],
    ],
    [
      'right to left',
      { locale: 'ar' },
      [
        { name: 'dark, 1440 px', colorScheme: 'dark', width: 1440, judges: 'mirrored' },
        { name: 'light, 360 px', colorScheme: 'light', width: 360, judges: 'none' },
      ],
    ],
  ]
  it.each(directions)(
    'has no fault that axe finds, and fits: %s',
    async (direction, options, looks) => {
      const see = async (page: Page, address: string, place: string) => {
        await page.setViewportSize({ width: 1440, height: 900 })
        await page.goto(address)
        await settled(page)
        expect(await page.evaluate('document.documentElement.dir')).toBe(
          options.locale === 'ar' ? 'rtl' : 'ltr',
        )
        for (const look of looks) {
          await takeOn(page, look)
          await (judges(look, place) ? expectAccessible : expectFits)(
            page,
            `${place} (${direction}, ${look.name})`,
          )
        }
      }
      const page = await openOwn(options)
      for (const place of places) await see(page, addressOf(place), place)
      const operator = await openOperators(options)
      for (const place of operatorPlaces) await see(operator, operatorAddressOf(place), place)
      const guest = await (await stage.newContext(options)).newPage()
      await see(guest, base(), 'signed out')
      await guest.context().close()
    },
    240_000,
  )

  it('dialogs have no fault either, keep the focus inside and give it back', async () => {
    const page = await openOwn()
    const open = async (place: string, button: string | RegExp) => {
      await page.goto(addressOf(place))
      await settled(page)
      const opener = page.getByRole('button', { name: button }).first()
      await opener.click()
      const dialog = page.getByRole('dialog')
      await dialog.waitFor()
      for (const colorScheme of ['light', 'dark'] as const) {
        await takeOn(page, { colorScheme, width: 1280 })
        await expectAccessible(page, `${place}: ${button} (${colorScheme})`)
      }
      for (let step = 0; step < 15; step += 1) await page.keyboard.press('Tab')
      expect(await page.evaluate('document.activeElement.closest("[role=dialog]") !== null')).toBe(true)
      await page.keyboard.press('Escape')
      await dialog.waitFor({ state: 'hidden' })
      await expect.poll(() => opener.evaluate((button) => button === document.activeElement)).toBe(true)
    }
    const dialogs = [
      ['security/user-provisioning', 'Create an API key'],
      ['security/user-provisioning', 'Switch back to manual'],
      ['security/user-provisioning', /^Revoke/],
      ['security/user-provisioning', 'Register a client'],
      ['people/users/USER', 'Block'],
      ['activity', 'Details'],
    ] as const
    for (const [place, button] of dialogs) await open(place, button)
  }, 120_000)

  it('Ctrl-K finds screens, people and references by typing, and goes there by Enter', async () => {
    const page = await openOwn()
    await page.goto(addressOf('general'))
    await settled(page)
    const field = page.getByRole('combobox', { name: 'Find people, screens or a reference' })
    const options = page.getByRole('dialog').getByRole('option')
    const chosen = page.getByRole('option', { selected: true }).and(page.locator('.rc-find-option'))
    await page.keyboard.press('Control+k')
    await field.waitFor()
    expect(await field.evaluate((one) => one === document.activeElement)).toBe(true)
    await expect.poll(() => options.count()).toBeGreaterThan(8)
    await page.keyboard.press('ArrowUp')
    expect(await chosen.textContent()).toBe('Audit log')
    expect(await chosen.getAttribute('id')).toBe(await field.getAttribute('aria-activedescendant'))
    for (const colorScheme of ['light', 'dark'] as const) {
      await takeOn(page, { colorScheme, width: 360 })
      await expectAccessible(page, `what is found (${colorScheme})`)
    }
    await field.fill('role map')
    await page.keyboard.press('Enter')
    await page.waitForURL(/role-mapping$/)
    const params = { slug: 'initech' }
    const [person] = (await stage.admin.call('listUsers', { params, query: { limit: 1 } })).items
    const { items } = await stage.admin.call('listActivity', { params, query: { limit: 1 } })
    const reference = items[0]?.requestId ?? ''
    await page.keyboard.press('Control+k')
    await field.fill(person?.id ?? '')
    await options
      .filter({ hasText: person?.userName ?? '' })
      .first()
      .click()
    await page.waitForURL(new RegExp(`${person?.id}$`))
    await page.keyboard.press('Control+k')
    await field.fill(reference)
    await expect.poll(() => chosen.textContent()).toContain(reference)
    await page.keyboard.press('Enter')
    await page.waitForURL(new RegExp(`activity\\?search=${reference}$`))
    await expect.poll(() => page.getByRole('row').count()).toBe(2)
    await page.keyboard.press('Control+k')
    await field.fill('nowhereatall')
    await expect.poll(() => options.count()).toBe(2)
    await page.keyboard.press('Escape')
    await field.waitFor({ state: 'hidden' })
  }, 120_000)

  it('a guide says what goes where, with the values of the connection, and where its words are from', async () => {
    const page = await openOwn()
    for (const place of ['security/single-sign-on/CONNECTION', 'security/single-sign-on/ISSUER']) {
      await page.goto(addressOf(place))
      await settled(page)
      await page.getByRole('button', { name: 'Show the guide' }).click()
      const guide = page.locator('.rc-guide')
      await guide.getByText('Signing out', { exact: true }).waitFor()
      const isOpenId = place.endsWith('ISSUER')
      const own = isOpenId ? '/sso/callback/' : '/saml/'
      expect(await guide.getByText(own).count()).toBeGreaterThan(0)
      // Of no vendor by name nothing is shown by a page.
      expect((await guide.getByRole('link').count()) > 0).toBe(!isOpenId)
      for (const colorScheme of ['light', 'dark'] as const) {
        await takeOn(page, { colorScheme, width: 360 })
        await expectAccessible(page, `the guide on ${place} (${colorScheme})`)
      }
    }
  }, 120_000)

  it.each([
    [
      'de-DE',
      'Organisation anlegen',
      'Die Anwendung anlegen',
      'Eine andere Organisation hat diesen Kurznamen.',
    ],
    ['ar-EG', 'إنشاء مؤسسة', 'إنشاء التطبيق', 'لمؤسسة أخرى هذا المعرّف.'],
  ])(
    'a guide and a refusal speak %s, and the labels of the vendor stay',
    async (locale, create, title, refusal) => {
      const page = await openOwn({ locale })
      await page.goto(addressOf('security/single-sign-on/CONNECTION'))
      const guide = page.locator('.rc-guide')
      await page.locator('button[aria-expanded]:has(.tabler-icon-book)').click()
      await guide.getByText(title, { exact: true }).waitFor()
      expect(await guide.locator('bdi[lang=en]').count()).toBeGreaterThan(3)
      for (const look of [
        { colorScheme: 'light', width: 1440 },
        { colorScheme: 'dark', width: 390 },
      ] as const) {
        await takeOn(page, look)
        await expectAccessible(page, `the guide in ${locale}`)
      }
      const operators = await openOperators({ locale })
      await operators.goto(operatorAddressOf('/'))
      await operators.getByRole('button', { name: create }).first().click()
      const dialog = operators.getByRole('dialog')
      await dialog.getByRole('textbox').nth(0).fill('Initech')
      await dialog.getByRole('textbox').nth(1).fill('initech')
      await dialog.locator('button[type=submit]').click()
      await dialog.getByRole('alert').getByText(refusal).waitFor()
      await expectAccessible(operators, `a refusal in ${locale}`)
      expect(await dialog.getByRole('alert').locator('[lang=en]').count()).toBe(0)
    },
    120_000,
  )

  it('an administrator confirms the key that a set-up contact made', async () => {
    const page = await openOwn()
    await page.goto(addressOf('security/user-provisioning'))
    const waiting = page.getByText('Not confirmed', { exact: true })
    await waiting.first().waitFor()
    const before = await waiting.count()
    const keys = page.getByRole('table', { name: 'API keys' })
    await keys.getByRole('button', { name: /^Confirm / }).click()
    await page.getByRole('dialog').waitFor()
    await expectAccessible(page, 'confirming a key')
    await page.getByRole('dialog').getByRole('button', { name: 'Confirm', exact: true }).click()
    await expect.poll(() => waiting.count()).toBe(before - 1)
  }, 180_000)

  it('a person is seen where they are signed in, and their sessions are ended with a reason', async () => {
    const send = (request: Request) => fetch(request, { redirect: 'manual' })
    const company = await createCompany({ url: stage.url, admin: stage.admin, now: Date.now, send } as never)
    const { slug } = company.organization
    await company.signIn(company.person('ada'))
    const [ada] = (await stage.admin.call('listUsers', { params: { slug } })).items
    const page = await stage.openSettings(slug)
    await page.goto(`${stage.url}/organizations/${slug}/settings/people/users/${ada?.id}`)
    const table = page.getByRole('table', { name: 'Signed in' })
    await table.getByText('test browser').waitFor()
    await expectAccessible(page, 'a person who is signed in')
    await page.getByRole('button', { name: 'End sessions' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('Reason').fill('lost laptop')
    await expectAccessible(page, 'End sessions')
    await dialog.getByRole('button', { name: 'End sessions' }).click()
    await page.getByText('Nowhere at the moment.').waitFor()
    await page
      .getByText(/^The sessions of .* were ended by/)
      .first()
      .waitFor()
    const query = { subject: ada?.id ?? '' }
    const { items } = await stage.admin.call('listEvents', { params: { slug }, query })
    expect(items.find(({ type }) => type === 'user.sessions_ended')?.data).toMatchObject({
      reason: 'lost laptop',
    })
    await page.context().close()
  }, 180_000)

  it('an administrator is told, not offered, what only an owner may do to an owner', async () => {
    const send = (request: Request) => fetch(request, { redirect: 'manual' })
    const company = await createCompany({ url: stage.url, admin: stage.admin, now: Date.now, send } as never)
    const { slug } = company.organization
    await company.signIn(company.person('boss'))
    const [boss] = (await stage.admin.call('listUsers', { params: { slug } })).items
    const id = boss?.id ?? ''
    await stage.admin.call('updateUser', { params: { slug, id }, body: { role: 'owner' } })
    await company.signIn(company.person('boss'))
    const page = await stage.openSettings(slug, { role: 'admin' })
    const settings = `${stage.url}/organizations/${slug}/settings`
    const expectRefused = async (names: readonly string[], reason: string) => {
      for (const name of names) {
        const button = page.getByRole('button', { name, exact: true })
        await expect.poll(() => button.getAttribute('aria-disabled')).toBe('true')
        const said = page.locator(`[id="${await button.getAttribute('aria-describedby')}"]`)
        expect(await said.textContent()).toContain(reason)
        await button.click({ force: true })
        expect(await page.getByRole('dialog').count()).toBe(0)
      }
    }
    await page.goto(`${settings}/people/users/${id}`)
    await expectRefused(['Block', 'Unlink', 'End sessions'], 'only an owner, or the operator')
    expect(await page.getByRole('combobox', { name: 'Role' }).isDisabled()).toBe(true)
    await expectAccessible(page, 'an owner, as an administrator sees them')
    await page.goto(`${settings}/security/single-sign-on/${company.connection.id}`)
    await expectRefused(['Disable', 'Delete this connection'], 'An owner signs in by this')
    await expectAccessible(page, 'a connection of an owner, as an administrator sees it')
    await page.context().close()
  }, 180_000)

  it('User Provisioning that runs has its parts in tabs, and behind its chart a table', async () => {
    const slug = 'hooli'
    const params = { slug }
    await stage.admin.call('createOrganization', { body: { name: 'Hooli', slug, requireSso: false } })
    await stage.admin.call('updateProvisioning', { params, body: { mode: 'scim' } })
    const { token } = await stage.admin.call('createKey', { params, body: { name: 'Directory' } })
    const schemas = ['urn:ietf:params:scim:schemas:core:2.0:User']
    for (const _ of ['made', 'refused'])
      await callScim(stage.url, token, 'POST', '/Users', { schemas, userName: 'ada@acme.test' })
    await stage.admin.call('updateProvisioning', { params, body: { unknownSignIns: 'refuse' } })
    for (const locale of ['en', 'ar']) {
      const page = await stage.openSettings(slug, { locale })
      await page.goto(`${stage.url}/organizations/${slug}/settings/security/user-provisioning`)
      const chart = page.getByRole('figure')
      await chart.getByRole('application').waitFor()
      for (const look of [
        { colorScheme: 'light', width: 360 },
        { colorScheme: 'dark', width: 1440 },
      ] as const) {
        await takeOn(page, look)
        await expectAccessible(page, `health (${locale}, ${look.colorScheme})`)
      }
      await chart.getByRole('button').click()
      // One was made and one was refused, both today.
      const today = chart.getByRole('row').nth(1).getByRole('cell')
      expect(await today.allTextContents()).toEqual(['0', '1', '1'])
      await expectAccessible(page, `the table behind (${locale})`)
      for (const tab of await page.getByRole('tab').all()) {
        await tab.click()
        await settled(page)
        await expectAccessible(page, `${await tab.textContent()} (${locale})`)
      }
      await page.context().close()
    }
  }, 120_000)

  it('a connection is set up by keyboard alone', async () => {
    const page = await openOwn()
    await page.goto(addressOf('security/single-sign-on'))
    await settled(page)
    const reach = async (name: string | RegExp, role: 'button' | 'link' | 'radio' | 'textbox') => {
      const wanted = page.getByRole(role, { name }).first()
      for (let step = 0; step < 120; step += 1) {
        if (await wanted.evaluate((element) => element === document.activeElement).catch(() => false)) return
        await page.keyboard.press('Tab')
      }
      throw new Error(`${name} is not reached by keyboard`)
    }
    await reach('Connect an identity provider', 'link')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'Connect an identity provider' }).waitFor()
    await reach('Okta', 'radio')
    for (let step = 0; step < 8; step += 1) await page.keyboard.press('ArrowDown')
    await reach('Name', 'textbox')
    await page.keyboard.press('Control+A')
    await page.keyboard.type('By keyboard')
    await reach('Next', 'button')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { level: 1, name: 'By keyboard' }).waitFor()
    await reach('URL', 'radio').catch(() => undefined)
    await page.keyboard.press('ArrowRight')
    await page.getByLabel('Metadata XML').waitFor()
    await reach('Metadata XML', 'textbox')
    await page.keyboard.insertText(stage.provider.metadata())
    await reach(/^Read it$/, 'button')
    await page.keyboard.press('Enter')
    await page.getByText('This was read').waitFor()
    await reach(/^Keep it$/, 'button')
    await page.keyboard.press('Enter')
    // Until it is kept, the last step's button is reached too, and says why it does nothing yet.
    await page.locator('[data-step="2"][data-done="true"]').waitFor()
    await reach('Enable this connection', 'button')
    await page.keyboard.press('Enter')
    // Nobody has tried it yet, and no domain is proved for it to speak for: that is asked first.
    await page.getByRole('dialog').waitFor()
    await reach('Enable it all the same', 'button')
    await page.keyboard.press('Enter')
    await page.locator('[data-step="4"][data-done="true"]').waitFor()
  }, 180_000)

  it('200 script injections in every stored field run nothing and break no layout', async () => {
    const page = await stage.openSettings('globex', { viewport: { width: 360, height: 740 } })
    for (const place of [...places, 'activity?search=<script>alert(1)</script>']) {
      await page.goto(addressOf(place, 'globex'))
      await settled(page)
      const width = await page.evaluate('document.documentElement.scrollWidth')
      expect.soft(`${place} is ${width} px wide`).toBe(`${place} is 360 px wide`)
    }
    await page.goto(addressOf('people/users', 'globex'))
    await settled(page)
    for (;;) {
      const next = page.getByRole('button', { name: 'Next' })
      if ((await next.count()) === 0 || (await next.isDisabled())) break
      const shown = await page.getByText(/^Page \d+$/).textContent()
      await next.click()
      await expect.poll(() => page.getByText(/^Page \d+$/).textContent()).not.toBe(shown)
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(360)
    }
    expect(injections).toHaveLength(200)
    await page.context().close()
    const operator = await openOperators()
    await operator.setViewportSize({ width: 360, height: 740 })
    for (const place of operatorPlaces) {
      await operator.goto(operatorAddressOf(place))
      await settled(operator)
      const width = await operator.evaluate('document.documentElement.scrollWidth')
      expect.soft(`${place} is ${width} px wide`).toBe(`${place} is 360 px wide`)
    }
    // What a receiver answers is shown as text, too.
    await operator.goto(operatorAddressOf('/installation/webhooks/ENDPOINT'))
    await settled(operator)
    const details = operator.getByRole('button', { name: /^Details/ })
    for (let at = 0; at < (await details.count()); at += 1) await details.nth(at).click()
    await operator.getByText('<script>').first().waitFor()
    expect(await operator.evaluate('document.documentElement.scrollWidth')).toBe(360)
  }, 120_000)

  it('say nothing that is in no catalogue', async () => {
    const expectSaid = async (page: Page, addresses: readonly string[]) => {
      const listener = await listenTo(page)
      for (const address of addresses) {
        await page.goto(address)
        await settled(page)
        const names = address.endsWith('attribute-mapping') ? attributeNames : ['initech', 'globex']
        expect.soft([address, await listener.listUnsaid(names)]).toEqual([address, []])
      }
      await page.context().close()
    }
    await expectSaid(
      await stage.openSettings('initech'),
      places.map((place) => addressOf(place)),
    )
    await expectSaid(await stage.openAsOperator(), operatorPlaces.map(operatorAddressOf))
    await expectSaid(await (await stage.newContext()).newPage(), [base()])
  }, 240_000)

  it('no page raised an alarm', () => {
    expect(stage.alarms).toEqual([])
  })

  it('no screen of a branded installation has a name of ours, for administrators and for contacts', async () => {
    const data = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 2"/>').toString('base64')
    await stage.admin.call('updateBrand', {
      body: { productName: 'Acme Docs', color: '#0b7285', domainRecord: { host: '_acme', prefix: 'acme' } },
    })
    await stage.admin.call('putBrandImage', {
      params: { id: 'logo' },
      body: { mediaType: 'image/svg+xml', data },
    })
    const slug = 'umbrella'
    ids[slug] = {}
    await fill(stage, slug, ['Acme'], ids[slug] ?? {})
    const expectUnnamed = async (page: Page, place: string) => {
      await page.goto(addressOf(place, slug))
      await settled(page)
      const ours = [...(await page.content()).matchAll(/.{0,60}(?:rollcall|\bnpx\b).{0,60}/gi)]
      expect(
        ours.map(([text]) => text),
        place,
      ).toEqual([])
      expect(await page.title(), place).toMatch(/Acme Docs$/)
    }
    for (const options of [{ locale: 'en' }, { locale: 'ar' }]) {
      const page = await stage.openSettings(slug, options)
      for (const place of places) await expectUnnamed(page, place)
      await page.context().close()
      const link = await stage.admin.call('createPortalLink', {
        params: { slug },
        body: { role: 'admin', days: 1 },
      })
      const contact = await (await stage.newContext(options)).newPage()
      await contact.goto(link.url)
      await contact.getByRole('button').last().click()
      await contact.waitForURL((at) => at.pathname !== '/portal')
      for (const place of ofContact) await expectUnnamed(contact, place)
      await contact.context().close()
    }
  }, 240_000)
})

/** A key that waits for an administrator's confirmation. */
async function makeKeyAsContact(url: string, slug: string, link: string, name: string): Promise<void> {
  const send = (path: string, body: unknown, cookie = '') =>
    fetch(`${url}/api/v1${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: url, cookie },
      body: JSON.stringify(body),
    })
  const opened = await send('/portal-sessions', { token: link.split('#token=')[1] })
  const cookie = opened.headers.getSetCookie()[0]?.split(';')[0] ?? ''
  const made = await send(`/organizations/${slug}/provisioning/keys`, { name }, cookie)
  if (made.status !== 201) throw new Error(`a contact's key was answered ${made.status}`)
}

/** An organization whose every name is an injection, some two hundred of them in users, groups, keys, domains and links. */
async function fill(
  { admin, url, provider }: Stage,
  slug: string,
  texts: readonly string[],
  ids: Record<string, string>,
): Promise<void> {
  const params = { slug }
  const text = (at: number, length = 40) =>
    [...(injections[at % injections.length] ?? '')].slice(0, length).join('').trim() || 'x'
  await admin.call('createOrganization', { body: { name: text(0), slug, requireSso: false } })
  const domain = await admin.call('createDomain', { params, body: { name: `${slug}.test` } })
  await admin.call('createDomain', { params, body: { name: `unproved-${slug}.test` } })
  await admin.call('updateDomain', { params: { ...params, id: domain.id }, body: { isVerified: true } })
  const connection = await admin.call('createConnection', {
    params,
    body: { name: text(1), identityProvider: 'okta', metadataXml: provider.metadata(), isActive: true },
  })
  ids.CONNECTION = connection.id
  // One anchor in place of an earlier one, and another that waits.
  const anchored = { params: { ...params, id: connection.id } }
  const first = await admin.call('stageAnchor', { ...anchored, body: { nameIdFormat: text(8) } })
  await admin.call('applyStagedAnchor', { ...anchored, body: { digest: first.digest } })
  await admin.call('stageAnchor', { ...anchored, body: { nameIdFormat: text(9) } })
  const issuer = await admin.call('createConnection', {
    params,
    body: { name: text(7), identityProvider: 'generic', protocol: 'oidc' },
  })
  ids.ISSUER = issuer.id
  await admin.call('createServiceKey', { params })
  await admin.call('updateProvisioning', { params, body: { mode: 'scim' } })
  const { token } = await admin.call('createKey', { params, body: { name: text(2, 100) } })
  await admin.call('createKey', {
    params,
    body: { name: text(3, 100), expiresAt: new Date(Date.now() + 86_400_000).toISOString() },
  })
  await admin.call('createOAuthClient', { params, body: { name: text(4, 100), method: 'client_secret' } })
  const setUp = { role: 'admin', days: 7, email: 'it@globex.test' } as const
  const link = await admin.call('createPortalLink', { params, body: setUp })
  await makeKeyAsContact(url, slug, link.url, text(8, 100))
  await admin.call('createInvitation', { params, body: { email: 'guest@globex.test' } })
  const members: { value: string }[] = []
  for (const [at, injection] of texts.entries()) {
    const made = await callScim(url, token, 'POST', '/Users', {
      schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
      userName: `${injection}${at}`,
      externalId: injection,
      displayName: injection,
      name: { givenName: injection, familyName: injection },
      emails: [{ value: `user${at}@${slug}.test`, primary: true }],
    })
    if (made.status === 201) members.push({ value: made.body.id })
  }
  if (members.length < texts.length * 0.95)
    throw new Error(`only ${members.length} of the injections became users`)
  for (const injection of texts)
    await callScim(url, token, 'POST', '/Groups', {
      schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'],
      displayName: injection,
      members: members.slice(0, 60),
    })
  await callScim(url, token, 'POST', `/Users?${encodeURIComponent(text(5))}`, {
    schemas: [text(6)],
    userName: 7,
  })
  await admin.call('putRoleMappings', {
    params,
    body: {
      mappings: injections
        .slice(0, 20)
        .map((group) => ({ group: group.slice(0, 512), role: 'admin' as const })),
    },
  })
  await admin.call('putAttributeMapping', {
    params,
    body: { rules: { displayName: injections.slice(0, 15).map((name) => name.slice(0, 512)) } },
  })
  ids.USER = members[0]?.value ?? ''
  ids.GROUP = (await admin.call('listGroups', { params, query: {} })).items[0]?.id ?? ''
}

/** An endpoint whose receiver answers with injections, an application and names of both that are injections. */
async function fillOperatorsSide(
  { admin }: Stage,
  receiver: Receiver,
  operated: Record<string, string>,
): Promise<void> {
  const text = (at: number) => injections[at] ?? 'x'
  receiver.behave(({ count }) => ({
    status: count % 2 === 0 ? 200 : 400,
    body: injections.slice(0, 20).join(' '),
  }))
  const endpoint = await admin.call('createWebhookEndpoint', {
    body: { url: `${receiver.url}?${encodeURIComponent(text(0))}`, description: text(1).slice(0, 200) },
  })
  operated.ENDPOINT = endpoint.id
  for (let at = 0; at < 4; at += 1) await admin.call('testWebhookEndpoint', { params: { id: endpoint.id } })
  await receiver.until('some deliveries', () => receiver.received.length >= 3)
  const application = await admin.call('createApplication', {
    body: {
      name: text(2).slice(0, 100),
      redirectUris: [`https://app.example.com/callback?${encodeURIComponent(text(3))}`],
      backchannelLogoutUri: 'https://app.example.com/logout',
    },
  })
  operated.APPLICATION = application.id
}
