// What a demo sets up is a file of configuration that is applied.
import { join } from 'node:path'
import type { Client } from '@rollcall/api'
import type { Configuration } from '@rollcall/api/configuration'
import { applyText } from './apply.ts'

/** Secrets that the service makes go into files of `folder`. Throws with what was refused. */
export async function applyDemo(
  client: Client,
  configuration: Configuration,
  folder = process.cwd(),
): Promise<void> {
  const lines: string[] = []
  const wish = { text: JSON.stringify(configuration), file: join(folder, 'demo.json') }
  const code = await applyText(client, wish, (line) => lines.push(line))
  if (code !== 0) throw new Error(`The demo could not be set up:\n${lines.join('\n')}`)
}
