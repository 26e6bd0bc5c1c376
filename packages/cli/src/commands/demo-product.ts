// The example product beside a demo: registered as an application with a webhook endpoint, then started from its own file.
import { readFileSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Client } from '@rollcall/api'
import { applyDemo } from './demo-file.ts'

const name = 'Example product'
/** In the data folder, for the product to read. */
const secretFiles = {
  application: 'product-application.secret',
  endpoint: 'product-endpoint.secret',
} as const

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
  for (const file of Object.values(secretFiles)) rmSync(join(place.dataFolder, file), { force: true })
  await applyDemo(
    client,
    {
      rollcall: 1,
      embedding: { origins: [own] },
      organizations: [{ slug: 'acme', defaultApplication: name }],
      applications: [
        {
          name,
          redirectUris: [`${own}/callback`],
          postLogoutRedirectUris: [`${own}/signed-out`],
          backchannelLogoutUri: `${own}/backchannel-logout`,
          initiateLoginUri: `${own}/login`,
          secretTo: `file:${secretFiles.application}`,
        },
      ],
      webhookEndpoints: [
        {
          url: `${own}/webhooks`,
          description: name,
          eventTypes: ['*'],
          secretTo: `file:${secretFiles.endpoint}`,
        },
      ],
    },
    place.dataFolder,
  )
  const { items } = await client.call('listApplications', {})
  const readSecret = (file: string): string => readFileSync(join(place.dataFolder, file), 'utf8').trim()
  return startProduct({
    port: place.port,
    host: place.host,
    publicUrl: own,
    rollcallUrl: place.url,
    operatorKey: place.operatorKey,
    clientId: items.find((one) => one.name === name)?.clientId ?? '',
    clientSecret: readSecret(secretFiles.application),
    webhookSecret: readSecret(secretFiles.endpoint),
    databaseFile: join(place.dataFolder, 'product.db'),
  })
}
