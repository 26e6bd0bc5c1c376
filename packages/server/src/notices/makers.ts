// Whoever made a key, a client or a connection is out: the people who run the settings are told by mail, once. The event was recorded
// when the person went.

import { readJson } from '../base/json.ts'
import { selectConnections } from '../connections/rows.ts'
import { quoteName } from '../deliveries/words.ts'
import { listWorkingIds } from '../directory/makers.ts'
import { makerGoneTypes, selectEvents } from '../events/asked.ts'
import { type Followed, followEach } from '../events/follow.ts'
import { type MailSentence, sayInMail } from '../pages/mail-words.ts'
import { createScope, type Database, type OrganizationTx } from '../store/database.ts'
import { mailNotice, type NoticeRules, type NoticeWords, takeNotice } from './notify.ts'

/**
 * Goes on from where it was, however long it was away: each is told of once, and of what has ended meanwhile nobody is.
 */
export async function warnOfMakers(
  database: Database,
  rules: NoticeRules,
  now: number,
  isStopping: () => boolean,
): Promise<void> {
  const types = new Set<string>(makerGoneTypes)
  await followEach(database, { name: 'makers', types, now }, isStopping, async (own, events) => {
    await database.inOrganization(createScope(own), (tx) => warn(tx, events, now, rules))
  })
}

async function warn(
  tx: OrganizationTx,
  gone: readonly Followed[],
  now: number,
  rules: NoticeRules,
): Promise<void> {
  const told: MailSentence[] = []
  const works = await listWorking(tx, now)
  const ids = JSON.stringify(gone.flatMap(({ id, subjectId }) => (works.has(subjectId) ? [id] : [])))
  for (const { id, type, data } of await tx.all(selectEvents, { ids }))
    if (await takeNotice(tx, `maker ${id}`, now)) told.push(describe(type, data))
  if (told.length === 0) return
  const words = {
    subject: sayInMail('mail.makers.subject'),
    text: [sayInMail('mail.makers.text'), told, sayInMail('mail.makers.advice')],
    page: 'security/user-provisioning',
    kind: 'makers',
    line: sayInMail('mail.makers.line', { count: told.length }),
  } satisfies NoticeWords
  await mailNotice(tx, { rung: 'connection', at: now }, words, rules)
}

/** Keys, clients and connections that somebody may still know. */
async function listWorking(tx: OrganizationTx, now: number): Promise<ReadonlySet<string>> {
  const connections = await tx.all(selectConnections, {})
  return new Set([...(await listWorkingIds(tx, now)), ...connections.map(({ id }) => id)])
}

function describe(type: string, data: string): MailSentence {
  const { name: called, maker: by } = readJson<{ name: string; maker: string | null }>(data)
  const name = quoteName(called)
  if (type === 'connection.maker_gone') return sayInMail('mail.makers.connection', { name })
  const isKey = type === 'api_key.maker_gone'
  if (by === null) return sayInMail(isKey ? 'mail.makers.key' : 'mail.makers.client', { name })
  return sayInMail(isKey ? 'mail.makers.keyBy' : 'mail.makers.clientBy', { name, maker: quoteName(by) })
}
