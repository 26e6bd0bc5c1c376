// What only the control socket answers: a backup, streamed to whoever asked. Everything else goes to the app.
import { createReadStream } from 'node:fs'
import { mkdtemp, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { Problem, renderProblem } from './http/problem.ts'

/** Undefined when the request is not for this room. */
export async function handleControl(
  request: Request,
  backup: ((file: string) => Promise<void>) | undefined,
  dataFolder: string,
): Promise<Response | undefined> {
  if (new URL(request.url).pathname !== '/control/backup') return undefined
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
