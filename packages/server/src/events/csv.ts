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
  return `${cells.map(toCell).join(',')}\r\n`
}

/** RFC 4180, with an apostrophe before what a spreadsheet would calculate; some read the wide signs of East Asian keyboards so, too. */
export function toCell(text: string): string {
  const safe = /^[=+\-@\t\r\n\0\uff1d\uff0b\uff0d\uff20]/.test(text) ? `'${text}` : text
  return `"${safe.replaceAll('"', '""')}"`
}
