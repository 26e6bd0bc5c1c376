// What customers see of the operator's product, bound to its operations.
import { operations } from '@rollcall/api'
import { getApplication, inApplication } from '../applications/applications.ts'
import {
  getApplicationBrand,
  putApplicationImage,
  removeApplicationImage,
  updateApplicationBrand,
} from '../brand/application-brand.ts'
import { getBrand, putBrandImage, removeBrandImage, updateBrand } from '../brand/brand.ts'
import { readBrandImage } from '../brand/images.ts'
import {
  getOrganizationLogo,
  putOrganizationLogo,
  removeOrganizationLogo,
} from '../brand/organization-logo.ts'
import { type AdminOptions, type App, actIn, gated } from './door.ts'
import { toSpender } from './spender.ts'

/** Answers the operations on the brand. */
export function bindBrand(app: App, options: AdminOptions): void {
  const { database, url, brand } = options
  app.openapi(gated(operations.getBrand, options), async (context) =>
    context.json(await getBrand(database, url), 200),
  )
  app.openapi(gated(operations.updateBrand, options), async (context) => {
    const changed = await updateBrand(database, context.get('act'), context.req.valid('json'), url)
    brand.forget()
    return context.json(changed, 200)
  })
  app.openapi(gated(operations.putBrandImage, options), async (context) => {
    const { id: kind } = context.req.valid('param')
    const image = readBrandImage(kind, context.req.valid('json'))
    const changed = await putBrandImage(database, context.get('act'), image, url)
    brand.forget()
    return context.json(changed, 200)
  })
  app.openapi(gated(operations.deleteBrandImage, options), async (context) => {
    await removeBrandImage(database, context.get('act'), context.req.valid('param').id)
    brand.forget()
    return context.body(null, 204)
  })
  bindApplicationBrand(app, options)
  bindLogo(app, options)
}

function bindApplicationBrand(app: App, options: AdminOptions): void {
  const { database, url } = options
  app.openapi(gated(operations.getApplicationBrand, options), async (context) => {
    const { id } = context.req.valid('param')
    // Throws 404 for an application that is not there.
    await getApplication(database, id, url)
    return context.json(await getApplicationBrand(database, id, url), 200)
  })
  app.openapi(gated(operations.updateApplicationBrand, options), async (context) => {
    const { id } = context.req.valid('param')
    const asked = { id, change: context.req.valid('json') }
    const act = context.get('act')
    const brand = await inApplication(database, id, (tx) => updateApplicationBrand(tx, act, asked, url))
    return context.json(brand, 200)
  })
  app.openapi(gated(operations.putApplicationImage, options), async (context) => {
    const { id, kind } = context.req.valid('param')
    const asked = { id, image: readBrandImage(kind, context.req.valid('json')) }
    const act = context.get('act')
    const brand = await inApplication(database, id, (tx) => putApplicationImage(tx, act, asked, url))
    return context.json(brand, 200)
  })
  app.openapi(gated(operations.deleteApplicationImage, options), async (context) => {
    const asked = context.req.valid('param')
    const act = context.get('act')
    await inApplication(database, asked.id, (tx) => removeApplicationImage(tx, act, asked))
    return context.body(null, 204)
  })
}

function bindLogo(app: App, options: AdminOptions): void {
  const { database, url } = options
  app.openapi(gated(operations.getOrganizationLogo, options), async (context) =>
    context.json(await getOrganizationLogo(database, context.get('organization').scope, url), 200),
  )
  app.openapi(gated(operations.putOrganizationLogo, options), async (context) => {
    const { kind } = context.req.valid('param')
    const given = context.req.valid('json')
    const image = await options.spending.reading(toSpender(context), async () => readBrandImage(kind, given))
    await putOrganizationLogo(actIn(context, database), kind, image)
    return context.json(await getOrganizationLogo(database, context.get('organization').scope, url), 200)
  })
  app.openapi(gated(operations.deleteOrganizationLogo, options), async (context) => {
    await removeOrganizationLogo(actIn(context, database), context.req.valid('param').kind)
    return context.body(null, 204)
  })
}
