// How a page of the product is sent: never kept, and with leave to load the product's own files alone.
import type { Response } from 'express'

const policy =
  "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; frame-ancestors 'none'"

export function sendPage(response: Response, markup: string, status = 200): void {
  response.set('cache-control', 'no-store')
  response.set('content-security-policy', policy)
  response.set('x-content-type-options', 'nosniff')
  response.status(status).type('html').send(markup)
}
