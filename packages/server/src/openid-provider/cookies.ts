// The library's cookies as this house keeps them: __Host- names, which need Path=/. It binds a sign-in under way to a path of its
// own, so that two tabs do not disturb each other; here the name carries what the path said. Translated on the way in and out.
import type { IncomingMessage, ServerResponse } from 'node:http'
import { type CookieRules, readCookies, toCookieName } from '../http/cookies.ts'

/** What the library calls them. */
export const libraryCookies = {
  session: 'rollcall_oidc',
  interaction: 'rollcall_oidc_interaction',
  resume: 'rollcall_oidc_resume',
} as const

const { session, interaction, resume } = libraryCookies
/** Sign-ins that one browser may have open at once; the oldest are forgotten. */
const maxOpen = 10
const ends = ['', '.sig'] as const

/** Before the library looks: it is shown its session, and of the sign-ins under way the one that the path names. */
export function translateCookies(
  request: IncomingMessage,
  response: ServerResponse,
  rules: CookieRules,
): void {
  const header = request.headers.cookie ?? ''
  const known = readCookies(new Headers({ cookie: header }), rules)
  const path = (request.url ?? '').split('?')[0] ?? ''
  const kept = header.split(';').filter((part) => part.trim() !== '' && !part.includes(session))
  const show = (name: string, from: string): void => {
    for (const end of ends) {
      const value = known.get(`${from}${end}`)
      if (value !== undefined) kept.push(`${name}${end}=${value}`)
    }
  }
  show(session, session)
  const uid = readUid(path)
  if (uid !== undefined) {
    show(interaction, `${interaction}_${uid}`)
    show(resume, `${resume}_${uid}`)
  }
  if (kept.length === 0) delete request.headers.cookie
  else request.headers.cookie = kept.map((part) => part.trim()).join('; ')
  const open = [...known.keys()].filter(
    (name) => name.startsWith(`${interaction}_`) && !name.endsWith('.sig'),
  )
  renameOnTheWayOut(response, rules, open)
}

/** Of a sign-in under way: /oidc/interaction/{uid}, /oidc/auth/{uid}. */
function readUid(path: string): string | undefined {
  return /\/(?:interaction|auth)\/([\w-]{1,64})$/.exec(path)?.[1]
}

// Headers are written once, whoever writes them.
function renameOnTheWayOut(response: ServerResponse, rules: CookieRules, open: readonly string[]): void {
  const write = response.writeHead.bind(response) as (...args: unknown[]) => ServerResponse
  let isRenamed = false
  response.writeHead = ((...args: unknown[]) => {
    const set = response.getHeader('set-cookie')
    if (set !== undefined && !isRenamed) {
      isRenamed = true
      response.setHeader('set-cookie', renameAll([set].flat().map(String), rules, open))
    }
    return write(...args)
  }) as ServerResponse['writeHead']
}

function renameAll(lines: readonly string[], rules: CookieRules, open: readonly string[]): string[] {
  const renamed: string[] = []
  for (const line of lines) {
    const [pair = '', ...attributes] = line.split(/;\s*/)
    const name = pair.slice(0, pair.indexOf('='))
    const base = ends.map((end) => (end === '' ? name : name.replace(end, ''))).find(isLibraryName)
    if (base === undefined) {
      renamed.push(line)
      continue
    }
    const path = attributes.find((one) => /^path=/i.test(one))?.slice('path='.length) ?? ''
    const uid = base === session ? undefined : readUid(path)
    const own = uid === undefined ? name : name.replace(base, `${base}_${uid}`)
    const rest = attributes.map((one) => (/^path=/i.test(one) ? 'path=/' : one))
    renamed.push([`${toCookieName(rules, own)}${pair.slice(pair.indexOf('='))}`, ...rest].join('; '))
    if (name === resume && uid !== undefined && pair.endsWith('='))
      renamed.push(...forget(rules, interaction, uid))
    if (name === interaction && uid !== undefined)
      for (const old of open.slice(0, Math.max(0, open.length - maxOpen + 1))) {
        const oldUid = old.slice(interaction.length + 1)
        renamed.push(...forget(rules, interaction, oldUid), ...forget(rules, resume, oldUid))
      }
  }
  return renamed
}

function isLibraryName(name: string): boolean {
  return name === session || name === interaction || name === resume
}

function forget(rules: CookieRules, name: string, uid: string): string[] {
  const secure = rules.isSecure ? '; secure' : ''
  return ends.map(
    (end) =>
      `${toCookieName(rules, `${name}_${uid}${end}`)}=; path=/; max-age=0; httponly; samesite=lax${secure}`,
  )
}
