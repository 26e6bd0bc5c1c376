// The room `console/frame`: what stands around every screen, and who looks at it. A screen asks here for the session and for the
// organization.
//
// `session` finds out who is signed in, which organization is looked at, and what would be refused; `signed-out` is for nobody.
// `layout` says where one is and where one can go; `tools` has language, colours and the way out; `finder` finds anything by typing.
// `theme` is colours, type and direction.
//
// The frame around every screen: where one is, where one can go, who one is.

import { AppShell, Burger, Group, NavLink, Text } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import {
  IconActivity,
  IconApps,
  IconBuilding,
  IconBuildings,
  IconChartBar,
  IconFrame,
  IconGauge,
  IconKey,
  IconLink,
  IconListCheck,
  IconListDetails,
  IconMail,
  IconPalette,
  IconSitemap,
  IconTransform,
  IconUser,
  IconUsers,
  IconUsersGroup,
  IconWebhook,
  IconWorldCheck,
} from '@tabler/icons-react'
import { type ReactNode, useEffect } from 'react'
import { Link, Outlet, useLocation, useNavigation } from 'react-router'
import { brand, isBranded, pathOfImage, productName } from '../base/brand.ts'
import { isFramed } from '../base/frame.ts'
import { links } from '../base/links.ts'
import { useWords, type WordKey } from '../i18n/language.tsx'
import { Missing } from '../ui/crash.tsx'
import { Note } from '../ui/note.tsx'
import type { FoundPlace } from './find-results.ts'
import { Finder } from './finder.tsx'
import { Framed } from './framed.tsx'
import { OrganizationGate, SessionGate, useMayOpen, useOrganization, useSession } from './session.tsx'
import { Tools } from './tools.tsx'

/** What every address begins with: nothing is shown before it is known who is signed in. */
export function Root(): ReactNode {
  return (
    <SessionGate>
      <Outlet />
    </SessionGate>
  )
}

/** The frame of the operator's screens. */
export function OperatorLayout(): ReactNode {
  const places: readonly FoundPlace[] = [
    { word: 'nav.overview', to: links.overview(), icon: IconChartBar },
    { word: 'nav.organizations', to: links.organizations(), icon: IconBuildings },
    { word: 'nav.installation', to: links.installation(), icon: IconGauge },
    { word: 'nav.webhooks', to: links.webhooks(), icon: IconWebhook },
    { word: 'nav.applications', to: links.applications(), icon: IconApps },
    { word: 'nav.brand', to: links.brand(), icon: IconPalette },
    { word: 'nav.embedding', to: links.embedding(), icon: IconFrame },
    { word: 'nav.log', to: links.operatorLog(), icon: IconListDetails },
  ]
  return (
    <Frame name={hasLogo ? '' : productName} sections={[{ places }]}>
      <Outlet />
    </Frame>
  )
}

/** The frame of an organization's settings, with what a session of its kind may open. */
export function SettingsLayout(): ReactNode {
  return (
    <OrganizationGate>
      <Settings />
    </OrganizationGate>
  )
}

function Settings(): ReactNode {
  const { t } = useWords()
  const { slug, name, ownerlessAt } = useOrganization()
  const session = useSession()
  const isSetUp = session.kind === 'setup'
  const security: FoundPlace[] = [
    { word: 'nav.sso', to: links.singleSignOn(slug), icon: IconKey },
    { word: 'nav.domains', to: links.domains(slug), icon: IconWorldCheck },
    { word: 'nav.provisioning', to: links.provisioning(slug), icon: IconSitemap },
  ]
  const sections: Section[] = [{ title: 'nav.security', places: security }]
  if (isSetUp) security.unshift({ word: 'nav.setUp', to: links.setUp(slug), icon: IconListCheck })
  else {
    security.push(
      { word: 'nav.attributes', to: links.attributeMapping(slug), icon: IconTransform },
      { word: 'nav.roles', to: links.roleMapping(slug), icon: IconUser },
      { word: 'nav.setUpLinks', to: links.setUpLinks(slug), icon: IconLink },
    )
    sections.unshift({ places: [{ word: 'nav.general', to: links.general(slug), icon: IconBuilding }] })
    sections.push(
      {
        title: 'nav.people',
        places: [
          { word: 'nav.users', to: links.users(slug), icon: IconUsers },
          { word: 'nav.groups', to: links.groups(slug), icon: IconUsersGroup },
          { word: 'nav.invitations', to: links.invitations(slug), icon: IconMail },
        ],
      },
      {
        title: 'nav.record',
        places: [
          { word: 'nav.activity', to: links.activity(slug), icon: IconActivity },
          { word: 'nav.auditLog', to: links.auditLog(slug), icon: IconListDetails },
        ],
      },
    )
  }
  if (session.kind === 'operator')
    sections.unshift({
      places: [{ word: 'nav.allOrganizations', to: links.organizations(), icon: IconBuildings }],
    })
  return (
    <Frame name={name} sections={sections}>
      {session.kind === 'operator' && (
        <div style={{ maxWidth: 1080, margin: '0 auto 1rem' }}>
          <Note tone="info">{t('operator.inside', { name })}</Note>
        </div>
      )}
      {isSetUp && !isFramed && <SetUpNote name={name} />}
      {ownerlessAt !== null && !isSetUp && (
        <div style={{ maxWidth: 1080, margin: '0 auto 1rem' }}>
          <Note tone="warn" title={t('ownerless.title')}>
            {t('ownerless.about')}
          </Note>
        </div>
      )}
      <Outlet />
    </Frame>
  )
}

interface Section {
  readonly title?: WordKey
  readonly places: readonly FoundPlace[]
}

interface FrameProps {
  readonly name: string
  readonly sections: readonly Section[]
  readonly children: ReactNode
}

function Frame(props: FrameProps): ReactNode {
  const { pathname } = useLocation()
  if (!isFramed) return <Shell {...props} />
  const places = props.sections.flatMap((section) => section.places)
  const here = findHere(
    pathname,
    places.map(({ to }) => to),
  )
  return (
    <Framed places={places} here={here}>
      {props.children}
    </Framed>
  )
}

function Shell(props: FrameProps): ReactNode {
  const { t } = useWords()
  const [isOpen, { toggle, close }] = useDisclosure(false)
  const { pathname } = useLocation()
  const mayOpen = useMayOpen()
  const isBusy = useNavigation().state !== 'idle'
  // biome-ignore lint/correctness/useExhaustiveDependencies: another page closes the menu of narrow screens
  useEffect(close, [pathname])
  return (
    <AppShell
      header={{ height: 56 }}
      navbar={{ width: 250, breakpoint: 'md', collapsed: { mobile: !isOpen } }}
      padding={{ base: 'md', sm: 'xl' }}
      transitionDuration={0}
    >
      <a className="rc-skip" href="#content">
        {t('skip')}
      </a>
      <AppShell.Header>
        <Group h="100%" px="md" justify="space-between" wrap="nowrap" gap="xs">
          <Group gap="sm" wrap="nowrap" style={{ minWidth: 0 }}>
            <Burger
              opened={isOpen}
              onClick={toggle}
              hiddenFrom="md"
              size="sm"
              aria-label={t('nav.menu')}
              aria-expanded={isOpen}
            />
            <Logo />
            <Text fw={650} truncate title={props.name}>
              {props.name}
            </Text>
          </Group>
          <Group gap={4} wrap="nowrap">
            <Finder places={props.sections.flatMap(({ places }) => places)} />
            <Tools />
          </Group>
        </Group>
      </AppShell.Header>
      <AppShell.Navbar p="sm" style={{ overflowY: 'auto' }} component="nav" aria-label={t('nav.label')}>
        <Navigation sections={listOpen(props.sections, mayOpen)} />
      </AppShell.Navbar>
      <AppShell.Main id="content" tabIndex={-1} aria-busy={isBusy}>
        {mayOpen(pathname) ? props.children : <Missing />}
      </AppShell.Main>
    </AppShell>
  )
}

function listOpen(sections: readonly Section[], mayOpen: (to: string) => boolean): readonly Section[] {
  return sections
    .map((section) => ({ ...section, places: section.places.filter(({ to }) => mayOpen(to)) }))
    .filter(({ places }) => places.length > 0)
}

function Navigation({ sections }: { readonly sections: readonly Section[] }): ReactNode {
  const { t } = useWords()
  const { pathname } = useLocation()
  const here = findHere(
    pathname,
    sections.flatMap(({ places }) => places.map(({ to }) => to)),
  )
  return (
    <>
      {sections.map((section) => (
        <div key={section.places[0]?.to} style={{ marginBottom: 10 }}>
          {section.title !== undefined && (
            <Text size="xs" fw={650} c="dimmed" px="sm" pt={6} pb={4}>
              {t(section.title)}
            </Text>
          )}
          {section.places.map(({ word, to, icon: Icon }) => {
            const isHere = to === here
            return (
              <NavLink
                key={to}
                component={Link}
                to={to}
                label={t(word)}
                leftSection={<Icon size={18} aria-hidden="true" />}
                active={isHere}
                aria-current={isHere ? 'page' : undefined}
                color="gray"
                variant="light"
                c="var(--mantine-color-text)"
                fw={isHere ? 650 : 400}
                style={{ borderRadius: 8 }}
              />
            )
          })}
        </div>
      ))}
    </>
  )
}

/** The place that a page belongs to: of those above it the nearest, as /installation is above /installation/webhooks. */
function findHere(pathname: string, places: readonly string[]): string | undefined {
  return places
    .filter((to) => pathname === to || (to !== '/' && pathname.startsWith(`${to}/`)))
    .sort((one, other) => other.length - one.length)[0]
}

const hasLogo = (brand.images.logo ?? brand.images.logo_dark) !== null

/** The product's logo, which has its name in words; our own mark where the operator said nothing. */
function Logo(): ReactNode {
  const { logo, logo_dark } = brand.images
  const light = logo ?? logo_dark
  if (light === null) return isBranded ? null : <Mark />
  const alt = productName
  const dark = logo_dark ?? light
  return (
    <>
      <img className="rc-logo" data-scheme="light" src={pathOfImage(light.url)} alt={alt} />
      <img className="rc-logo" data-scheme="dark" src={pathOfImage(dark.url)} alt={alt} />
    </>
  )
}

function Mark(): ReactNode {
  return (
    <svg width="26" height="26" viewBox="0 0 32 32" aria-hidden="true" style={{ flex: 'none' }}>
      <rect width="32" height="32" rx="8" fill="#364fc7" />
      <path d="M8 10h10M8 16h7M8 22h10" stroke="#fff" strokeWidth="2.6" strokeLinecap="round" />
      <path
        d="m20 16 3 3 5-7"
        fill="none"
        stroke="#9ef0c0"
        strokeWidth="2.6"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
    </svg>
  )
}

const reachedBySetUp = [
  ['single-sign-on', 'nav.sso'],
  ['domains', 'nav.domains'],
  ['provisioning', 'nav.provisioning'],
] as const

/** To whom a set-up link was given: which settings it reaches. */
function SetUpNote({ name }: { readonly name: string }): ReactNode {
  const { t, list } = useWords()
  const { intents } = useSession()
  const reached = reachedBySetUp.filter(([intent]) => intents === null || intents.includes(intent))
  const settings = list(reached.map(([, word]) => t(word)))
  return (
    <div style={{ maxWidth: 1080, margin: '0 auto 1rem' }}>
      <Note tone="info">{t('setUp.inside', { name, settings })}</Note>
    </div>
  )
}
