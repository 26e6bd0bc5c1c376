// Whether a file is a whole store: asked of a copy, on a thread of its own, for it reads everything.

import { DatabaseSync } from 'node:sqlite'
import { pathToFileURL } from 'node:url'
import { Worker } from 'node:worker_threads'
import { messageOf } from '../base/unknown.ts'

/** What is wrong with a file that nobody writes; none where it is whole. `how`: quick leaves out whether indexes and rows agree. */
export function lookAt(file: string, how: 'quick' | 'whole'): readonly string[] {
  try {
    const connection = openUntouched(file)
    try {
      return listFaults(connection, how)
    } finally {
      connection.close()
    }
  } catch (error) {
    return [messageOf(error)]
  }
}

/** Nothing is written beside it, so that a medium that takes no writes will do. */
export function openUntouched(file: string): DatabaseSync {
  const url = pathToFileURL(file)
  url.searchParams.set('immutable', '1')
  return new DatabaseSync(url, { readOnly: true })
}

/** As `lookAt`, of a file that is open. */
export function listFaults(connection: DatabaseSync, how: 'quick' | 'whole'): readonly string[] {
  try {
    const rows = connection.prepare(how === 'quick' ? 'PRAGMA quick_check' : 'PRAGMA integrity_check').all()
    const said = rows.flatMap((row) => Object.values(row).map(String))
    return said.length === 1 && said[0] === 'ok' ? [] : said.flatMap((text) => text.split('\n'))
  } catch (error) {
    return [messageOf(error)]
  }
}

/** As `lookAt`, while this thread goes on. */
export function lookElsewhere(file: string, how: 'quick' | 'whole'): Promise<readonly string[]> {
  const ending = import.meta.url.endsWith('.ts') ? 'ts' : 'js'
  const worker = new Worker(new URL(`./sqlite-look-worker.${ending}`, import.meta.url), {
    workerData: { file, how },
  })
  return new Promise((resolve, reject) => {
    worker.once('message', resolve)
    worker.once('error', reject)
    worker.once('exit', () => reject(new Error('the look was broken off')))
  })
}
