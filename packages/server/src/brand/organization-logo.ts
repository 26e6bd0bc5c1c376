// The logo of an organization, which its people see beside the product's where they sign in.
import type { OrganizationLogo } from '@rollcall/api'
import { type Act, type OrganizationAct, record } from '../events/record.ts'
import { Problem } from '../http/problem.ts'
import { createScope, type Database, type OrganizationScope, type OrganizationTx } from '../store/database.ts'
import type { OrganizationLogoTable } from '../store/schema.ts'
import { organizationStatement } from '../store/statement.ts'
import { toImage } from './brand.ts'
import { type BrandImage, type OwnedImage, pathOfOwned } from './images.ts'

type Kind = OrganizationLogoTable['kind']

const selectLogos = organizationStatement('organization_logos')(({ db, organizationId }) =>
  db
    .selectFrom('organization_logo')
    .select(['kind', 'media_type', 'digest', 'size'])
    .where('organization_id', '=', organizationId)
    .orderBy('kind')
    .limit(2),
)
const selectContent = organizationStatement<Pick<OrganizationLogoTable, 'kind' | 'digest'>>(
  'organization_logo',
)(({ db, place, organizationId }) =>
  db
    .selectFrom('organization_logo')
    .selectAll()
    .where('organization_id', '=', organizationId)
    .where('kind', '=', place('kind'))
    .where('digest', '=', place('digest')),
)
const upsertLogo = organizationStatement<Omit<OrganizationLogoTable, 'organization_id'>>(
  'put_organization_logo',
)(({ db, place, organizationId }) => {
  const values = {
    media_type: place('media_type'),
    digest: place('digest'),
    size: place('size'),
    content: place('content'),
  }
  return db
    .insertInto('organization_logo')
    .values({ organization_id: organizationId, kind: place('kind'), ...values })
    .onConflict((on) => on.columns(['organization_id', 'kind']).doUpdateSet(values))
})
const deleteLogo = organizationStatement<{ kind: Kind }>('delete_organization_logo')(
  ({ db, place, organizationId }) =>
    db
      .deleteFrom('organization_logo')
      .where('organization_id', '=', organizationId)
      .where('kind', '=', place('kind')),
)

/** The logo; null on both grounds where there is none. */
export async function getOrganizationLogo(
  database: Database,
  scope: OrganizationScope,
  url: string,
): Promise<OrganizationLogo> {
  const logo: OrganizationLogo = { logo: null, logo_dark: null }
  for (const image of await database.readOrganization(scope, selectLogos, {}))
    logo[image.kind] = toImage(image, `${url}${pathOfOwned({ owner: scope.organizationId, ...image })}`)
  return logo
}

/** Puts an image in the place of the one of its kind. */
export async function putOrganizationLogo(
  { database, scope, act }: OrganizationAct,
  kind: Kind,
  { mediaType, digest, content }: BrandImage,
): Promise<void> {
  await database.inOrganization(scope, async (tx) => {
    const before = await findDigest(tx, kind)
    if (before === digest) return
    tx.write(upsertLogo, { kind, media_type: mediaType, digest, size: content.byteLength, content })
    note(tx, act, { attribute: kind, before, after: digest })
  })
}

/** Throws 404 where there is none of this kind. */
export async function removeOrganizationLogo(
  { database, scope, act }: OrganizationAct,
  kind: Kind,
): Promise<void> {
  await database.inOrganization(scope, async (tx) => {
    const before = await findDigest(tx, kind)
    if (before === null) throw new Problem('not_found', 'The organization has no such logo')
    tx.write(deleteLogo, { kind })
    note(tx, act, { attribute: kind, before, after: null })
  })
}

/** A logo with its bytes. */
export async function findOrganizationLogo(
  database: Database,
  asked: OwnedImage,
): Promise<BrandImage | undefined> {
  const { kind, digest } = asked
  if (kind === 'icon') return undefined
  const [row] = await database.readOrganization(createScope(asked.owner), selectContent, { kind, digest })
  return row === undefined
    ? undefined
    : { kind, digest, mediaType: row.media_type, content: new Uint8Array(row.content) }
}

async function findDigest(tx: OrganizationTx, kind: Kind): Promise<string | null> {
  return (await tx.all(selectLogos, {})).find((one) => one.kind === kind)?.digest ?? null
}

function note(
  tx: OrganizationTx,
  act: Act,
  change: { readonly attribute: Kind; readonly before: string | null; readonly after: string | null },
): void {
  const subject = { type: 'organization', id: tx.organizationId } as const
  record(tx, act, { type: 'organization.updated', subject, data: { changes: [change] } })
}
