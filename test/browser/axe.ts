// Axe in a page. It is brought in once for each page that is loaded, and asked for what is wrong alone: what it says of all that is right
// is most of its answer.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import AxeBuilder from '@axe-core/playwright'
import type { Frame, Page } from 'playwright-core'

export interface Fault {
  readonly id: string
  /** The elements, each cut to what a line holds. */
  readonly nodes: readonly string[]
}

export interface Wanted {
  /** Sets of rules; axe's own choice unless told. */
  readonly tags?: string[]
  readonly without?: string[]
}

const axe = createRequire(import.meta.resolve('@axe-core/playwright')).resolve('axe-core/axe.min.js')
let source: string | undefined

export async function findFaults(page: Page, { tags, without = [] }: Wanted = {}): Promise<Fault[]> {
  source ??= readFileSync(axe, 'utf8')
  if (!(await page.evaluate('"axe" in window'))) await page.evaluate(source)
  // It stands there already. There are no frames to go into: the older way of asking opens no page of its own for it.
  const builder = new AxeBuilder({ page, axeSource: '0' })
    .options({ resultTypes: ['violations'] })
    .setLegacyMode(true)
  if (tags !== undefined) builder.withTags(tags)
  const { violations } = await builder.disableRules(without).analyze()
  return violations.map(({ id, nodes }) => ({ id, nodes: nodes.map(({ html }) => html.slice(0, 200)) }))
}

/** The same of a frame by itself, whose page is of another site than the one around it. */
export async function findFaultsOfFrame(frame: Frame, tags: readonly string[]): Promise<Fault[]> {
  source ??= readFileSync(axe, 'utf8')
  if (!(await frame.evaluate('"axe" in window'))) await frame.evaluate(source)
  const options = JSON.stringify({ runOnly: { type: 'tag', values: tags }, resultTypes: ['violations'] })
  const { violations } = await frame.evaluate<{ violations: { id: string; nodes: { html: string }[] }[] }>(
    `axe.run(document, ${options})`,
  )
  return violations.map(({ id, nodes }) => ({ id, nodes: nodes.map(({ html }) => html.slice(0, 200)) }))
}
