// The room `console/security`: the screens under Security, from connections to set-up links. What a set-up link reaches is among them.
//
// `single-sign-on`, `new-connection` and `connection` are connections, a new one and one of them; `verified-domains` whom they speak for.
// `user-provisioning` is the mode, its keys and its guard; `attribute-mapping` and `role-mapping` what is made of what comes.
// `set-up-links` are for the customer's contact.
// What only some may do is hidden by the rung of the session; the service refuses it in any case.
//
// All connections of the organization with their state.
import { Button } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { Link } from 'react-router'
import { useCall } from '../base/api.ts'
import { links } from '../base/links.ts'
import { useOrganization } from '../frame/session.tsx'
import { useWords } from '../i18n/language.tsx'
import { Answer, Empty, Page, Panel } from '../ui/page.tsx'
import { Table } from '../ui/table.tsx'
import { ConnectionBadge } from './connections/connection-badge.tsx'
import { Expiry } from './connections/metadata-preview.tsx'
import { protocolNames, providerName } from './connections/providers.ts'

/** The connections of an organization. */
export function SingleSignOnScreen(): ReactNode {
  const { t } = useWords()
  const { params, slug } = useOrganization()
  const query = useCall('listConnections', { params })
  const add = (
    <Button component={Link} to={links.newConnection(slug)} leftSection={<IconPlus size={18} />}>
      {t('sso.connect')}
    </Button>
  )
  return (
    <Page title={t('nav.sso')} about={t('sso.about')} actions={add}>
      <Panel>
        <Answer query={query}>
          {({ items }) =>
            items.length === 0 ? (
              <Empty title={t('sso.none')} action={add}>
                {t('sso.noneHint')}
              </Empty>
            ) : (
              <Table
                label={t('nav.sso')}
                rows={items}
                columns={[
                  {
                    head: t('sso.name'),
                    cell: ({ id, name }) => <Link to={links.connection(slug, id)}>{name}</Link>,
                  },
                  {
                    head: t('sso.provider'),
                    cell: providerName,
                  },
                  { head: t('sso.protocol'), cell: ({ protocol }) => protocolNames[protocol] },
                  { head: t('sso.state'), cell: (connection) => <ConnectionBadge connection={connection} /> },
                  {
                    head: t('sso.certificates'),
                    cell: ({ identityProviderMetadata }) => {
                      const ends =
                        identityProviderMetadata?.certificates.map(({ notAfter }) => notAfter).sort() ?? []
                      const last = ends.at(-1)
                      return last === undefined ? '–' : <Expiry at={last} />
                    },
                  },
                ]}
              />
            )
          }
        </Answer>
      </Panel>
    </Page>
  )
}
