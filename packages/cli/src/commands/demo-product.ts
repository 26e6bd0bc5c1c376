// The example product beside a demo: registered as an application with a webhook endpoint, then started from its own file.
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Client } from '@rollcall/api'

const name = 'Example product'

interface Place {
  readonly url: string
  readonly operatorKey: string
  readonly dataFolder: string
  readonly port: number
  /** Where it listens; a browser finds it at 127.0.0.1 all the same. */
  readonly host: string
}

/** What the file must export: examples/product does. */
interface ProductModule {
  startProduct(options: {
    readonly port: number
    readonly host: string
    readonly publicUrl: string
    readonly rollcallUrl: string
    readonly operatorKey: string
    readonly clientId: string
    readonly clientSecret: string
    readonly webhookSecret: string
    readonly databaseFile: string
  }): Promise<{ readonly url: string; close(): Promise<void> }>
}

/** Secrets are shown once, so that a demo that starts again has the application and the endpoint made anew. */
export async function startDemoProduct(
  client: Client,
  file: string,
  place: Place,
): Promise<{ readonly url: string; close(): Promise<void> }> {
  const { startProduct } = (await import(pathToFileURL(resolve(file)).href)) as ProductModule
  const own = `http://127.0.0.1:${place.port}`
  for (const { id, name: known } of (await client.call('listApplications', {})).items)
    if (known === name) await client.call('deleteApplication', { params: { id } })
  for (const { id, description } of (await client.call('listWebhookEndpoints', {})).items)
    if (description === name) await client.call('deleteWebhookEndpoint', { params: { id } })
  const application = await client.call('createApplication', {
    body: {
      name,
      redirectUris: [`${own}/callback`],
      postLogoutRedirectUris: [`${own}/`],
      backchannelLogoutUri: `${own}/backchannel-logout`,
      initiateLoginUri: `${own}/login`,
    },
  })
  const endpoint = await client.call('createWebhookEndpoint', {
    body: { url: `${own}/webhooks`, description: name, eventTypes: ['*'] },
  })
  await client.call('updateOrganization', {
    params: { slug: 'acme' },
    body: { defaultApplication: application.id },
  })
  return startProduct({
    port: place.port,
    host: place.host,
    publicUrl: own,
    rollcallUrl: place.url,
    operatorKey: place.operatorKey,
    clientId: application.clientId,
    clientSecret: application.clientSecret ?? '',
    webhookSecret: endpoint.secret ?? '',
    databaseFile: join(place.dataFolder, 'product.db'),
  })
}
