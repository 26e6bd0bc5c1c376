// What only the control socket answers: a backup, a look at the store, how the secret key is rotated. Everything else goes to the app.

import { statSync } from 'node:fs'
import { pause } from './base/pause.ts'
import { codeOf, messageOf } from './base/unknown.ts'
import { Problem, renderProblem } from './http/problem.ts'
import type { SecretKeys } from './secret-key/open.ts'
import { StoreRefusal } from './store/errors.ts'
import type { EmbeddedStore } from './store/sqlite.ts'

/** What the control socket can do beside the app. */
export interface Control {
  /** Undefined on PostgreSQL. */
  readonly store: Pick<EmbeddedStore, 'backup' | 'look'> | undefined
  readonly secretKeys: SecretKeys
  readonly stopping: AbortSignal
}

/** Undefined when the request is not for this room. */
export async function handleControl(request: Request, control: Control): Promise<Response | undefined> {
  const path = new URL(request.url).pathname
  if (path === '/control/backup' && request.method === 'POST')
    return answer(async () => backUp((await request.json()) as Target, control))
  if (path === '/control/check') return answer(() => check(control))
  if (path === '/control/secret-key') return answer(async () => control.secretKeys.status())
  if (path === '/control/secret-key/rotate' && request.method === 'POST') return renderRotation(control)
  return undefined
}

async function answer(work: () => Promise<unknown>): Promise<Response> {
  try {
    return Response.json(await work())
  } catch (error) {
    if (error instanceof Problem) return renderProblem(error, '')
    const code = codeOf(error)
    if (!(error instanceof StoreRefusal) && code === undefined) throw error
    return Response.json({ detail: messageOf(error) }, { status: 409 })
  }
}

const onPostgres = (): Problem =>
  new Problem('not_found', 'This service runs on PostgreSQL: use pg_dump, or pg_amcheck')

/** The file that the caller has made, by its path and by what the system says of it: the service may see another one there. */
interface Target {
  readonly file: string
  readonly inode: string
}

// Straight into the file that is asked for: the data folder's disk may be the one that is full.
async function backUp(target: Target, { store }: Control): Promise<object> {
  if (store === undefined) throw onPostgres()
  const found = statSync(target.file, { throwIfNoEntry: false, bigint: true })
  if (found === undefined || `${found.dev}:${found.ino}` !== target.inode)
    throw new StoreRefusal(
      `The service does not see ${target.file} as this command does (a container, or a temporary folder of its own?): name a file in a folder that both see, such as the data folder's`,
    )
  await store.backup(target.file)
  return { file: target.file }
}

async function check({ store }: Control): Promise<object> {
  if (store === undefined) throw onPostgres()
  const faults = await store.look('whole')
  if (faults === undefined)
    throw new StoreRefusal('The disk of the data folder has no room for the copy that is looked at')
  return { faults }
}

const lookAgainMs = 2_000

// A line of JSON for each step; the last one says `settled`, or why not. Whoever stops listening stops nothing.
function renderRotation({ secretKeys, stopping }: Control): Response {
  const body = new ReadableStream<Uint8Array>({
    async start(stream) {
      const tell = (line: object): void => {
        try {
          stream.enqueue(Buffer.from(`${JSON.stringify(line)}\n`))
        } catch {
          // Nobody listens any more.
        }
      }
      const pace = {
        isStopping: () => stopping.aborted,
        isServing: true,
        tell,
        pause: () => pause(lookAgainMs, stopping),
      }
      try {
        await secretKeys.rotate(pace)
      } catch (error) {
        tell({
          error: error instanceof StoreRefusal ? error.message : `it failed: ${messageOf(error)}`,
        })
      }
      try {
        stream.close()
      } catch {
        // As above.
      }
    },
  })
  return new Response(body, { headers: { 'content-type': 'application/x-ndjson' } })
}
