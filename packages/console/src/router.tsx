// The room `console`: the React console, a thin client of the contract. A screen is a file; its words, its address and its call are named
// elsewhere.
//
// 1. `main.tsx` starts it; `frame/session.tsx` finds out who is signed in and which organization is looked at.
// 2. `router.tsx` says which address shows which screen; `base/links.ts` is where addresses are written.
// 3. A screen is a file of its place: `operator`, `general`, `security`, `people`, `record`. Parts of it lie in folders below.
// 4. It calls an operation by its name (`base/api.ts`), and shows refusals where they belong (`ui/form.tsx`).
// 5. Every word comes from `i18n/` by its key; every colour and distance from `frame/theme.tsx` and `ui/`.
//
// Which address shows which screen: the file to read first. Each screen is loaded when it is first needed, and in the first
// quiet moment.
import type { EmbedIntent } from '@rollcall/api'
import type { ComponentType } from 'react'
import { createBrowserRouter, createMemoryRouter, Navigate, type RouteObject, useParams } from 'react-router'
import { basePath } from './base/base-path.ts'
import { isFramed } from './base/frame.ts'
import { links } from './base/links.ts'
import { OperatorLayout, Root, SettingsLayout } from './frame/layout.tsx'
import { useSession } from './frame/session.tsx'
import { Crash, Missing } from './ui/crash.tsx'
import { Loading } from './ui/page.tsx'

const screens = {
  organizations: () => import('./operator/organizations.tsx').then((file) => file.OrganizationsScreen),
  overview: () => import('./operator/overview.tsx').then((file) => file.OverviewScreen),
  installation: () => import('./operator/installation.tsx').then((file) => file.InstallationScreen),
  webhooks: () => import('./operator/webhooks.tsx').then((file) => file.WebhooksScreen),
  webhook: () => import('./operator/webhook.tsx').then((file) => file.WebhookScreen),
  applications: () => import('./operator/applications.tsx').then((file) => file.ApplicationsScreen),
  application: () => import('./operator/application.tsx').then((file) => file.ApplicationScreen),
  brand: () => import('./operator/brand.tsx').then((file) => file.BrandScreen),
  embedding: () => import('./operator/embedding.tsx').then((file) => file.EmbeddingScreen),
  operatorLog: () => import('./operator/operator-log.tsx').then((file) => file.OperatorLogScreen),
  general: () => import('./general/general.tsx').then((file) => file.GeneralScreen),
  singleSignOn: () => import('./security/single-sign-on.tsx').then((file) => file.SingleSignOnScreen),
  newConnection: () => import('./security/new-connection.tsx').then((file) => file.NewConnectionScreen),
  connection: () => import('./security/connection.tsx').then((file) => file.ConnectionScreen),
  domains: () => import('./security/verified-domains.tsx').then((file) => file.VerifiedDomainsScreen),
  provisioning: () => import('./security/user-provisioning.tsx').then((file) => file.UserProvisioningScreen),
  attributes: () => import('./security/attribute-mapping.tsx').then((file) => file.AttributeMappingScreen),
  roles: () => import('./security/role-mapping.tsx').then((file) => file.RoleMappingScreen),
  setUp: () => import('./security/set-up.tsx').then((file) => file.SetUpScreen),
  setUpLinks: () => import('./security/set-up-links.tsx').then((file) => file.SetUpLinksScreen),
  users: () => import('./people/users.tsx').then((file) => file.UsersScreen),
  user: () => import('./people/user.tsx').then((file) => file.UserScreen),
  groups: () => import('./people/groups.tsx').then((file) => file.GroupsScreen),
  group: () => import('./people/group.tsx').then((file) => file.GroupScreen),
  invitations: () => import('./people/invitations.tsx').then((file) => file.InvitationsScreen),
  activity: () => import('./record/activity.tsx').then((file) => file.ActivityScreen),
  auditLog: () => import('./record/audit-log.tsx').then((file) => file.AuditLogScreen),
} as const satisfies Record<string, () => Promise<ComponentType>>

const show = (screen: keyof typeof screens) => ({
  lazy: async () => ({ Component: await screens[screen]() }),
  HydrateFallback: Loading,
})

const schedule = globalThis.requestIdleCallback ?? ((work: () => void) => setTimeout(work, 300))
schedule(() => {
  for (const load of Object.values(screens)) void load().catch(() => undefined)
})

function Home() {
  const session = useSession()
  if (session.kind === 'operator') return <OperatorLayout />
  return <Navigate replace to={links.settings(session.organization?.slug ?? '')} />
}

function FirstSetting() {
  const { slug = '' } = useParams()
  const { kind, intents } = useSession()
  return <Navigate replace to={firstOf(slug, intents?.[0] ?? 'settings', kind === 'setup')} />
}

/** Where an intent begins. */
function firstOf(slug: string, intent: EmbedIntent, isSetUp: boolean): string {
  switch (intent) {
    case 'single-sign-on':
      return links.singleSignOn(slug)
    case 'domains':
      return links.domains(slug)
    case 'provisioning':
      return links.provisioning(slug)
    case 'activity':
      return links.activity(slug)
    case 'settings':
      return isSetUp ? links.setUp(slug) : links.provisioning(slug)
  }
}

const addresses: RouteObject[] = [
  {
    element: <Root />,
    errorElement: <Crash />,
    HydrateFallback: Loading,
    children: [
      {
        element: <Home />,
        children: [
          { path: '/', ...show('organizations') },
          { path: '/installation/overview', ...show('overview') },
          { path: '/installation', ...show('installation') },
          { path: '/installation/webhooks', ...show('webhooks') },
          { path: '/installation/webhooks/:id', ...show('webhook') },
          { path: '/installation/applications', ...show('applications') },
          { path: '/installation/applications/:id', ...show('application') },
          { path: '/installation/brand', ...show('brand') },
          { path: '/installation/embedding', ...show('embedding') },
          { path: '/installation/log', ...show('operatorLog') },
        ],
      },
      {
        path: '/organizations/:slug/settings',
        element: <SettingsLayout />,
        children: [
          { index: true, element: <FirstSetting /> },
          { path: 'general', ...show('general') },
          { path: 'security/single-sign-on', ...show('singleSignOn') },
          { path: 'security/single-sign-on/new', ...show('newConnection') },
          { path: 'security/single-sign-on/:id', ...show('connection') },
          { path: 'security/verified-domains', ...show('domains') },
          { path: 'security/user-provisioning', ...show('provisioning') },
          { path: 'security/attribute-mapping', ...show('attributes') },
          { path: 'security/role-mapping', ...show('roles') },
          { path: 'security/set-up', ...show('setUp') },
          { path: 'security/set-up-links', ...show('setUpLinks') },
          { path: 'people/users', ...show('users') },
          { path: 'people/users/:id', ...show('user') },
          { path: 'people/groups', ...show('groups') },
          { path: 'people/groups/:id', ...show('group') },
          { path: 'people/invitations', ...show('invitations') },
          { path: 'activity', ...show('activity') },
          { path: 'audit-log', ...show('auditLog') },
          { path: '*', element: <Missing /> },
        ],
      },
      { path: '*', element: <Missing /> },
    ],
  },
]

/** The router of all screens, below the base path. The address of a frame stays its own, which alone may be shown there. */
export const router = isFramed
  ? createMemoryRouter(addresses)
  : createBrowserRouter(addresses, { basename: basePath === '' ? '/' : basePath })
