// The room `server/brand`: the operator's product as customers see it, which is a name, colours, links and images. It shows nothing: pages,
// mails and the console ask it.
//
// 1. The operator says what the brand is (`updateBrand`, `putBrandImage`); the operator's log has each change.
// 2. `images` judges what is uploaded, `svg` takes out of an SVG what could run or load.
// 3. `current` keeps the brand of this process for a second, for doors that show pages to anybody.
// 4. `application-brand` and `organization-logo` are what an application says over it, and an organization shows beside it; `places` puts
//    them together for a page.
// 5. `files` hands the images out, each at an address that changes with it.
//
// Owns the rows. What nobody said stands as null, and the service goes by its own name.
import {
  type Brand,
  type BrandChange,
  type BrandImageKind,
  type NewBrandImage,
  unbranded,
} from '@rollcall/api'
import { readAddress } from '../base/address.ts'
import { toTime } from '../base/clock.ts'
import { readJson } from '../base/json.ts'
import { listDifferences } from '../events/differences.ts'
import { type Act, recordInstallation } from '../events/record.ts'
import { Problem } from '../http/problem.ts'
import type { Database, InstallationTx, OrganizationTx } from '../store/database.ts'
import type { BrandSettings, BrandTable } from '../store/schema.ts'
import { installationStatement, organizationStatement } from '../store/statement.ts'
import { type BrandImage, pathOfImage } from './images.ts'

/** The TXT record of domains where the operator chose none. */
export const ownDomainRecord = { host: '_rollcall', prefix: 'rollcall-verification' } as const

const rowId = 'installation'
const { images: noImages, ...nothingShown } = unbranded
/** Settings of a brand that says nothing. */
export const nothingSaid: BrandSettings = { ...nothingShown, mailFooter: null, domainRecord: null }
/** The brand of an installation whose operator said nothing. */
export const unsaid: Brand = {
  ...nothingSaid,
  domainRecord: ownDomainRecord,
  images: noImages,
  updatedAt: null,
}
const changeable = [
  'productName',
  'color',
  'supportEmail',
  'supportUrl',
  'privacyUrl',
  'termsUrl',
  'mailFooter',
  'domainRecord',
] as const satisfies readonly (keyof BrandSettings)[]

/** What was said under this id. */
export const selectBrand = installationStatement<{ id: string }>('brand')(({ db, place }) =>
  db.selectFrom('brand').selectAll().where('id', '=', place('id')),
)
/** The same, locked until COMMIT. */
export const lockBrand = installationStatement<{ id: string }>('brand_for_update')(({ db, place, dialect }) =>
  dialect.lock(db.selectFrom('brand').selectAll().where('id', '=', place('id'))),
)
/** Inside a unit of an organization: what its domains and its mails need. */
const selectOwnBrand = organizationStatement('brand_of_organization')(({ db }) =>
  db.selectFrom('brand').select('settings').where('id', '=', rowId),
)
const saveBrand = installationStatement<BrandTable>('save_brand')(({ db, place }) =>
  db
    .updateTable('brand')
    .set({ settings: place('settings'), updated_at: place('updated_at') })
    .where('id', '=', place('id')),
)
const selectImages = installationStatement('brand_images')(({ db }) =>
  db.selectFrom('brand_image').select(['kind', 'media_type', 'digest', 'size']).orderBy('kind'),
)
const selectImage = installationStatement<{ kind: BrandImageKind }>('brand_image')(({ db, place }) =>
  db.selectFrom('brand_image').selectAll().where('kind', '=', place('kind')),
)
const upsertImage = installationStatement<BrandImage & { size: number }>('put_brand_image')(
  ({ db, place }) => {
    const values = {
      media_type: place('mediaType'),
      digest: place('digest'),
      size: place('size'),
      content: place('content'),
    }
    return db
      .insertInto('brand_image')
      .values({ kind: place('kind'), ...values })
      .onConflict((on) => on.column('kind').doUpdateSet(values))
  },
)
const deleteImage = installationStatement<{ kind: BrandImageKind }>('delete_brand_image')(({ db, place }) =>
  db.deleteFrom('brand_image').where('kind', '=', place('kind')),
)

/** The brand as it is. `url` is the public URL, below which its images are. */
export async function getBrand(database: Database, url: string): Promise<Brand> {
  return database.inInstallation('settings', async (tx) =>
    view(tx, await tx.first(selectBrand, { id: rowId }), url),
  )
}

/** Changes what is named; null takes back. Throws 400 for what is no e-mail address. */
export async function updateBrand(
  database: Database,
  act: Act,
  change: BrandChange,
  url: string,
): Promise<Brand> {
  return database.inInstallation('settings', async (tx) => {
    const row = await tx.first(lockBrand, { id: rowId })
    return view(tx, writeChange(tx, act, { id: rowId, row }, change), url)
  })
}

/** Writes what is named under this id, of which the row was locked; null takes back. Throws 400 for what is no e-mail address. */
export function writeChange(
  tx: InstallationTx,
  act: Act,
  { id, row }: { readonly id: string; readonly row: BrandTable | undefined },
  change: BrandChange,
): BrandTable | undefined {
  const named = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined))
  const before = settingsOf(row)
  const after: BrandSettings = { ...before, ...named, ...readSupport(change) }
  const changes = listDifferences(before, after, changeable)
  if (changes.length === 0) return row
  const saved = { id, settings: JSON.stringify(after), updated_at: act.at }
  tx.write(saveBrand, saved)
  recordInstallation(tx, act, { type: 'brand.updated', subject: { type: 'brand', id }, data: { changes } })
  return saved
}

function readSupport({ supportEmail }: BrandChange): { readonly supportEmail?: string } {
  if (supportEmail === undefined || supportEmail === null) return {}
  const read = readAddress(supportEmail)
  if (read === undefined) throw new Problem('invalid_request', 'supportEmail: not an e-mail address')
  return { supportEmail: read.address }
}

/** Puts an image in the place of the one of its kind. */
export async function putBrandImage(
  database: Database,
  act: Act,
  image: BrandImage,
  url: string,
): Promise<Brand> {
  return database.inInstallation('settings', async (tx) => {
    const row = await tx.first(lockBrand, { id: rowId })
    const before = await tx.first(selectImage, { kind: image.kind })
    if (before?.digest !== image.digest || before.media_type !== image.mediaType) {
      tx.write(upsertImage, { ...image, size: image.content.byteLength })
      noteImage(tx, act, rowId, image)
    }
    return view(tx, row, url)
  })
}

/** Throws 404 where there is none of this kind. */
export async function removeBrandImage(database: Database, act: Act, kind: BrandImageKind): Promise<void> {
  await database.inInstallation('settings', async (tx) => {
    await tx.first(lockBrand, { id: rowId })
    if ((await tx.first(selectImage, { kind })) === undefined)
      throw new Problem('not_found', 'The brand has no such image')
    tx.write(deleteImage, { kind })
    noteImage(tx, act, rowId, { kind, digest: null })
  })
}

/** For the operator's log: another image stands under this id, or none. */
export function noteImage(
  tx: InstallationTx,
  act: Act,
  id: string,
  { kind, digest }: { readonly kind: BrandImageKind; readonly digest: string | null },
): void {
  const subject = { type: 'brand', id } as const
  recordInstallation(tx, act, { type: 'brand.image_changed', subject, data: { kind, digest } })
}

/** The image of this kind with its bytes. */
export async function findBrandImage(
  database: Database,
  kind: BrandImageKind,
): Promise<BrandImage | undefined> {
  const [row] = await database.readInstallation('settings', selectImage, { kind })
  return row === undefined
    ? undefined
    : { kind, mediaType: row.media_type, digest: row.digest, content: new Uint8Array(row.content) }
}

/** The TXT record that a domain begins with which is added now. */
export async function findDomainRecord(tx: OrganizationTx): Promise<Brand['domainRecord']> {
  return (await findBrandSettings(tx)).domainRecord ?? ownDomainRecord
}

/** What was said of the brand, inside a unit of an organization. */
export async function findBrandSettings(tx: OrganizationTx): Promise<BrandSettings> {
  return settingsOf(await tx.first(selectOwnBrand, {}))
}

// A brand of before a setting was there says nothing of it.
/** What a row says. */
export function settingsOf(row: Pick<BrandTable, 'settings'> | undefined): BrandSettings {
  return row === undefined ? nothingSaid : { ...nothingSaid, ...readJson(row.settings) }
}

async function view(tx: InstallationTx, row: BrandTable | undefined, url: string): Promise<Brand> {
  const settings = settingsOf(row)
  const images: Record<BrandImageKind, Brand['images'][BrandImageKind]> = {
    logo: null,
    logo_dark: null,
    icon: null,
  }
  for (const image of await tx.all(selectImages, {}))
    images[image.kind] = toImage(image, `${url}${pathOfImage(image.kind, image.digest)}`)
  return {
    ...settings,
    domainRecord: settings.domainRecord ?? ownDomainRecord,
    images,
    updatedAt: toSaidAt(row),
  }
}

/** When something was said last; null where nothing was. */
export function toSaidAt(row: Pick<BrandTable, 'updated_at'> | undefined): string | null {
  return row === undefined || Number(row.updated_at) === 0 ? null : toTime(Number(row.updated_at))
}

/** An image without its bytes, as the API answers it. */
export function toImage(
  { media_type, size }: { readonly media_type: NewBrandImage['mediaType']; readonly size: number },
  url: string,
): NonNullable<Brand['images'][BrandImageKind]> {
  return { url, mediaType: media_type, bytes: size }
}
