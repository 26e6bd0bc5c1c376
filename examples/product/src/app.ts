// A small product: its own users and sessions, sign-in by OpenID Connect, the directory followed by webhooks and events.
import type { Server } from 'node:http'
import { createRollcall } from '@rollcall/client'
import express from 'express'
import { openDatabase } from './database.ts'
import { createWebhooks, followEvents } from './follow.ts'
import { createPages, sendNotThere } from './routes.ts'
import { createSignIn } from './sign-in.ts'

export interface ProductOptions {
  readonly port: number
  /** Where it listens: 127.0.0.1 unless told. */
  readonly host?: string
  /** Where it is for a browser, when that is not `http://host:port`. */
  readonly publicUrl?: string
  /** Public URL of Rollcall. */
  readonly rollcallUrl: string
  readonly operatorKey: string
  readonly clientId: string
  readonly clientSecret: string
  readonly webhookSecret: string
  /** `:memory:` for a trial. */
  readonly databaseFile: string
}

export interface Product {
  readonly url: string
  close(): Promise<void>
}

/** Resolves when it listens; with port 0 `url` says where. */
export async function startProduct(options: ProductOptions): Promise<Product> {
  const { host = '127.0.0.1' } = options
  const database = openDatabase(options.databaseFile)
  const app = express().disable('x-powered-by')
  const server = await listen(app, options.port, host)
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : options.port
  const url = options.publicUrl ?? `http://${host}:${port}`
  const end = new AbortController()
  const close = async (): Promise<void> => {
    end.abort()
    server.closeAllConnections()
    await new Promise((done) => server.close(done))
    await following.catch(() => undefined)
    database.close()
  }

  app.use(createWebhooks(options.webhookSecret, database))
  const { rollcallUrl, operatorKey } = options
  const rollcall = createRollcall({ url: rollcallUrl, operatorKey })
  app.use(createPages(database, rollcall, { url, rollcallUrl }))
  const following = followEvents(rollcall, database, end.signal)
  following.catch((error: unknown) => console.error('The events cannot be followed:', error))
  try {
    app.use(await createSignIn(options, url, database))
    app.use(sendNotThere)
  } catch (error) {
    await close()
    throw error
  }
  return { url, close }
}

function listen(app: express.Express, port: number, host: string): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = app.listen(port, host, (error?: Error) =>
      error === undefined ? resolve(server) : reject(error),
    )
  })
}
