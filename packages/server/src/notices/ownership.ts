// An owner came back without ownership: the owners who are there and the operator are told, since only they give it.

import type { EventData } from '@rollcall/api'
import { readJson } from '../base/json.ts'
import { quoteName } from '../deliveries/words.ts'
import { selectEvent } from '../events/asked.ts'
import { followEach } from '../events/follow.ts'
import { type MailSentence, sayInMail } from '../pages/mail-words.ts'
import { createScope, type Database, type OrganizationTx } from '../store/database.ts'
import { type NoticeRules, type NoticeWords, takeNotice, tellOwners } from './notify.ts'

const roles: Readonly<Record<string, MailSentence>> = {
  owner: sayInMail('mail.role.owner'),
  admin: sayInMail('mail.role.admin'),
  member: sayInMail('mail.role.member'),
}

const watched = new Set(['user.ownership_withheld'])

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
    subject: sayInMail('mail.ownership.subject'),
    text: [
      sayInMail('mail.ownership.text', {
        user: quoteName(userName),
        role: roles[role] ?? role,
        way: sayInMail(`mail.ownership.${reason}`),
      }),
      sayInMail('mail.ownership.advice'),
    ],
    page: `people/users/${event.subject_id}`,
    kind: `ownership ${event.subject_id}`,
  } satisfies NoticeWords
  await tellOwners(tx, { rung: 'connection', at: now }, words, rules)
}
