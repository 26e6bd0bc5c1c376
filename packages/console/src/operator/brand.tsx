// What customers see of the operator's product: said here, shown as it will look.
import { Stack } from '@mantine/core'
import type { ReactNode } from 'react'
import { useCall } from '../base/api.ts'
import { useWords } from '../i18n/language.tsx'
import { Answer, Page, Panel } from '../ui/page.tsx'
import { BrandForm } from './brand/brand-form.tsx'
import { BrandImages } from './brand/brand-images.tsx'
import { BrandPreview } from './brand/brand-preview.tsx'
import { DomainRecordForm } from './brand/domain-record-form.tsx'

/** What customers see of the operator's product. */
export function BrandScreen(): ReactNode {
  const { t } = useWords()
  const query = useCall('getBrand', {})
  return (
    <Page title={t('nav.brand')} about={t('brand.about')}>
      <Answer query={query}>
        {(brand) => (
          <Stack gap="lg">
            <Panel title={t('brand.preview')} about={t('brand.previewHint')}>
              <BrandPreview brand={brand} />
            </Panel>
            <Panel title={t('brand.words')}>
              <BrandForm key={`w${brand.updatedAt}`} brand={brand} />
            </Panel>
            <Panel title={t('brand.images')} about={t('brand.imagesHint')}>
              <BrandImages brand={brand} />
            </Panel>
            <Panel title={t('brand.record')} about={t('brand.recordHint')}>
              <DomainRecordForm key={`d${brand.updatedAt}`} brand={brand} />
            </Panel>
          </Stack>
        )}
      </Answer>
    </Page>
  )
}
