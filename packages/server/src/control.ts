// What only the control socket answers: a backup, streamed to whoever asked; how the secret key is rotated. Everything else goes to
// the app.
import { createReadStream } from 'node:fs'
import { mkdtemp, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pause } from './base/pause.ts'
import { Problem, renderProblem } from './http/problem.ts'
import type { SecretKeys } from './secret-key/open.ts'
import { StoreRefusal } from './store/errors.ts'

export interface Control {
  /** Of the embedded store alone. */
  readonly backup: ((file: string) => Promise<void>) | undefined
  readonly dataFolder: string
  readonly secretKeys: SecretKeys
  readonly stopping: AbortSignal
}

/** Undefined when the request is not for this room. */
export async function handleControl(request: Request, control: Control): Promise<Response | undefined> {
  const path = new URL(request.url).pathname
  if (path === '/control/backup') return renderBackup(control)
  if (path === '/control/secret-key') return Response.json(await control.secretKeys.status())
  if (path === '/control/secret-key/rotate' && request.method === 'POST') return renderRotation(control)
  return undefined
}

async function renderBackup({ backup, dataFolder }: Control): Promise<Response> {
  if (backup === undefined) {
    return renderProblem(new Problem(404, 'not_found', 'This service runs on PostgreSQL: use pg_dump'), '')
  }
  const folder = await mkdtemp(join(dataFolder, 'backup-'))
  const file = join(folder, 'copy.db')
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true })
  try {
    await backup(file)
    const { size } = await stat(file)
    const stream = createReadStream(file)
    stream.once('close', () => void remove())
    return new Response(Readable.toWeb(stream) as ReadableStream, {
      headers: { 'content-length': String(size) },
    })
  } catch (error) {
    await remove()
    throw error
  }
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
          error: error instanceof StoreRefusal ? error.message : `it failed: ${(error as Error).message}`,
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
