// What somebody with a set-up link sees first: what is done, what is left, and who does it.
import type { ReactNode } from 'react'
import { useWords } from '../i18n/language.tsx'
import { Page } from '../ui/page.tsx'
import { SetUpRefusals } from './set-up-links/set-up-refusals.tsx'
import { SetUpSteps } from './set-up-links/set-up-steps.tsx'

/** The steps of a set-up. */
export function SetUpScreen(): ReactNode {
  const { t } = useWords()
  return (
    <Page title={t('nav.setUp')} about={t('setUp.about')}>
      <SetUpSteps />
      <SetUpRefusals />
    </Page>
  )
}
