// The places that mails go out by: none is sent or queued without one (deliveries/mail.ts), and only this file gives them. How many
// mails an organization's people may have sent: by the hour in all, and by the day to one address, whichever organizations send to it,
// where each organization has a first one of its own.
// Counted in the transaction of what is sent, so that it holds across nodes. Notices have an allowance of their own.
import { dayMs, hourMs } from '../base/clock.ts'
import { createId } from '../base/id.ts'
import { isAtLeast, type Rung, rungs } from '../base/rung.ts'
import { hashSecret } from '../base/secret.ts'
import { Problem } from '../http/problem.ts'
import type { OrganizationTx } from '../store/database.ts'
import { organizationStatement } from '../store/statement.ts'
import { type Asking, takeAsking, takeMailTo, takeOne, takeOneOfFive, takeOwnAsking } from './link-askings.ts'

/** To one address, of all organizations together: the rows of link-askings.ts hold five. */
const mailsPerDay = 5

declare const counted: unique symbol

/** A mail's place in what may be sent. */
export interface MailPlace {
  readonly [counted]: true
}

const given = {} as MailPlace

// Whoever sends at the same moment waits, so that none counts past another.
const lockOrganization = organizationStatement('organization_for_mail')(({ db, organizationId, dialect }) => {
  const own = db.selectFrom('organization').select('id').where('id', '=', organizationId)
  return dialect.lock(own)
})
// Only what was sent on the word of this rung, or of one above: nobody below uses up what somebody above needs.
const countSent = organizationStatement<{ since: number; rungs: string }>('mails_of_organization')(
  ({ db, place, organizationId, dialect }) =>
    db
      .selectFrom('sent_mail')
      .select((on) => [
        on.cast<number>(on.fn.countAll(), 'bigint').as('mails'),
        on.fn.min('sent_at').as('first'),
      ])
      .where('organization_id', '=', organizationId)
      .where('sent_at', '>', place('since'))
      .where((on) => on.or([on('rung', 'is', null), dialect.isIn('rung', place('rungs'))])),
)
const countSentTo = organizationStatement<{ hash: string; since: number; rungs: string }>('mails_to_address')(
  ({ db, place, organizationId, dialect }) =>
    db
      .selectFrom('sent_mail')
      .select((on) => [
        on.cast<number>(on.fn.countAll(), 'bigint').as('mails'),
        on.fn.min('sent_at').as('first'),
        on
          .cast<number>(
            on.fn.sum(
              on
                .case()
                .when(on.or([on('rung', 'is', null), dialect.isIn('rung', place('rungs'))]))
                .then(on.lit(1))
                .else(on.lit(0))
                .end(),
            ),
            'bigint',
          )
          .as('of_rung'),
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
const insertSent = organizationStatement<{ at: number; id: string; hash: string; rung: Rung }>(
  'insert_sent_mail',
)(({ db, place, organizationId }) =>
  db.insertInto('sent_mail').values({
    organization_id: organizationId,
    sent_at: place('at'),
    id: place('id'),
    address_hash: place('hash'),
    rung: place('rung'),
  }),
)

/** How many of the five places of an address somebody may take: the last are kept for whoever stands above. */
function placesOf(rung: Rung): 3 | 4 | 5 {
  return rung === 'operator' ? 5 : rung === 'owner' ? 4 : 3
}

/** Counts one mail to the address, as it is compared, on somebody's word. Throws 429 `too_many_mails` where there is no place for it. */
export async function takeMail(
  tx: OrganizationTx,
  act: { readonly rung: Rung; readonly at: number },
  addressKey: string,
  perHour: number,
): Promise<MailPlace> {
  const { rung, at: now } = act
  await tx.first(lockOrganization, {})
  const hash = hashSecret(addressKey)
  const above = JSON.stringify(rungs.filter((one) => isAtLeast(one, rung)))
  const all = await tx.first(countSent, { since: now - hourMs, rungs: above })
  if (Number(all?.mails ?? 0) >= perHour)
    throw refuse(`This organization may send ${perHour} mails an hour`, Number(all?.first), hourMs, now)
  // What went out before mails to an address were counted for all organizations counts for this one.
  const own = await tx.first(countSentTo, { hash, since: now - dayMs, rungs: above })
  const isFull = Number(own?.mails ?? 0) >= mailsPerDay
  const places = placesOf(rung)
  const first = isFull ? Number(own?.first) : await takeMailTo(tx, addressKey, places, now)
  // The first of an organization's day goes out however many others have sent; of each rung, so that nobody below uses it up.
  const isKept = Number(own?.of_rung ?? 0) === 0
  if (first !== undefined && !isKept) throw refuse(describePlaces(places), Number(first), dayMs, now)
  tx.write(deleteOld, { until: now - dayMs })
  tx.write(insertSent, { at: now, id: createId('mail', now), hash, rung })
  return given
}

function describePlaces(places: number): string {
  const all = `${mailsPerDay} mails a day go to one address`
  return places === mailsPerDay ? all : `${all}, and you may send no more than the first ${places} of them`
}

/** The place of a mailed link that somebody asked for by an address; undefined where they, or others for this address, asked enough. */
export async function takeLinkMail(
  tx: OrganizationTx,
  asked: Asking,
  now: number,
): Promise<MailPlace | undefined> {
  return (await takeAsking(tx, asked, now)) ? given : undefined
}

/** The same for a person whose sign-in was proven in the browser that asks. */
export async function takeOwnLinkMail(
  tx: OrganizationTx,
  userId: string,
  now: number,
): Promise<MailPlace | undefined> {
  return (await takeOwnAsking(tx, userId, now)) ? given : undefined
}

/**
 * The place of a notice that goes out at once: five an hour of one organization, apart for each `ground`, so that nobody's noise
 * keeps back what weighs more. Undefined where it has none: it is gathered then.
 */
export async function takeNoticeMail(
  tx: OrganizationTx,
  ground: string,
  now: number,
): Promise<MailPlace | undefined> {
  const name = ['notice', tx.organizationId, ground]
  return (await takeOneOfFive(tx, name, hourMs, now)) ? given : undefined
}

/**
 * The place of a question to those who may confirm a set-up: one a day of an organization, whoever asks, and beside what its people may
 * have sent. Undefined where they were asked within the day.
 */
export async function takeQuestionMail(tx: OrganizationTx, now: number): Promise<MailPlace | undefined> {
  return (await takeOne(tx, ['question', tx.organizationId], dayMs, now)) ? given : undefined
}

/** The place of what was gathered, which notices/notify.ts says once an hour. */
export function placeOfGathered(): MailPlace {
  return given
}

/**
 * The place of the last word to an address by which somebody was recovered until now: there is one for each change, and each change
 * has been confirmed by a mail that was counted, or was made by the operator.
 */
export function placeOfLastWord(): MailPlace {
  return given
}

/** The place of what the service tells its operator of the operator's own things: the store once a day, an endpoint once until it works again. */
export function placeOfService(): MailPlace {
  return given
}

function refuse(what: string, first: number, windowMs: number, now: number): Problem {
  const waitSeconds = Math.max(1, Math.ceil((first + windowMs - now) / 1_000))
  const when = new Date(first + windowMs).toISOString().slice(0, 16).replace('T', ' ')
  return new Problem('too_many_mails', `${what}: the next one goes out at ${when} UTC`, {
    retryAfterSeconds: waitSeconds,
  })
}
