// The audit log as CSV. Cells cannot become formulas in a spreadsheet (ASVS 5.0 §1.2.10).
import type { EventView } from '@rollcall/api'

/** The first line. */
export const csvHead =
  'id,time,type,actorKind,actorId,actorName,subjectType,subjectId,subjectName,requestId,data\r\n'

/** One event as a line, names beside ids. */
export function toCsvLine({ actor, subject, names, ...event }: EventView): string {
  const cells = [
    event.id,
    event.occurredAt,
    event.type,
    actor.kind,
    actor.id ?? '',
    (actor.id !== null && names[actor.id]) || '',
    subject.type,
    subject.id,
    names[subject.id] ?? '',
    event.requestId ?? '',
    JSON.stringify(event.data),
  ]
  return toCsvRow(cells)
}

/** One line of cells, with its end. */
export function toCsvRow(cells: readonly string[]): string {
  return `${cells.map(toCell).join(',')}\r\n`
}

// Where a cell begins, also for a spreadsheet that parts cells by semicolons or tabs, as those of half of Europe do: to it the quotation
// marks of what stands behind a comma are none. Some read the wide signs of East Asian keyboards as the others.
const formula = /(^|[;\t\r\n])(?=[=+\-@\t\r\n\0\uff1d\uff0b\uff0d\uff20])/g

/** RFC 4180, with an apostrophe before what a spreadsheet would calculate. */
export function toCell(text: string): string {
  return `"${text.replace(formula, "$1'").replaceAll('"', '""')}"`
}
