// How a request or a sign-in ended, in one look for all lists.

import type { ActivityView } from '@rollcall/api'
import type { ReactNode } from 'react'
import { useWords } from '../i18n/language.tsx'
import { Badge } from './badge.tsx'

const tones = { ok: 'good', refused: 'warn', failed: 'bad' } as const

/** The outcome as a word in its colour. */
export function OutcomeBadge({ outcome }: { readonly outcome: ActivityView['outcome'] }): ReactNode {
  const { t } = useWords()
  return <Badge tone={tones[outcome]}>{t(`outcome.${outcome}`)}</Badge>
}
