// The room `console/general`: an organization's own page, with what the operator sold. Where a sign-in ends is chosen there too.
//
// `general` is the screen. `general-form` is what an administrator changes, `operator-part` what the operator does.
// `save` keeps either form.
// `organization-logo` is what its people see beside the product's logo.
// `default-application` is where a sign-in ends that the identity provider began.
//
// Name, default role, where a sign-in may lead; for the operator also what was sold, and the removal.

import type { ReactNode } from 'react'
import { links } from '../base/links.ts'
import { useOrganization, useSession } from '../frame/session.tsx'
import { useWords } from '../i18n/language.tsx'
import { CopyValue } from '../ui/copy-value.tsx'
import { Page, Panel } from '../ui/page.tsx'
import { DefaultApplication } from './default-application.tsx'
import { GeneralForm } from './general-form.tsx'
import { OperatorPart } from './operator-part.tsx'
import { OrganizationLogoPanel } from './organization-logo.tsx'

/** What an organization is called, and for the operator what was sold. */
export function GeneralScreen(): ReactNode {
  const { t } = useWords()
  const organization = useOrganization()
  const isOperator = useSession().kind === 'operator'
  return (
    <Page title={t('nav.general')}>
      <Panel title={t('general.title')}>
        <GeneralForm key={organization.updatedAt} />
      </Panel>
      <Panel title={t('general.signIn')} about={t('general.signInHint')}>
        <CopyValue
          label={t('general.signInUrl')}
          value={`${location.origin}${links.signInOf(organization.slug)}`}
        />
      </Panel>
      <OrganizationLogoPanel />
      {isOperator && <DefaultApplication key={`a${organization.updatedAt}`} />}
      {isOperator && <OperatorPart key={`o${organization.updatedAt}`} />}
    </Page>
  )
}
