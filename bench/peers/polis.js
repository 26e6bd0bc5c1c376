// Polis core behind node:http, as its own server does it: one directory of a tenant, on PostgreSQL. Its events go to a callback
// that does nothing with them, which is the least that it can do.
import { createServer } from 'node:http'
import saml from '@boxyhq/saml-jackson'

const { DATABASE_URL: url, PORT: port } = process.env
const base = '/api/scim/v2.0'
const { directorySyncController } = await saml.controllers({
  externalUrl: `http://127.0.0.1:${port}`,
  samlPath: '/api/oauth/saml',
  scimPath: base,
  samlAudience: 'https://acme.test',
  db: { engine: 'sql', type: 'postgres', url },
  noAnalytics: true,
})
const { data: directory } = await directorySyncController.directories.create({
  tenant: 'acme.test',
  product: 'benchmark',
  type: 'okta-scim-v2',
  name: 'Acme',
})

createServer(async (request, response) => {
  const { pathname, searchParams } = new URL(request.url, 'http://host')
  if (pathname === '/ready') {
    const headers = {
      authorization: `Bearer ${directory.scim.secret}`,
      'content-type': 'application/scim+json',
    }
    response.end(JSON.stringify({ base: `${base}/${directory.id}`, headers }))
    return
  }
  const parts = []
  for await (const part of request) parts.push(part)
  const text = Buffer.concat(parts).toString()
  const [, , , , directoryId, resourceType, resourceId] = pathname.split('/')
  const number = (name) => (searchParams.has(name) ? Number(searchParams.get(name)) : undefined)
  const { status, data } = await directorySyncController.requests.handle(
    {
      method: request.method,
      body: text === '' ? undefined : JSON.parse(text),
      directoryId,
      resourceType,
      resourceId,
      apiSecret: request.headers.authorization?.slice('Bearer '.length) ?? null,
      query: {
        count: number('count'),
        startIndex: number('startIndex'),
        filter: searchParams.get('filter') ?? undefined,
      },
    },
    async () => undefined,
  )
  response.writeHead(status, { 'content-type': 'application/scim+json' }).end(JSON.stringify(data))
}).listen(Number(port), '127.0.0.1')
process.once('SIGTERM', () => process.exit(0))
