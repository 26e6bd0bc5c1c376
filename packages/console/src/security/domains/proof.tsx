// How a domain is proved.
import { Button, Group, Text } from '@mantine/core'
import type { Domain } from '@rollcall/api'
import type { ReactNode } from 'react'
import { makeStale, problemOf, useCall, useChange } from '../../base/api.ts'
import { useOrganization, useSession } from '../../frame/session.tsx'
import { useWords } from '../../i18n/language.tsx'
import { CopyValue } from '../../ui/copy-value.tsx'
import { Failure } from '../../ui/note.tsx'
import { RecordCheck } from './record-check.tsx'
import { staleDomains } from './stale-domains.ts'

/** What the record's own state says already. */
const waits: ReadonlySet<string | undefined> = new Set(['domain_record_missing', 'dns_unavailable'])

/** The record to publish, what was seen of it, and the ways to say that it is there. */
export function Proof({ domain }: { readonly domain: Domain }): ReactNode {
  const { t } = useWords()
  const { params } = useOrganization()
  const at = { params: { ...params, id: domain.id } }
  const isOperator = useSession().kind === 'operator'
  const verify = useChange('verifyDomain', staleDomains)
  const assert = useChange('updateDomain', staleDomains)
  // The service looks by itself: what it finds is on the page without a click.
  useCall('listDomains', { params }, { refetchMs: 15_000 })
  const { recordCheck, txtRecord } = domain
  const refused = waits.has(problemOf(verify.error)?.code) ? null : verify.error
  return (
    <>
      <Text size="sm">{t('domains.record')}</Text>
      <CopyValue label={t('domains.recordName')} value={txtRecord.name} />
      <CopyValue label={t('domains.recordValue')} value={txtRecord.value} />
      <NameHint domain={domain} />
      {recordCheck !== null && <RecordCheck domain={domain} check={recordCheck} />}
      <Failure error={refused ?? assert.error} />
      <Group>
        <Button
          onClick={() => verify.mutate(at, { onError: () => makeStale(['listDomains']) })}
          loading={verify.isPending}
        >
          {t('domains.check')}
        </Button>
        {isOperator && (
          <Button
            variant="default"
            onClick={() => assert.mutate({ ...at, body: { isVerified: true } })}
            loading={assert.isPending}
          >
            {t('domains.assert')}
          </Button>
        )}
      </Group>
      {recordCheck?.nextAt !== null && (
        <Text size="sm" c="dimmed">
          {t(domain.lostAt === null ? 'domains.patience' : 'domains.daily')}
        </Text>
      )}
    </>
  )
}

// Most consoles add the domain to the name: whoever pastes the whole name has it twice.
function NameHint({ domain }: { readonly domain: Domain }): ReactNode {
  const { t } = useWords()
  const { recordCheck, txtRecord } = domain
  const zone = recordCheck?.zone ?? domain.name
  const host = recordCheck?.host ?? txtRecord.name.slice(0, -(domain.name.length + 1))
  const provider = recordCheck?.dnsProvider ?? null
  return (
    <Text size="sm" c="dimmed">
      {provider === null
        ? t('domains.hostHint', { host, zone })
        : t('domains.providerHint', { provider, host, zone })}
    </Text>
  )
}
