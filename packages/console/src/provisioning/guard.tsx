// How many people may leave at once before somebody is warned.
import { Group, NumberInput, Stack, Switch } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { type DeprovisionGuard, defaultDeprovisionGuard } from '@rollcall/api'
import { type ReactNode, useState } from 'react'
import { useChange } from '../api.ts'
import { useWords } from '../i18n/language.tsx'
import { useHandOverRefusal, useOrganization } from '../session.tsx'
import { ExplainedButton } from '../ui/explained-button.tsx'
import { Failure } from '../ui/note.tsx'
import { Panel } from '../ui/page.tsx'

export function Guard({ guard }: { readonly guard: DeprovisionGuard | null }): ReactNode {
  const { t } = useWords()
  const { params } = useOrganization()
  const { mutate, error, isPending } = useChange('updateProvisioning', ['getProvisioning', 'listEvents'])
  const refusal = useHandOverRefusal()
  const [isOn, setOn] = useState(guard !== null)
  const [people, setPeople] = useState<number | string>((guard ?? defaultDeprovisionGuard).people)
  const [percent, setPercent] = useState<number | string>((guard ?? defaultDeprovisionGuard).percent)
  const [minutes, setMinutes] = useState<number | string>(
    (guard ?? defaultDeprovisionGuard).windowSeconds / 60,
  )
  const isFilled = [people, percent, minutes].every((value) => typeof value === 'number')
  const deprovisionGuard = isOn
    ? {
        people: Number(people),
        percent: Number(percent),
        windowSeconds: Math.round(Number(minutes) * 60),
      }
    : null
  return (
    <Panel title={t('guard.title')} about={t('guard.about')}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          mutate(
            { params, body: { deprovisionGuard } },
            { onSuccess: () => notifications.show({ message: t('saved') }) },
          )
        }}
      >
        <Stack maw={560}>
          <Switch
            label={t('guard.on')}
            checked={isOn}
            onChange={(event) => setOn(event.currentTarget.checked)}
          />
          {isOn && (
            <>
              <NumberInput
                label={t('guard.people')}
                min={1}
                max={1_000_000}
                allowDecimal={false}
                value={people}
                onChange={setPeople}
              />
              <NumberInput
                label={t('guard.percent')}
                min={0}
                max={100}
                suffix=" %"
                value={percent}
                onChange={setPercent}
              />
              <NumberInput
                label={t('guard.minutes')}
                min={1}
                max={1_440}
                value={minutes}
                onChange={setMinutes}
              />
            </>
          )}
          <Failure error={error} />
          <Group>
            <ExplainedButton
              type="submit"
              loading={isPending}
              disabled={isOn && !isFilled && refusal === undefined}
              reason={refusal}
            >
              {t('save')}
            </ExplainedButton>
          </Group>
        </Stack>
      </form>
    </Panel>
  )
}
