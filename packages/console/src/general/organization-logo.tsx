// The organization's own logo, beside the product's on the pages that its people sign in through.
import { Stack } from '@mantine/core'
import type { ReactNode } from 'react'
import { makeStale, useCall, useChange } from '../base/api.ts'
import { useOrganization } from '../frame/session.tsx'
import { useWords } from '../i18n/language.tsx'
import { ImageField } from '../ui/image-field.tsx'
import { Answer, Panel } from '../ui/page.tsx'

/** Chosen, replaced and taken away here. */
export function OrganizationLogoPanel(): ReactNode {
  const { t } = useWords()
  const { params } = useOrganization()
  const query = useCall('getOrganizationLogo', { params })
  const put = useChange('putOrganizationLogo', ['listEvents'])
  const remove = useChange('deleteOrganizationLogo', ['listEvents'])
  return (
    <Panel title={t('general.logo')} about={t('general.logoHint')}>
      <Answer query={query}>
        {(logo) => (
          <Stack gap="lg">
            {(['logo', 'logo_dark'] as const).map((kind) => (
              <ImageField
                key={kind}
                kind={kind}
                image={logo[kind]}
                put={async (body) => {
                  await put.mutateAsync({ params: { ...params, kind }, body })
                  await makeStale(['getOrganizationLogo'])
                }}
                remove={async () => {
                  await remove.mutateAsync({ params: { ...params, kind } })
                  await makeStale(['getOrganizationLogo'])
                }}
              />
            ))}
          </Stack>
        )}
      </Answer>
    </Panel>
  )
}
