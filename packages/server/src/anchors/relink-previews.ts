// What a relink would do to the people of a connection, shown before it is done: counting them takes time that grows with them, so it is
// kept with the connection, and counted as often as anchors are staged.

import type { RelinkPreview } from '@rollcall/api'
import { hourMs } from '../base/clock.ts'
import { readJson } from '../base/json.ts'
import { isAtLeast, type Rung } from '../base/rung.ts'
import { type Anchor, anchorOf, digestOf, digestOfProposal, isSameKey } from '../connections/anchor.ts'
import { selectStaged } from '../connections/anchor-rows.ts'
import { writeRow } from '../connections/rows.ts'
import type { OrganizationTx } from '../store/database.ts'
import type { ConnectionTable } from '../store/schema.ts'
import {
  type CountedRelinks,
  countRelinksNow,
  describeRelinks,
  isOutdated,
  showCounted,
  summariseMoves,
} from './moves.ts'
import { maySeePeople } from './people.ts'
import { maxStagingsAnHour, tooMany, type Wanted } from './stage.ts'

/** What was counted last for somebody of this rung, of which anchor. */
interface Last {
  readonly rung: Rung
  readonly of: string
  readonly counted: CountedRelinks
}

/**
 * As it is kept: when it was counted within the hour, for whom; and what was counted last for each rung, so that nobody who looks at
 * something else has it counted again for somebody above.
 */
interface Kept {
  readonly looks: readonly (readonly [rung: Rung, at: number])[]
  readonly last?: readonly Last[]
}

interface Asked {
  readonly rung: Rung
  readonly at: number
}

function readKept({ relink_preview: text }: ConnectionTable): Kept {
  return readJson<Kept>(text ?? '{"looks":[]}')
}

// What stands below a contact looks at nothing here; each rung has its own, so that nobody uses up what somebody above needs.
function takeLook(row: ConnectionTable, { rung, at }: Asked): Kept {
  const kept = readKept(row)
  const looks = kept.looks.filter(([, lookedAt]) => lookedAt > at - hourMs)
  if (looks.filter(([by]) => by === rung).length >= maxStagingsAnHour) throw tooMany()
  return { ...kept, looks: [...looks, [rung, at]] }
}

/** The row as it is after the people were counted once for what is done at once. Throws 429 `too_many_stagings`. */
export function withLook(row: ConnectionTable, asked: Asked): ConnectionTable {
  return isAtLeast(asked.rung, 'operator')
    ? row
    : { ...row, relink_preview: JSON.stringify(takeLook(row, asked)) }
}

/** What would become of whom. `row` is locked. Throws 429 `too_many_stagings` where it was counted very often. */
export async function previewRelinks(
  tx: OrganizationTx,
  row: ConnectionTable,
  before: Anchor,
  wanted: Wanted,
  asked: Asked,
): Promise<RelinkPreview> {
  const after = wanted.anchor
  const isNamed = maySeePeople(asked.rung)
  if (isSameKey(before, after)) return summariseMoves([], isNamed)
  const anchors = { before, after }
  const staged = await tx.first(selectStaged, { connectionId: row.id })
  if (staged?.digest === digestOfProposal(anchorOf(row), wanted))
    return (
      (await describeRelinks(tx, staged, anchors, { isNamed, at: asked.at })) ?? summariseMoves([], isNamed)
    )
  const kept = readKept(row)
  const of = digestOf(after)
  const { last = [] } = kept
  const known = last.find((one) => one.of === of)
  let counted = known?.counted
  if (counted === undefined || isOutdated(counted, before, asked.at)) {
    // The same once more, when that is due, costs next to nothing.
    const { looks } = known === undefined ? takeLook(row, asked) : kept
    counted = await countRelinksNow(tx, row.id, anchors, asked.at)
    const { rung } = known ?? asked
    const others = last.filter((one) => one.rung !== rung)
    const next: Kept = { looks, last: [...others, { rung, of, counted }] }
    writeRow(tx, { ...row, relink_preview: JSON.stringify(next) })
  }
  return showCounted(tx, row.id, after, counted, isNamed)
}
