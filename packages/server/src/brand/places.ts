// For whom a page of a sign-in speaks: the installation, over it the application whose sign-in it is, and beside both the organization.
import type { ApplicationBrand, OrganizationLogo, ShownBrand } from '@rollcall/api'
import type { Clock } from '../base/clock.ts'
import type { Log } from '../base/log.ts'
import { createScope, type Database } from '../store/database.ts'
import { getApplicationBrand } from './application-brand.ts'
import { getOrganizationLogo } from './organization-logo.ts'

/** Whose sign-in a page is of. */
export interface BrandPlace {
  /** Null: of no application, or of one that nobody knows. */
  readonly applicationId: string | null
  /** Null: of none yet. With one, an application that it may not use counts as none. */
  readonly organizationId: string | null
}

/** What is shown there. */
export interface PlacedBrand {
  readonly brand: ShownBrand
  /** The organization's own; null on both grounds where it has none. */
  readonly logo: OrganizationLogo
}

/** Puts together what a page shows; a store that does not answer leaves the installation's. */
export type FindBrand = (place: BrandPlace, installation: ShownBrand) => Promise<PlacedBrand>

const keptMs = 1_000
/** Of applications, and of organizations. */
const maxKept = 500
const noLogo: OrganizationLogo = { logo: null, logo_dark: null }

/** What the brands of pages are read with. */
export interface FindBrandOptions {
  readonly database: Database
  readonly url: string
  readonly clock: Clock
  readonly log: Log
  /** Whether people of the organization may use the application. Its id stands in an address, which anybody may write. */
  readonly mayUse: (database: Database, applicationId: string, organizationId: string) => Promise<boolean>
}

/** As for the installation, what was read is kept for a second: anybody may ask for a page as often as they like. */
export function createFindBrand({ database, url, clock, log, mayUse }: FindBrandOptions): FindBrand {
  const ofApplication = keep(clock, (id) => getApplicationBrand(database, id, url))
  const logoOf = keep(clock, (id) => getOrganizationLogo(database, createScope(id), url))
  const isTheirs = keep(clock, (pair) => {
    const [applicationId = '', organizationId = ''] = pair.split(' ')
    return mayUse(database, applicationId, organizationId)
  })
  const findOwn = async (application: string, organization: string | null) =>
    isApplicationId(application) &&
    (organization === null || (await isTheirs(`${application} ${organization}`)))
      ? ofApplication(application)
      : undefined
  return async ({ applicationId, organizationId }, installation) => {
    try {
      const [own, logo] = await Promise.all([
        applicationId === null ? undefined : findOwn(applicationId, organizationId),
        organizationId === null ? noLogo : logoOf(organizationId),
      ])
      return { brand: own === undefined ? installation : mergeBrands(installation, own), logo }
    } catch (error) {
      log.warn({ err: error }, 'the brand of a page could not be read; it shows that of the installation')
      return { brand: installation, logo: noLogo }
    }
  }
}

// It stands in an address, where somebody may have written anything.
const isApplicationId = (text: string): boolean => /^app_[0-9a-z]{26}$/.test(text)

/**
 * What the application says goes first. Who says a name or a logo of their own shows no logo of the other product, and who says where
 * help is says it whole.
 */
export function mergeBrands(installation: ShownBrand, own: ApplicationBrand): ShownBrand {
  const hasOwnHelp = own.supportEmail !== null || own.supportUrl !== null
  const { supportEmail, supportUrl } = hasOwnHelp ? own : installation
  const hasOwnName = own.productName !== null || (own.images.logo ?? own.images.logo_dark) !== null
  const { logo, logo_dark } = hasOwnName ? own.images : installation.images
  return {
    productName: own.productName ?? installation.productName,
    color: own.color ?? installation.color,
    supportEmail,
    supportUrl,
    privacyUrl: own.privacyUrl ?? installation.privacyUrl,
    termsUrl: own.termsUrl ?? installation.termsUrl,
    images: { logo, logo_dark, icon: own.images.icon ?? installation.images.icon },
  }
}

function keep<T>(clock: Clock, read: (id: string) => Promise<T>): (id: string) => Promise<T> {
  const kept = new Map<string, { readonly at: number; readonly value: Promise<T> }>()
  return (id) => {
    const at = clock()
    const known = kept.get(id)
    if (known !== undefined && at >= known.at && at - known.at < keptMs) return known.value
    const value = read(id)
    kept.delete(id)
    kept.set(id, { at, value })
    value.catch(() => kept.delete(id))
    const [oldest] = kept.keys()
    if (kept.size > maxKept && oldest !== undefined) kept.delete(oldest)
    return value
  }
}
