// The room `console/operator/organizations`: parts of the operator's first screen. How an organization fares is said by the service.
//
// `columns` is what stands in a row; `organization-filters` is what narrows the list, and its order.
// `create-organization` makes one; `slug` makes an address of a name.
// `invite-contact` mails a set-up link to whoever sets it up.
//
// The columns of the list of organizations.
import { Group, Text } from '@mantine/core'
import type { OrganizationSummary, SetUp } from '@rollcall/api'
import type { ReactNode } from 'react'
import { Link } from 'react-router'
import { links } from '../../base/links.ts'
import { Sparkline } from '../../charts/sparkline.tsx'
import { useWords } from '../../i18n/language.tsx'
import { StatusBadge } from '../../security/provisioning/status-badge.tsx'
import { Badge } from '../../ui/badge.tsx'
import type { Column } from '../../ui/table.tsx'
import { When } from '../../ui/when.tsx'
import { PortalLinkButton } from '../installation/portal-link.tsx'
import { InviteContactButton } from './invite-contact.tsx'

// How provisioning fares and, beside it, what it does not say: that many people left at once.
function Standing({ health, slug }: Pick<OrganizationSummary, 'health' | 'slug'>): ReactNode {
  const { t } = useWords()
  return (
    <Group gap={6}>
      <StatusBadge status={health.status} />
      {health.hasOpenAlert && (
        <Link to={links.provisioning(slug)}>
          <Badge tone="bad">{t('organizations.alert')}</Badge>
        </Link>
      )}
    </Group>
  )
}

/** What stands in the row of an organization. */
export function useOrganizationColumns(): readonly Column<OrganizationSummary>[] {
  const { t, number } = useWords()
  return [
    {
      head: t('organizations.name'),
      cell: ({ name, slug }) => (
        <>
          <Link to={links.settings(slug)}>{name}</Link>
          <div className="rc-mono">{slug}</div>
        </>
      ),
    },
    { head: t('organizations.status'), cell: ({ health, slug }) => <Standing health={health} slug={slug} /> },
    { head: t('organizations.sso'), cell: ({ setUp }) => <SignOnState setUp={setUp} /> },
    { head: t('organizations.people'), cell: ({ activePeople }) => number(activePeople) },
    { head: t('organizations.requests'), cell: (row) => <Requests {...row} /> },
    {
      head: t('organizations.lastRequest'),
      cell: ({ health }) => <When at={health.lastRequestAt} none={t('never')} />,
    },
    { head: t('organizations.setUp'), cell: ({ setUp }) => <SetUpState setUp={setUp} /> },
    {
      head: t('actions'),
      isActions: true,
      cell: ({ slug, name }) => (
        <Group gap="xs" justify="flex-end">
          <InviteContactButton slug={slug} name={name} />
          <PortalLinkButton slug={slug} name={name} />
        </Group>
      ),
    },
  ]
}

// What came, and how much of the newest was refused.
function Requests({ dailyRequests, health }: OrganizationSummary): ReactNode {
  const { t } = useWords()
  const count = dailyRequests.reduce((sum, one) => sum + one, 0)
  return (
    <>
      <Sparkline label={t('organizations.requestsIn', { count })} values={dailyRequests} />
      {health.refused > 0 && (
        <Text size="xs">
          {t('organizations.refusedNewest', { refused: health.refused, judged: health.judged })}
        </Text>
      )}
    </>
  )
}

function SignOnState({ setUp }: { readonly setUp: SetUp }): ReactNode {
  const { t } = useWords()
  const state = setUp.steps.find(({ step }) => step === 'single_sign_on')?.state ?? 'open'
  return <Badge tone={state === 'done' ? 'good' : 'off'}>{t(`sso.state.${state}`)}</Badge>
}

/** How many steps are done, and which comes next. */
function SetUpState({ setUp }: { readonly setUp: SetUp }): ReactNode {
  const { t } = useWords()
  if (setUp.next === null) return t('done')
  const counted = setUp.steps.filter(({ isOptional }) => !isOptional)
  const done = counted.filter(({ state }) => state === 'done').length
  return (
    <>
      {t('organizations.setUpOf', { done, all: counted.length })}
      <div>{t('organizations.setUpNext', { step: t(`setUp.step.${setUp.next}`) })}</div>
    </>
  )
}
