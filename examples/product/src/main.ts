// Starts the example on its own, from environment variables; `npm run demo` starts it beside the service instead.
import { startProduct } from './app.ts'

const read = (name: string): string => {
  const value = process.env[name]
  if (value === undefined || value === '') throw new Error(`Set ${name}: see README.md`)
  return value
}

const product = await startProduct({
  port: Number(process.env.PORT ?? 4002),
  rollcallUrl: read('ROLLCALL_URL'),
  operatorKey: read('ROLLCALL_OPERATOR_KEY'),
  clientId: read('CLIENT_ID'),
  clientSecret: read('CLIENT_SECRET'),
  webhookSecret: read('WEBHOOK_SECRET'),
  databaseFile: process.env.DATABASE_FILE ?? 'product.db',
})
console.log(`The example product is at ${product.url}`)
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void product.close())
