// Users and groups as files: everybody whom the list finds, who is in which group, over many pages, and safe in a spreadsheet.
// Judges: server/users, server/admin, server/http.
import { beforeAll, describe, expect, it } from 'vitest'
import { type Directory, forOneStore, type Service } from '../harness/service.ts'
import { createClient, type ScimClient, toMembers } from '../scim/client.ts'

forOneStore(import.meta.filename, (start) => {
  let service: Service
  let directory: Directory
  let scim: ScimClient
  beforeAll(async () => {
    service = await start()
    directory = await service.createOrganization()
    scim = createClient(directory)
  })
  const read = async (file: string): Promise<string> => {
    const address = `${service.url}/api/v1/organizations/${directory.organization.slug}/${file}`
    const headers = { authorization: `Bearer ${service.operatorKey}` }
    const answer = await service.send(new Request(address, { headers }))
    expect(answer.status).toBe(200)
    return answer.text()
  }
  const rows = (text: string) => text.trim().split(/\r?\n/)

  describe('files of people', () => {
    it('hold everybody of several pages once, and those alone whom the list would find', async () => {
      const users = Array.from({ length: 1_205 }, (_, at) => ({ userName: `person-${at}` }))
      const params = { slug: directory.organization.slug }
      const odd = { userName: '=1+1', displayName: 'A "quoted", one', active: 'false' }
      const body = { dryRun: false, users: [...users, odd] as never }
      await service.admin.call('importUsers', { params, body })
      const lines = rows(await read('users.jsonl')).map((line) => JSON.parse(line) as { id: string })
      expect([lines.length, new Set(lines.map(({ id }) => id)).size]).toEqual([1_206, 1_206])
      const csv = rows(await read('users.csv?isActive=false'))
      expect(csv[0]).toMatch(/^id,userName,email,displayName/)
      expect(csv).toHaveLength(2)
      expect(csv[1]).toContain(`"'=1+1","","A ""quoted"", one"`)
      // Groups of more members than a page has, an empty one between, and one inside another.
      const ids = lines.map(({ id }) => id)
      const first = await scim.group('First')
      for (const some of [ids.slice(0, 600), ids.slice(600)])
        await scim.patch(first, { op: 'add', path: 'members', value: toMembers(some) })
      await scim.group('Empty')
      const last = await scim.group('Last')
      await scim.patch(last, { op: 'add', path: 'members', value: toMembers([first, ids[0] ?? '']) })
      const members = rows(await read('groups.jsonl')).map(
        (line) =>
          JSON.parse(line) as { group: { displayName: string }; member: { id: string; type: string } | null },
      )
      const byGroup = Map.groupBy(members, ({ group }) => group.displayName)
      expect([...byGroup].map(([name, all]) => [name, all.length])).toEqual([
        ['First', 1_206],
        ['Empty', 1],
        ['Last', 2],
      ])
      expect(new Set(byGroup.get('First')?.map(({ member }) => member?.id)).size).toBe(1_206)
      expect(byGroup.get('Empty')?.[0]?.member).toBeNull()
      expect(byGroup.get('Last')?.map(({ member }) => member?.type)).toEqual(['group', 'user'])
      expect(rows(await read('groups.csv'))).toHaveLength(1 + members.length)
    })
  })
})
