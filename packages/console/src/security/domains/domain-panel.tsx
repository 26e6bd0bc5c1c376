// One domain: its state, its proof until it is proved, and its removal.
import { Group, Stack } from '@mantine/core'
import type { Domain } from '@rollcall/api'
import type { ReactNode } from 'react'
import { useChange } from '../../base/api.ts'
import { useHandOverRefusal, useOrganization } from '../../frame/session.tsx'
import { useWords } from '../../i18n/language.tsx'
import { Badge } from '../../ui/badge.tsx'
import { ConfirmButton } from '../../ui/confirm.tsx'
import { Note } from '../../ui/note.tsx'
import { Panel } from '../../ui/page.tsx'
import { When } from '../../ui/when.tsx'
import { DomainTies } from './domain-ties.tsx'
import { Proof } from './proof.tsx'
import { staleDomains } from './stale-domains.ts'

/** The panel of a domain. */
export function DomainPanel({ domain }: { readonly domain: Domain }): ReactNode {
  const { t } = useWords()
  const { params } = useOrganization()
  const refusal = useHandOverRefusal()
  const remove = useChange('deleteDomain', staleDomains)
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
