// How many mails an organization's administrators may have sent: by the hour in all, and by the day to one address, whichever
// organizations send to it. Counted in the transaction of what is sent, so that it holds across nodes. What the service itself tells
// of counts nothing here.
import { createId } from '../base/id.ts'
import { hashSecret } from '../base/secret.ts'
import { Problem } from '../http/problem.ts'
import type { OrganizationTx } from '../store/database.ts'
import { organizationStatement } from '../store/statement.ts'
import { takeMailTo } from './link-askings.ts'

const hourMs = 3_600_000
const dayMs = 24 * hourMs
/** To one address, of all organizations together: the rows of link-askings.ts hold five. */
const mailsPerDay = 5

// Whoever sends at the same moment waits, so that none counts past another.
const lockOrganization = organizationStatement('organization_for_mail')(({ db, organizationId, dialect }) => {
  const own = db.selectFrom('organization').select('id').where('id', '=', organizationId)
  return dialect.lock(own)
})
const countSent = organizationStatement<{ since: number }>('mails_of_organization')(
  ({ db, place, organizationId }) =>
    db
      .selectFrom('sent_mail')
      .select((on) => [
        on.cast<number>(on.fn.countAll(), 'bigint').as('mails'),
        on.fn.min('sent_at').as('first'),
      ])
      .where('organization_id', '=', organizationId)
      .where('sent_at', '>', place('since')),
)
const countSentTo = organizationStatement<{ hash: string; since: number }>('mails_to_address')(
  ({ db, place, organizationId }) =>
    db
      .selectFrom('sent_mail')
      .select((on) => [
        on.cast<number>(on.fn.countAll(), 'bigint').as('mails'),
        on.fn.min('sent_at').as('first'),
      ])
      .where('organization_id', '=', organizationId)
      .where('address_hash', '=', place('hash'))
      .where('sent_at', '>', place('since')),
)
const deleteOld = organizationStatement<{ until: number }>('delete_old_mails')(
  ({ db, place, organizationId }) =>
    db
      .deleteFrom('sent_mail')
      .where('organization_id', '=', organizationId)
      .where('sent_at', '<=', place('until')),
)
const insertSent = organizationStatement<{ at: number; id: string; hash: string }>('insert_sent_mail')(
  ({ db, place, organizationId }) =>
    db.insertInto('sent_mail').values({
      organization_id: organizationId,
      sent_at: place('at'),
      id: place('id'),
      address_hash: place('hash'),
    }),
)

/** Counts one mail to the address, as it is compared. Throws 429 `too_many_mails` where there is no place for it. */
export async function takeMail(
  tx: OrganizationTx,
  addressKey: string,
  perHour: number,
  now: number,
): Promise<void> {
  await tx.first(lockOrganization, {})
  const hash = hashSecret(addressKey)
  const all = await tx.first(countSent, { since: now - hourMs })
  if (Number(all?.mails ?? 0) >= perHour)
    throw refuse(`This organization may send ${perHour} mails an hour`, Number(all?.first), hourMs, now)
  // What went out before mails to an address were counted for all organizations counts for this one.
  const own = await tx.first(countSentTo, { hash, since: now - dayMs })
  const isFull = Number(own?.mails ?? 0) >= mailsPerDay
  const first = isFull ? Number(own?.first) : await takeMailTo(tx, addressKey, now)
  if (first !== undefined)
    throw refuse(`${mailsPerDay} mails a day go to one address`, Number(first), dayMs, now)
  tx.write(deleteOld, { until: now - dayMs })
  tx.write(insertSent, { at: now, id: createId('mail', now), hash })
}

function refuse(what: string, first: number, windowMs: number, now: number): Problem {
  const waitSeconds = Math.max(1, Math.ceil((first + windowMs - now) / 1_000))
  const when = new Date(first + windowMs).toISOString().slice(0, 16).replace('T', ' ')
  return new Problem(
    429,
    'too_many_mails',
    `${what}: the next one goes out at ${when} UTC`,
    undefined,
    waitSeconds,
  )
}
