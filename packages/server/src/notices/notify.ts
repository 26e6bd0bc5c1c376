// Notices: an event, and a mail to the people who run the organization's settings, in one transaction and once.
import { type Mail, queueMail } from '../deliveries/mail.ts'
import { quoteName } from '../deliveries/words.ts'
import type { NewEvent } from '../events/catalog.ts'
import { type Act, record } from '../events/record.ts'
import type { OrganizationTx } from '../store/database.ts'
import { organizationStatement } from '../store/statement.ts'
import { type UserRow, userColumnNames } from '../users/users.ts'
import { toUser } from '../users/views.ts'

const maxRecipients = 20

const selectRecipients = organizationStatement('notice_recipients')(({ db, organizationId }) =>
  db
    .selectFrom('user')
    .select([...userColumnNames, 'recovery_address'])
    .where('organization_id', '=', organizationId)
    .where('role', 'in', ['owner', 'admin'])
    .where('active', '=', 1)
    .where('blocked_at', 'is', null)
    // Owners first, where there are more than are told.
    .orderBy((on) => on.case().when('role', '=', 'owner').then(0).else(1).end())
    .orderBy('id')
    .limit(maxRecipients),
)
const selectOwners = organizationStatement('noticed_owners')(({ db, organizationId }) =>
  db
    .selectFrom('user')
    .select([...userColumnNames, 'recovery_address'])
    .where('organization_id', '=', organizationId)
    .where('role', '=', 'owner')
    .where('active', '=', 1)
    .where('blocked_at', 'is', null)
    .orderBy('id')
    .limit(maxRecipients),
)
const selectOwn = organizationStatement('noticed_organization')(({ db, organizationId }) =>
  db
    .selectFrom('organization')
    .select(['name', 'slug'])
    .where('id', '=', organizationId)
    .where('deleted_at', 'is', null),
)
const insertNotice = organizationStatement<{ name: string; at: number }>('insert_notice')(
  ({ db, place, organizationId }) =>
    db
      .insertInto('notice')
      .values({ organization_id: organizationId, name: place('name'), told_at: place('at') })
      .onConflict((on) => on.columns(['organization_id', 'name']).doNothing())
      .returning('name'),
)
const deleteNotice = organizationStatement<{ name: string }>('delete_notice')(
  ({ db, place, organizationId }) =>
    db.deleteFrom('notice').where('organization_id', '=', organizationId).where('name', '=', place('name')),
)
const selectNotice = organizationStatement<{ name: string }>('notice')(({ db, place, organizationId }) =>
  db
    .selectFrom('notice')
    .select('told_at')
    .where('organization_id', '=', organizationId)
    .where('name', '=', place('name')),
)

/** Words of a notice: ours, and names only as `quoteName` shows them. The link to the organization's settings is added. */
export interface NoticeWords {
  readonly subject: string
  readonly text: string
  /** Below the settings, such as `security/user-provisioning`. */
  readonly page: string
}

export interface NoticeRules {
  /** Public base URL. */
  readonly url: string
  /** Told as well; undefined where nobody said. */
  readonly operatorMail: string | undefined
}

/** Takes the name of a notice; false when it was given before. */
export async function takeNotice(tx: OrganizationTx, name: string, at: number): Promise<boolean> {
  return (await tx.change(insertNotice, { name, at })).length > 0
}

export function forgetNotice(tx: OrganizationTx, name: string): void {
  tx.write(deleteNotice, { name })
}

/** When a notice of this name was taken. */
export async function findNotice(tx: OrganizationTx, name: string): Promise<number | undefined> {
  const row = await tx.first(selectNotice, { name })
  return row === undefined ? undefined : Number(row.told_at)
}

/** Records the event and queues the mails; nothing for an organization that is gone. */
export async function notify(
  tx: OrganizationTx,
  act: Act,
  event: NewEvent,
  words: NoticeWords,
  rules: NoticeRules,
): Promise<void> {
  if ((await tx.first(selectOwn, {})) === undefined) return
  record(tx, act, event)
  await mailNotice(tx, act.at, words, rules)
}

/** The mails alone, of what was recorded before. */
export async function mailNotice(
  tx: OrganizationTx,
  now: number,
  words: NoticeWords,
  rules: NoticeRules,
): Promise<void> {
  const own = await tx.first(selectOwn, {})
  if (own === undefined) return
  const rows = await tx.all(selectRecipients, {})
  queueMails(tx, { own, rows, words, rules }, now)
}

/** Queues the mails to the owners and the operator, of an event that was recorded already; nothing for an organization that is gone. */
export async function tellOwners(
  tx: OrganizationTx,
  words: NoticeWords,
  rules: NoticeRules,
  at: number,
): Promise<void> {
  const own = await tx.first(selectOwn, {})
  if (own === undefined) return
  queueMails(tx, { own, rows: await tx.all(selectOwners, {}), words, rules }, at)
}

function queueMails(
  tx: OrganizationTx,
  notice: {
    readonly own: { readonly name: string; readonly slug: string }
    readonly rows: readonly (UserRow & { readonly recovery_address: string | null })[]
    readonly words: NoticeWords
    readonly rules: NoticeRules
  },
  at: number,
): void {
  const { own, rows, words, rules } = notice
  // Also where they are recovered: the other address is the directory's to change, which may be what they are told of.
  const people = rows.flatMap((row) => [toUser(row).email ?? [], row.recovery_address ?? []].flat())
  const link = `${rules.url}/organizations/${own.slug}/settings/${words.page}`
  const about = `This is about the organization ${quoteName(own.name)}:`
  const mail = { subject: words.subject, text: `${words.text}\n\n${about}\n${link}\n` }
  for (const to of new Set([...people, ...(rules.operatorMail === undefined ? [] : [rules.operatorMail])]))
    queueMail(tx, { to, ...mail } satisfies Mail, at)
}
