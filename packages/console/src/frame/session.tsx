// Who is signed in, and which organization is looked at.
import type { EmbedIntent, Organization, SessionView } from '@rollcall/api'
import { createContext, type ReactNode, use, useEffect } from 'react'
import { Link, useParams } from 'react-router'
import { problemOf, useCall, useChange } from '../base/api.ts'
import { isFramed } from '../base/frame.ts'
import { links } from '../base/links.ts'
import { useWords } from '../i18n/language.tsx'
import { Failure } from '../ui/note.tsx'
import { Loading, Page } from '../ui/page.tsx'
import { FrameEnded, SignedOut } from './signed-out.tsx'

const SessionContext = createContext<SessionView | undefined>(undefined)
const OrganizationContext = createContext<Organization | undefined>(undefined)

/** Who is signed in; throws where no SessionGate is above. */
export function useSession(): SessionView {
  const session = use(SessionContext)
  if (session === undefined) throw new Error('There is no SessionGate above')
  return session
}

/** The organization that is looked at, with the parameters that name it; throws where no OrganizationGate is above. */
export function useOrganization(): Organization & { readonly params: { readonly slug: string } } {
  const organization = use(OrganizationContext)
  if (organization === undefined) throw new Error('There is no OrganizationGate above')
  return { ...organization, params: { slug: organization.slug } }
}

/** A set-up link reaches sign-in, domains and provisioning, and nothing of people. */
export function useMayManagePeople(): boolean {
  return useSession().kind !== 'setup'
}

/** Whether a frame is for the screen at this address; a page of its own is for all. */
export function useMayOpen(): (to: string) => boolean {
  const { intents } = useSession()
  return (to) => intents === null || intents.some((intent) => isFor(intent, to))
}

const placesOf: Readonly<Record<Exclude<EmbedIntent, 'settings'>, readonly string[]>> = {
  'single-sign-on': ['security/single-sign-on'],
  domains: ['security/verified-domains'],
  provisioning: ['security/user-provisioning'],
  activity: ['activity', 'audit-log'],
}

function isFor(intent: EmbedIntent, to: string): boolean {
  const [, place] = to.split('/settings/')
  // The address of all settings leads on to the first that the frame is for.
  if (place === undefined) return true
  if (intent === 'settings') return !place.startsWith('security/set-up-links')
  return placesOf[intent].some((one) => place.startsWith(one) && /^(?:$|[/?])/.test(place.slice(one.length)))
}

/** A refusal told ahead, in words; undefined where there is none. */
export function useRefusal(): (refusal: Refusal | undefined) => string | undefined {
  const { t } = useWords()
  return (refusal) => (refusal === null || refusal === undefined ? undefined : t(`refused.${refusal}`))
}

/** Why something would be refused, told by the service ahead; null where it would not. */
export type Refusal =
  | 'administrator_required'
  | 'owner_required'
  | 'owner_staged'
  | 'owner_touched'
  | 'owner_link'
  | 'handed_over'
  | null

/** What the service calls a session that nobody gave a name. */
const unnamed = {
  operator: 'rung.operator',
  'set-up link': 'setUpLinks.link',
  'portal link': 'portalLink.title',
  frame: 'nav.label',
} as const

/** How the session is called: by a name or an address, else by what it is. */
export function useSessionName(): string {
  const { label, userId } = useSession()
  const { t } = useWords()
  const known = Object.entries(unnamed).find(([word]) => userId === null && word === label)
  return known === undefined ? label : t(known[1])
}

/** Why nothing here is done to somebody of this role: only an owner, or the operator, acts on an owner. */
export function useOwnerRefusal(role: string): string | undefined {
  const { rung } = useSession()
  const refuse = useRefusal()
  return refuse(role === 'owner' && rung !== 'owner' && rung !== 'operator' ? 'owner_touched' : null)
}

/** Why a link that speaks for an owner is not ended here. */
export function useOwnersLinkRefusal(): string | undefined {
  const { rung } = useSession()
  const refuse = useRefusal()
  return refuse(rung !== 'owner' && rung !== 'operator' ? 'owner_link' : null)
}

/** Why whoever holds a set-up link no longer changes what is in force. */
export function useHandOverRefusal(): string | undefined {
  const { rung } = useSession()
  const { handedOverAt } = useOrganization()
  const refuse = useRefusal()
  return refuse(rung === 'contact' && handedOverAt !== null ? 'handed_over' : null)
}

/** Shows what is inside once somebody is signed in who may open settings; else how to sign in. */
export function SessionGate({ children }: { readonly children: ReactNode }): ReactNode {
  const query = useCall('getSession', {})
  const { data, error } = query
  const isSignedOut = problemOf(error)?.status === 401
  if (isSignedOut) return isFramed ? <FrameEnded /> : <SignedOut />
  if (data === undefined)
    return error === null ? <Loading /> : <Failure error={error} retry={() => void query.refetch()} />
  if (data.kind === 'person') return <SignedOut isPerson />
  return <SessionContext value={data}>{children}</SessionContext>
}

/** Shows what is inside once the organization of the address was read; else that there is none. */
export function OrganizationGate({ children }: { readonly children: ReactNode }): ReactNode {
  const { t } = useWords()
  const { slug = '' } = useParams()
  const session = useSession()
  const query = useCall('getOrganization', { params: { slug } })
  useOperatorVisit(slug, session.kind === 'operator' && query.data !== undefined)
  if (problemOf(query.error)?.status === 404)
    return (
      <Page title={t('missing.title')}>
        <p>{t('missing.organization')}</p>
        <p>
          <Link to={links.organizations()}>{t('missing.home')}</Link>
        </p>
      </Page>
    )
  if (query.data === undefined)
    return query.error === null ? (
      <Loading />
    ) : (
      <Failure error={query.error} retry={() => void query.refetch()} />
    )
  return <OrganizationContext value={query.data}>{children}</OrganizationContext>
}

// The operator in somebody's settings leaves a line in their audit log.
function useOperatorVisit(slug: string, isVisit: boolean): void {
  const { mutate } = useChange('createOperatorVisit', ['listEvents'])
  useEffect(() => {
    if (!isVisit) return
    const seen = `rollcall.visit.${slug}`
    if (sessionStorage.getItem(seen) !== null) return
    sessionStorage.setItem(seen, '1')
    mutate({ params: { slug } })
  }, [slug, isVisit, mutate])
}
