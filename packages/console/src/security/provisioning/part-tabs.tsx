// The parts of User Provisioning once it runs, a tab each; which one is open stands in the address, so that a link leads to it.
import { Stack, Tabs } from '@mantine/core'
import type { ReactNode } from 'react'
import { useSearchParams } from 'react-router'
import { useWords } from '../../i18n/language.tsx'

const parts = ['health', 'keys', 'guard', 'mode'] as const
type Part = (typeof parts)[number]

/** One of them is shown, health where the address names none. */
export function PartTabs(props: Readonly<Record<Part, ReactNode>>): ReactNode {
  const { t } = useWords()
  const [address, setAddress] = useSearchParams()
  const open = parts.find((part) => part === address.get('part')) ?? 'health'
  return (
    <Tabs
      value={open}
      keepMounted={false}
      onChange={(part) => setAddress(part === null || part === 'health' ? {} : { part }, { replace: true })}
    >
      <Tabs.List aria-label={t('part.label')} mb="md">
        {parts.map((part) => (
          <Tabs.Tab key={part} value={part}>
            {t(`part.${part}`)}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      {parts.map((part) => (
        <Tabs.Panel key={part} value={part}>
          <Stack gap="lg">{props[part]}</Stack>
        </Tabs.Panel>
      ))}
    </Tabs>
  )
}
