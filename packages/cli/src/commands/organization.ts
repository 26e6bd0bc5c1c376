// `rollcall organization create|list`.
import { readText, readWords, requireText, UsageError, type Words } from '../arguments.ts'
import { type Reach, reachService } from '../reach.ts'

export async function organization(args: readonly string[]): Promise<number> {
  const words = readWords(args, { name: 'text', url: 'text', search: 'text', 'no-sso': 'switch' }, 1, 2)
  const [action] = words.words
  if (action !== 'create' && action !== 'list') throw new UsageError('say create or list')
  const reach = reachService(readText(words, 'url'))
  try {
    await (action === 'create' ? create(words, reach) : list(words, reach))
    return 0
  } finally {
    await reach.close()
  }
}

async function create(words: Words, { client }: Reach): Promise<void> {
  const slug = words.words[1]
  if (slug === undefined) throw new UsageError('the slug is missing')
  const body = { name: requireText(words, 'name'), slug, requireSso: words.options['no-sso'] !== true }
  const made = await client.call('createOrganization', { body })
  console.log(`Created ${made.name} (${made.slug}), ${made.id}.`)
}

async function list(words: Words, { client }: Reach): Promise<void> {
  if (words.words.length > 1) throw new UsageError('list takes no further word')
  const search = readText(words, 'search')
  let cursor: string | undefined
  do {
    const query = {
      limit: 200,
      ...(cursor === undefined ? {} : { cursor }),
      ...(search === undefined ? {} : { search }),
    }
    const page = await client.call('listOrganizations', { query })
    for (const one of page.items)
      console.log(`${one.slug.padEnd(30)} ${one.provisioningMode.padEnd(7)} ${one.name}`)
    cursor = page.nextCursor ?? undefined
  } while (cursor !== undefined)
}
