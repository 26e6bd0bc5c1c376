// The room `console/security/domains`: how a domain is proved, and which connections speak for it. It says whom a change concerns before
// it is made.
//
// `domain-panel.tsx` shows one domain with its state; `proof.tsx` the record to publish, until it is there.
// `record-check.tsx` tells what the service saw in the DNS, and when it looks again by itself. A wait is told calmly.
// `domain-ties.tsx` changes which connections speak for a proved domain.
// What each act makes stale is `stale-domains.ts`.
//
// Which connections speak for a proved domain. Before anything is tied it is said whom that concerns.
import { Checkbox, Group, Stack } from '@mantine/core'
import type { Domain } from '@rollcall/api'
import { type ReactNode, useState } from 'react'
import { useCall, useChange } from '../../base/api.ts'
import { useHandOverRefusal, useOrganization } from '../../frame/session.tsx'
import { useWords } from '../../i18n/language.tsx'
import { ConfirmDialog } from '../../ui/confirm.tsx'
import { ExplainedButton } from '../../ui/explained-button.tsx'
import { Failure, Note } from '../../ui/note.tsx'

const stale = ['listDomains', 'listEvents'] as const

/** The connections of the organization, of which those are ticked that speak for the domain. */
export function DomainTies({ domain }: { readonly domain: Domain }): ReactNode {
  const { t } = useWords()
  const { params } = useOrganization()
  const connections = useCall('listConnections', { params })
  const refusal = useHandOverRefusal()
  const preview = useChange('updateDomain', [])
  const change = useChange('updateDomain', stale)
  const [chosen, setChosen] = useState<readonly string[]>(domain.connectionIds)
  const [people, setPeople] = useState<number | null>(null)
  const items = connections.data?.items ?? []
  if (items.length === 0) return null
  const at = { params: { ...params, id: domain.id } }
  const isSame = [...chosen].sort().join() === [...domain.connectionIds].sort().join()
  return (
    <Stack gap="sm">
      {domain.connectionIds.length === 0 && <Note tone="warn">{t('domains.tiedToNone')}</Note>}
      {domain.connectionIds.length > 1 && <Note tone="info">{t('domains.tiedToMany')}</Note>}
      <Checkbox.Group
        label={t('domains.ties')}
        description={t('domains.tiesHint')}
        value={[...chosen]}
        onChange={setChosen}
      >
        <Stack gap="xs" mt="xs">
          {items.map(({ id, name }) => (
            <Checkbox key={id} value={id} label={name} disabled={refusal !== undefined} />
          ))}
        </Stack>
      </Checkbox.Group>
      <Failure error={preview.error} />
      <Group>
        <ExplainedButton
          variant="default"
          size="xs"
          disabled={isSame && refusal === undefined}
          reason={refusal}
          loading={preview.isPending}
          onClick={() =>
            preview.mutate(
              { ...at, body: { connectionIds: [...chosen], dryRun: true } },
              { onSuccess: (answer) => setPeople(answer.people ?? 0) },
            )
          }
        >
          {t('domains.tie')}
        </ExplainedButton>
      </Group>
      <ConfirmDialog
        isOpen={people !== null}
        close={() => setPeople(null)}
        title={t('domains.tieTitle', { name: domain.name })}
        body={t(chosen.length === 0 ? 'domains.untieBody' : 'domains.tieBody', {
          name: domain.name,
          count: String(people ?? 0),
        })}
        act={t('domains.tie')}
        run={() => change.mutateAsync({ ...at, body: { connectionIds: [...chosen] } })}
      />
    </Stack>
  )
}
