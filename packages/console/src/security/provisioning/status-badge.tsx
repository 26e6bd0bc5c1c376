// How provisioning fares, in one word.
import type { ProvisioningStatus } from '@rollcall/api'
import type { ReactNode } from 'react'
import { useWords } from '../../i18n/language.tsx'
import { Badge, type Tone } from '../../ui/badge.tsx'

const tones: Readonly<Record<ProvisioningStatus, Tone>> = {
  off: 'off',
  connecting: 'info',
  active: 'good',
  failing: 'bad',
}

/** How provisioning fares, in a word. */
export function StatusBadge({ status }: { readonly status: ProvisioningStatus }): ReactNode {
  const { t } = useWords()
  return (
    <Badge tone={tones[status]} isLive={status === 'connecting'}>
      {t(`status.${status}`)}
    </Badge>
  )
}
