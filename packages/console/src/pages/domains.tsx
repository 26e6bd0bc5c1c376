// Domains that the organization proves: whose addresses its identity provider may vouch for.
import { Button, Group, Stack, Text, TextInput } from '@mantine/core'
import type { Domain } from '@rollcall/api'
import type { ReactNode } from 'react'
import { useCall, useChange } from '../api.ts'
import { DomainTies } from '../domains/domain-ties.tsx'
import { useContractForm } from '../form.ts'
import { useWords } from '../i18n/language.tsx'
import { useHandOverRefusal, useOrganization, useSession } from '../session.tsx'
import { Badge } from '../ui/badge.tsx'
import { ConfirmButton } from '../ui/confirm.tsx'
import { CopyValue } from '../ui/copy-value.tsx'
import { Failure, Note } from '../ui/note.tsx'
import { Answer, Empty, Page, Panel } from '../ui/page.tsx'
import { When } from '../ui/when.tsx'

const loadSchema = async () => (await import('@rollcall/api/schemas')).newDomainSchema

const stale = ['listDomains', 'listEvents'] as const

export function Screen(): ReactNode {
  const { t } = useWords()
  const { params } = useOrganization()
  const query = useCall('listDomains', { params })
  const { mutateAsync } = useChange('addDomain', stale)
  const { form, error, isBusy, submit } = useContractForm(loadSchema, { name: '' })
  return (
    <Page title={t('nav.domains')} about={t('domains.about')}>
      <Panel title={t('domains.add')}>
        <form
          onSubmit={submit(async ({ name }) => {
            await mutateAsync({ params, body: { name: name.trim() } })
            form.reset()
          })}
        >
          <Stack>
            <Group align="flex-end">
              <TextInput
                label={t('domains.name')}
                placeholder="acme.com"
                style={{ flex: '1 1 220px' }}
                {...form.getInputProps('name')}
              />
              <Button type="submit" loading={isBusy}>
                {t('domains.add')}
              </Button>
            </Group>
            <Failure error={error} />
          </Stack>
        </form>
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
  const isOperator = useSession().kind === 'operator'
  const refusal = useHandOverRefusal()
  const verify = useChange('verifyDomain', stale)
  const assert = useChange('assertDomain', stale)
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
          <Badge tone={domain.verifiedAt === null ? 'warn' : domain.lostAt === null ? 'good' : 'bad'}>
            {t(
              domain.verifiedAt === null
                ? 'domains.pending'
                : domain.lostAt === null
                  ? 'domains.verified'
                  : 'domains.lost',
            )}
          </Badge>
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
        {(domain.verifiedAt === null || domain.lostAt !== null) && (
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
        )}
      </Stack>
    </Panel>
  )
}
