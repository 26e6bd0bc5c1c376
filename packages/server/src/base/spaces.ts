// White space as people do not see it. Pure.

// What Unicode calls white space, with what it once did and what has no width.
const atAnEnd = /^[\s\u0085\u180e\u200b\u2060]|[\s\u0085\u180e\u200b\u2060]$/

/** Whether a text begins or ends with white space of any kind. */
export function hasSpaceAtAnEnd(text: string): boolean {
  return atAnEnd.test(text)
}
