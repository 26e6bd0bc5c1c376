// `rollcall portal-link SLUG`: a link into an organization's settings.
import { readNumber, readText, readWords, UsageError } from '../arguments.ts'
import { reachService } from '../reach.ts'

export async function portalLink(args: readonly string[]): Promise<number> {
  const words = readWords(args, { role: 'text', days: 'text', email: 'text', url: 'text' }, 1, 1)
  const slug = words.words[0] as string
  const role = readText(words, 'role') ?? 'admin'
  if (role !== 'owner' && role !== 'admin') throw new UsageError('--role takes owner or admin')
  const email = readText(words, 'email')
  const days = words.options.days === undefined ? {} : { days: readNumber(words, 'days', 1, 30) }
  const reach = reachService(readText(words, 'url'))
  try {
    const body = { role, ...days, ...(email === undefined ? {} : { email }) } as const
    const link = await reach.client.call('createPortalLink', { params: { slug }, body })
    console.log(`${link.url}\n\nGood until ${link.expiresAt}${'days' in days ? '' : ', once'}.`)
    return 0
  } finally {
    await reach.close()
  }
}
