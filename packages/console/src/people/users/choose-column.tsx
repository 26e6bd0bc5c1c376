// The column by which people of the list are chosen.
import { Checkbox } from '@mantine/core'
import type { User } from '@rollcall/api'
import { useWords } from '../../i18n/language.tsx'
import type { Column } from '../../ui/table.tsx'
import type { ChosenPeople } from './use-chosen.ts'

/** A box for each row, and one in the head for all that are shown. */
export function useChooseColumn(chosen: ChosenPeople, rows: readonly User[]): Column<User> {
  const { t } = useWords()
  const ids = rows.map(({ id }) => id)
  const count = ids.filter(chosen.has).length
  return {
    head: t('many.choose'),
    headCell: (
      <Checkbox
        aria-label={t('many.choosePage')}
        checked={count > 0 && count === ids.length}
        indeterminate={count > 0 && count < ids.length}
        disabled={chosen.isEverybody || ids.length === 0}
        onChange={() => chosen.toggle(ids)}
      />
    ),
    cell: ({ id, displayName, userName }) => (
      <Checkbox
        aria-label={t('many.chooseOne', { name: displayName ?? userName })}
        checked={chosen.has(id)}
        disabled={chosen.isEverybody}
        onChange={() => chosen.toggle([id])}
      />
    ),
  }
}
