// The two cookies of the example: HttpOnly, SameSite=Lax; Secure is the business of a product that is served over https.
import type { Request, Response } from 'express'

export const sessionCookie = 'product_session'

export function readCookie(request: Request, name: string): string | undefined {
  const found = (request.headers.cookie ?? '').split(/;\s*/).find((one) => one.startsWith(`${name}=`))
  return found?.slice(name.length + 1)
}

export function writeCookie(response: Response, name: string, value: string): void {
  response.cookie(name, value, { httpOnly: true, sameSite: 'lax', path: '/' })
}

export function clearCookie(response: Response, name: string): void {
  response.clearCookie(name, { httpOnly: true, sameSite: 'lax', path: '/' })
}
