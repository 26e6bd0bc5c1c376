// What was seen when the record of a domain was looked for last, and when it is looked for again by itself.
import { Stack, Text } from '@mantine/core'
import type { Domain } from '@rollcall/api'
import type { ReactNode } from 'react'
import { useWords } from '../../i18n/language.tsx'
import { Note } from '../../ui/note.tsx'
import { When } from '../../ui/when.tsx'

type Check = NonNullable<Domain['recordCheck']>

const faults: ReadonlySet<Check['outcome']> = new Set(['other_values', 'doubled_name', 'at_domain'])

/** A wait is no fault: it is told calmly. What stands in the wrong place, or says something else, is told with what to do. */
export function RecordCheck(props: { readonly domain: Domain; readonly check: Check }): ReactNode {
  const { t } = useWords()
  const { check, domain } = props
  return (
    <Note tone={faults.has(check.outcome) ? 'warn' : 'info'} role="status">
      <Stack gap={4}>
        <Text size="sm" fw={600}>
          {t(`domains.found.${check.outcome}`, { name: domain.txtRecord.name, domain: domain.name })}
        </Text>
        {check.values.map((value) => (
          <Text key={value} size="sm" component="code" className="rc-break">
            <bdi>{value}</bdi>
          </Text>
        ))}
        <Text size="sm">
          {check.checkedAt !== null && (
            <>
              {t('domains.lookedFor')} <When at={check.checkedAt} />.{' '}
            </>
          )}
          {check.nextAt === null ? (
            t('domains.noLonger')
          ) : (
            <>
              {t('domains.next')} <When at={check.nextAt} />.
            </>
          )}
        </Text>
      </Stack>
    </Note>
  )
}
