// What can be done to those who are chosen in the list of users.
import { Button, Group, Text } from '@mantine/core'
import type { UserChanges } from '@rollcall/api'
import { type ReactNode, useState } from 'react'
import { useWords } from '../../i18n/language.tsx'
import { ManyDialog } from './many-dialog.tsx'
import type { ChosenPeople } from './use-chosen.ts'

const acts = ['deactivate', 'reactivate', 'role', 'end_sessions'] as const

/** How many are chosen, and a button for each act. It stands there always, so that no row jumps. `where`: what narrows the list. */
export function ManyBar(props: {
  readonly chosen: ChosenPeople
  readonly where: NonNullable<UserChanges['where']>
}): ReactNode {
  const { t, n } = useWords()
  const { chosen, where } = props
  const [act, setAct] = useState<UserChanges['act']>()
  const isNobody = !chosen.isEverybody && chosen.ids.size === 0
  const meant = chosen.isEverybody ? { where } : { userIds: [...chosen.ids] }
  return (
    <>
      <Group className="rc-many" role="toolbar" aria-label={t('many.acts')}>
        <Text {...(isNobody ? { c: 'dimmed', size: 'sm' } : { fw: 600 })} role="status">
          {isNobody
            ? t('many.hint')
            : chosen.isEverybody
              ? t('many.everybody')
              : n('many.chosen', chosen.ids.size)}
        </Text>
        {!isNobody &&
          acts.map((one) => (
            <Button key={one} size="xs" variant="default" onClick={() => setAct(one)}>
              {t(`many.act.${one}`)}
            </Button>
          ))}
        {!chosen.isEverybody && (
          <Button size="xs" variant="subtle" onClick={chosen.chooseEverybody}>
            {t('many.chooseEverybody')}
          </Button>
        )}
        {!isNobody && (
          <Button size="xs" variant="subtle" onClick={chosen.clear}>
            {t('many.clear')}
          </Button>
        )}
      </Group>
      {act !== undefined && (
        <ManyDialog
          act={act}
          meant={meant}
          close={() => setAct(undefined)}
          done={() => {
            setAct(undefined)
            chosen.clear()
          }}
        />
      )}
    </>
  )
}
