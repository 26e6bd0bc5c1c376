// How far the set-up of an organization is: the steps, from what is known of it without looking at its people.
import type { SetUp } from '@rollcall/api'
import type { OrganizationTable } from '../store/schema.ts'
import { installationStatement } from '../store/statement.ts'

type Row = Pick<
  OrganizationTable,
  'scim_enabled' | 'provisioning_mode' | 'unknown_sign_ins' | 'role_mappings' | 'handed_over_at'
>

/** What other rooms know of a set-up. */
export interface SetUpFacts {
  readonly connections: number
  /** That people can sign in with. */
  readonly usable: number
  readonly hasDomain: boolean
  /** When a first request of this set-up was answered well. */
  readonly connectedAt: number | null
}

/** Of these organizations, JSON of their ids, which have a verified domain. */
export const selectWithDomain = installationStatement<{ ids: string }>('organizations_with_domain')(
  ({ db, place, dialect }) =>
    db
      .selectFrom('verified_domain')
      .select('organization_id')
      .distinct()
      .where(dialect.isIn('organization_id', place('ids'))),
)

/** The steps of a set-up, and the next one. */
export function toSetUp(row: Row, facts: SetUpFacts): SetUp {
  const isScim = row.provisioning_mode === 'scim'
  const isConfirmed = row.handed_over_at !== null
  const steps: SetUp['steps'] = [
    ofContact('single_sign_on', facts.usable > 0, facts.connections > 0),
    ofContact('domain', facts.hasDomain, false),
    // Manual provisioning is a choice of its own: SCIM is part of the set-up from the switch on.
    ...(row.scim_enabled === 1
      ? [
          {
            ...ofContact('provisioning', isScim && facts.connectedAt !== null, isScim),
            isOptional: !isScim,
          },
        ]
      : []),
    {
      step: 'roles',
      state: row.role_mappings === '[]' ? 'open' : 'done',
      by: 'administrator',
      isOptional: true,
    },
    {
      step: 'confirmation',
      state:
        isConfirmed && (!isScim || row.unknown_sign_ins === 'refuse')
          ? 'done'
          : isConfirmed
            ? 'under_way'
            : 'open',
      by: 'administrator',
      isOptional: false,
    },
  ]
  const next = steps.find(({ state, isOptional }) => state !== 'done' && !isOptional)
  return { steps, next: next?.step ?? null }
}

function ofContact(
  step: SetUp['steps'][number]['step'],
  isDone: boolean,
  isBegun: boolean,
): SetUp['steps'][number] {
  return { step, state: isDone ? 'done' : isBegun ? 'under_way' : 'open', by: 'contact', isOptional: false }
}
