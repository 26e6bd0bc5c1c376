// One sentence for the administrator about each answer. Pure.
import { type Tolerance, tolerances } from '@rollcall/scim'

/** What was tolerated, as sentences after the first; empty when nothing was. */
export function explainTolerated(tolerated: readonly Tolerance[]): string {
  return tolerated.map((name) => ` ${tolerances[name]}`).join('')
}

/** What a list asked for and found. */
export function explainList(filter: string | null, found: number): string {
  const people = found === 1 ? '1 user' : `${found} users`
  return filter === null || filter === ''
    ? `Listed users: ${people}.`
    : `Looked for users where ${filter}: found ${people}.`
}
