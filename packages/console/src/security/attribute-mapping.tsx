// Which attributes of a sign-in fill which fields, with a preview on a real person before anything is kept.

import type { ReactNode } from 'react'
import { useCall } from '../base/api.ts'
import { useOrganization } from '../frame/session.tsx'
import { useWords } from '../i18n/language.tsx'
import { Answer, Page } from '../ui/page.tsx'
import { MappingForm } from './attribute-mapping/mapping-form.tsx'

/** Which attributes fill which fields. */
export function AttributeMappingScreen(): ReactNode {
  const { t } = useWords()
  const { params } = useOrganization()
  const query = useCall('getAttributeMapping', { params })
  return (
    <Page title={t('nav.attributes')} about={t('attributes.about')}>
      <Answer query={query}>{(view) => <MappingForm key={JSON.stringify(view.rules)} view={view} />}</Answer>
    </Page>
  )
}
