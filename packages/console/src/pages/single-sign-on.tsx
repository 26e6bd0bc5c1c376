// All connections of the organization with their state.
import { Button } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { Link } from 'react-router'
import { useCall } from '../api.ts'
import { ConnectionBadge } from '../connections/connection-badge.tsx'
import { Expiry } from '../connections/metadata-preview.tsx'
import { protocolNames, providerName } from '../connections/providers.ts'
import { useWords } from '../i18n/language.tsx'
import { links } from '../links.ts'
import { useOrganization } from '../session.tsx'
import { Answer, Empty, Page, Panel } from '../ui/page.tsx'
import { Table } from '../ui/table.tsx'

export function Screen(): ReactNode {
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
