// In which language a page of the provider speaks: what the application asked for by ui_locales counts first (Core §3.1.2.1).
import type { IncomingMessage } from 'node:http'
import { listWanted, readUiLocales } from '../http/accept-language.ts'
import { readCookies } from '../http/cookies.ts'
import { type Look, lookFor } from '../pages/look.ts'
import type { ProviderOptions } from './provider-options.ts'

/** `uiLocales`: of the request that is under way, where its address does not say it any more. */
export function lookOfRequest(
  { look, cookies, url }: Pick<ProviderOptions, 'look' | 'cookies' | 'url'>,
  request: IncomingMessage,
  uiLocales: unknown = undefined,
): Look {
  const { cookie = '', 'accept-language': accepted = '' } = request.headers
  const headers = new Headers({ cookie, 'accept-language': accepted })
  const asked = { url: new URL(request.url ?? '/', url), headers }
  const wanted = typeof uiLocales === 'string' ? readUiLocales(uiLocales) : []
  return lookFor(look, [...wanted, ...listWanted(asked, readCookies(headers, cookies))])
}
