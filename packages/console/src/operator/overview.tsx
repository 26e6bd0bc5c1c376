// The operator's overview: what wants a look, what came on each day and from whom, and what serves.
import { type ReactNode, useState } from 'react'
import { useCall } from '../base/api.ts'
import { useWords } from '../i18n/language.tsx'
import { Answer, Page, Panel } from '../ui/page.tsx'
import { NeedsYou } from './installation/needs.tsx'
import { EndsSoon, Failing } from './overview/attention.tsx'
import { Figures } from './overview/figures.tsx'
import { MostRefused } from './overview/most-refused.tsx'
import { Serving } from './overview/serving.tsx'
import { Traffic } from './overview/traffic.tsx'
import { WebhookAlert } from './webhooks/webhook-alert.tsx'

/** What wants a look, and what all organizations come to. */
export function OverviewScreen(): ReactNode {
  const { t } = useWords()
  const [days, setDays] = useState(30)
  const statistics = useCall('getInstallationStatistics', { query: { days } }, { refetchMs: 60_000 })
  return (
    <Page title={t('nav.overview')} about={t('overview.about')}>
      <WebhookAlert />
      <NeedsYou />
      <EndsSoon />
      <Answer query={statistics}>
        {(found) => (
          <>
            <Failing failing={found.failing} />
            <Panel title={t('overview.figures')}>
              <Figures found={found} />
            </Panel>
            <Traffic found={found} days={days} setDays={setDays} />
            <MostRefused rows={found.mostRefused} days={days} />
          </>
        )}
      </Answer>
      <Serving />
    </Page>
  )
}
