// `rollcall scim-check URL`: runs the conformance catalogue against a SCIM server, draws a bar meanwhile, prints the report.
import { randomBytes } from 'node:crypto'
import {
  ConformanceError,
  renderConformanceReport,
  runConformance,
  type StartTimer,
} from '@rollcall/scim/conformance'
import { readText, readWords, requireText, UsageError } from '../arguments.ts'

const barWidth = 30

/** Exit code 1 when a MUST fails, or the server cannot be judged at all. */
export async function scimCheck(args: readonly string[]): Promise<number> {
  const words = readWords(args, { key: 'text', json: 'switch', profile: 'text' }, 1, 1)
  const profile = readText(words, 'profile') ?? 'strict'
  if (profile !== 'strict' && profile !== 'auto') throw new UsageError('the profiles are strict and auto')
  const baseUrl = words.words[0] as string
  if (!/^https?:\/\/[^/]/.test(baseUrl)) throw new UsageError('the URL begins with https:// or http://')
  const key = requireText(words, 'key')
  try {
    const report = await runConformance({
      baseUrl,
      key,
      send: fetch,
      startTimer,
      prefix: `check-${randomBytes(4).toString('hex')}`,
      profile,
      onProgress: drawBar,
    })
    if (process.stderr.isTTY) process.stderr.write('\n')
    console.log(
      words.options.json === true ? JSON.stringify(report, null, 2) : renderConformanceReport(report),
    )
    return report.totals.fail === 0 ? 0 : 1
  } catch (error) {
    if (!(error instanceof ConformanceError)) throw error
    console.error(`rollcall: ${error.message}`)
    return 1
  }
}

const startTimer: StartTimer = (ms) => {
  let handle: NodeJS.Timeout | undefined
  const done = new Promise<void>((resolve) => {
    handle = setTimeout(resolve, ms)
  })
  return { done, stop: () => clearTimeout(handle) }
}

function drawBar(done: number, total: number): void {
  if (!process.stderr.isTTY) return
  const filled = Math.round((done / Math.max(1, total)) * barWidth)
  process.stderr.write(
    `\r[${'#'.repeat(filled)}${'.'.repeat(barWidth - filled)}] ${done}/${total} requirements`,
  )
}
