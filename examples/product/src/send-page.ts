// How a page of the product is sent: never kept, and with leave to load the product's own files alone.
import type { Response } from 'express'

const policy =
  "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; frame-ancestors 'none'"

/** `frames`: the origin of the settings, on the page that shows them. */
export function sendPage(response: Response, markup: string, status = 200, frames?: string): void {
  response.set('cache-control', 'no-store')
  response.set('content-security-policy', frames === undefined ? policy : `${policy}; frame-src ${frames}`)
  response.set('x-content-type-options', 'nosniff')
  response.status(status).type('html').send(markup)
}
