// The room `console/record/activity`: parts of the screen of requests and sign-ins. It is asked for again when the service says that there
// is more.
//
// The columns of the list of requests and sign-ins.
import { Button } from '@mantine/core'
import type { ActivityView } from '@rollcall/api'
import { Explanation } from '../../i18n/explanation.tsx'
import { useWords } from '../../i18n/language.tsx'
import { OutcomeBadge } from '../../ui/outcome-badge.tsx'
import type { Column } from '../../ui/table.tsx'
import { When } from '../../ui/when.tsx'

/** What stands in the row of a request; `show` opens all that is known of it. */
export function useActivityColumns(show: (row: ActivityView) => void): readonly Column<ActivityView>[] {
  const { t } = useWords()
  return [
    { head: t('activity.when'), cell: ({ occurredAt }) => <When at={occurredAt} /> },
    {
      head: t('activity.outcome'),
      cell: ({ outcome }) => <OutcomeBadge outcome={outcome} />,
    },
    {
      head: t('activity.what'),
      cell: (row) => (
        <>
          <Explanation of={row} />
          <div className="rc-mono" style={{ color: 'var(--mantine-color-dimmed)', fontSize: 12.5 }} dir="ltr">
            {row.kind === 'sign_in' ? (row.code ?? '') : `${row.method} ${row.path}`}
          </div>
        </>
      ),
    },
    {
      head: t('actions'),
      isActions: true,
      cell: (row) => (
        <Button size="xs" variant="default" onClick={() => show(row)}>
          {t('details')}
        </Button>
      ),
    },
  ]
}
