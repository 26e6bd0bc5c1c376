// The whole way of an administrator, in a real browser against the simulated identity provider: from the operator's first link to a
// revoked key. On either store, as it is drawn; on both by `npm run test:walk`.
// Judges: console/operator, console/general, console/security, console/people, console/record, console/ui, console/frame, console/base,
// console/security/connections, console/security/provisioning, console/people/users, console/record/events, console/security/domains,
// server/console, server/admin, simulator/saml.
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { draw } from '../harness/sample.ts'
import { hasChromium } from './chromium.ts'
import { expectAccessible, type Stage, startStage } from './stage.ts'

const choose = (page: Page, name: string) => page.getByRole('button', { name: new RegExp(name) }).click()
const heading = (page: Page, name: string | RegExp) => page.getByRole('heading', { name }).first().waitFor()
const go = async (page: Page, place: string) => {
  await page
    .getByRole('navigation', { name: 'Settings' })
    .getByRole('link', { name: place, exact: true })
    .click()
  await page.getByRole('heading', { level: 1, name: place }).waitFor()
}
const isLit = (page: Page, step: number) => page.locator(`[data-step="${step}"][data-done="true"]`).waitFor()

const stores = draw('stores of the console', ['embedded', 'postgres'] as const, 1)

describe.runIf(hasChromium).each(stores)(
  'the console on the %s store',
  (store) => {
    let stage: Stage
    let operator: Page
    let settings: Page
    let directory: Page
    let token = ''
    const params = { slug: 'acme' }

    beforeAll(async () => {
      stage = await startStage(store)
    }, 60_000)
    afterAll(async () => {
      await stage?.stop()
    })
    const signIn = async (name: string): Promise<Page> => {
      const page = await (await stage.newContext()).newPage()
      await page.goto(`${stage.url}/sso/acme`)
      await choose(page, name)
      return page
    }
    const atProvider = async (tab: string): Promise<Page> => {
      directory ??= await (await stage.newContext()).newPage()
      await directory.goto(`${stage.provider.url}/directory${tab}`)
      return directory
    }

    it('the operator’s first link leads to the first organization and its portal link', async () => {
      operator = await stage.openAsOperator()
      await operator.getByText('No organization yet').waitFor()
      await operator.getByRole('button', { name: 'Create an organization' }).first().click()
      const dialog = operator.getByRole('dialog')
      const slug = dialog.getByLabel('Slug')
      const create = dialog.getByRole('button', { name: 'Create an organization' })
      // A13: the slug follows the name, also after what was sent was refused, and why is said in the console's own words.
      await dialog.getByLabel('Name').fill('A')
      await create.click()
      await dialog.getByText('At least 3 characters.').waitFor()
      await dialog.getByLabel('Name').fill('Häuser für Acme')
      expect(await slug.inputValue()).toBe('hauser-fur-acme')
      await slug.fill('')
      await create.click()
      await dialog.getByText('At least 3 characters.').waitFor()
      await slug.fill('own')
      await dialog.getByLabel('Name').fill('Acme')
      expect(await slug.inputValue()).toBe('own')
      await slug.fill('acme')
      await create.click()
      await heading(operator, 'User Provisioning')
      await operator.getByText('You are in the settings of Acme as the operator').waitFor()
      await operator.getByRole('link', { name: 'All organizations' }).click()
      await operator.getByRole('button', { name: 'Portal link for Acme' }).click()
      await operator.getByRole('dialog').getByRole('button', { name: 'Create the link' }).click()
      const link = await operator.locator('code[data-value="Portal link"]').textContent()
      settings = await (await stage.newContext()).newPage()
      await settings.goto(link ?? '')
      await settings.getByRole('button', { name: 'Open the link' }).click()
      await heading(settings, 'User Provisioning')
      await settings.getByText('First set up and enable a single sign-on connection.').waitFor()
    })

    it('a domain is added, with the record that proves it', async () => {
      await go(settings, 'Verified Domains')
      await settings.getByLabel('Domain', { exact: true }).fill('acme.test')
      await settings.getByRole('button', { name: 'Add a domain' }).click()
      await settings.getByText('Waiting for the record').waitFor()
      const [domain] = (await stage.admin.call('listDomains', { params })).items
      expect(await settings.locator('code[data-value="Value"]').textContent()).toBe(domain?.txtRecord.value)
      // B-3: a wait is no refusal; what was seen, and when it is looked for next, stands on the page.
      await settings.getByRole('button', { name: 'Check now' }).click()
      await settings.getByRole('status').getByText('Next look, by itself:').waitFor()
      await settings.getByText(/^(No TXT record is at|The name servers of)/).waitFor()
      expect(await settings.getByRole('alert').count()).toBe(0)
      // There is no DNS here: the operator vouches.
      await operator.goto(settings.url())
      await operator.getByRole('button', { name: 'Assert it as the operator' }).click()
      await operator.getByText('Verified', { exact: true }).waitFor()
    })

    it('the identity provider is connected: values out, metadata in with a preview, test sign-in, enable', async () => {
      await go(settings, 'Single Sign-On')
      await settings.getByRole('link', { name: 'Connect an identity provider' }).first().click()
      await settings.getByRole('radio', { name: 'Another, by SAML 2.0' }).click()
      await settings.getByLabel('Name').fill('Acme login')
      await settings.getByRole('button', { name: 'Next' }).click()
      await heading(settings, 'Acme login')
      const [connection] = (await stage.admin.call('listConnections', { params })).items
      expect(await settings.locator('code[data-value^="Single sign-on URL"]').first().textContent()).toBe(
        connection?.acsUrl,
      )
      await settings.getByText('First bring back the metadata of your identity provider.').waitFor()
      await settings.getByText('XML', { exact: true }).click()
      await settings.getByLabel('Metadata XML').fill('<not-metadata/>')
      await settings.getByRole('button', { name: 'Read it', exact: true }).click()
      await settings.getByRole('alert').waitFor()
      await settings.getByLabel('Metadata XML').fill(stage.provider.metadata())
      await settings.getByRole('button', { name: 'Read it', exact: true }).click()
      await settings.getByText('This was read').waitFor()
      expect((await stage.admin.call('listConnections', { params })).items[0]?.isSetupComplete).toBe(false)
      await settings.getByRole('button', { name: 'Keep it', exact: true }).click()
      await isLit(settings, 2)
      // B-2: who enables what nobody has tested is asked first.
      await settings.getByRole('button', { name: 'Enable this connection' }).click()
      await settings.getByRole('dialog').getByText('Nobody has tested what it trusts now').waitFor()
      await settings.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click()
      const [window] = await Promise.all([
        settings.context().waitForEvent('page'),
        settings.getByRole('button', { name: 'Test sign-in' }).click(),
      ])
      await choose(window, 'Ada')
      await heading(window, 'The test sign-in succeeded')
      expect(await window.textContent('main')).toContain('ada@acme.test')
      expect(await window.getByText('✓').count()).toBe(7)
      await expectAccessible(window, 'test sign-in')
      await window.close()
      expect((await stage.admin.call('listUsers', { params, query: {} })).items).toEqual([])
      // B-1: the test ticks the step, and nothing else does.
      await isLit(settings, 3)
      await settings.getByRole('button', { name: 'Enable this connection' }).click()
      await isLit(settings, 4)
    })

    it('a new trust anchor waits beside the one in place: shown, tested, put in place, and brought back', async () => {
      const wait = async (format: string) => {
        await settings.getByRole('button', { name: 'Options' }).click()
        await settings.getByLabel('NameID format to ask for').fill(format)
        await settings.getByRole('button', { name: 'Save', exact: true }).click()
        await settings.getByText('It waits beside what is in place.').first().waitFor()
      }
      await wait('urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified')
      const waiting = settings.getByRole('region', { name: 'A new one waits' })
      await waiting.getByText('nameIdFormat').waitFor()
      await waiting.getByText('Not yet').waitFor()
      const [window] = await Promise.all([
        settings.context().waitForEvent('page'),
        waiting.getByRole('button', { name: 'Test what waits' }).click(),
      ])
      await choose(window, 'Ada')
      await heading(window, 'The test sign-in succeeded')
      expect(await window.textContent('main')).toContain('against the staged trust anchor')
      await window.close()
      await settings.reload()
      // Until the page is there again it has no "Not yet" either.
      await waiting.getByText('nameIdFormat').waitFor()
      expect(await waiting.getByText('Not yet').count()).toBe(0)
      await expectAccessible(settings, 'a staged anchor')
      await waiting.getByRole('button', { name: 'Put it in place' }).click()
      await settings.getByRole('dialog').getByRole('button', { name: 'Put it in place' }).click()
      const earlier = settings.getByRole('region', { name: 'What was there before' })
      await earlier.getByText('nameIdFormat').waitFor()
      await earlier.getByRole('button', { name: 'Bring it back' }).click()
      await settings.getByRole('dialog').getByRole('button', { name: 'Bring it back' }).click()
      await settings.getByText('No account, link or key came meanwhile.').waitFor()
      const [connection] = (await stage.admin.call('listConnections', { params })).items
      expect(connection?.anchor).toMatchObject({ number: 1 })
    })

    it('a new person signs in, and the account is there', async () => {
      const grace = await signIn('Grace')
      await heading(grace, 'You are signed in')
      await go(settings, 'Users')
      await settings.getByRole('link', { name: 'Grace Hopper' }).click()
      await heading(settings, 'Grace Hopper')
      await settings.getByText('SSO', { exact: true }).waitFor()
      await settings.getByText(/created the account of/).waitFor()
    })

    it('the switch to SCIM shows whom it concerns, first', async () => {
      await go(settings, 'User Provisioning')
      await settings.getByRole('button', { name: 'Switch to SCIM' }).click()
      const dialog = settings.getByRole('dialog')
      await dialog.getByRole('link', { name: 'grace@acme.test' }).waitFor()
      await dialog.getByText('1 account stays as it is.').waitFor()
      await dialog.getByRole('button', { name: 'Switch to SCIM' }).click()
      await settings.getByText('Connecting', { exact: true }).first().waitFor()
    })

    it('a key is shown once: after a reload it is gone', async () => {
      await settings.getByRole('button', { name: 'Create an API key' }).click()
      const dialog = settings.getByRole('dialog')
      await dialog.getByLabel('Name').fill('Directory')
      await dialog.getByRole('button', { name: 'Create an API key' }).click()
      await heading(settings, 'Your new API key')
      expect(await settings.content()).not.toMatch(/rc_scim_[0-9A-Za-z]{43}/)
      await dialog.getByLabel('Show it').check({ force: true })
      token = (await settings.locator('code[data-value="API key"]').textContent()) ?? ''
      expect(token).toMatch(/^rc_scim_[0-9A-Za-z]{43}_[0-9A-Za-z]{6}$/)
      await settings.keyboard.press('Escape')
      await dialog.getByText('Tick that you have saved it.').waitFor()
      await dialog.getByRole('button', { name: 'Done' }).click({ force: true })
      expect(await dialog.isVisible()).toBe(true)
      await dialog.getByLabel('I have saved it').check()
      await dialog.getByRole('button', { name: 'Done' }).click()
      await settings.getByText('Waiting for the first request').waitFor()
      await settings.reload()
      await settings.getByText(token.slice(0, 12)).first().waitFor()
      expect(await settings.content()).not.toContain(token)
    })

    it('Test API Credentials lights the first step, by itself', async () => {
      const page = await atProvider('/provisioning')
      await page.getByLabel('API token').fill(token)
      await page.getByRole('button', { name: 'Save' }).click()
      await page.getByRole('button', { name: 'Test API Credentials' }).click()
      await page.getByText('verified successfully').waitFor()
      await isLit(settings, 1)
      expect(await settings.locator('[data-step="3"]').getAttribute('data-done')).toBe('false')
    })

    it('three people and a group are assigned: the last step lights, by itself', async () => {
      for (const name of ['Ada Lovelace', 'Grace Hopper', 'Linus Pauling']) {
        const page = await atProvider('/assignments')
        await page.getByRole('region', { name }).getByRole('button', { name: 'Assign' }).click()
        await page.getByRole('region', { name }).getByText('provisioned', { exact: true }).waitFor()
      }
      const page = await atProvider('')
      await page.getByText('Add a group').click()
      const form = page.locator('details form').last()
      await form.getByLabel('Name').fill('Engineering')
      await form.getByLabel('Ada Lovelace').check()
      await form.getByRole('button', { name: 'Make group' }).click()
      const push = await atProvider('/push')
      await push
        .getByRole('region', { name: 'Engineering' })
        .getByRole('button', { name: 'Push group' })
        .click()
      await push.getByText('provisioned', { exact: true }).waitFor()
      await isLit(settings, 3)
      await settings.getByText('3 users').waitFor()
      await settings.getByText('3 people are managed by your directory').waitFor()
      await go(settings, 'Groups')
      await settings.getByRole('link', { name: 'Engineering' }).click()
      await settings.getByRole('link', { name: 'Ada Lovelace' }).waitFor()
    })

    it('B-14: a role rule begins at the lowest role, knows the groups, and says who gains before it is saved', async () => {
      await go(settings, 'Role mapping')
      await settings.getByRole('button', { name: 'Add a rule' }).click()
      const rule = settings.getByRole('group', { name: 'Rule 1' })
      const role = rule.getByRole('combobox', { name: 'Role' })
      expect(await role.inputValue()).toBe('Member')
      await rule.getByLabel('Group').fill('Enginering')
      await rule.getByText('No group has exactly this name now').waitFor()
      await rule.getByLabel('Group').fill('Engineering')
      await rule.getByText('No group has exactly this name now').waitFor({ state: 'detached' })
      await role.click()
      await settings.getByRole('option', { name: 'Administrator' }).click()
      await settings.getByRole('button', { name: 'Save', exact: true }).click()
      const dialog = settings.getByRole('dialog')
      await dialog
        .getByText('1 person gains as soon as this is saved: from Member to Administrator')
        .waitFor()
      await dialog.getByRole('link', { name: 'Ada Lovelace' }).waitFor()
      expect((await stage.admin.call('getRoleMappings', { params })).mappings).toEqual([])
      await dialog.getByRole('button', { name: 'Cancel' }).click()
      await role.click()
      await settings.getByRole('option', { name: 'Member' }).click()
      await settings.getByRole('button', { name: 'Save', exact: true }).click()
      await settings.getByText('Saved', { exact: true }).waitFor()
      const { mappings } = await stage.admin.call('getRoleMappings', { params })
      expect(mappings).toEqual([{ group: 'Engineering', role: 'member' }])
      // A rule is for the very letters of a group, and so is what the list of groups says.
      const roleOfGroup = settings
        .getByRole('row', { name: /Engineering/ })
        .getByRole('cell')
        .nth(1)
      await go(settings, 'Groups')
      await expect.poll(() => roleOfGroup.textContent()).toBe('Member')
      const other = [{ group: 'engineering', role: 'member' as const }]
      await stage.admin.call('putRoleMappings', { params, body: { mappings: other } })
      await settings.reload()
      await expect.poll(() => roleOfGroup.textContent()).toBe('none')
      await stage.admin.call('putRoleMappings', { params, body: { mappings } })
      await go(settings, 'User Provisioning')
    })

    it('the first sync is confirmed', async () => {
      await go(settings, 'User Provisioning')
      await settings.getByRole('button', { name: 'Confirm the first sync' }).click()
      await settings.getByRole('dialog').getByRole('button', { name: 'Confirm the first sync' }).click()
      // What runs is shown by how it goes; the set-up is folded.
      await settings.getByText('Managed by the directory').waitFor()
      await settings.getByRole('tab', { name: 'Mode and set-up' }).click()
      await settings.getByText('Confirmed', { exact: true }).waitFor()
      expect(await settings.locator('[data-step]').count()).toBe(0)
      await settings.getByRole('button', { name: 'Set-up and guide' }).click()
      await isLit(settings, 3)
      await operator.goto(stage.url)
      await operator.getByRole('table').getByText('Active', { exact: true }).waitFor()
    })

    it('an update and a deactivation arrive; the person is refused, and Activity says why', async () => {
      const page = await atProvider('')
      const ada = page.getByRole('region', { name: 'Ada Lovelace' })
      await ada.getByText('Edit').click()
      await ada.getByLabel('Family name').fill('Byron')
      await ada.getByRole('button', { name: 'Save' }).click()
      await go(settings, 'Users')
      await settings.getByRole('link', { name: 'Ada Byron' }).waitFor()
      const assignments = await atProvider('/assignments')
      await assignments
        .getByRole('region', { name: 'Ada Byron' })
        .getByRole('button', { name: 'Unassign' })
        .click()
      await assignments
        .getByRole('region', { name: 'Ada Byron' })
        .getByText('deactivated', { exact: true })
        .waitFor()
      await heading(await signIn('Ada'), 'You could not be signed in')
      await settings.getByRole('textbox', { name: 'Search' }).fill('ada')
      await settings.getByRole('link', { name: 'Ada Byron' }).click()
      await settings.getByText('Your directory deactivated this person.').waitFor()
      await settings.getByText(/The key Directory deactivated Ada/).waitFor()
      await settings.getByRole('link', { name: 'Requests and sign-ins about this person' }).click()
      await heading(settings, 'Activity')
      await settings.getByText('user_deactivated').first().waitFor()
      await settings.getByRole('button', { name: 'Details' }).first().click()
      await settings.getByRole('dialog').getByText('Reference').waitFor()
      await settings.keyboard.press('Escape')
    })

    it('after the key is revoked the provider fails, and the page says so', async () => {
      await go(settings, 'User Provisioning')
      await settings.getByRole('tab', { name: 'Keys' }).click()
      await settings.getByRole('button', { name: 'Revoke Directory' }).click()
      await settings.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click()
      await settings.getByText('Revoked', { exact: true }).waitFor()
      const page = await atProvider('/provisioning')
      await page.getByRole('button', { name: 'Test API Credentials' }).click()
      await page.locator('[role=status].wrong').waitFor()
      await settings.getByText('Failing', { exact: true }).waitFor()
      await settings.getByRole('tab', { name: 'Health' }).click()
      // Why, with the way to each of them.
      await settings
        .getByRole('row', { name: /This API key was revoked/ })
        .getByRole('link')
        .waitFor()
      await settings.getByRole('link', { name: 'What was refused' }).click()
      await settings.getByText('This API key was revoked').first().waitFor()
      expect(new URL(settings.url()).search).toBe('?kind=scim&outcome=refused')
      // Whoever types keeps the field, and the address follows.
      await settings.getByRole('textbox', { name: 'Search' }).pressSequentially('revoked')
      await expect.poll(() => new URL(settings.url()).searchParams.get('search')).toBe('revoked')
      expect(await settings.getByRole('textbox', { name: 'Search' }).inputValue()).toBe('revoked')
      await settings.getByText('This API key was revoked').first().waitFor()
    })

    it('the audit log holds all of it, filters, verifies and exports', async () => {
      await go(settings, 'Audit log')
      await settings
        .getByText(/revoked the key/)
        .first()
        .waitFor()
      await settings
        .getByText(/opened the settings as the operator/)
        .first()
        .waitFor()
      await settings.getByRole('button', { name: 'Verify now' }).click()
      await settings
        .getByText(/entries sealed|unbroken since/)
        .first()
        .waitFor()
      const [file] = await Promise.all([
        settings.waitForEvent('download'),
        settings.getByRole('link', { name: 'Export as CSV' }).click(),
      ])
      expect(file.suggestedFilename()).toBe('audit-log-acme.csv')
    })

    it('switching back asks to stop the provider first, and keeps everything', async () => {
      await go(settings, 'User Provisioning')
      await settings.getByRole('tab', { name: 'Mode and set-up' }).click()
      await settings.getByRole('button', { name: 'Switch back to manual' }).click()
      await settings.getByRole('dialog').getByRole('button', { name: 'Switch to manual' }).click()
      await settings.getByRole('button', { name: 'Switch to SCIM' }).waitFor()
      expect((await stage.admin.call('getProvisioning', { params })).counts.users).toBe(3)
    })

    it('the operator says what the product is called, and customers read that alone', async () => {
      await operator.goto(`${stage.url}/installation/brand`)
      await operator.getByLabel('Product').fill('Acme Docs')
      await operator.getByRole('textbox', { name: 'Colour' }).fill('#0b7285')
      await operator.getByRole('button', { name: 'Save' }).first().click()
      await operator.getByText('Saved.').waitFor()
      const content =
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 80 20"><rect width="80" height="20"/></svg>'
      await operator
        .locator('input[type=file]')
        .first()
        .setInputFiles({ name: 'logo.svg', mimeType: 'image/svg+xml', buffer: Buffer.from(content) })
      await operator.getByRole('button', { name: 'Remove Logo' }).waitFor()
      const visitor = await (await stage.newContext()).newPage()
      for (const path of ['/', '/sso', '/me', '/portal', '/signed-out']) {
        await visitor.goto(stage.url + path)
        await visitor.getByRole('heading').first().waitFor()
        expect(await visitor.content(), path).not.toMatch(/rollcall|\bnp[x]\b/i)
        expect(await visitor.title(), path).toMatch(/Acme Docs$/)
      }
      await visitor.context().close()
    })

    it('no page raised an alarm on the way', () => {
      expect(stage.alarms).toEqual([])
    })
  },
  60_000,
)
