// Secrets where none belongs: in activity, in copies of the store, in rows that outlive their organization.
// Judges: server/activity, server/base.
import { beforeAll, describe, expect, it } from 'vitest'
import { removeLeftClients } from '../../packages/server/src/directory/oauth-clients.ts'
import { purgeDeletedOrganizations } from '../../packages/server/src/organizations/purge.ts'
import { createScope } from '../../packages/server/src/store/database.ts'
import { installationTables, ownedTables } from '../../packages/server/src/store/schema.ts'
import { installationStatement, organizationQuery } from '../../packages/server/src/store/statement.ts'
import { type Directory, forOneStore, type Service } from '../harness/service.ts'
import { createCompany } from '../harness/sso.ts'

const user = 'urn:ietf:params:scim:schemas:core:2.0:User'
const patchOp = 'urn:ietf:params:scim:api:messages:2.0:PatchOp'
const bulk = 'urn:ietf:params:scim:api:messages:2.0:BulkRequest'
const search = 'urn:ietf:params:scim:api:messages:2.0:SearchRequest'

const clientOfNobody = {
  id: 'oac_00000000000000000000000000',
  organization_id: 'org_00000000000000000000000000',
  name: 'left',
  profile: 'auto',
  method: 'client_secret',
  secret_hash: 'hash',
  previous_secret_hash: null,
  previous_ends_at: null,
  trust: '{}',
  created_at: 0,
  created_by: 'operator',
  expires_at: null,
  last_used_at: null,
  revoked_at: null,
  maker_id: null,
  maker_name: null,
  created_rung: null,
  is_provisional: 0,
  confirmed_at: null,
  confirmed_by: null,
} as const

forOneStore(import.meta.filename, (start) => {
  let service: Service
  let directory: Directory
  beforeAll(async () => {
    service = await start()
    directory = await service.createOrganization()
  })

  const scim = (method: string, path: string, body?: object): Promise<Response> =>
    service.send(
      new Request(`${directory.scimUrl}${path}`, {
        method,
        headers: { authorization: `Bearer ${directory.key}`, 'content-type': 'application/scim+json' },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      }),
    )

  describe('activity', () => {
    it('M19 password-in-activity: a password is in no line and no body, however it came', async () => {
      const canary = 'CANARY-0123'
      const made = await scim('POST', '/Users', { schemas: [user], userName: 'ada', Password: canary })
      expect(made.status).toBe(201)
      const { id } = (await made.json()) as { id: string }
      for (const [path, value] of [
        ['Path', 'Value'],
        ['path', 'Value'],
        ['PATH', 'VALUE'],
        ['path', 'value'],
      ] as const)
        await scim('PATCH', `/Users/${id}`, {
          schemas: [patchOp],
          Operations: [{ op: 'replace', [path]: 'password', [value]: canary }],
        })
      await scim('PATCH', `/Users/${id}`, {
        schemas: [patchOp],
        Operations: [
          { op: 'replace', value: { userPwd: canary, [`${user}:password`]: canary } },
          { op: 'replace', path: `emails[password eq "${canary}"].value`, value: 'x' },
        ],
      })
      await scim('GET', `/Users?filter=${encodeURIComponent(`userPwd eq "${canary}"`)}`)
      await scim('GET', `/Users?filter=${encodeURIComponent(`password eq "${canary}"`)}`)
      await scim('POST', '/Users/.search', { schemas: [search], filter: `password eq "${canary}"` })
      await scim('POST', '/Bulk', {
        schemas: [bulk],
        Operations: [
          {
            method: 'POST',
            path: '/Users',
            bulkId: 'q',
            data: { schemas: [user], userName: 'bo', password: canary },
          },
        ],
      })
      await service.flushActivity()
      const params = directory.organization
      const { items } = await service.admin.call('listActivity', { params, query: { limit: 200 } })
      expect(items.length).toBeGreaterThanOrEqual(10)
      expect(JSON.stringify(items)).not.toContain(canary)
      expect(JSON.stringify(items)).toContain('[redacted]')
    })
  })

  describe('a purged organization', () => {
    /** Kept beside the organizations' own tables, with the organization's id. */
    const beside = [
      'api_key_secret',
      'oauth_client',
      'connection_place',
      'verified_domain',
      'session',
      'link_secret',
      'organization_health',
      'operator_need',
      'gathered_notice',
      'webhook_subscription',
      'oidc_record',
      'oidc_account',
      'application_use',
      'application_sign_in',
      'role_change',
      'key_confirmation',
      'job_due',
      'follower_retry',
      'session_end',
      'session_end_user',
      'session_generation',
      'user_search_fill',
      'activity_counting',
    ] as const
    /** Of no organization; or of its feed, in which the end of the organization is still told. */
    const others = [
      'organization',
      'setting',
      'job_lease',
      'node',
      'operator_secret',
      'link_asking',
      'event_feed',
      'operator_event',
      'event_sequence',
      'delivery_target',
      'webhook_endpoint',
      'delivery',
      'application',
      'signing_key',
      'brand',
      'brand_image',
      'application_image',
    ]

    it('every table is either of no organization or goes with it', () => {
      expect([...beside, ...others].toSorted()).toEqual([...installationTables].toSorted())
    })

    it('leaves no secret, sealed or hashed, in any table', async () => {
      const company = await createCompany(service)
      const params = company.organization
      await company.signIn(company.person('ada'))
      await service.admin.call('updateProvisioning', { params, body: { mode: 'scim' } })
      await service.admin.call('createKey', { params, body: { name: 'k' } })
      await service.admin.call('createOAuthClient', { params, body: { name: 'c', method: 'client_secret' } })
      await service.admin.call('createInvitation', { params, body: { email: 'a@acme.test' } })
      await service.admin.call('createPortalLink', { params, body: { role: 'admin', days: 3 } })
      await service.admin.call('createServiceKey', { params })
      await service.flushActivity()
      const counts = async () => {
        const found: Record<string, number> = {}
        for (const table of [...ownedTables, ...beside]) {
          const rows = organizationQuery(({ db, organizationId }) => {
            const own = db
              .selectFrom(table as 'event')
              .select('organization_id')
              .where('organization_id', '=', organizationId)
            // That it is gone still goes out, and tells nothing of who did it from where.
            return table === 'event'
              ? own.where((on) =>
                  on.or([on('type', '<>', 'organization.deleted'), on('context', '<>', '{}')]),
                )
              : own
          })
          const scope = createScope(params.id)
          found[table] = (await service.database.readOrganization(scope, rows, {})).length
        }
        return found
      }
      expect(await counts()).toMatchObject({
        oauth_client: 1,
        service_key: 2,
        api_key_secret: 1,
        link_secret: 2,
      })
      await service.admin.call('deleteOrganization', { params, body: { confirm: params.slug } })
      expect(await purgeDeletedOrganizations(service.database, () => false)).toBeGreaterThan(0)
      expect(Object.values(await counts()).filter((count) => count > 0)).toEqual([])
    })

    it('leaves no client of versions before, whose organization is gone', async () => {
      const insert = installationStatement('test_client_of_nobody')(({ db }) =>
        db.insertInto('oauth_client').values(clientOfNobody),
      )
      await service.database.inInstallation('authenticate', async (tx) => tx.write(insert, {}))
      await removeLeftClients(service.database)
      const found = installationStatement('test_find_client_of_nobody')(({ db }) =>
        db.selectFrom('oauth_client').select('id').where('id', '=', clientOfNobody.id),
      )
      expect(await service.database.readInstallation('authenticate', found, {})).toEqual([])
    })
  })
})
