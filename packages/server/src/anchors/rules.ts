// Who may do what to a trust anchor. The rung of the caller decides, and what stands in place.
import { readJson } from '../base/json.ts'
import { type AnchorRung, higherOf, isAbove, isAtLeast, type Rung, toAnchorRung } from '../base/rung.ts'
import { type Anchor, type AnchorWord, anchorOf, type Withdrawal } from '../connections/anchor.ts'
import type { ConnectionRules } from '../connections/metadata-source.ts'
import { Problem } from '../http/problem.ts'
import type { NoticeRules } from '../notices/notify.ts'
import type { AnchorVersionTable, ConnectionTable } from '../store/schema.ts'

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
 * What was linked under the present one goes. After a refresh, which is nobody's word, whoever vouches for the anchor itself.
 */
export function restoringRung(row: ConnectionTable): AnchorRung {
  const words = [row.anchor_put, row.anchor_confirmed].filter((one) => one !== null)
  const wanted = words.map((one) => toAnchorRung(readJson<AnchorWord>(one).rung))
  return wanted.reduce<AnchorRung>(higherOf, row.anchor_rung)
}

/** Whether somebody of this rung may bring back the anchor before. */
export function mayRestore(row: ConnectionTable, rung: Rung): boolean {
  return mayApply(row, rung) && !isAbove(restoringRung(row), toAnchorRung(rung))
}

/**
 * Whether somebody of this rung may say that what is in place is in foreign hands, which keeps it from being brought back: never of what
 * somebody above them vouches for.
 */
export function mayCallCompromised(row: ConnectionTable, rung: Rung): boolean {
  return !isAbove(row.anchor_rung, toAnchorRung(rung))
}

/** Whether it was withdrawn as compromised, and by nobody below the caller: who stands above overrules it. */
export function isKeptOut(
  version: Pick<AnchorVersionTable, 'is_compromised' | 'withdrawn'>,
  rung: Rung,
): boolean {
  if (version.is_compromised !== 1) return false
  const by = version.withdrawn === null ? 'operator' : readJson<Withdrawal>(version.withdrawn).rung
  return !isAbove(toAnchorRung(rung), toAnchorRung(by))
}

/** 409: nothing of this digest is staged any more. */
export function stagedChanged(): Problem {
  return new Problem(
    'staged_changed',
    'No anchor of this digest is staged: it was replaced, discarded or put in place. Look at what is there now',
  )
}

/** 403: somebody above vouches for what is in place. */
export function vouchedFor(row: ConnectionTable): Problem {
  return new Problem(
    row.anchor_rung === 'owner' ? 'owner_required' : 'administrator_required',
    'Somebody above vouches for what is in place: that it is in foreign hands is for them, or the operator, to say. Put the new anchor in place without saying so',
  )
}

/** 409: what is staged has to pass a test sign-in first. */
export function notTested(): Problem {
  return new Problem(
    'not_tested',
    'An owner signs in by this connection, or would once they are back: what replaces its client secret or scopes is put in place once a test sign-in has passed with exactly that, or by an owner or the operator',
  )
}

/** 409: another anchor is in place than the one that was shown. */
export function anchorChanged(): Problem {
  return new Problem(
    'anchor_changed',
    'Another anchor is in place than the one that was shown. Look at what is there now',
  )
}

/** 409: there is nothing to trust yet. */
export function incomplete(): Problem {
  return new Problem('connection_incomplete', 'The connection has no identity provider yet')
}

/** Narrowing for rows whose identity provider is known. */
export function requireAnchor(row: ConnectionTable): Anchor {
  const anchor = anchorOf(row)
  if (anchor === null) throw incomplete()
  return anchor
}
