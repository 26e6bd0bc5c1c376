// An owner came back without ownership: the owners who are there and the operator are told, since only they give it.

import type { EventData } from '@rollcall/api'
import { readJson } from '../base/json.ts'
import { quoteName } from '../deliveries/words.ts'
import { selectEvent } from '../events/asked.ts'
import { followEach } from '../events/follow.ts'
import { createScope, type Database, type OrganizationTx } from '../store/database.ts'
import { type NoticeRules, takeNotice, tellOwners } from './notify.ts'

const watched = new Set(['user.ownership_withheld'])

const ways: Readonly<Record<EventData<'user.ownership_withheld'>['reason'], string>> = {
  claimed: 'The directory claimed the account and activated it.',
  reactivated:
    'The directory activated the account more than 7 days after it was deactivated, or by another way than its own.',
  unblocked: 'An administrator lifted the block.',
  restored: 'An administrator restored the people of an alert.',
}

/** Tells of everybody who came back without ownership and of whom nobody was told yet. */
export async function tellOfOwnership(
  database: Database,
  rules: NoticeRules,
  now: number,
  isStopping: () => boolean,
): Promise<void> {
  await followEach(database, { name: 'ownership', types: watched, now }, isStopping, async (own, events) => {
    for (const { id } of events)
      await database.inOrganization(createScope(own), (tx) => tell(tx, id, rules, now))
  })
}

async function tell(tx: OrganizationTx, id: string, rules: NoticeRules, now: number): Promise<void> {
  const event = await tx.first(selectEvent, { id })
  if (event === undefined || !(await takeNotice(tx, `ownership ${id}`, now))) return
  const { userName, role, reason } = readJson<EventData<'user.ownership_withheld'>>(event.data)
  const words = {
    subject: 'Somebody is back, and no longer an owner',
    text: `${quoteName(userName)} was an owner and is back with the role ${role}. ${ways[reason]} Giving ownership back is giving it: if they are to be an owner, another owner or the operator makes them one. If nobody expected them, block the account.`,
    page: `people/users/${event.subject_id}`,
    kind: `ownership ${event.subject_id}`,
  }
  await tellOwners(tx, { rung: 'connection', at: now }, words, rules)
}
