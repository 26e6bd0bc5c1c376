// Who may do what to a trust anchor. The rung of the caller decides, and what stands in place.
import { type AnchorRung, higherOf, isAbove, isAtLeast, type Rung, toAnchorRung } from '../base/rung.ts'
import { type Anchor, type AnchorWord, anchorOf } from '../connections/anchor.ts'
import type { ConnectionRules } from '../connections/metadata-source.ts'
import { Problem } from '../http/problem.ts'
import type { NoticeRules } from '../notices/notify.ts'
import type { ConnectionTable } from '../store/schema.ts'

/** What changing an anchor needs: reading its source, and telling of it. */
export type AnchorRules = ConnectionRules & NoticeRules

/** Whether somebody above a contact vouches for the anchor that is in place. */
export function isAboveContact(row: ConnectionTable): boolean {
  return anchorOf(row) !== null && row.anchor_rung !== 'contact'
}

/** Whether people sign in by the anchor, or somebody above a contact vouches for it: then a new one is staged first. */
export function isStagedFirst(row: ConnectionTable): boolean {
  return anchorOf(row) !== null && (row.anchor_rung !== 'contact' || row.active === 1)
}

/** A contact only where the present anchor is of contact rung. */
export function mayApply(row: ConnectionTable, rung: Rung): boolean {
  return isAtLeast(rung, 'administrator') || (isAtLeast(rung, 'contact') && !isAboveContact(row))
}

/** Under which rung somebody stages: a refresh below everybody. */
export function toStagingRung(rung: Rung): Rung {
  return isAtLeast(rung, 'contact') ? toAnchorRung(rung) : 'connection'
}

/**
 * Who brings back what the present anchor replaced: the rung that put it in place, or that has confirmed it since, or a higher one.
 * What was linked under the present one goes. After a refresh the anchor itself may be of a lower rung.
 */
export function restoringRung(row: ConnectionTable): AnchorRung {
  const words = [row.anchor_put, row.anchor_confirmed].filter((one) => one !== null)
  const wanted = words.map((one) => toAnchorRung((JSON.parse(one) as AnchorWord).rung))
  if (row.anchor_put === null) wanted.push(row.anchor_rung)
  return wanted.reduce<AnchorRung>(higherOf, 'contact')
}

export function mayRestore(row: ConnectionTable, rung: Rung): boolean {
  return mayApply(row, rung) && !isAbove(restoringRung(row), toAnchorRung(rung))
}

export function stagedChanged(): Problem {
  return new Problem(
    409,
    'staged_changed',
    'No anchor of this digest is staged: it was replaced, discarded or put in place. Look at what is there now',
  )
}

export function notTested(): Problem {
  return new Problem(
    409,
    'not_tested',
    'An owner signs in by this connection: what replaces its client secret or scopes is put in place once a test sign-in has passed with exactly that, or by an owner or the operator',
  )
}

export function anchorChanged(): Problem {
  return new Problem(
    409,
    'anchor_changed',
    'Another anchor is in place than the one that was shown. Look at what is there now',
  )
}

export function incomplete(): Problem {
  return new Problem(409, 'connection_incomplete', 'The connection has no identity provider yet')
}

/** Narrowing for rows whose identity provider is known. */
export function requireAnchor(row: ConnectionTable): Anchor {
  const anchor = anchorOf(row)
  if (anchor === null) throw incomplete()
  return anchor
}
