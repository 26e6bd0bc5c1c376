// Reaches the running service: through the control socket in the data folder, or by its URL with the operator key.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { type Client, createClient } from '@rollcall/api'
import { controlSocketName, readConfig, shortest } from '@rollcall/server'
import { Agent, fetch } from 'undici'
import { UsageError } from './arguments.ts'

export interface Reach {
  readonly client: Client
  close(): Promise<void>
}

/** The path of the control socket, whether or not anybody listens there. */
export function controlSocketPath(): string {
  return shortest(join(readConfig(process.env).dataFolder, controlSocketName))
}

/** Throws UsageError when there is neither a socket nor a URL with a key. */
export function reachService(url: string | undefined): Reach {
  if (url !== undefined) {
    const operatorKey = process.env.ROLLCALL_OPERATOR_KEY
    if (operatorKey === undefined)
      throw new UsageError('with --url the operator key is read from ROLLCALL_OPERATOR_KEY, which is not set')
    return reach(new Agent(), url.replace(/\/+$/, ''), operatorKey)
  }
  const socketPath = controlSocketPath()
  if (!existsSync(socketPath)) {
    throw new UsageError(
      'no service runs on this data folder (ROLLCALL_DATA): start it, or name it with --url and ROLLCALL_OPERATOR_KEY',
    )
  }
  return reach(new Agent({ connect: { socketPath } }), 'http://localhost', undefined)
}

function reach(dispatcher: Agent, baseUrl: string, operatorKey: string | undefined): Reach {
  const send = async (request: Request): Promise<Response> => {
    const body = request.body === null ? null : await request.text()
    const headers = Object.fromEntries(request.headers)
    return (await fetch(request.url, {
      method: request.method,
      headers,
      body,
      dispatcher,
    })) as unknown as Response
  }
  const key = operatorKey === undefined ? {} : { operatorKey }
  return { client: createClient({ baseUrl, send, ...key }), close: () => dispatcher.close() }
}
