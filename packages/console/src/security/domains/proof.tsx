// How a domain is proved.
import { Button, Group, Text } from '@mantine/core'
import type { Domain } from '@rollcall/api'
import type { ReactNode } from 'react'
import { useChange } from '../../base/api.ts'
import { useOrganization, useSession } from '../../frame/session.tsx'
import { useWords } from '../../i18n/language.tsx'
import { CopyValue } from '../../ui/copy-value.tsx'
import { Failure } from '../../ui/note.tsx'
import { staleDomains } from './stale-domains.ts'

/** The record to publish, and the ways to say that it is there. */
export function Proof({ domain }: { readonly domain: Domain }): ReactNode {
  const { t } = useWords()
  const at = { params: { ...useOrganization().params, id: domain.id } }
  const isOperator = useSession().kind === 'operator'
  const verify = useChange('verifyDomain', staleDomains)
  const assert = useChange('updateDomain', staleDomains)
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
