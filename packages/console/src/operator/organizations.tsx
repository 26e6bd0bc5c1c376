// The room `console/operator`: the operator's screens, from all organizations to applications. Only the operator's session opens them.
//
// `organizations` is the first screen, `installation` says whether all is well.
// `webhooks` and `webhook` are endpoints and one of them, `applications` and `application` likewise.
// What they are made of lies in folders below.
//
// The operator's first screen: every organization with how its provisioning fares.

import { useDisclosure } from '@mantine/hooks'
import type { ReactNode } from 'react'
import { useCall } from '../base/api.ts'
import { useWords } from '../i18n/language.tsx'
import { CreateButton } from '../ui/dialog-button.tsx'
import { useFilters } from '../ui/filters.tsx'
import { Listing } from '../ui/listing.tsx'
import { Empty, Page, Panel } from '../ui/page.tsx'
import { NeedsYou } from './installation/needs.tsx'
import { useOrganizationColumns } from './organizations/columns.tsx'
import { CreateOrganizationDialog } from './organizations/create-organization.tsx'
import { OrganizationFilters } from './organizations/organization-filters.tsx'
import { WebhookAlert } from './webhooks/webhook-alert.tsx'

/** Every organization, with how its provisioning fares. */
export function OrganizationsScreen(): ReactNode {
  const { t } = useWords()
  const filters = useFilters({ text: '', status: '', sort: '' })
  const { set, search, pages } = filters
  const [isOpen, { open, close }] = useDisclosure(false)
  const query = useCall(
    'listOrganizations',
    { query: { cursor: pages.cursor, ...set } },
    { refetchMs: 15_000 },
  )
  const columns = useOrganizationColumns()
  const create = <CreateButton label={t('organizations.create')} open={open} />
  return (
    <Page title={t('nav.organizations')} about={t('organizations.about')} actions={create}>
      <WebhookAlert isOnlyDisabled />
      <NeedsYou />
      <Panel>
        <OrganizationFilters filters={filters} />
        <Listing
          query={query}
          pages={pages}
          label={t('nav.organizations')}
          columns={columns}
          empty={
            search === '' && set.status === undefined ? (
              <Empty title={t('organizations.none')} action={create}>
                {t('organizations.noneHint')}
              </Empty>
            ) : (
              <Empty title={t('nothingFound')} />
            )
          }
        />
      </Panel>
      <CreateOrganizationDialog isOpen={isOpen} close={close} />
    </Page>
  )
}
