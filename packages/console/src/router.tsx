// The room `console`: the React console, a thin client of the contract. A screen is a file; its words, its address and its call are named
// elsewhere.
//
// 1. `main.tsx` starts it; `session.tsx` finds out who is signed in and which organization is looked at.
// 2. `router.tsx` says which address shows which screen; `links.ts` is where addresses are written.
// 3. `layout.tsx` is the frame: where one is and where one can go.
// 4. A screen calls an operation by its name (`api.ts`), and shows refusals where they belong (`form.ts`).
// 5. Every word comes from `i18n/` by its key; every colour and distance from `theme.tsx` and `ui/`.
//
// Which address shows which screen: the file to read first. Each screen is loaded when it is first needed, and in the first
// quiet moment.
import type { ComponentType } from 'react'
import { createBrowserRouter, Navigate, type RouteObject, useParams } from 'react-router'
import { basePath } from './base-path.ts'
import { OperatorLayout, Root, SettingsLayout } from './layout.tsx'
import { links } from './links.ts'
import { useSession } from './session.tsx'
import { Crash, Missing } from './ui/crash.tsx'
import { Loading } from './ui/page.tsx'

const screens = {
  organizations: () => import('./pages/organizations.tsx'),
  installation: () => import('./pages/installation.tsx'),
  webhooks: () => import('./pages/webhooks.tsx'),
  webhook: () => import('./pages/webhook.tsx'),
  applications: () => import('./pages/applications.tsx'),
  application: () => import('./pages/application.tsx'),
  general: () => import('./pages/general.tsx'),
  singleSignOn: () => import('./pages/single-sign-on.tsx'),
  newConnection: () => import('./pages/new-connection.tsx'),
  connection: () => import('./pages/connection.tsx'),
  domains: () => import('./pages/domains.tsx'),
  provisioning: () => import('./pages/user-provisioning.tsx'),
  attributes: () => import('./pages/attribute-mapping.tsx'),
  roles: () => import('./pages/role-mapping.tsx'),
  setUpLinks: () => import('./pages/set-up-links.tsx'),
  users: () => import('./pages/users.tsx'),
  user: () => import('./pages/user.tsx'),
  groups: () => import('./pages/groups.tsx'),
  group: () => import('./pages/group.tsx'),
  invitations: () => import('./pages/invitations.tsx'),
  activity: () => import('./pages/activity.tsx'),
  auditLog: () => import('./pages/audit-log.tsx'),
} as const satisfies Record<string, () => Promise<{ readonly Screen: ComponentType }>>

const show = (screen: keyof typeof screens) => ({
  lazy: async () => ({ Component: (await screens[screen]()).Screen }),
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
  const isSetUp = useSession().kind === 'setup'
  return <Navigate replace to={isSetUp ? links.singleSignOn(slug) : links.provisioning(slug)} />
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
          { path: '/installation', ...show('installation') },
          { path: '/installation/webhooks', ...show('webhooks') },
          { path: '/installation/webhooks/:id', ...show('webhook') },
          { path: '/installation/applications', ...show('applications') },
          { path: '/installation/applications/:id', ...show('application') },
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

export const router = createBrowserRouter(addresses, { basename: basePath === '' ? '/' : basePath })
