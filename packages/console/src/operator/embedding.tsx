// Where the settings may stand in a frame: the origins of the product's pages.
import type { ReactNode } from 'react'
import { useCall } from '../base/api.ts'
import { useWords } from '../i18n/language.tsx'
import { Answer, Page, Panel } from '../ui/page.tsx'
import { OriginsForm } from './embedding/origins-form.tsx'

/** Where the settings may be embedded. */
export function EmbeddingScreen(): ReactNode {
  const { t } = useWords()
  const query = useCall('getEmbedding', {})
  return (
    <Page title={t('nav.embedding')} about={t('embedding.about')}>
      <Answer query={query}>
        {({ origins }) => (
          <Panel title={t('embedding.origins')} about={t('embedding.originsAbout')}>
            <OriginsForm key={origins.join(' ')} origins={origins} />
          </Panel>
        )}
      </Answer>
    </Page>
  )
}
