// Whether the directory's people are this connection's: SCIM's externalId and userName match its ids.
import { Switch, Text } from '@mantine/core'
import type { Connection } from '@rollcall/api'
import type { ReactNode } from 'react'
import { useChange } from '../../base/api.ts'
import { useHandOverRefusal, useOrganization } from '../../frame/session.tsx'
import { useWords } from '../../i18n/language.tsx'
import { Failure } from '../../ui/note.tsx'
import { Panel } from '../../ui/page.tsx'

/** Switches whether the directory's people are those of this connection. */
export function FollowsDirectory({ connection }: { readonly connection: Connection }): ReactNode {
  const { t } = useWords()
  const { params } = useOrganization()
  const refusal = useHandOverRefusal()
  const change = useChange('updateConnection', ['listConnections', 'getConnection', 'listEvents'])
  return (
    <Panel>
      <Switch
        label={t('sso.followsDirectory')}
        description={t('sso.followsDirectoryHint')}
        checked={connection.followsDirectory}
        disabled={change.isPending || refusal !== undefined}
        onChange={(event) =>
          change.mutate({
            params: { ...params, id: connection.id },
            body: { followsDirectory: event.currentTarget.checked },
          })
        }
      />
      {refusal !== undefined && (
        <Text size="sm" c="dimmed" mt={4}>
          {refusal}
        </Text>
      )}
      <Failure error={change.error} />
    </Panel>
  )
}
