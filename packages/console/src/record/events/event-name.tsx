// An event's type in words; one that is not known yet is shown by its type.
import type { ReactNode } from 'react'
import { events } from '../../i18n/en/events.ts'
import { useWords, type WordKey } from '../../i18n/language.tsx'

/** The type's words above the type itself. */
export function EventName({ type }: { readonly type: string }): ReactNode {
  const { t } = useWords()
  const key = `event.${type}`
  return (
    <>
      {key in events && <div>{t(key as WordKey)}</div>}
      <span className="rc-mono" style={{ fontSize: 12.5, color: 'var(--mantine-color-dimmed)' }}>
        {type}
      </span>
    </>
  )
}
