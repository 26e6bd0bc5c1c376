// What identity providers of every protocol are tried alike with: started beside an organization of their own, and looked at through the
// page that says who is signed in.
import assert from 'node:assert/strict'
import type { Need, Peer, Row, Running, Stage } from './peer.ts'
import { type Page, type Person, toText } from './person.ts'

interface Plan<S extends Running> {
  readonly name: string
  readonly needs: readonly Need[]
  start(stage: Stage, domain: string): Promise<S>
}

/** An organization, and what is to be tried with it. */
export interface Trial<S extends Running> {
  readonly stage: Stage
  readonly slug: string
  readonly domain: string
  readonly server: S
}

/** The peer that a plan is; rows whose title is not played are left out. */
export function toPeer<S extends Running>(
  plan: Plan<S>,
  kind: Peer['kind'],
  titles: readonly string[],
  makeRows: (trial: Trial<S>) => Promise<Row[]>,
): Peer {
  return {
    name: plan.name,
    kind,
    needs: plan.needs,
    titles,
    async start(stage) {
      const { slug, domain } = await stage.addOrganization()
      const server = await plan.start(stage, domain)
      try {
        const rows = await makeRows({ stage, slug, domain, server })
        const { version, output, stop } = server
        return { version, output, stop, rows: rows.filter(({ title }) => titles.includes(title)) }
      } catch (error) {
        await server.stop()
        throw error
      }
    },
  }
}

/** Whether the person is signed in here. */
export const isSignedIn = async (person: Person, url: string): Promise<boolean> =>
  (await person.open(`${url}/me`)).text.includes('You are signed in')

/** Fails with what the person saw on their way, and what the service says of it. */
export async function mustBeSignedIn(
  person: Person,
  page: Page,
  { stage, slug }: Pick<Trial<Running>, 'stage' | 'slug'>,
): Promise<void> {
  if (await isSignedIn(person, stage.url)) return
  const trail = person.trail.join('\n  ')
  assert.fail(`nobody is signed in at ${page.url}\n  ${trail}\n${await stage.explain(slug)}\n${toText(page)}`)
}
