// The whole catalogue in the order of the documents. What a requirement says and asks is in the tables.

import type { Requirement } from './requirement.ts'
import { restsOf } from './rests.ts'
import { attributeRequirements } from './rfc7643-attributes.ts'
import { commonRequirements } from './rfc7643-common.ts'
import { definitionRequirements } from './rfc7643-definitions.ts'
import { discoveryRequirements } from './rfc7643-discovery.ts'
import { groupRequirements } from './rfc7643-group.ts'
import { resourceRequirements } from './rfc7643-resources.ts'
import { userRequirements } from './rfc7643-user.ts'
import { bulkRequirements } from './rfc7644-bulk.ts'
import { bulkResultRequirements } from './rfc7644-bulk-results.ts'
import { createRequirements } from './rfc7644-create.ts'
import { endpointRequirements } from './rfc7644-endpoints.ts'
import { errorRequirements } from './rfc7644-errors.ts'
import { filterRequirements } from './rfc7644-filter.ts'
import { formatRequirements } from './rfc7644-formats.ts'
import { listRequirements } from './rfc7644-lists.ts'
import { pageRequirements } from './rfc7644-pages.ts'
import { patchRequirements } from './rfc7644-patch.ts'
import { addRequirements } from './rfc7644-patch-add.ts'
import { patchProcessingRequirements } from './rfc7644-patch-processing.ts'
import { removeRequirements } from './rfc7644-patch-remove.ts'
import { replaceOperationRequirements } from './rfc7644-patch-replace.ts'
import { replaceRequirements } from './rfc7644-replace.ts'
import { securityRequirements } from './rfc7644-security.ts'
import { versionRequirements } from './rfc7644-versions.ts'
import { cursorRequirements } from './rfc9865-pages.ts'
import { cursorServiceRequirements } from './rfc9865-service.ts'

const all = [
  ...attributeRequirements,
  ...resourceRequirements,
  ...commonRequirements,
  ...userRequirements,
  ...groupRequirements,
  ...discoveryRequirements,
  ...definitionRequirements,
  ...createRequirements,
  ...listRequirements,
  ...filterRequirements,
  ...pageRequirements,
  ...replaceRequirements,
  ...patchRequirements,
  ...patchProcessingRequirements,
  ...addRequirements,
  ...removeRequirements,
  ...replaceOperationRequirements,
  ...bulkRequirements,
  ...bulkResultRequirements,
  ...formatRequirements,
  ...versionRequirements,
  ...errorRequirements,
  ...endpointRequirements,
  ...securityRequirements,
  ...cursorRequirements,
  ...cursorServiceRequirements,
]

function numbersOf(clause: string): readonly number[] {
  return [...clause.matchAll(/\d+/g)].map(Number)
}

function compareClauses(left: string, right: string): number {
  const [a, b] = [numbersOf(left), numbersOf(right)]
  for (let at = 0; at < Math.max(a.length, b.length); at += 1) {
    const difference = (a[at] ?? -1) - (b[at] ?? -1)
    if (difference !== 0) return difference
  }
  return 0
}

/** Every requirement of RFC 7643, RFC 7644 and RFC 9865 on a server, by clause; ids are unique. */
export const catalogue: readonly Requirement[] = all
  .map((one) => ({ ...one, rests: [...(one.rests ?? []), ...restsOf(one.id)] }))
  .toSorted((a, b) => compareClauses(a.clause, b.clause))
