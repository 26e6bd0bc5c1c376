// `rollcall export [ORGANIZATION]`: the configuration of the running service as a file, printed. Secrets are in it by reference alone.
import { readText, readWords } from '../arguments.ts'
import { exportConfiguration, listVariables, renderConfiguration } from '../configuration/export.ts'
import { reachService } from '../reach.ts'

export async function exportAll(args: readonly string[]): Promise<number> {
  const words = readWords(args, { url: 'text' }, 0, 1)
  const reach = reachService(readText(words, 'url'))
  try {
    const [slug] = words.words
    const configuration = await exportConfiguration(reach.client, slug)
    const what = slug === undefined ? 'the installation' : `the organization ${slug}`
    process.stdout.write(
      renderConfiguration(configuration, ` The configuration of ${what}, as rollcall export wrote it.`),
    )
    const variables = listVariables(configuration)
    if (variables.length > 0)
      console.error(
        `Client secrets are not in it. Where connections are made by it, set: ${variables.join(', ')}`,
      )
    return 0
  } finally {
    await reach.close()
  }
}
