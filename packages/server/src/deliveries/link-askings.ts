// How often a mailed link may be asked for: 3 times an hour and 5 times a day by one network, and as often for one address, whether
// there is such an account or not; beyond that, once a day for an address by a network that is new to it. Whoever has proved who they are is counted apart, so that no stranger uses up what is theirs.
// Beside it, how many mails of organizations went to one address.
// Counted by one statement each, so that of many that ask at once no more than these pass, on any node.
import { dayMs, hourMs } from '../base/clock.ts'
import { hashSecret } from '../base/secret.ts'
import { listNetworks, toNetwork } from '../http/networks.ts'
import type { Database, OrganizationTx } from '../store/database.ts'
import { installationStatement, organizationStatement } from '../store/statement.ts'

/** No bound. */
const any = Number.MAX_SAFE_INTEGER

// The row holds the latest five times: the third is what an hour must lie behind, the fifth what a day must.
const takePlace = organizationStatement<{
  name: string
  at: number
  latestBefore: number
  thirdBefore: number
  fourthBefore: number
  fifthBefore: number
}>('take_link_asking')(({ db, place }) =>
  db
    .insertInto('link_asking')
    .values({ name_hash: place('name'), latest: place('at'), second: 0, third: 0, fourth: 0, fifth: 0 })
    .onConflict((on) =>
      on
        .column('name_hash')
        .doUpdateSet((row) => ({
          latest: place('at'),
          second: row.ref('link_asking.latest'),
          third: row.ref('link_asking.second'),
          fourth: row.ref('link_asking.third'),
          fifth: row.ref('link_asking.fourth'),
        }))
        .where('link_asking.latest', '<=', place('latestBefore'))
        .where('link_asking.third', '<=', place('thirdBefore'))
        .where('link_asking.fourth', '<=', place('fourthBefore'))
        .where('link_asking.fifth', '<=', place('fifthBefore')),
    )
    .returning('name_hash'),
)

const deleteOld = installationStatement<{ before: number }>('delete_old_link_askings')(({ db, place }) =>
  db.deleteFrom('link_asking').where('latest', '<=', place('before')),
)

const selectTimes = organizationStatement<{ name: string }>('times_of_asking')(({ db, place }) =>
  db.selectFrom('link_asking').select(['third', 'fourth', 'fifth']).where('name_hash', '=', place('name')),
)

/**
 * Counts a mail to an address, as it is compared: five a day, whichever organization sends it, of which somebody may be let take only
 * the first three or four. Undefined where it has its place; else when the earliest of those went out.
 */
export async function takeMailTo(
  tx: OrganizationTx,
  addressKey: string,
  places: 3 | 4 | 5,
  now: number,
): Promise<number | undefined> {
  const name = hashSecret(['mail', addressKey].join('\n'))
  const dayAgo = now - dayMs
  // No hour's limit of its own.
  const taken = await tx.change(takePlace, {
    name,
    at: now,
    latestBefore: any,
    thirdBefore: places === 3 ? dayAgo : any,
    fourthBefore: places <= 4 ? dayAgo : any,
    fifthBefore: dayAgo,
  })
  if (taken.length > 0) return undefined
  const times = await tx.first(selectTimes, { name })
  return times?.[places === 3 ? 'third' : places === 4 ? 'fourth' : 'fifth'] ?? now
}

/** Counts one of five within a stretch of time, under a name; false where there are five. */
export async function takeOneOfFive(
  tx: OrganizationTx,
  name: readonly string[],
  withinMs: number,
  now: number,
): Promise<boolean> {
  const bounds = { latestBefore: any, thirdBefore: any, fourthBefore: any, fifthBefore: now - withinMs }
  return (await tx.change(takePlace, { name: hashSecret(name.join('\n')), at: now, ...bounds })).length > 0
}

/** Counts one within a stretch of time, under a name; false where there was one. */
export async function takeOne(
  tx: OrganizationTx,
  name: readonly string[],
  withinMs: number,
  now: number,
): Promise<boolean> {
  const bounds = { latestBefore: now - withinMs, thirdBefore: any, fourthBefore: any, fifthBefore: any }
  return (await tx.change(takePlace, { name: hashSecret(name.join('\n')), at: now, ...bounds })).length > 0
}

async function take(tx: OrganizationTx, now: number, ...name: readonly string[]): Promise<boolean> {
  const bounds = {
    latestBefore: any,
    thirdBefore: now - hourMs,
    fourthBefore: any,
    fifthBefore: now - dayMs,
  }
  return (await tx.change(takePlace, { name: hashSecret(name.join('\n')), at: now, ...bounds })).length > 0
}

/** A link that is asked for by an address, as it is compared. */
export interface Asking {
  readonly ip: string | null
  readonly addressKey: string
}

/** Counts somebody's asking for an address, as it is compared; false where they, or others for this address, have asked enough. */
export async function takeAsking(tx: OrganizationTx, asked: Asking, now: number): Promise<boolean> {
  // The network first: one that has asked enough takes nothing from the address. Always in this order, so that none waits in a circle.
  return (
    (await take(tx, now, 'network', toNetwork(asked.ip))) &&
    ((await take(tx, now, 'address', asked.addressKey)) || (await takeKept(tx, asked, now)))
  )
}

// The first asking of a neighbourhood (a /24, a /48) for an address within a day has a place of its own, five a day of them all: whoever
// has asked enough from a network or two has not used up what the person asks for from theirs.
async function takeKept(tx: OrganizationTx, { ip, addressKey }: Asking, now: number): Promise<boolean> {
  const neighbourhood = listNetworks(ip).at(-1)?.name ?? ''
  const isFirst = await takeOne(tx, ['first', neighbourhood, addressKey], dayMs, now)
  return isFirst && (await takeOneOfFive(tx, ['kept', addressKey], dayMs, now))
}

/** The same for a person whose sign-in was proven in the browser that asks: nobody else uses this up. */
export function takeOwnAsking(tx: OrganizationTx, userId: string, now: number): Promise<boolean> {
  return take(tx, now, 'person', tx.organizationId, userId)
}

/** Of those that count no more. */
export async function pruneAskings(database: Database, now: number): Promise<void> {
  await database.inInstallation('jobs', async (tx) => tx.write(deleteOld, { before: now - dayMs }))
}
