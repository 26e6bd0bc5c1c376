// Links for the customer's IT contact: single sign-on, domains and provisioning, for some days, resumable, revocable.

import type { ReactNode } from 'react'
import { useCall } from '../base/api.ts'
import { useOrganization } from '../frame/session.tsx'
import { useWords } from '../i18n/language.tsx'
import { Listing } from '../ui/listing.tsx'
import { Empty, Page, Panel } from '../ui/page.tsx'
import { useLinkColumns } from './set-up-links/columns.tsx'
import { CreateLinkForm } from './set-up-links/create-link.tsx'

/** The links of an organization, and the form that makes one. */
export function SetUpLinksScreen(): ReactNode {
  const { t } = useWords()
  const { params } = useOrganization()
  const query = useCall('listPortalLinks', { params })
  const columns = useLinkColumns()
  return (
    <Page title={t('nav.setUpLinks')} about={t('setUpLinks.about')}>
      <Panel title={t('setUpLinks.create')}>
        <CreateLinkForm />
      </Panel>
      <Panel>
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
