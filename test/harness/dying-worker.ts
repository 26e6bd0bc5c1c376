// Loaded into a service under test (`--import`): one of its workers fails, once for each time that the file is made.
import { rmSync } from 'node:fs'
import { isMainThread } from 'node:worker_threads'

const file = process.env.TEST_FATAL_FILE
if (!isMainThread && file !== undefined)
  setInterval(() => {
    try {
      rmSync(file)
    } catch {
      return
    }
    throw new Error('a fault of the test')
  }, 20).unref()
