// One step of a set-up: a number that becomes a tick.
import { Text, Title } from '@mantine/core'
import { IconCheck } from '@tabler/icons-react'
import { type ReactNode, useEffect, useRef, useState } from 'react'
import { useWords } from '../i18n/language.tsx'

/** A step with its number, its state and what there is to do. */
export function Step(props: {
  readonly number: number
  readonly title: string
  readonly isDone: boolean
  /** What was seen, or what is waited for. */
  readonly state?: ReactNode
  /** Whether the state, once it is done, is good news and not advice. */
  readonly isNews?: boolean
  readonly children?: ReactNode
}): ReactNode {
  const { t, number } = useWords()
  const isLit = useTurnedTrue(props.isDone)
  return (
    <section className="rc-step" data-step={props.number} data-done={props.isDone} aria-label={props.title}>
      <div className={`rc-mark ${props.isDone ? 'rc-good' : 'rc-info'} ${isLit ? 'rc-lit' : ''}`}>
        {props.isDone ? (
          <IconCheck size={18} aria-hidden="true" />
        ) : (
          <span aria-hidden="true">{number(props.number)}</span>
        )}
        {props.isDone && <span className="rc-hidden">{t('done')}</span>}
      </div>
      <div>
        <Title order={3} size="h5">
          {props.title}
        </Title>
        {props.state !== undefined && (
          <Text
            size="sm"
            c={props.isDone && props.isNews === true ? 'var(--rc-good)' : 'dimmed'}
            role="status"
            component="div"
          >
            {props.state}
          </Text>
        )}
        {props.children !== undefined && <div style={{ marginTop: 12 }}>{props.children}</div>}
      </div>
    </section>
  )
}

/** Whether it turned true while the screen was open: then it is worth a light. */
function useTurnedTrue(value: boolean): boolean {
  const first = useRef(value)
  const [hasTurned, setTurned] = useState(false)
  useEffect(() => {
    if (value && !first.current) setTurned(true)
  }, [value])
  return hasTurned
}
