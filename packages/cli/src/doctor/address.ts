// The public address: opened as a browser opens it, with its certificate and its clock.
import { connect, type PeerCertificate } from 'node:tls'
import type { Config } from '@rollcall/server/looks'
import { dayMs } from '../days.ts'
import { checkClock } from './database.ts'
import { type Finding, fail, ok, warn } from './finding.ts'

const waitMs = 10_000
const soonDays = 21
const guide = 'docs/tls.md and docs/proxy.md say how it is put behind TLS'

/** `ca` is PEM, in place of the machine's authorities. */
export async function checkAddress(
  { url, isDev }: Pick<Config, 'url' | 'isDev'>,
  ca?: string,
): Promise<Finding[]> {
  const { protocol, hostname } = new URL(url)
  const isHere = /^(?:localhost|127\.0\.0\.1|\[::1\])$/.test(hostname)
  if (protocol !== 'https:')
    return [
      isHere || isDev
        ? ok('tls', `${url} is this machine alone, without TLS`)
        : fail(
            'tls',
            `${url} has no TLS`,
            `Set ROLLCALL_URL to the https address that people open. ${guide}`,
          ),
      ...(isHere ? [] : await checkAnswer(url)),
    ]
  const certificate = await checkCertificate(url, ca)
  return [certificate, ...(certificate.level === 'fail' || ca !== undefined ? [] : await checkAnswer(url))]
}

function checkCertificate(url: string, ca: string | undefined): Promise<Finding> {
  const { hostname, port } = new URL(url)
  const host = hostname.replace(/^\[|\]$/g, '')
  return new Promise((resolve) => {
    const socket = connect({
      ...{ host, port: port === '' ? 443 : Number(port), rejectUnauthorized: false, timeout: waitMs },
      ...(/^[\d.]+$|:/.test(host) ? {} : { servername: host }),
      ...(ca === undefined ? {} : { ca }),
    })
    const end = (finding: Finding): void => {
      socket.destroy()
      resolve(finding)
    }
    socket.once('secureConnect', () =>
      end(
        judgeCertificate(
          url,
          socket.getPeerCertificate(),
          socket.authorized ? undefined : socket.authorizationError,
        ),
      ),
    )
    socket.once('timeout', () => end(unreached(url, 'nothing answers')))
    socket.once('error', (error) => end(unreached(url, error.message)))
  })
}

const unreached = (url: string, why: string): Finding =>
  fail(
    'tls',
    `${url} cannot be reached from here: ${why}`,
    `Look at DNS, the proxy and the firewall. ${guide}`,
  )

/** Of a certificate that was presented; `fault`: why it is not trusted. */
export function judgeCertificate(
  url: string,
  { valid_to: until }: PeerCertificate,
  fault: Error | undefined,
): Finding {
  const days = Math.floor((Date.parse(until) - Date.now()) / dayMs)
  if (days < 0) return fail('tls', `the certificate of ${url} ended on ${until}`, `Renew it. ${guide}`)
  if (fault !== undefined)
    return fail(
      'tls',
      `browsers do not take the certificate of ${url}: ${fault.message || String(fault)}`,
      `Serve one for this name, with the whole chain. ${guide}`,
    )
  return days < soonDays
    ? warn(
        'tls',
        `the certificate of ${url} ends in ${days} days`,
        'Renew it, and see why nothing did so by itself',
      )
    : ok('tls', `the certificate of ${url} holds for ${days} days more`)
}

async function checkAnswer(url: string): Promise<Finding[]> {
  try {
    const before = Date.now()
    const answer = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(waitMs), redirect: 'manual' })
    const ours = (before + Date.now()) / 2
    const date = Date.parse(answer.headers.get('date') ?? '')
    // The header counts whole seconds.
    const clock = Number.isNaN(date) ? [] : [checkClock({ theirs: date + 500, ours }, url)]
    const body = await answer.text()
    const isOurs = answer.ok && body.trim() === 'ready'
    return [
      isOurs
        ? ok('address', `${url} answers and is ready`)
        : fail(
            'address',
            `${url}/readyz answers ${answer.status}`,
            `Look whether the service runs and the proxy leads there, with the path of ROLLCALL_URL. ${guide}`,
          ),
      ...clock,
    ]
  } catch (error) {
    const { cause } = error as { readonly cause?: Error }
    return [
      fail(
        'address',
        `${url} cannot be reached from here: ${cause?.message ?? (error as Error).message}`,
        `Look at DNS, the proxy and the firewall. ${guide}`,
      ),
    ]
  }
}
