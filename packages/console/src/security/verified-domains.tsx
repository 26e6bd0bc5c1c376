// Domains that the organization proves: whose addresses its identity provider may vouch for.

import { Button, Group, Stack, Text, TextInput } from '@mantine/core'
import type { Domain } from '@rollcall/api'
import type { ReactNode } from 'react'
import { useCall, useChange } from '../base/api.ts'
import { useHandOverRefusal, useOrganization, useSession } from '../frame/session.tsx'
import { useWords } from '../i18n/language.tsx'
import { Badge } from '../ui/badge.tsx'
import { ConfirmButton } from '../ui/confirm.tsx'
import { useContractForm } from '../ui/contract-form.ts'
import { CopyValue } from '../ui/copy-value.tsx'
import { LineForm } from '../ui/form.tsx'
import { Failure, Note } from '../ui/note.tsx'
import { Answer, Empty, Page, Panel } from '../ui/page.tsx'
import { When } from '../ui/when.tsx'
import { DomainTies } from './domains/domain-ties.tsx'

const loadSchema = async () => (await import('@rollcall/api/schemas')).newDomainSchema

const stale = ['listDomains', 'listEvents'] as const

/** The domains that an organization proved or is about to prove. */
export function VerifiedDomainsScreen(): ReactNode {
  const { t } = useWords()
  const { params } = useOrganization()
  const query = useCall('listDomains', { params })
  const { mutateAsync } = useChange('addDomain', stale)
  const { form, error, isBusy, submit } = useContractForm(loadSchema, { name: '' })
  return (
    <Page title={t('nav.domains')} about={t('domains.about')}>
      <Panel title={t('domains.add')}>
        <LineForm
          submit={submit(async ({ name }) => {
            await mutateAsync({ params, body: { name: name.trim() } })
            form.reset()
          })}
          act={t('domains.add')}
          isBusy={isBusy}
          error={error}
        >
          <TextInput
            label={t('domains.name')}
            placeholder="acme.com"
            style={{ flex: '1 1 220px' }}
            {...form.getInputProps('name')}
          />
        </LineForm>
      </Panel>
      <Answer query={query}>
        {({ items }) =>
          items.length === 0 ? (
            <Panel>
              <Empty title={t('domains.none')}>{t('domains.noneHint')}</Empty>
            </Panel>
          ) : (
            items.map((domain) => <DomainPanel key={domain.id} domain={domain} />)
          )
        }
      </Answer>
    </Page>
  )
}

function DomainPanel({ domain }: { readonly domain: Domain }): ReactNode {
  const { t } = useWords()
  const { params } = useOrganization()
  const refusal = useHandOverRefusal()
  const remove = useChange('removeDomain', stale)
  const at = { params: { ...params, id: domain.id } }
  return (
    <Panel
      title={domain.name}
      about={
        domain.verifiedAt === null ? undefined : (
          <>
            {t(domain.verifiedBy === 'operator' ? 'domains.byOperator' : 'domains.byDns')}{' '}
            <When at={domain.verifiedAt} />
          </>
        )
      }
      actions={
        <Group gap="xs">
          <DomainBadge domain={domain} />
          <ConfirmButton
            label={t('domains.remove')}
            ariaLabel={t('domains.removeTitle', { name: domain.name })}
            title={t('domains.removeTitle', { name: domain.name })}
            body={t('domains.removeBody')}
            act={t('domains.remove')}
            isDangerous
            reason={domain.verifiedAt === null ? undefined : refusal}
            run={() => remove.mutateAsync(at)}
          />
        </Group>
      }
    >
      <Stack gap="sm">
        {domain.verifiedAt !== null && <DomainTies key={domain.connectionIds.join()} domain={domain} />}
        {domain.lostAt !== null && <Note tone="warn">{t('domains.lostHint')}</Note>}
        {(domain.verifiedAt === null || domain.lostAt !== null) && <Proof domain={domain} />}
      </Stack>
    </Panel>
  )
}

function DomainBadge({ domain }: { readonly domain: Domain }): ReactNode {
  const { t } = useWords()
  if (domain.verifiedAt === null) return <Badge tone="warn">{t('domains.pending')}</Badge>
  if (domain.lostAt !== null) return <Badge tone="bad">{t('domains.lost')}</Badge>
  return <Badge tone="good">{t('domains.verified')}</Badge>
}

/** The record to publish, and the ways to say that it is there. */
function Proof({ domain }: { readonly domain: Domain }): ReactNode {
  const { t } = useWords()
  const at = { params: { ...useOrganization().params, id: domain.id } }
  const isOperator = useSession().kind === 'operator'
  const verify = useChange('verifyDomain', stale)
  const assert = useChange('assertDomain', stale)
  return (
    <>
      <Text size="sm">{t('domains.record')}</Text>
      <CopyValue label={t('domains.recordName')} value={domain.txtRecord.name} />
      <CopyValue label={t('domains.recordValue')} value={domain.txtRecord.value} />
      <Failure error={verify.error ?? assert.error} />
      <Group>
        <Button onClick={() => verify.mutate(at)} loading={verify.isPending}>
          {t('domains.check')}
        </Button>
        {isOperator && (
          <Button
            variant="default"
            onClick={() => assert.mutate({ ...at, body: { verified: true } })}
            loading={assert.isPending}
          >
            {t('domains.assert')}
          </Button>
        )}
      </Group>
      <Text size="sm" c="dimmed">
        {t('domains.patience')}
      </Text>
    </>
  )
}
