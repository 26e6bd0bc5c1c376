// English: why the management API refuses something, and what to do. The table of the contract has it; here stand the texts that are filled
// in. Only a language made of the English one shows them.
import { problemCodes, problems } from '../../problems.ts'

const filledIn: Readonly<Record<string, string>> = {
  too_many_domains:
    'You can have at most {limit?one:# domain|other:# domains} here. Remove one that nobody needs.',
  too_many_connections:
    'You can have at most {limit?one:# connection|other:# connections} here. Delete one that nobody needs.',
  too_many_links:
    'At most {limit?one:# of these links|other:# of these links} may be open. Revoke one that nobody needs.',
  too_many_invitations:
    'At most {limit?one:# invitation|other:# invitations} may be open. Revoke one that nobody needs.',
}

/** By the code of the refusal. */
export const refusals: Readonly<Record<string, string>> = Object.fromEntries(
  problemCodes.map((code) => [code, filledIn[code] ?? `${problems[code].about} ${problems[code].remedy}`]),
)
