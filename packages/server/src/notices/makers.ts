// Whoever made a key, a client or a connection is out: the people who run the settings are told by mail, once. The event was recorded
// when the person went.

import { hourMs } from '../base/clock.ts'
import { firstIdAt } from '../base/id.ts'
import { readJson } from '../base/json.ts'
import { quoteName } from '../deliveries/words.ts'
import { makerGoneTypes, selectEvents } from '../events/asked.ts'
import { type Followed, followEach } from '../events/follow.ts'
import { createScope, type Database, type OrganizationTx } from '../store/database.ts'
import { mailNotice, type NoticeRules, takeNotice } from './notify.ts'

/** Looks at what was recorded within the hour: a node that was away for longer tells nothing, the console still does. */
export async function warnOfMakers(
  database: Database,
  rules: NoticeRules,
  now: number,
  isStopping: () => boolean,
): Promise<void> {
  const from = firstIdAt('evt', now - hourMs)
  const types = new Set<string>(makerGoneTypes)
  await followEach(database, { name: 'makers', types, now }, isStopping, async (own, events) => {
    const told = events.filter(({ id, type }) => id >= from && types.has(type))
    if (told.length > 0) await database.inOrganization(createScope(own), (tx) => warn(tx, told, now, rules))
  })
}

async function warn(
  tx: OrganizationTx,
  gone: readonly Followed[],
  now: number,
  rules: NoticeRules,
): Promise<void> {
  const told: string[] = []
  const ids = JSON.stringify(gone.map(({ id }) => id))
  for (const { id, type, data } of await tx.all(selectEvents, { ids }))
    if (await takeNotice(tx, `maker ${id}`, now)) told.push(describe(type, data))
  if (told.length === 0) return
  const words = {
    subject: 'somebody who may know keys or connections is out',
    text: `They work on until somebody changes them:\n\n${told.join('\n')}\n\nRotate keys and look at connections that this person may know.`,
    page: 'security/user-provisioning',
    kind: 'makers',
    line: `Somebody is out who made ${told.length === 1 ? 'a key, client or connection' : `${told.length} keys, clients or connections`} that works on.`,
  }
  await mailNotice(tx, { rung: 'connection', at: now }, words, rules)
}

function describe(type: string, data: string): string {
  const { name, maker } = readJson<{ name: string; maker: string | null }>(data)
  if (type === 'connection.maker_gone') return `- the connection ${quoteName(name)}`
  const kind = type === 'api_key.maker_gone' ? 'API key' : 'OAuth client'
  return `- the ${kind} ${quoteName(name)}${maker === null ? '' : `, made by ${quoteName(maker)}`}`
}
