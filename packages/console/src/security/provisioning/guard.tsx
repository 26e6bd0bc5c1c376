// How many people may leave at once before somebody is warned.

import { NumberInput, Switch } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { type DeprovisionGuard, defaultDeprovisionGuard } from '@rollcall/api'
import { type ReactNode, useState } from 'react'
import { useChange } from '../../base/api.ts'
import { useHandOverRefusal, useOrganization } from '../../frame/session.tsx'
import { useWords } from '../../i18n/language.tsx'
import { Form } from '../../ui/form.tsx'
import { Panel } from '../../ui/page.tsx'

/** As it is typed: an empty field is no number. */
interface Typed {
  readonly people: number | string
  readonly percent: number | string
  readonly minutes: number | string
}

function toTyped({ people, percent, windowSeconds }: DeprovisionGuard): Typed {
  return { people, percent, minutes: windowSeconds / 60 }
}

function toGuard({ people, percent, minutes }: Typed): DeprovisionGuard {
  return {
    people: Number(people),
    percent: Number(percent),
    windowSeconds: Math.round(Number(minutes) * 60),
  }
}

/** The limit of an organization, or none. */
export function Guard({ guard }: { readonly guard: DeprovisionGuard | null }): ReactNode {
  const { t } = useWords()
  const { params } = useOrganization()
  const { mutate, error, isPending } = useChange('updateProvisioning', ['getProvisioning', 'listEvents'])
  const refusal = useHandOverRefusal()
  const [isOn, setOn] = useState(guard !== null)
  const [typed, setTyped] = useState(() => toTyped(guard ?? defaultDeprovisionGuard))
  const isFilled = Object.values(typed).every((value) => typeof value === 'number')
  return (
    <Panel title={t('guard.title')} about={t('guard.about')}>
      <Form
        width={560}
        submit={() =>
          mutate(
            { params, body: { deprovisionGuard: isOn ? toGuard(typed) : null } },
            { onSuccess: () => notifications.show({ message: t('saved') }) },
          )
        }
        act={t('save')}
        isBusy={isPending}
        isReady={!isOn || isFilled}
        reason={refusal}
        error={error}
      >
        <Switch
          label={t('guard.on')}
          checked={isOn}
          onChange={(event) => setOn(event.currentTarget.checked)}
        />
        {isOn && <Limits typed={typed} change={setTyped} />}
      </Form>
    </Panel>
  )
}

function Limits(props: { readonly typed: Typed; readonly change: (typed: Typed) => void }): ReactNode {
  const { t } = useWords()
  const { typed, change } = props
  return (
    <>
      <NumberInput
        label={t('guard.people')}
        min={1}
        max={1_000_000}
        allowDecimal={false}
        value={typed.people}
        onChange={(people) => change({ ...typed, people })}
      />
      <NumberInput
        label={t('guard.percent')}
        min={0}
        max={100}
        suffix=" %"
        value={typed.percent}
        onChange={(percent) => change({ ...typed, percent })}
      />
      <NumberInput
        label={t('guard.minutes')}
        min={1}
        max={1_440}
        value={typed.minutes}
        onChange={(minutes) => change({ ...typed, minutes })}
      />
    </>
  )
}
