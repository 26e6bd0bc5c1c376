// `rollcall apply FILE`: brings the running service to what a file says. Shows what it would do first; everything is checked before the
// first change.
import { readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import type { Client } from '@rollcall/api'
import { renderConfigurationSchema } from '@rollcall/api/configuration'
import { readText, readWords, UsageError } from '../arguments.ts'
import { carryOut } from '../configuration/carry-out.ts'
import { readConfiguration, show } from '../configuration/file.ts'
import { makePlan } from '../configuration/plan.ts'
import { createReferences } from '../configuration/references.ts'
import { renderPlan } from '../configuration/render.ts'
import { reachService } from '../reach.ts'

const options = {
  url: 'text',
  'dry-run': 'switch',
  prune: 'switch',
  'send-secrets': 'switch',
  schema: 'switch',
} as const

export async function apply(args: readonly string[]): Promise<number> {
  const words = readWords(args, options, 0, 1)
  const [file] = words.words
  if (words.options.schema === true) {
    if (file !== undefined) throw new UsageError('--schema takes no file')
    console.log(JSON.stringify(renderConfigurationSchema(), null, 2))
    return 0
  }
  if (file === undefined) throw new UsageError('the file is missing')
  const text = readFile(file)
  const reach = reachService(readText(words, 'url'))
  try {
    return await applyText(reach.client, {
      ...{ text, file },
      isDryRun: words.options['dry-run'] === true,
      prune: words.options.prune === true,
      sendSecrets: words.options['send-secrets'] === true,
    })
  } finally {
    await reach.close()
  }
}

function readFile(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    throw new UsageError(`${file} cannot be read: ${(error as NodeJS.ErrnoException).code ?? 'error'}`)
  }
}

export interface Wish {
  readonly text: string
  /** Its path: what it refers to is found from there. */
  readonly file: string
  readonly isDryRun?: boolean
  readonly prune?: boolean
  readonly sendSecrets?: boolean
  readonly environment?: NodeJS.ProcessEnv
}

/** The exit code: 0 where the service is as the file says. Throws ConfigurationFault, before anything was changed. */
export async function applyText(
  client: Client,
  wish: Wish,
  print: (line: string) => void = console.log,
): Promise<number> {
  const { prune = false, sendSecrets = false } = wish
  const file = readConfiguration(wish.text, wish.file)
  const references = createReferences(dirname(resolve(wish.file)), wish.environment ?? process.env)
  const plan = await makePlan(client, file, references, { prune, sendSecrets })
  print(renderPlan(plan, prune))
  if (wish.isDryRun === true) {
    print('Nothing was changed: --dry-run.')
    return 0
  }
  const { done, left, failed, notTried } = await carryOut(plan, prune, print)
  for (const { path } of notTried) print(`not tried ${show(path)}`)
  if (failed.length > 0) {
    print(`Not whole: ${done.length + left.length} done, ${failed.length} not, ${notTried.length} not tried.`)
    return 1
  }
  print(
    left.length === 0 ? `Done: ${done.length}.` : `Done: ${done.length}; ${left.length} wait for somebody.`,
  )
  return left.length === 0 ? 0 : 1
}
