// `rollcall events archive`: the old part of each organization's audit log as files that verify by themselves; then it leaves the store.
// `rollcall events verify FILE... [--head SEQUENCE:HASH]`: checks such files, without a service, and that a head that was noted
// elsewhere lies in them.
import { createReadStream, existsSync } from 'node:fs'
import { mkdir, open, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { createGunzip, createGzip } from 'node:zlib'
import type { Client, EventArchivePage } from '@rollcall/api'
import { hashEvent } from '@rollcall/server/offline'
import { readNumber, readText, readWords, requireText, UsageError } from '../arguments.ts'
import { dayMs } from '../days.ts'
import { listSlugs, reachService } from '../reach.ts'

const format = 'rollcall-events/1'
const leastDays = 32

interface Head {
  readonly format: typeof format
  readonly organizationId: string
  readonly slug: string
  /** The entry before the first, and the chain's hash there; empty where the log begins here. */
  readonly after: number
  readonly hash: string
}
interface Foot {
  readonly sequence: number
  readonly hash: string
  readonly count: number
}
type Entry = EventArchivePage['items'][number]

export async function events(args: readonly string[]): Promise<number> {
  const [verb, ...rest] = args
  if (verb === 'archive') return archive(rest)
  if (verb === 'verify') return verify(rest)
  throw new UsageError('say archive or verify')
}

async function archive(args: readonly string[]): Promise<number> {
  const options = { 'older-than': 'text', to: 'text', organization: 'text', url: 'text' } as const
  const words = readWords(args, options, 0, 0)
  requireText(words, 'older-than')
  const days = readNumber(words, 'older-than', 0, 36_500)
  if (days < leastDays)
    throw new UsageError(`--older-than takes at least ${leastDays} days: products follow the newest 31`)
  const folder = requireText(words, 'to')
  const before = new Date(Date.now() - days * dayMs).toISOString()
  const reach = reachService(readText(words, 'url'))
  try {
    const one = readText(words, 'organization')
    await archiveEvents(reach.client, { before, folder, slugs: one === undefined ? undefined : [one] })
    return 0
  } finally {
    await reach.close()
  }
}

/** `before`: ISO 8601. Everybody's where no slugs are given. Throws where a file or the chain is not as it should be. */
export async function archiveEvents(
  client: Client,
  wanted: { readonly before: string; readonly folder: string; readonly slugs: readonly string[] | undefined },
  print: (line: string) => void = console.log,
): Promise<void> {
  await mkdir(wanted.folder, { recursive: true })
  for (const slug of wanted.slugs ?? (await listSlugs(client)))
    print(`${slug}: ${await archiveOne(client, slug, wanted.before, wanted.folder)}`)
}

async function archiveOne(client: Client, slug: string, before: string, folder: string): Promise<string> {
  const params = { slug }
  const { id: organizationId } = await client.call('getOrganization', { params })
  const { archived } = await client.call('listArchivedEvents', { params, query: { before, limit: 1 } })
  const hash = archived?.hash ?? ''
  const partial = join(folder, `${organizationId}.partial`)
  const head: Head = { format, organizationId, slug, after: archived?.sequence ?? 0, hash }
  const foot = await writeFile(client, partial, head, before)
  if (foot === undefined) {
    await rm(partial, { force: true })
    return 'nothing is older'
  }
  // Read again as it lies on the disk: only then does anything leave the store.
  await check(partial)
  const number = (sequence: number): string => String(sequence).padStart(12, '0')
  const file = join(folder, `${organizationId}-${number(head.after + 1)}-${number(foot.sequence)}.jsonl.gz`)
  if (existsSync(file)) await assertSame(file, foot, partial)
  else await rename(partial, file)
  let dropped = 0
  for (let isDone = false; !isDone; ) {
    const body = { sequence: foot.sequence, hash: foot.hash }
    const answer = await client.call('archiveEvents', { params, body })
    dropped += answer.dropped
    isDone = answer.isDone
  }
  return `wrote ${file} and removed ${dropped} events`
}

// Left by a run that was broken off before anything was removed, or from before a backup was restored.
async function assertSame(file: string, foot: Foot, partial: string): Promise<void> {
  const there = await check(file).catch(() => undefined)
  if (there?.foot.hash !== foot.hash)
    throw new Error(
      `${file} is there already and has other entries: nothing was removed. Name another folder`,
    )
  await rm(partial)
}

async function writeFile(
  client: Client,
  path: string,
  head: Head,
  before: string,
): Promise<Foot | undefined> {
  const file = await open(path, 'w', 0o600)
  const zip = createGzip()
  const done = (async () => {
    for await (const chunk of zip) await file.write(chunk as Buffer)
    await file.sync()
  })()
  const write = async (line: unknown): Promise<void> => {
    if (!zip.write(`${JSON.stringify(line)}\n`)) await new Promise((resolve) => zip.once('drain', resolve))
  }
  let foot: Foot = { sequence: head.after, hash: head.hash, count: 0 }
  try {
    await write(head)
    for (let isLast = false; !isLast; ) {
      const query = { before, after: foot.sequence, limit: 500 }
      const page = await client.call('listArchivedEvents', { params: { slug: head.slug }, query })
      for (const item of page.items) {
        foot = follow(foot, item)
        await write(item)
      }
      isLast = page.isLast
    }
    await write(foot)
  } finally {
    zip.end()
    await done.finally(() => file.close())
  }
  return foot.count === 0 ? undefined : foot
}

/** The chain after one more entry. Throws where the entry does not follow. */
function follow(foot: Foot, { sequence, hash, event }: Entry): Foot {
  if (sequence !== foot.sequence + 1) throw new Error(`entry ${foot.sequence + 1} is missing`)
  if (hashEvent(foot.hash, sequence, event) !== hash)
    throw new Error(`entry ${sequence} (${event.id}) is not what was sealed`)
  return { sequence, hash, count: foot.count + 1 }
}

/** What was noted elsewhere of the chain of one organization. */
interface Noted {
  readonly sequence: number
  readonly hash: string
}

// What goes wrong with the file is told to whoever reads its lines, and to nobody once they have seen enough.
async function* readLines(path: string): AsyncGenerator<string> {
  const source = createReadStream(path)
  const input = createGunzip().on('error', () => undefined)
  source.on('error', (error) => input.destroy(error)).pipe(input)
  try {
    yield* createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })
  } finally {
    source.destroy()
    input.destroy()
  }
}

interface Checked {
  readonly head: Head
  readonly foot: Foot
  /** The chain's hashes at the entries that were asked for, where the file has them. */
  readonly hashes: ReadonlyMap<number, string>
}

/** `ask` is told whose file it is, and names the entries whose hashes are wanted. */
async function check(path: string, ask: (head: Head) => readonly number[] = () => []): Promise<Checked> {
  let head: Head | undefined
  let foot: Foot | undefined
  let isEnded = false
  const hashes = new Map<number, string>()
  let asked: readonly number[] = []
  for await (const line of readLines(path)) {
    const value = JSON.parse(line) as Head | Foot | Entry
    if (isEnded) throw new Error('there is more after its end')
    if (head === undefined || foot === undefined) {
      if (!('format' in value) || value.format !== format) throw new Error('it is no archive of events')
      head = value
      asked = ask(head)
      foot = { sequence: value.after, hash: value.hash, count: 0 }
    } else if ('event' in value) foot = follow(foot, value)
    else {
      const { sequence, hash, count } = value as Foot
      if (sequence !== foot.sequence || hash !== foot.hash || count !== foot.count)
        throw new Error('its end is not that of its entries')
      isEnded = true
    }
    if (asked.includes(foot.sequence)) hashes.set(foot.sequence, foot.hash)
  }
  if (head === undefined || foot === undefined || !isEnded) throw new Error('it is cut off')
  return { head, foot, hashes }
}

async function verify(args: readonly string[]): Promise<number> {
  const words = readWords(args, { head: 'text' }, 1, 10_000)
  const text = readText(words, 'head')
  return verifyFiles(words.words, console.log, text === undefined ? undefined : readNoted(text))
}

function readNoted(text: string): Noted {
  const [, sequence = '', hash = ''] = /^(\d{1,15}):([0-9a-f]{64})$/.exec(text) ?? []
  if (hash === '') throw new UsageError('--head takes what was noted as sequence:hash')
  return { sequence: Number(sequence), hash }
}

/** 0 where all are intact and follow one another, and have what was noted, else 1. Throws UsageError for a head and files of several. */
export async function verifyFiles(
  files: readonly string[],
  print: (line: string) => void = console.log,
  noted?: Noted,
): Promise<number> {
  const ends = new Map<string, { readonly sequence: number; readonly hash: string }>()
  let code = 0
  let answer: string | undefined
  for (const file of files.toSorted()) {
    try {
      const { head, foot, hashes } = await check(file, ({ organizationId }) =>
        [ends.get(organizationId), noted].flatMap((one) => one?.sequence ?? []),
      )
      const before = ends.get(head.organizationId)
      // A run that was broken off and made again leaves a file that has the entries of the one before it, and more.
      if (before !== undefined && hashes.get(before.sequence) !== before.hash)
        throw new Error(`it does not go on from entry ${before.sequence} of the file before it`)
      ends.set(head.organizationId, foot)
      answer = (noted === undefined ? undefined : hashes.get(noted.sequence)) ?? answer
      print(
        `${file}: ${head.slug}, entries ${head.after + 1} to ${foot.sequence}, intact, ends with ${foot.sequence}:${foot.hash}`,
      )
    } catch (error) {
      code = 1
      print(`${file}: ${(error as Error).message}`)
    }
  }
  if (noted === undefined) return code
  if (ends.size > 1) throw new UsageError('--head is of one organization: name its files alone')
  print(renderNoted(noted, answer))
  return answer === noted.hash ? code : 1
}

function renderNoted({ sequence, hash }: Noted, answer: string | undefined): string {
  if (answer === hash) return `entry ${sequence} is there as it was noted`
  return answer === undefined
    ? `entry ${sequence} is in none of the intact files: it is older, newer, or was cut off`
    : `entry ${sequence} is not what was noted: its hash is ${answer}`
}
