// An owner came back without ownership: the owners who are there and the operator are told, since only they give it.
import type { EventData } from '@rollcall/api'
import { quoteName } from '../deliveries/words.ts'
import { createScope, type Database } from '../store/database.ts'
import { followEvents } from './follow.ts'
import { type NoticeRules, takeNotice, tellOwners } from './notify.ts'

const watched = new Set(['user.ownership_withheld'])

const ways: Readonly<Record<EventData<'user.ownership_withheld'>['reason'], string>> = {
  claimed: 'The directory claimed the account and activated it.',
  reactivated:
    'The directory activated the account more than 7 days after it was deactivated, or by another way than its own.',
  unblocked: 'An administrator lifted the block.',
  restored: 'An administrator restored the people of an alert.',
}

export async function tellOfOwnership(
  database: Database,
  rules: NoticeRules,
  now: number,
  isStopping: () => boolean,
): Promise<void> {
  await followEvents(database, { name: 'ownership', types: watched }, isStopping, async (events) => {
    for (const event of events) {
      if (event.type !== 'user.ownership_withheld' || event.organization === null) continue
      const { userName, role, reason } = event.data
      const words = {
        subject: 'Somebody is back, and no longer an owner',
        text: `${quoteName(userName)} was an owner and is back with the role ${role}. ${ways[reason]} Giving ownership back is giving it: if they are to be an owner, another owner or the operator makes them one. If nobody expected them, block the account.`,
        page: `people/users/${event.subject.id}`,
      }
      await database.inOrganization(createScope(event.organization.id), async (tx) => {
        if (await takeNotice(tx, `ownership ${event.id}`, now)) await tellOwners(tx, words, rules, now)
      })
    }
  })
}
