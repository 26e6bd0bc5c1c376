// Whether the record is as it was written: a chain of hashes over every event.
import { Button, Group, Text } from '@mantine/core'
import { type ReactNode, useState } from 'react'
import { useCall } from '../../base/api.ts'
import { useOrganization } from '../../frame/session.tsx'
import { useWords } from '../../i18n/language.tsx'
import { Note } from '../../ui/note.tsx'
import { Answer } from '../../ui/page.tsx'

/** Asks the service to check the chain when the button is pressed, and says what it found. */
export function Verify(): ReactNode {
  const { t, time } = useWords()
  const { params } = useOrganization()
  const [isAsked, ask] = useState(false)
  const query = useCall('verifyEvents', { params, query: {} }, { isIdle: !isAsked })
  if (!isAsked)
    return (
      <Note tone="info" title={t('audit.verifyTitle')}>
        <Group justify="space-between" gap="xs">
          <Text size="sm">{t('audit.verifyAbout')}</Text>
          <Button size="xs" variant="default" onClick={() => ask(true)}>
            {t('audit.verify')}
          </Button>
        </Group>
      </Note>
    )
  return (
    <Answer query={query}>
      {({ isIntact, since, sealed, unsealed, brokenAt }) => (
        <Note
          tone={isIntact ? (since === null ? 'info' : 'good') : 'bad'}
          role="status"
          title={
            isIntact
              ? since === null
                ? t('audit.intactNone')
                : t('audit.intact', { since: time(since) })
              : t('audit.broken')
          }
        >
          <Group justify="space-between" gap="xs">
            <Text size="sm">
              {brokenAt === null
                ? t('audit.sealed', { sealed, unsealed })
                : t('audit.brokenAt', { sequence: brokenAt.sequence, reason: brokenAt.reason })}
            </Text>
            <Button
              size="xs"
              variant="default"
              loading={query.isFetching}
              onClick={() => void query.refetch()}
            >
              {t('audit.verify')}
            </Button>
          </Group>
        </Note>
      )}
    </Answer>
  )
}
