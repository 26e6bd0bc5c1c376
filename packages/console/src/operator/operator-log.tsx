// The operator's log: what happened to the installation itself, who did it, before and after.
import { operatorEventTypes } from '@rollcall/api'
import type { ReactNode } from 'react'
import { useCall } from '../base/api.ts'
import { useWords } from '../i18n/language.tsx'
import { useLog } from '../record/events/asked.ts'
import { EventLog } from '../record/events/log.tsx'
import { Page } from '../ui/page.tsx'

/** Every event of the installation, the newest first. */
export function OperatorLogScreen(): ReactNode {
  const { t } = useWords()
  const asked = useLog()
  const { filters, pages } = asked
  const query = useCall('listOperatorEvents', { query: { limit: 50, cursor: pages.cursor, ...filters } })
  return (
    <Page title={t('nav.log')} about={t('log.about')}>
      <EventLog
        asked={asked}
        query={query}
        types={operatorEventTypes}
        label={t('nav.log')}
        slug={undefined}
      />
    </Page>
  )
}
