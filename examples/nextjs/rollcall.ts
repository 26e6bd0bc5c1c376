// What the routes share: the OpenID Connect client, and what would be tables in a product.
import { randomBytes } from 'node:crypto'
import { cookies } from 'next/headers'
import { NextResponse } from 'next/server'
import * as client from 'openid-client'

export const { ROLLCALL_URL = '', PRODUCT_URL = '', OPERATOR_KEY = '', WEBHOOK_SECRET = '' } = process.env

export type Person = { id: string; name: string; email: string; organizationId: string }
export type Member = Person & { event: string; active: boolean }
export type Session = Person & { organization: string; role: string; idToken: string }
type Begun = { pkceCodeVerifier: string; expectedState: string; expectedNonce: string }
type Tables = { people: Map<string, Member>; sessions: Map<string, Session>; begun: Map<string, Begun> }

// Next.js bundles routes one by one: what they share lies outside of their bundles.
const shared = globalThis as typeof globalThis & { tables?: Tables; config?: Promise<client.Configuration> }
shared.tables ??= { people: new Map(), sessions: new Map(), begun: new Map() }
export const { people, sessions, begun } = shared.tables

export const configure = (): Promise<client.Configuration> => {
  const { CLIENT_ID = '', CLIENT_SECRET = '' } = process.env
  // Plain HTTP only where the issuer is this machine's own.
  const options = ROLLCALL_URL.startsWith('http:') ? { execute: [client.allowInsecureRequests] } : {}
  const secret = client.ClientSecretBasic(CLIENT_SECRET)
  const issuer = new URL(`${ROLLCALL_URL}/oidc`)
  shared.config ??= client.discovery(issuer, CLIENT_ID, undefined, secret, options)
  return shared.config
}

/** Keeps it under a random key, which the cookie carries. */
export async function keep<T>(table: Map<string, T>, name: string, row: T): Promise<void> {
  const key = randomBytes(32).toString('base64url')
  table.set(key, row)
  const secure = PRODUCT_URL.startsWith('https:')
  ;(await cookies()).set(name, key, { httpOnly: true, sameSite: 'lax', secure })
}

export async function find<T>(table: Map<string, T>, name: string): Promise<T | undefined> {
  return table.get((await cookies()).get(name)?.value ?? '')
}

export async function take<T>(table: Map<string, T>, name: string): Promise<T | undefined> {
  const row = await find(table, name)
  table.delete((await cookies()).get(name)?.value ?? '')
  return row
}

export const goTo = (url: string | URL): NextResponse => NextResponse.redirect(new URL(url, PRODUCT_URL), 303)
