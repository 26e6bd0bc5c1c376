// `rollcall apply`: configuration as a file.
// Judges: cli/commands, cli/configuration.
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Client } from '@rollcall/api'
import { createSamlKey, createSamlProvider } from '@rollcall/simulator'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { applyText, type Wish } from '../../packages/cli/src/commands/apply.ts'
import { exportConfiguration, renderConfiguration } from '../../packages/cli/src/configuration/export.ts'
import { forOneStore, type Service } from '../harness/service.ts'

const base = mkdtempSync(join(tmpdir(), 'rollcall-apply-'))
afterAll(() => rmSync(base, { recursive: true, force: true }))

const key = createSamlKey()
const secret = 'the-client-secret-that-is-told-to-nobody'
const issuer = 'https://login.acme.test'
const discovery = JSON.stringify({
  issuer,
  authorization_endpoint: `${issuer}/authorize`,
  token_endpoint: `${issuer}/token`,
  jwks_uri: `${issuer}/keys`,
  response_types_supported: ['code'],
  subject_types_supported: ['public'],
  id_token_signing_alg_values_supported: ['RS256'],
  scopes_supported: ['openid', 'profile', 'email'],
})

let count = 0

/** A folder of its own, with what the file refers to. */
function makeFolder(): string {
  count += 1
  const folder = join(base, String(count))
  mkdirSync(folder)
  return folder
}

const whole = (slug: string): string => `
rollcall: 1
organizations:
  - slug: ${slug}
    name: Acme
    seatLimit: 500
    defaultRole: admin
    origins: [https://app.acme.test, https://beta.acme.test]
    ownerRecovery: operator
    defaultApplication: Product of ${slug}
    connections:
      - name: Okta
        identityProvider: okta
        metadataXml: file:okta.xml
        isActive: true
        options: { forceAuthn: true, clockSkewSeconds: 60 }
      - name: Login
        identityProvider: generic
        oidc: { issuer: '${issuer}', clientId: rollcall, clientSecret: 'env:LOGIN_SECRET' }
        followsDirectory: false
    domains:
      - name: ${slug}.Test
        isVerified: true
        connections: [Okta, Login]
      - name: ${slug}-other.test
    roleMappings:
      - { group: Admins, role: admin }
      - { group: Staff, role: member }
    attributeMapping:
      department: [dept, department]
    schemaExtensions:
      - resourceType: User
        schema:
          id: urn:acme:params:scim:schemas:Badge
          name: Badge
          attributes: [{ name: badge, type: string }]
    provisioning:
      mode: scim
      unknownSignIns: refuse
      unclaimedDelete: deactivate
      sameAddress: link
      deprovisionGuard: { people: 5, percent: 20 }
applications:
  - name: Product of ${slug}
    redirectUris: [https://app.acme.test/callback]
    organizations: [${slug}]
    secretTo: file:secrets/product
webhookEndpoints:
  - url: https://127.0.0.1:9/${slug}
    description: All of Acme
    eventTypes: [user.provisioned, domain.verified]
    organizations: [${slug}]
    state: disabled
    secretTo: file:secrets/hook
`

forOneStore(import.meta.filename, (start) => {
  let service: Service
  beforeAll(async () => {
    service = await start()
    service.metadataPages.set(`${issuer}/.well-known/openid-configuration`, discovery)
  })

  async function run(
    text: string,
    { client = service.admin, ...wish }: Partial<Wish> & { readonly client?: Client } = {},
    folder = makeFolder(),
  ): Promise<{ code: number; output: string; folder: string }> {
    const lines: string[] = []
    const code = await applyText(
      client,
      { text, file: join(folder, 'rollcall.yaml'), environment: { LOGIN_SECRET: secret }, ...wish },
      (line) => lines.push(line),
    )
    return { code, output: lines.join('\n'), folder }
  }
  const refusalOf = (text: string, wish: Partial<Wish> = {}, folder?: string): Promise<string> =>
    run(text, wish, folder).then(
      ({ output }) => {
        throw new Error(`this was not refused:\n${output}`)
      },
      (error: Error) => `${error.name}: ${error.message}`,
    )
  const newOrganization = async (): Promise<string> => {
    count += 1
    const slug = `apply-${count}`
    await service.admin.call('createOrganization', { body: { name: 'Acme', slug, requireSso: false } })
    return slug
  }
  const writeMetadata = (folder: string, slug: string): void => {
    const provider = createSamlProvider({ baseUrl: `https://idp.${slug}.test`, key })
    writeFileSync(join(folder, 'okta.xml'), provider.metadata())
  }

  describe('rollcall apply', () => {
    it('makes everything that a file names, and the second time there is nothing to do', async () => {
      const slug = `whole-${service.store}`
      const folder = makeFolder()
      writeMetadata(folder, slug)
      const dry = await run(whole(slug), { isDryRun: true }, folder)
      expect(dry.output).toContain(`create    organizations/${slug}/connections/Okta`)
      expect(dry.output).toContain('Nothing was changed')
      await expect(service.admin.call('getOrganization', { params: { slug } })).rejects.toThrow()
      const first = await run(whole(slug), {}, folder)
      expect(first).toMatchObject({ code: 0, output: expect.stringContaining('Done: 12.') })
      const second = await run(whole(slug), {}, folder)
      expect(second.output).toMatch(/Plan: 0 to create, 0 to change, 12 unchanged\./)
      expect(second).toMatchObject({ code: 0, output: expect.stringContaining('Done: 0.') })

      const params = { slug }
      const organization = await service.admin.call('getOrganization', { params })
      const [application] = (await service.admin.call('listApplications', {})).items.filter(({ name }) =>
        name.endsWith(slug),
      )
      expect(organization).toMatchObject({
        seatLimit: 500,
        ownerRecovery: 'operator',
        defaultApplication: application?.id,
      })
      const [okta, login] = (await service.admin.call('listConnections', { params })).items
      expect(okta).toMatchObject({ isActive: true, options: { forceAuthn: true, clockSkewSeconds: 60 } })
      expect(login).toMatchObject({ isActive: false, oidc: { issuer, hasClientSecret: true } })
      const [proved, other] = (await service.admin.call('listDomains', { params })).items
      expect(proved).toMatchObject({ verifiedBy: 'operator', connectionIds: [okta?.id, login?.id].sort() })
      expect(other).toMatchObject({ verifiedAt: null })
      expect(await service.admin.call('getProvisioning', { params })).toMatchObject({
        mode: 'scim',
        unknownSignIns: 'refuse',
        sameAddress: 'link',
        deprovisionGuard: { people: 5, percent: 20, windowSeconds: 3_600 },
      })
      expect(statSync(join(folder, 'secrets/product')).mode & 0o777).toBe(0o600)
      expect(readFileSync(join(folder, 'secrets/hook'), 'utf8')).toMatch(/^whsec_\S+\n$/)
      const outputs = [dry, first, second].map(({ output }) => output).join('\n')
      for (const told of [secret, ...['product', 'hook'].map((one) => readSecretOf(folder, one))])
        expect(outputs).not.toContain(told)
    })

    it('says what the product is called before anything else, so that new domains have its record', async () => {
      const slug = `brand-${service.store}`
      const text = `rollcall: 1
brand:
  productName: Acme Docs
  supportEmail: help@example.com
  domainRecord: { host: _acme, prefix: acme-verification }
organizations:
  - slug: ${slug}
    name: Acme
    domains:
      - name: ${slug}-acme.com
`
      const first = await run(text, {}, makeFolder())
      expect(first).toMatchObject({ code: 0, output: expect.stringMatching(/^change +brand$/m) })
      const [domain] = (await service.admin.call('listDomains', { params: { slug } })).items
      expect(domain?.txtRecord.name).toBe(`_acme.${slug}-acme.com`)
      expect((await run(text, {}, makeFolder())).output).toContain('unchanged brand')
      const { brand } = await exportConfiguration(service.admin)
      expect(brand).toMatchObject({ productName: 'Acme Docs', color: null, supportEmail: 'help@example.com' })
      expect((await run(renderConfiguration({ rollcall: 1, brand }, ''), {}, makeFolder())).output).toContain(
        '0 to change',
      )
      expect(await refusalOf('rollcall: 1\nbrand: { color: red }\n')).toContain('color')
      await run(
        'rollcall: 1\nbrand: { productName: null, supportEmail: null, domainRecord: null }\n',
        {},
        makeFolder(),
      )
      expect((await service.admin.call('getBrand', {})).domainRecord.host).toBe('_rollcall')
    })

    it('says what an application is called on the pages of its sign-ins, and exports it', async () => {
      const name = `docs-${service.store}`
      const text = (color: string) => `rollcall: 1
applications:
  - name: ${name}
    authentication: none
    redirectUris: ['https://docs.test/callback']
    brand: { productName: Acme Docs, color: '${color}' }
`
      expect(await run(text('#0b7285'), {}, makeFolder())).toMatchObject({ code: 0 })
      expect((await run(text('#0b7285'), {}, makeFolder())).output).toContain(
        `unchanged applications/${name}`,
      )
      expect((await run(text('#2348b8'), {}, makeFolder())).output).toContain('brand.color')
      const { items } = await service.admin.call('listApplications', {})
      const { id = '' } = items.find((one) => one.name === name) ?? {}
      const said = { productName: 'Acme Docs', color: '#2348b8', supportUrl: null }
      expect(await service.admin.call('getApplicationBrand', { params: { id } })).toMatchObject(said)
      const { applications = [] } = await exportConfiguration(service.admin)
      const own = applications.filter((one) => one.name === name)
      expect(own).toMatchObject([{ brand: said }])
      const again = renderConfiguration({ rollcall: 1, applications: own }, '')
      expect((await run(again, {}, makeFolder())).output).toContain('0 to change')
      await service.admin.call('deleteApplication', { params: { id } })
    })

    it('changes what differs and nothing else, says how, and sends a secret again only where it is told to', async () => {
      const slug = `change-${service.store}`
      const folder = makeFolder()
      writeMetadata(folder, slug)
      await run(whole(slug), {}, folder)
      const other = whole(slug)
        .replace('seatLimit: 500', 'seatLimit: 600')
        .replace('forceAuthn: true', 'forceAuthn: false')
        .replace('role: member', 'role: admin')
        .replace('state: disabled', 'state: enabled')
      const { code, output } = await run(other, {}, folder)
      expect(code).toBe(0)
      expect(output).toMatch(/change {4}organizations\/\S+\n {4}seatLimit: 500 -> 600\n/)
      expect(output).toContain('    options.forceAuthn: true -> false')
      expect(output).toContain('    state: "disabled" -> "enabled"')
      expect(output).toContain('Plan: 0 to create, 4 to change, 8 unchanged')
      const [okta] = (await service.admin.call('listConnections', { params: { slug } })).items
      expect(okta?.options).toMatchObject({ forceAuthn: false, clockSkewSeconds: 60 })
      // Without the variable nothing of what is there can be sent, and nothing asks for it.
      expect((await run(other, { environment: {} }, folder)).code).toBe(0)
      const again = await run(other, { sendSecrets: true }, folder)
      expect(again.output).toContain('oidc.clientSecret: "env:LOGIN_SECRET"')
      expect(again.output).toContain('Done: 1.')
      expect(await refusalOf(other, { sendSecrets: true, environment: {} }, folder)).toContain(
        'env:LOGIN_SECRET is not set',
      )
    })

    it('deletes only with --prune, and only what a list that it names has no more; never an organization that is not named', async () => {
      const [one, two] = [await newOrganization(), await newOrganization()]
      for (const slug of [one, two])
        for (const name of ['a', 'b'])
          await service.admin.call('createDomain', {
            params: { slug },
            body: { name: `${name}.${slug}.test` },
          })
      const file = `{ rollcall: 1, organizations: [{ slug: ${one}, domains: [{ name: a.${one}.test }] }] }`
      const plain = await run(file)
      expect(plain.output).toContain(`would be pruned: organizations/${one}/domains/b.${one}.test`)
      const namesOf = async (slug: string) =>
        (await service.admin.call('listDomains', { params: { slug } })).items.map(({ name }) => name)
      expect((await namesOf(one)).length).toBe(2)
      const nothing = `{ rollcall: 1, organizations: [{ slug: ${one} }] }`
      await run(nothing, { prune: true })
      expect((await namesOf(one)).length).toBe(2)
      expect((await run(file, { prune: true })).output).toContain('deleted organizations/')
      expect(await namesOf(one)).toEqual([`a.${one}.test`])
      expect((await namesOf(two)).length).toBe(2)

      const gone = `{ rollcall: 1, organizations: [{ slug: ${two}, absent: true }] }`
      expect((await run(gone)).output).toContain('with all that belongs to it, 0 people among it')
      await service.admin.call('getOrganization', { params: { slug: two } })
      await run(gone, { prune: true })
      await expect(service.admin.call('getOrganization', { params: { slug: two } })).rejects.toThrow()
      expect((await run(gone, { prune: true })).output).toContain('1 unchanged')
    })

    it('ends where the service refuses, with the noun and its path, and tells what was done and what was not', async () => {
      const slug = `refused-${service.store}`
      const file = `
rollcall: 1
organizations:
  - slug: ${slug}
    name: Acme
    domains: [{ name: gmail.com }]
    roleMappings: [{ group: Staff, role: member }]
`
      const { code, output } = await run(file)
      expect(code).toBe(1)
      expect(output).toContain(`created organizations/${slug}`)
      expect(output).toMatch(
        new RegExp(`refused organizations/${slug}/domains/gmail.com: .*\\(domain_public\\)`),
      )
      expect(output).toContain(`not tried organizations/${slug}/roleMappings`)
      expect(output).toContain('Not whole: 1 done, 1 not, 1 not tried.')
      const params = { slug }
      expect((await service.admin.call('listDomains', { params })).items).toEqual([])
      expect((await service.admin.call('getRoleMappings', { params })).mappings).toEqual([])
    })

    it('Q4: what somebody changes between the plan and its steps holds up their organization, and no other', async () => {
      const [theirs, other] = [await newOrganization(), await newOrganization()]
      const make = (slug: string) =>
        service.admin.call('createConnection', {
          params: { slug },
          body: { name: 'Okta', identityProvider: 'okta' },
        })
      const one = await make(theirs)
      await make(other)
      const app = `App of ${other}`
      const of = (slug: string) => `
  - slug: ${slug}
    connections: [{ name: Okta, options: { forceAuthn: true } }]
    roleMappings: [{ group: Staff, role: member }]`
      const file = `
rollcall: 1
organizations:${of(theirs)}${of(other)}
applications: [{ name: ${app}, authentication: none, redirectUris: ['https://a.test/'] }]
`
      const removing: Client = {
        async call(operation, input) {
          if (operation === 'updateConnection' && JSON.stringify(input).includes(one.id))
            await service.admin.call('deleteConnection', { params: { slug: theirs, id: one.id } })
          return service.admin.call(operation, input)
        },
      }
      const { code, output } = await run(file, { client: removing })
      expect(code).toBe(1)
      expect(output).toMatch(
        new RegExp(`^refused organizations/${theirs}/connections/Okta: .*not_found`, 'm'),
      )
      expect(output).toContain(`not tried organizations/${theirs}/roleMappings`)
      for (const path of [`organizations/${other}/connections/Okta`, `organizations/${other}/roleMappings`])
        expect(output).toContain(`changed ${path}`)
      expect(output).toContain(`created applications/${app}`)
      expect(output).toContain('Not whole: 3 done, 1 not, 1 not tried.')
    })

    it('makes a domain that nobody has proved, and says that nothing speaks for it before it is', async () => {
      const slug = await newOrganization()
      const file = `
rollcall: 1
organizations:
  - slug: ${slug}
    connections: [{ name: Okta, identityProvider: okta }]
    domains: [{ name: ${slug}.test, connections: [Okta] }]
`
      for (let at = 0; at < 2; at += 1) {
        const { code, output } = await run(file)
        expect({ code, output }).toMatchObject({
          code: 1,
          output: expect.stringMatching(/waits organizations\/\S+\.test: the domain is not proved yet/),
        })
      }
      const params = { slug }
      const [domain] = (await service.admin.call('listDomains', { params })).items
      service.txtRecords.set(domain?.txtRecord.name ?? '', [domain?.txtRecord.value ?? ''])
      await service.admin.call('verifyDomain', { params: { slug, id: domain?.id ?? '' } })
      expect(await run(file)).toMatchObject({ code: 0, output: expect.stringContaining('Done: 1.') })
      expect((await run(file)).output).toContain('3 unchanged')
    })

    it('leaves no file for a secret where nothing was made', async () => {
      const file = `
rollcall: 1
applications:
  - name: Nobody
    authentication: client_secret_basic
    redirectUris: ['https://a.test/', 'com.example.app:/x', 'http://localhost/']
    secretTo: 'file:s/n'
    backchannelLogoutUri: 'http://169.254.169.254/'
`
      const { code, output, folder } = await run(file)
      expect({ code, output }).toMatchObject({
        code: 1,
        output: expect.stringContaining('refused applications/Nobody'),
      })
      expect(existsSync(join(folder, 's/n'))).toBe(false)
    })
  })

  describe('a file that cannot be carried out changes nothing', () => {
    const organization = (more: string): string =>
      `rollcall: 1\norganizations:\n  - slug: no-${service.store}\n    name: Acme\n${more}`
    it.each<[string, (slug: string) => string, RegExp]>([
      [
        'a key that there is not',
        () => organization('    seats: 5\n'),
        /rollcall\.yaml:5: organizations\/no-\w+\/seats: there is no such key/,
      ],
      [
        'a key that there is not, deep inside',
        () =>
          organization(`    connections:
      - name: Okta
        identityProvider: okta
        options:
          forceAuthn: true
          sign: true
`),
        /:10: organizations\/no-\w+\/connections\/Okta\/options\/sign: /,
      ],
      [
        'a value of another type',
        () => organization('    seatLimit: many\n'),
        /:5: organizations\/no-\w+\/seatLimit: /,
      ],
      [
        'a secret in plain text',
        () =>
          organization(`    connections:
      - name: Login
        identityProvider: generic
        oidc: { issuer: 'https://a.test', clientId: a, clientSecret: '${secret}' }
`),
        /:8: .*clientSecret: a secret stands in no file/,
      ],
      [
        'a secret in a file that is no YAML',
        () => `rollcall: 1\norganizations: [\n  ${secret}: {{\n`,
        /:\d+: this is no YAML: /,
      ],
      [
        'a secret under a key of another place',
        () => `rollcall: 1\noperatorKey: ${secret}\n`,
        /:2: operatorKey: there is no such key/,
      ],
      [
        'a variable that is not set',
        () =>
          organization(`    connections:
      - name: Login
        identityProvider: generic
        oidc: { issuer: 'https://a.test', clientId: a, clientSecret: 'env:NOT_THERE' }
`),
        /:8: .*env:NOT_THERE is not set/,
      ],
      [
        'a file that is not there',
        () =>
          organization(
            '    connections:\n      - name: Okta\n        identityProvider: okta\n        metadataXml: file:nowhere.xml\n',
          ),
        /:8: .*nowhere\.xml cannot be read \(ENOENT\)/,
      ],
      [
        'the same twice',
        () => organization('    domains:\n      - name: a.test\n      - name: A.test\n'),
        /:7: .*named twice/,
      ],
      [
        'no name for what is new',
        () => 'rollcall: 1\norganizations:\n  - slug: nameless\n',
        /:3: organizations\/nameless: a new organization needs name/,
      ],
      [
        'a new application without a place for its secret',
        () => "rollcall: 1\napplications:\n  - name: New\n    redirectUris: ['https://a.test/']\n",
        /:3: applications\/New: the service makes its secret .* secretTo/,
      ],
      [
        'one file for two secrets',
        () => `rollcall: 1
applications:
  - { name: A, redirectUris: ['https://a.test/'], secretTo: 'file:s' }
  - { name: B, redirectUris: ['https://a.test/'], secretTo: 'file:s' }
`,
        /:4: applications\/B\/secretTo: another secret/,
      ],
      [
        'an application for an organization that is not there',
        () => `rollcall: 1
applications:
  - name: New
    authentication: none
    redirectUris: ['https://a.test/']
    organizations: [nobody-at-all]
`,
        /:6: .*there is no organization nobody-at-all/,
      ],
      [
        'a connection that is not there',
        () =>
          organization(
            '    domains:\n      - name: a.test\n        isVerified: true\n        connections: [Okta]\n',
          ),
        /:8: .*there is no connection Okta/,
      ],
      [
        'an application that is not there',
        () => organization('    defaultApplication: Nothing\n'),
        /:5: .*there is no application Nothing/,
      ],
      [
        'two ways to tell of an identity provider',
        () =>
          organization(`    connections:
      - name: Okta
        identityProvider: okta
        metadataUrl: https://a.test/m
        metadataXml: '<x/>'
`),
        /:6: .*one of the three/,
      ],
      ['another form of the file', () => 'rollcall: 2\n', /:1: rollcall: /],
      ['no form at all', () => '- a\n- b\n', /rollcall\.yaml:1: /],
      [
        'one alias that is very many',
        () => `rollcall: 1
a: &a [${'x,'.repeat(9)}]
b: &b [${'*a,'.repeat(9)}]
c: &c [${'*b,'.repeat(9)}]
d: &d [${'*c,'.repeat(9)}]
e: [${'*d,'.repeat(9)}]
`,
        /aliases/,
      ],
      [
        'something else beside absent',
        (slug) => `rollcall: 1\norganizations:\n  - { slug: ${slug}, absent: true, name: Acme }\n`,
        /:3: .*nothing else beside its slug/,
      ],
    ])('%s', async (_, toText, told) => {
      const text = toText('gone')
      const refusal = await refusalOf(text, { environment: { LOGIN_SECRET: secret } })
      expect(refusal).toMatch(/^ConfigurationFault: /)
      expect(refusal).toMatch(told)
      expect(refusal).not.toContain(secret)
      const slug = `no-${service.store}`
      await expect(service.admin.call('getOrganization', { params: { slug } })).rejects.toThrow()
    })

    it('what can be told apart by an id alone, and what cannot be changed', async () => {
      const slug = await newOrganization()
      const params = { slug }
      const make = () =>
        service.admin.call('createConnection', { params, body: { name: 'Okta', identityProvider: 'okta' } })
      const [one, two] = [await make(), await make()]
      const entry = (more: string): string =>
        `rollcall: 1\norganizations:\n  - slug: ${slug}\n    connections:\n      - { name: Okta, ${more} }\n`
      const heldOf = async (text: string) => {
        const { code, output } = await run(text)
        expect([code, output]).toEqual([
          1,
          expect.stringContaining(`waits organizations/${slug}: nothing of it`),
        ])
        return output
      }
      const refusal = await heldOf(entry('identityProvider: entra'))
      expect(refusal).toMatch(/:5: .*2 are called so/)
      expect(refusal).toContain(one.id)
      const { code } = await run(entry(`id: ${two.id}, identityProvider: entra`))
      expect(code).toBe(0)
      const { items } = await service.admin.call('listConnections', { params })
      expect(items.map(({ identityProvider }) => identityProvider)).toEqual(['okta', 'entra'])
      expect(await heldOf(entry('id: conn_of_nobody'))).toMatch(
        /:5: .*no connection with the id conn_of_nobody/,
      )
      expect(await heldOf(entry(`id: ${one.id}, protocol: oidc`))).toMatch(
        /speaks saml, and that cannot be changed/,
      )
      const xml = `id: ${one.id}, metadataXml: '<html/>'`
      expect(await refusalOf(entry(xml))).toMatch(/:5: organizations\/\S+\/connections\/Okta: /)
      await expect(run(entry(`id: ${two.id}, metadataUrl: 'https://nowhere.test/m'`))).resolves.toMatchObject(
        {
          code: 1,
          output: expect.stringContaining('(metadata_unreachable)'),
        },
      )
      // Nor does whoever makes another connection of a name keep others from what the file says of them.
      const other = await newOrganization()
      const both = `${entry('identityProvider: entra')}  - { slug: ${other}, name: Called anew }\n`
      expect(await heldOf(both)).toContain(`changed organizations/${other}`)
    })
  })
})

function readSecretOf(folder: string, name: string): string {
  return readFileSync(join(folder, 'secrets', name), 'utf8').trim()
}
