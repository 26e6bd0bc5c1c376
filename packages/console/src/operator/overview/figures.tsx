// A few numbers in large: how many there are, and what came today.
import type { InstallationStatistics } from '@rollcall/api'
import type { ReactNode } from 'react'
import { useWords } from '../../i18n/language.tsx'

/** How many organizations and people there are, and what came since midnight in UTC. */
export function Figures({ found }: { readonly found: InstallationStatistics }): ReactNode {
  const { t, number } = useWords()
  const today = found.days.at(-1)
  const requests = (today?.reads ?? 0) + (today?.changes ?? 0) + (today?.refusals ?? 0)
  const figures = [
    [t('nav.organizations'), found.organizationCount],
    [t('overview.people'), found.people],
    [t('overview.requestsToday'), requests],
    [t('overview.signInsToday'), today?.signIns ?? 0],
    [t('overview.deliveriesToday'), today?.deliveries ?? 0],
  ] as const
  return (
    <dl className="rc-tiles">
      {figures.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{number(value)}</dd>
        </div>
      ))}
    </dl>
  )
}
