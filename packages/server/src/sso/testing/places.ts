// The room `server/sso/testing`: the places of a vendor's console by field, as tests look for them in sentences. Nothing of it is packed.
import { listPlaces, type Vendor, vendorPlaces } from '../vendor-fields.ts'

/** Every identity provider. */
export const vendors = Object.keys(vendorPlaces.saml) as Vendor[]

/** Field -> what is said of it. */
export function fieldsOf(
  protocol: 'saml' | 'oidc',
  vendor: Vendor,
): Readonly<Record<string, string>> & { readonly name: string } {
  const start = `place_${protocol}_${vendor}_`
  const own = listPlaces().flatMap(([code, text]) =>
    code.startsWith(start) ? [[code.slice(start.length), text]] : [],
  )
  return { name: '', ...Object.fromEntries(own) }
}
