// `rollcall scim-check URL`: runs the conformance catalogue against a SCIM server, draws a bar meanwhile, prints the report.
import { randomBytes } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import {
  ConformanceError,
  type ConformanceOptions,
  type ConformanceReport,
  renderConformanceHtml,
  renderConformanceReport,
  runConformance,
  type StartTimer,
} from '@rollcall/scim/conformance'
import { readText, readWords, requireText, UsageError } from '../arguments.ts'

const barWidth = 30
const maxUserFile = 64 * 1024

/** Exit code 1 when a MUST fails, or the server cannot be judged at all. */
export async function scimCheck(args: readonly string[]): Promise<number> {
  const options = { key: 'text', json: 'switch', profile: 'text', user: 'text', html: 'text' } as const
  const words = readWords(args, options, 1, 1)
  const profile = readText(words, 'profile') ?? 'strict'
  if (profile !== 'strict' && profile !== 'auto') throw new UsageError('the profiles are strict and auto')
  const baseUrl = words.words[0] as string
  if (!/^https?:\/\/[^/]/.test(baseUrl)) throw new UsageError('the URL begins with https:// or http://')
  const key = requireText(words, 'key')
  const file = readText(words, 'user')
  const user = file === undefined ? undefined : readUser(file)
  const html = readText(words, 'html')
  if (html !== undefined) tryFile(html)
  try {
    const report = await runConformance({
      baseUrl,
      key,
      send: fetch,
      startTimer,
      prefix: `check-${randomBytes(4).toString('hex')}`,
      profile,
      ...(user === undefined ? {} : { user }),
      onProgress: drawBar,
    })
    if (process.stderr.isTTY) process.stderr.write('\n')
    print(report, words.options.json === true, html)
    return report.totals.fail === 0 ? 0 : 1
  } catch (error) {
    if (!(error instanceof ConformanceError)) throw error
    console.error(`rollcall: ${error.message}`)
    return 1
  }
}

function print(report: ConformanceReport, isJson: boolean, html: string | undefined): void {
  if (html !== undefined) {
    const date = new Date().toISOString().slice(0, 10)
    writeFileSync(html, renderConformanceHtml(report, { date }))
  }
  console.log(isJson ? JSON.stringify(report, null, 2) : renderConformanceReport(report))
  if (html !== undefined && !isJson) console.log(`The report as a page: ${html}`)
}

/** A run takes a while, so a place that cannot be written is said before it. */
function tryFile(path: string): void {
  try {
    writeFileSync(path, '', { flag: 'a' })
  } catch (error) {
    throw new UsageError(`--html ${path} cannot be written: ${(error as Error).message}`)
  }
}

/** The user that every user of the run is made after. */
function readUser(path: string): NonNullable<ConformanceOptions['user']> {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    throw new UsageError(`--user ${path} cannot be read: ${(error as Error).message}`)
  }
  if (text.length > maxUserFile)
    throw new UsageError(`--user ${path} is longer than ${maxUserFile} characters`)
  let user: unknown
  try {
    user = JSON.parse(text.replace(/^\uFEFF/, ''))
  } catch (error) {
    throw new UsageError(`--user ${path} is no JSON: ${(error as Error).message}`)
  }
  if (typeof user !== 'object' || user === null || Array.isArray(user))
    throw new UsageError(`--user ${path} holds no JSON object`)
  for (const name of ['id', 'meta'])
    if (Object.hasOwn(user, name))
      throw new UsageError(`--user ${path} has "${name}", which the server gives`)
  return user as NonNullable<ConformanceOptions['user']>
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
