// What is shown where a screen broke, and where there is none.
import { Button, Text } from '@mantine/core'
import type { ReactNode } from 'react'
import { Link, useRouteError } from 'react-router'
import { links } from '../base/links.ts'
import { useWords } from '../i18n/language.tsx'
import { Page } from './page.tsx'

/** That a screen broke, and the way to load it again. */
export function Crash(): ReactNode {
  const { t } = useWords()
  const error = useRouteError()
  console.error(error)
  return (
    <main style={{ padding: '2rem' }}>
      <Page title={t('crash.title')}>
        <Text>{t('crash.about')}</Text>
        <div>
          <Button onClick={() => location.reload()}>{t('crash.reload')}</Button>
        </div>
      </Page>
    </main>
  )
}

/** That there is no screen at this address. */
export function Missing(): ReactNode {
  const { t } = useWords()
  return (
    <Page title={t('missing.title')}>
      <Text>{t('missing.about')}</Text>
      <div>
        <Button component={Link} to={links.organizations()}>
          {t('missing.home')}
        </Button>
      </div>
    </Page>
  )
}
