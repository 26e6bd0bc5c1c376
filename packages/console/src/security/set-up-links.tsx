// Links for the customer's IT contact: single sign-on, domains and provisioning, for some days, resumable, revocable.

import { type ReactNode, useState } from 'react'
import { useCall, useChange } from '../base/api.ts'
import { useOrganization } from '../frame/session.tsx'
import { useWords } from '../i18n/language.tsx'
import { Listing } from '../ui/listing.tsx'
import { Failure } from '../ui/note.tsx'
import { Empty, Page, Panel } from '../ui/page.tsx'
import { useLinkColumns } from './set-up-links/columns.tsx'
import { CreateLinkForm } from './set-up-links/create-link.tsx'
import { InviteResult } from './set-up-links/invite.tsx'
import { SetUpSteps } from './set-up-links/set-up-steps.tsx'
import { staleLinks } from './set-up-links/stale-links.ts'

/** The links of an organization, and the form that makes one. */
export function SetUpLinksScreen(): ReactNode {
  const { t } = useWords()
  const { params } = useOrganization()
  const query = useCall('listPortalLinks', { params })
  const resend = useChange('resendPortalLink', staleLinks)
  const [sentTo, setSentTo] = useState('')
  const columns = useLinkColumns(({ id, email }) => {
    setSentTo(email ?? '')
    resend.mutate({ params: { ...params, id } })
  })
  return (
    <Page title={t('nav.setUpLinks')} about={t('setUpLinks.about')}>
      <SetUpSteps />
      <Panel title={t('setUpLinks.create')}>
        <CreateLinkForm />
      </Panel>
      <Panel>
        <Failure error={resend.error} />
        {resend.data !== undefined && <InviteResult made={resend.data} to={sentTo} />}
        <Listing
          query={query}
          label={t('nav.setUpLinks')}
          columns={columns}
          empty={<Empty title={t('setUpLinks.none')} />}
        />
      </Panel>
    </Page>
  )
}
