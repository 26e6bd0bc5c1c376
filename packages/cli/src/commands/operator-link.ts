// `rollcall operator-link`: a link into the operator's side of the console.
import { readText, readWords } from '../arguments.ts'
import { reachService } from '../reach.ts'

export async function operatorLink(args: readonly string[]): Promise<number> {
  const words = readWords(args, { url: 'text', name: 'text' }, 0, 0)
  const reach = reachService(readText(words, 'url'))
  try {
    const name = readText(words, 'name')
    const link = await reach.client.call('createOperatorLink', name === undefined ? {} : { body: { name } })
    console.log(`${link.url}\n\nGood until ${link.expiresAt}, once.`)
    return 0
  } finally {
    await reach.close()
  }
}
