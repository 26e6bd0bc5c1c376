// Our own certificates of the organization, and their rollover: publish the next, let the identity provider take it in, use it.
import { Button, Group, Stack, Text } from '@mantine/core'
import type { Connection, ServiceKey } from '@rollcall/api'
import type { ReactNode } from 'react'
import { useCall, useChange } from '../../base/api.ts'
import { useHandOverRefusal, useOrganization } from '../../frame/session.tsx'
import { useWords } from '../../i18n/language.tsx'
import { Badge } from '../../ui/badge.tsx'
import { ConfirmButton } from '../../ui/confirm.tsx'
import { ExplainedButton } from '../../ui/explained-button.tsx'
import { Failure } from '../../ui/note.tsx'
import { Answer, Empty, Panel } from '../../ui/page.tsx'
import { type Column, Table } from '../../ui/table.tsx'
import { Expiry } from './metadata-preview.tsx'

const stale = ['listServiceKeys', 'listEvents'] as const

/** Our certificates of the organization; they are the same for all of its SAML connections. */
export function Certificates({ connection }: { readonly connection: Connection }): ReactNode {
  const { t } = useWords()
  const { params } = useOrganization()
  const query = useCall('listServiceKeys', { params })
  const create = useChange('createServiceKey', stale)
  const columns = useColumns()
  const refusal = useHandOverRefusal()
  const isUsed = connection.options.signRequests || connection.options.wantEncryptedAssertions
  return (
    <Panel
      title={t('certificates.title')}
      about={t(isUsed ? 'certificates.about' : 'certificates.unused')}
      actions={
        <ExplainedButton
          variant="default"
          size="xs"
          reason={refusal}
          onClick={() => create.mutate({ params })}
          loading={create.isPending}
        >
          {t('certificates.create')}
        </ExplainedButton>
      }
    >
      <Stack gap="sm">
        <Failure error={create.error} />
        <Answer query={query}>
          {({ items }) =>
            items.length === 0 ? (
              <Empty title={t('certificates.none')} />
            ) : (
              <Table label={t('certificates.title')} rows={items} columns={columns} />
            )
          }
        </Answer>
      </Stack>
    </Panel>
  )
}

function useColumns(): readonly Column<ServiceKey>[] {
  const { t } = useWords()
  return [
    {
      head: t('certificates.state'),
      cell: ({ state }) => (
        <Badge tone={state === 'current' ? 'good' : state === 'next' ? 'info' : 'off'}>
          {t(`certificates.${state}`)}
        </Badge>
      ),
    },
    {
      head: t('certificates.fingerprint'),
      cell: ({ fingerprint }) => <span className="rc-mono">{fingerprint}</span>,
    },
    { head: t('certificates.expires'), cell: ({ notAfter }) => <Expiry at={notAfter} /> },
    { head: t('actions'), isActions: true, cell: (key) => <Acts serviceKey={key} /> },
  ]
}

function Acts({ serviceKey }: { readonly serviceKey: ServiceKey }): ReactNode {
  const { t } = useWords()
  const { params } = useOrganization()
  const activate = useChange('activateServiceKey', stale)
  const refusal = useHandOverRefusal()
  const { id, state, certificate, activation } = serviceKey
  return (
    <Group gap="xs" justify="flex-end">
      <Button
        size="xs"
        variant="default"
        component="a"
        download="saml-certificate.pem"
        href={`data:application/x-pem-file,${encodeURIComponent(certificate)}`}
      >
        PEM
      </Button>
      {state === 'next' && refusal === undefined && (
        <ConfirmButton
          label={t('certificates.activate')}
          title={t('certificates.activateTitle')}
          body={<Text>{t('certificates.activateBody')}</Text>}
          act={t('certificates.activate')}
          reason={activation === null ? undefined : t('certificates.ownersOnly')}
          run={() => activate.mutateAsync({ params: { ...params, id }, body: { overlapDays: 30 } })}
        />
      )}
    </Group>
  )
}
