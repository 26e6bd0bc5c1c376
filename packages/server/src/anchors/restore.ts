// Brings back the anchor that the present one replaced, under its old number and rung: within 7 days, and never one that was
// replaced as compromised. What came while the present one was in place is listed; sessions that it began end.

import type { AnchorDetail, AnchorRestored } from '@rollcall/api'
import { toTime } from '../base/clock.ts'
import { readJson } from '../base/json.ts'
import type { AnchorRung, Rung } from '../base/rung.ts'
import {
  type AnchorWord,
  anchorOf,
  isSameKey,
  listProposed,
  listUnseen,
  parseAnchor,
  secretChangeOf,
  secretOf,
  toHost,
  toWord,
  type Withdrawal,
  withVersion,
} from '../connections/anchor.ts'
import { removeVersion, restoreMs, selectReplaced, selectVersion } from '../connections/anchor-rows.ts'
import { endThroughConnection } from '../connections/ends.ts'
import { getForUpdate, writeChange } from '../connections/rows.ts'
import type { Act, OrganizationAct } from '../events/record.ts'
import { Problem } from '../http/problem.ts'
import type { NoticeRules } from '../notices/notify.ts'
import { administratorRequired } from '../organizations/hand-over.ts'
import type { OrganizationTx } from '../store/database.ts'
import type { AnchorVersionTable, ConnectionTable } from '../store/schema.ts'
import { inUnitOfLinked, restoreIdentities } from '../users/linked-people.ts'
import { listCame } from './came.ts'
import { maySeePeople, showWord } from './people.ts'
import { tell, withdraw } from './place.ts'
import { isKeptOut, mayApply, mayRestore, requireAnchor, restoringRung } from './rules.ts'

/** The version that the present one replaced, as long as it can be brought back. */
async function findEarlier(
  tx: OrganizationTx,
  row: ConnectionTable,
  now: number,
): Promise<AnchorVersionTable | undefined> {
  const since = now - restoreMs
  const replaced = (await tx.all(selectReplaced, { connectionId: row.id, since })).find(({ withdrawn }) => {
    const { by, isRestore } = readJson<Partial<Withdrawal>>(withdrawn ?? '{}')
    return by === row.anchor_number && isRestore === false
  })
  return replaced && tx.first(selectVersion, { connectionId: row.id, number: replaced.number })
}

/**
 * The anchor that this act may bring back. Throws 403 `restore_forbidden`, `administrator_required`, `owner_required`, 409 `restore_ended`.
 */
async function findRestorable(
  tx: OrganizationTx,
  row: ConnectionTable,
  act: Act,
): Promise<AnchorVersionTable> {
  const earlier = await findEarlier(tx, row, act.at)
  if (earlier === undefined)
    throw new Problem(
      'restore_ended',
      'There is no earlier anchor that could be brought back: it was replaced more than 7 days ago, or never',
    )
  if (isKeptOut(earlier, act.rung))
    throw new Problem(
      'restore_forbidden',
      'The earlier anchor was replaced as compromised: it is brought back by nobody but who stands above whoever said so',
    )
  const wanted = restoringRung(row)
  if (!mayRestore(row, act.rung) && wanted !== 'owner')
    throw administratorRequired('bring back what an administrator has replaced')
  if (!mayRestore(row, act.rung))
    throw new Problem(
      'owner_required',
      'An owner, or the operator, put the present anchor in place or confirmed it: only they bring back the one before',
    )
  return earlier
}

/** Throws 403 `restore_forbidden`, `administrator_required`, `owner_required`, 409 `restore_ended`. */
export async function restoreAnchor(
  { database, scope, act }: OrganizationAct,
  id: string,
  rules: NoticeRules,
): Promise<AnchorRestored> {
  return inUnitOfLinked(database, scope, id, async (tx) => {
    const row = await getForUpdate(tx, id)
    const present = requireAnchor(row)
    if (!mayApply(row, act.rung)) throw administratorRequired('bring back an earlier trust anchor')
    const earlier = await findRestorable(tx, row, act)
    const since = row.anchor_put === null ? act.at : readJson<AnchorWord>(row.anchor_put).at
    const anchor = parseAnchor(earlier)
    const came = await listCame(tx, id, since, maySeePeople(act.rung))
    const isRenaming = !isSameKey(present, anchor)
    const anchorNumbers = isRenaming ? undefined : [row.anchor_number]
    const through = { connectionId: id, anchorNumbers }
    const sessionsEnded = await endThroughConnection(tx, act, through, 'anchor_withdrawn')
    const secret = secretChangeOf(row, earlier)
    const changes = listProposed(present, anchor, secret)
    withdraw(tx, row, present, {
      ...toWord(act),
      by: earlier.number,
      isRestore: true,
      isCompromised: false,
      keepsSecret: secretOf(row, earlier) === row.client_secret,
    })
    removeVersion(tx, id, earlier.number)
    if (isRenaming) await restoreIdentities(tx, id, earlier.number)
    const restored = {
      ...withVersion(row, earlier),
      anchor_rung: earlier.rung as AnchorRung,
      anchor_url_rung: earlier.url_rung,
      anchor_put: earlier.put,
      anchor_confirmed: earlier.confirmed,
    }
    const connection = writeChange(tx, act, row, restored, 'connection.updated', listUnseen(changes))
    await tell(
      tx,
      act,
      {
        row,
        type: 'connection.anchor_restored',
        number: earlier.number,
        before: present,
        after: anchor,
        changes,
        rung: earlier.rung as AnchorRung,
      },
      rules,
    )
    return { connection, sessionsEnded, came }
  })
}

/** What could be brought back, as somebody of this rung sees it; null where nothing could. */
export async function describeEarlier(
  tx: OrganizationTx,
  rung: Rung,
  row: ConnectionTable,
  now: number,
): Promise<AnchorDetail['earlier']> {
  const earlier = await findEarlier(tx, row, now)
  const present = anchorOf(row)
  if (earlier === undefined || present === null) return null
  const anchor = parseAnchor(earlier)
  const withdrawn = await showWord(tx, earlier.withdrawn, rung)
  if (withdrawn === null) return null
  return {
    number: earlier.number,
    digest: earlier.digest,
    rung: earlier.rung as AnchorRung,
    host: toHost(anchor),
    changes: listProposed(present, anchor, secretChangeOf(row, earlier)),
    withdrawn,
    until: toTime((earlier.withdrawn_at ?? 0) + restoreMs),
    isCompromised: earlier.is_compromised === 1,
    mayRestore: !isKeptOut(earlier, rung) && mayRestore(row, rung),
  }
}
