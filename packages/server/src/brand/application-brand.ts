// What an application says on the pages of its sign-ins, over what the installation says. Changes are written in a transaction that holds
// the application's row: its own room knows whether it is there.
import type { ApplicationBrand, ApplicationBrandChange, BrandImageKind } from '@rollcall/api'
import type { Act } from '../events/record.ts'
import { Problem } from '../http/problem.ts'
import type { Database, InstallationTx } from '../store/database.ts'
import type { ApplicationImageTable, BrandTable } from '../store/schema.ts'
import { installationStatement } from '../store/statement.ts'
import {
  lockBrand,
  noteImage,
  nothingSaid,
  selectBrand,
  settingsOf,
  toImage,
  toSaidAt,
  writeChange,
} from './brand.ts'
import { type BrandImage, type OwnedImage, pathOfOwned } from './images.ts'

const beginBrand = installationStatement<{ id: string }>('begin_application_brand')(({ db, place }) =>
  db
    .insertInto('brand')
    .values({ id: place('id'), settings: JSON.stringify(nothingSaid), updated_at: 0 })
    .onConflict((on) => on.column('id').doNothing()),
)
const selectImages = installationStatement<{ id: string }>('application_images')(({ db, place }) =>
  db
    .selectFrom('application_image')
    .select(['kind', 'media_type', 'digest', 'size'])
    .where('application_id', '=', place('id'))
    .orderBy('kind'),
)
const selectContent = installationStatement<OwnedImage>('application_image')(({ db, place }) =>
  db
    .selectFrom('application_image')
    .selectAll()
    .where('application_id', '=', place('owner'))
    .where('kind', '=', place('kind'))
    .where('digest', '=', place('digest')),
)
const upsertImage = installationStatement<ApplicationImageTable>('put_application_image')(({ db, place }) => {
  const values = {
    media_type: place('media_type'),
    digest: place('digest'),
    size: place('size'),
    content: place('content'),
  }
  return db
    .insertInto('application_image')
    .values({ application_id: place('application_id'), kind: place('kind'), ...values })
    .onConflict((on) => on.columns(['application_id', 'kind']).doUpdateSet(values))
})
const deleteImage = installationStatement<{ id: string; kind: BrandImageKind }>('delete_application_image')(
  ({ db, place }) =>
    db
      .deleteFrom('application_image')
      .where('application_id', '=', place('id'))
      .where('kind', '=', place('kind')),
)
const deleteImages = installationStatement<{ id: string }>('delete_application_images')(({ db, place }) =>
  db.deleteFrom('application_image').where('application_id', '=', place('id')),
)
const deleteBrand = installationStatement<{ id: string }>('delete_application_brand')(({ db, place }) =>
  db.deleteFrom('brand').where('id', '=', place('id')),
)

/** What the application says; null where it says nothing. */
export async function getApplicationBrand(
  database: Database,
  id: string,
  url: string,
): Promise<ApplicationBrand> {
  return database.inInstallation('settings', async (tx) =>
    view(tx, id, await tx.first(selectBrand, { id }), url),
  )
}

/** Changes what is named; null takes back. Throws 400 for what is no e-mail address. */
export async function updateApplicationBrand(
  tx: InstallationTx,
  act: Act,
  asked: { readonly id: string; readonly change: ApplicationBrandChange },
  url: string,
): Promise<ApplicationBrand> {
  const { id, change } = asked
  return inBrand(tx, id, async (row) => view(tx, id, writeChange(tx, act, { id, row }, change), url))
}

/** Puts an image in the place of the one of its kind. */
export async function putApplicationImage(
  tx: InstallationTx,
  act: Act,
  asked: { readonly id: string; readonly image: BrandImage },
  url: string,
): Promise<ApplicationBrand> {
  const { id, image } = asked
  const { kind, mediaType, digest, content } = image
  return inBrand(tx, id, async (row) => {
    const before = (await tx.all(selectImages, { id })).find((one) => one.kind === kind)
    if (before?.digest !== digest || before.media_type !== mediaType) {
      const size = content.byteLength
      tx.write(upsertImage, { application_id: id, kind, media_type: mediaType, digest, size, content })
      noteImage(tx, act, id, image)
    }
    return view(tx, id, row, url)
  })
}

/** Throws 404 where there is none of this kind. */
export async function removeApplicationImage(
  tx: InstallationTx,
  act: Act,
  { id, kind }: { readonly id: string; readonly kind: BrandImageKind },
): Promise<void> {
  await inBrand(tx, id, async () => {
    const images = await tx.all(selectImages, { id })
    if (!images.some((one) => one.kind === kind))
      throw new Problem('not_found', 'The application has no such image')
    tx.write(deleteImage, { id, kind })
    noteImage(tx, act, id, { kind, digest: null })
  })
}

/** In the transaction that removes the application. */
export function forgetApplicationBrand(tx: InstallationTx, id: string): void {
  tx.write(deleteImages, { id })
  tx.write(deleteBrand, { id })
}

/** An image with its bytes. */
export async function findApplicationImage(
  database: Database,
  asked: OwnedImage,
): Promise<BrandImage | undefined> {
  const [row] = await database.readInstallation('settings', selectContent, asked)
  return row === undefined
    ? undefined
    : { ...asked, mediaType: row.media_type, content: new Uint8Array(row.content) }
}

async function inBrand<T>(
  tx: InstallationTx,
  id: string,
  run: (row: BrandTable | undefined) => Promise<T>,
): Promise<T> {
  tx.write(beginBrand, { id })
  return run(await tx.first(lockBrand, { id }))
}

async function view(
  tx: InstallationTx,
  id: string,
  row: BrandTable | undefined,
  url: string,
): Promise<ApplicationBrand> {
  const { productName, color, supportEmail, supportUrl, privacyUrl, termsUrl } = settingsOf(row)
  const images: ApplicationBrand['images'] = { logo: null, logo_dark: null, icon: null }
  for (const image of await tx.all(selectImages, { id }))
    images[image.kind] = toImage(image, `${url}${pathOfOwned({ owner: id, ...image })}`)
  const said = { productName, color, supportEmail, supportUrl, privacyUrl, termsUrl }
  return { ...said, images, updatedAt: toSaidAt(row) }
}
