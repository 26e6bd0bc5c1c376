// One application's SCIM as the directory asks it: requests with the saved token, patience with a server that is busy, and the
// server's own words when it refuses. Knows no people.

import type { Send } from '../base/http-send.ts'
import type { LogLine, Provisioning } from './state.ts'

const maxAttempts = 5
const maxWaitMs = 30_000

/** A refusal in the server's words. */
export class Refused extends Error {
  readonly status: number
  constructor(status: number, detail: string) {
    super(detail)
    this.name = 'Refused'
    this.status = status
  }
}

export interface ScimClient {
  /** The parsed body, empty where there is none; throws Refused for every answer but 2xx, after waiting out 429 and 503. */
  ask(method: string, path: string, body?: unknown): Promise<Readonly<Record<string, unknown>>>
}

export function createScimClient(options: {
  readonly send: Send
  readonly wait: (ms: number) => Promise<void>
  readonly settings: () => Provisioning
  readonly note: (line: LogLine) => void
}): ScimClient {
  const once = async (method: string, path: string, body: unknown): Promise<Response | undefined> => {
    const { baseUrl, token } = options.settings()
    const init = {
      method,
      headers: {
        accept: 'application/scim+json',
        authorization: `Bearer ${token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/scim+json; charset=utf-8' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    }
    const response = await options
      .send(new Request(`${baseUrl.replace(/\/+$/, '')}${path}`, init))
      .catch(() => undefined)
    options.note({ method, path, status: response?.status ?? 0 })
    return response
  }
  return {
    async ask(method, path, body) {
      for (let attempt = 1; ; attempt += 1) {
        const response = await once(method, path, body)
        const isBusy = response === undefined || response.status === 429 || response.status === 503
        if (!isBusy || attempt === maxAttempts) return readAnswer(response)
        await options.wait(waitMs(response, attempt))
      }
    },
  }
}

function waitMs(response: Response | undefined, attempt: number): number {
  const said = Number(response?.headers.get('retry-after') ?? Number.NaN)
  return Math.min(Number.isFinite(said) ? said * 1_000 : 250 * 2 ** attempt, maxWaitMs)
}

async function readAnswer(response: Response | undefined): Promise<Readonly<Record<string, unknown>>> {
  if (response === undefined) throw new Refused(0, 'The server does not answer')
  const text = await response.text()
  const body = parse(text)
  if (response.ok) return body
  const detail = typeof body.detail === 'string' ? body.detail : text.slice(0, 200)
  throw new Refused(response.status, `${response.status}: ${detail}`)
}

function parse(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
  } catch {
    return {}
  }
}
