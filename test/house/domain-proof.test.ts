// Whoever asks for a domain asks whether its proof still counts: a statement that reads the rows says so, or is known to show them all.
// Judges: server/organizations, server/connections.
import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, it } from 'vitest'

const base = resolve(import.meta.dirname, '../../packages/server/src')
const reads =
  /selectFrom\('(?:verified_)?domain'\)|(?:inner|left)Join\('(?:verified_)?domain'|(?:selectFrom|Join)\(domainRows|FROM domain\b|JOIN domain\b/

it('11: nobody reads domains without asking whether their proof counts', () => {
  const found = readdirSync(base, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.includes('migrations'))
    .flatMap((name) => {
      // A statement is a declaration of its own, with an empty line or the next one behind it.
      const parts = readFileSync(join(base, name), 'utf8').split(
        /\n(?=(?:export )?(?:const|async function|function) )|\n\n/,
      )
      return parts
        .filter((part) => reads.test(part) && !/holdsProof\(|isProvedAtLastLook/.test(part))
        .map((part) => `${name}: ${/Statement[^(]*\(\s*'(\w+)'/.exec(part)?.[1] ?? part.slice(0, 60)}`)
    })
    .toSorted()
  expect(found).toEqual([
    // To be shown, tied or taken away, with `lost_at` in each row.
    'connections/ties.ts: domain_ties',
    // Candidates, each of which is asked for its proof; and whom to look after once a day.
    'organizations/domain-holders.ts: organizations_of_domain',
    'organizations/domain-rechecks.ts: verified_domain_organizations',
    'organizations/domains.ts: domain_for_update',
    'organizations/domains.ts: domains',
    // Whether a set-up has one; what became of its proof is shown beside the domain.
    'organizations/set-up.ts: organizations_with_domain',
  ])
})
