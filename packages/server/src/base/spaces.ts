// White space as people do not see it. Pure.

// What Unicode calls white space, with what it once did and what has no width.
const atAnEnd = /^[\s\u0085\u180e\u200b\u2060]|[\s\u0085\u180e\u200b\u2060]$/

/** White space of XML, and of spreadsheets: no other, since a name that differs by one is another name. */
const plainSpace = /[\t\n\r ]/

/**
 * Without the characters of this kind at its ends. Each is looked at once: an expression that looks for the end of a text begins anew at
 * each of those inside, and a stranger's text of 100 KB takes half a minute.
 */
export function strip(text: string, kind: RegExp = plainSpace): string {
  let [from, to] = [0, text.length]
  while (from < to && kind.test(text.charAt(from))) from += 1
  while (to > from && kind.test(text.charAt(to - 1))) to -= 1
  return text.slice(from, to)
}

/** Whether a text begins or ends with white space of any kind. */
export function hasSpaceAtAnEnd(text: string): boolean {
  return atAnEnd.test(text)
}
