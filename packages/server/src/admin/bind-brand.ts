// What customers see of the operator's product, bound to its operations.
import { operations } from '@rollcall/api'
import { getBrand, putBrandImage, removeBrandImage, updateBrand } from '../brand/brand.ts'
import { readBrandImage } from '../brand/images.ts'
import { type AdminOptions, type App, gated } from './door.ts'

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
}
