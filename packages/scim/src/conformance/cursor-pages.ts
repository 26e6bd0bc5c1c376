// How checks walk the crowd by cursors.

import type { JsonObject } from '../json.ts'
import { searchRequestUrn } from '../urn.ts'
import { type Answer, pickText } from './answer.ts'
import { crowdAlone, ids, type Parameters } from './crowd-search.ts'
import { Blocked, Mismatch, readList } from './expectation.ts'
import type { Server } from './server.ts'

/** Undefined on the last page. */
export const nextOf = (answer: Answer): string | undefined => pickText(answer.body, 'nextCursor')

/** A page of the crowd; an empty cursor is the first page. */
export async function page(server: Server, cursor: string, more: Parameters = {}): Promise<Answer> {
  return server.query('/Users', { ...(await crowdAlone(server)), count: '2', ...more, cursor })
}

/** All pages of the crowd, at most ten; throws Mismatch for one that is no list. */
export async function allPages(server: Server, more: Parameters = {}): Promise<readonly Answer[]> {
  const pages: Answer[] = []
  for (let cursor: string | undefined = ''; cursor !== undefined && pages.length < 10; ) {
    const answer: Answer = await page(server, cursor, more)
    readList(answer)
    pages.push(answer)
    cursor = nextOf(answer)
  }
  return pages
}

/** The first two pages of the crowd, and the cursor between them. */
export async function secondPage(
  server: Server,
): Promise<{ readonly first: Answer; readonly second: Answer; readonly cursor: string }> {
  const first = await page(server, '')
  const cursor = nextOf(first)
  if (cursor === undefined)
    throw new Blocked(
      'RFC9865-2-next',
      new Mismatch('a nextCursor, for there is a third match', 'nothing', first),
    )
  return { first, cursor, second: await page(server, cursor) }
}

/** The crowd by POST /Users/.search. */
export async function search(server: Server, more: JsonObject): Promise<Answer> {
  return server.post('/Users/.search', {
    schemas: [searchRequestUrn],
    ...(await crowdAlone(server)),
    count: 2,
    ...more,
  })
}

export { ids, type Parameters }
