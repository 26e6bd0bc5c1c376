// DATABASE_URL, read as libpq reads such URLs, TLS modes included. What cannot be meant is refused in words that show nothing
// of the password: where it ends is just what is unclear then.

import { readFileSync } from 'node:fs'
import type { ConnectionOptions } from 'node:tls'
import { codeOf } from '../base/unknown.ts'

/** How a connection is protected: `prefer` and `allow` settle for what the server offers. */
export type TlsMode = 'disable' | 'allow' | 'prefer' | 'require' | 'verify-ca' | 'verify-full'

/** A URL that was read. */
export interface PostgresAddress {
  readonly host: string | undefined
  readonly port: number | undefined
  readonly user: string | undefined
  readonly password: string | undefined
  readonly database: string | undefined
  readonly mode: TlsMode
  /** Of TLS, where the mode wants it. */
  readonly tls: ConnectionOptions
  /** What the driver knows beside that: application_name, options, sslnegotiation. */
  readonly extra: Readonly<Record<string, string>>
}

/** What libpq reads where the URL says nothing of TLS. */
const tlsVariables = {
  sslmode: 'PGSSLMODE',
  sslrootcert: 'PGSSLROOTCERT',
  sslcert: 'PGSSLCERT',
  sslkey: 'PGSSLKEY',
} as const
/** The environment, as far as it names TLS files. */
export type TlsEnvironment = Readonly<Record<string, string | undefined>>

/** Whoever has a certificate of the authority is believed, whatever name is in it. */
const anyName: ConnectionOptions = { checkServerIdentity: () => undefined }
const modes: readonly string[] = ['disable', 'allow', 'prefer', 'require', 'verify-ca', 'verify-full']
const passedOn = ['application_name', 'options', 'client_encoding', 'sslnegotiation']

/** Returns what is wrong with it instead, in words that go behind the setting's name. */
export function readPostgresUrl(text: string, environment: TlsEnvironment): PostgresAddress | string {
  const fault = findFault(text)
  if (fault !== undefined) return fault
  const url = URL.parse(text)
  if (url === null) return 'is no URL: the host or the port cannot be read'
  const asked = url.searchParams
  const host = asked.get('host') ?? (url.hostname === '' ? undefined : decode(bare(url.hostname)))
  const database =
    asked.get('dbname') ?? (url.pathname.length > 1 ? decode(url.pathname.slice(1)) : undefined)
  const user = asked.get('user') ?? (url.username === '' ? undefined : decode(url.username))
  const password = asked.get('password') ?? (url.password === '' ? undefined : decode(url.password))
  if (user === null || password === null || host === null || database === null)
    return 'has a "%" that begins no escape of UTF-8: write it as %25'
  const port = asked.get('port') ?? url.port
  if (port !== '' && !(/^\d{1,5}$/.test(port) && Number(port) > 0 && Number(port) < 65_536))
    return 'has a port that is no number from 1 to 65535'
  for (const [name, variable] of Object.entries(tlsVariables)) {
    const value = environment[variable]
    if (!asked.has(name) && !asked.has('ssl') && value !== undefined && value !== '') asked.set(name, value)
  }
  const protection = readProtection(asked)
  if (typeof protection === 'string') return protection
  return {
    host,
    port: port === '' ? undefined : Number(port),
    user,
    password,
    database,
    ...protection,
    extra: Object.fromEntries(
      passedOn.flatMap((name) => (asked.has(name) ? [[name, asked.get(name) ?? '']] : [])),
    ),
  }
}

function findFault(text: string): string | undefined {
  const scheme = /^postgres(?:ql)?:\/\//i.exec(text)?.[0]
  if (scheme === undefined) return 'must begin with postgres:// (unset it for the embedded store)'
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  if (/[\u0000-\u001f\u007f]/.test(text))
    return 'has a tab, a line break or another control character: write it by its code, such as %09 or %0A'
  const rest = text.slice(scheme.length)
  const end = /[/?#]/.exec(rest)
  // Whatever comes before the last @ was meant for the user and the password.
  if (end !== null && rest.indexOf('@', end.index) >= 0) {
    const code = { '/': '%2F', '?': '%3F', '#': '%23' }[end[0]]
    return `has a ${JSON.stringify(end[0])} before an "@": in the user or the password write it as ${code}, and an "@" anywhere else as %40`
  }
  if (rest.includes('#')) return 'has a "#", which would cut off what follows: write it as %23'
  const authority = end === null ? rest : rest.slice(0, end.index)
  const hosts = authority.slice(authority.lastIndexOf('@') + 1)
  if (hosts.includes(',') || /[?&]host=[^&]*(?:,|%2c)/i.test(rest))
    return 'names several hosts: give one address that follows the server that takes writes (a proxy, a name or an address that moves)'
  return undefined
}

const bare = (hostname: string): string => hostname.replace(/^\[(.+)\]$/, '$1')

function decode(text: string): string | null {
  try {
    return decodeURIComponent(text)
  } catch {
    return null
  }
}

function readProtection(asked: URLSearchParams): { mode: TlsMode; tls: ConnectionOptions } | string {
  const wanted = readMode(asked)
  const rootFile = asked.get('sslrootcert')
  const isSystem = rootFile === 'system'
  if (!modes.includes(wanted)) return `has an sslmode that is none of ${modes.join(', ')}`
  const files: { ca?: string; cert?: string; key?: string } = {}
  for (const [name, to] of [
    ['sslrootcert', 'ca'],
    ['sslcert', 'cert'],
    ['sslkey', 'key'],
  ] as const) {
    const file = asked.get(name)
    if (file === null || file === '' || (name === 'sslrootcert' && isSystem)) continue
    try {
      files[to] = readFileSync(file, 'utf8')
    } catch (error) {
      return `names a file in ${name} that cannot be read (${codeOf(error) ?? 'unknown'})`
    }
  }
  // With a root certificate at hand libpq looks at it, as in verify-ca; the system's are good for whole checks only.
  const mode = wanted === 'require' && files.ca !== undefined ? 'verify-ca' : wanted
  if (isSystem && mode !== 'verify-full')
    return 'has sslrootcert=system, which goes with sslmode=verify-full only'
  if (mode === 'verify-ca' && files.ca === undefined)
    return 'has sslmode=verify-ca without sslrootcert: name the file with the certificates of the authority, or take verify-full'
  if (mode === 'verify-full') return { mode, tls: files }
  if (mode === 'verify-ca') return { mode, tls: { ...files, ...anyName } }
  return { mode: mode as TlsMode, tls: { ...files, rejectUnauthorized: false } }
}

// The driver's own words for it are understood, too.
function readMode(asked: URLSearchParams): string {
  const mode = asked.get('sslmode')
  if (mode === 'no-verify') return 'require'
  if (mode !== null && mode !== '') return mode
  const ssl = asked.get('ssl')
  if (ssl === 'no-verify') return 'require'
  if (ssl === 'true' || ssl === '1') return 'verify-full'
  if (ssl === 'false' || ssl === '0') return 'disable'
  if (asked.get('sslrootcert') === 'system') return 'verify-full'
  return asked.get('sslnegotiation') === 'direct' ? 'require' : 'prefer'
}

/** An address that another thread may be given; `receiveAddress` makes it whole there. */
export function sendAddress({ tls, ...address }: PostgresAddress): PostgresAddress {
  const { checkServerIdentity: _unsendable, ...sendable } = tls
  return { ...address, tls: sendable }
}

/** The address as the driver takes it. */
export function receiveAddress(address: PostgresAddress): PostgresAddress {
  return address.mode === 'verify-ca' ? { ...address, tls: { ...address.tls, ...anyName } } : address
}
