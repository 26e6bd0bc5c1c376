import { expect, it } from 'vitest'
import { createClient } from './client.ts'

it('a name of dots, or none, is the name of nothing, and nothing else is asked for in its place', async () => {
  const asked: string[] = []
  const client = createClient({
    baseUrl: 'https://accounts.example.com/rollcall/',
    send: async ({ url }) => {
      asked.push(new URL(url).pathname)
      return Response.json({})
    },
  })
  for (const id of ['', '.', '..'])
    await expect(client.call('updateApplicationBrand', { params: { id }, body: {} })).rejects.toMatchObject({
      problem: { status: 404, code: 'not_found' },
    })
  await client.call('updateApplicationBrand', { params: { id: '../x' }, body: {} })
  expect(asked).toEqual(['/rollcall/api/v1/applications/..%2Fx/brand'])
})
