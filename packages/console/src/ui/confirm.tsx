// Asks before something that is hard to take back; shows the refusal in the same place, and stays open then.

import { Button, TextInput } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { type ReactNode, useState } from 'react'
import { useWords } from '../i18n/language.tsx'
import { ExplainedButton } from './explained-button.tsx'
import { FormDialog } from './form.tsx'

/** What is asked before an act, and the act. */
export interface ConfirmProps {
  readonly title: string
  readonly body: ReactNode
  /** What the button says: the act by its name. */
  readonly act: string
  readonly isDangerous?: boolean
  /** What must be typed first. */
  readonly typed?: string
  readonly run: () => Promise<unknown>
}

/** The question itself; it closes when `run` is done, and shows why it was refused. */
export function ConfirmDialog(
  props: ConfirmProps & { readonly isOpen: boolean; readonly close: () => void },
): ReactNode {
  const { t } = useWords()
  const [error, setError] = useState<unknown>(null)
  const [isBusy, setBusy] = useState(false)
  const [text, setText] = useState('')
  const close = (): void => {
    setError(null)
    setText('')
    props.close()
  }
  const run = async (): Promise<void> => {
    setBusy(true)
    setError(null)
    try {
      await props.run()
      close()
    } catch (caught) {
      setError(caught)
    } finally {
      setBusy(false)
    }
  }
  const isReady = props.typed === undefined || text === props.typed
  return (
    <FormDialog
      title={props.title}
      isOpen={props.isOpen}
      close={close}
      submit={() => {
        if (isReady) void run()
      }}
      act={props.act}
      isDangerous={props.isDangerous === true}
      isBusy={isBusy}
      isReady={isReady}
      error={error}
    >
      <div className="rc-break">{props.body}</div>
      {props.typed !== undefined && (
        <TextInput
          label={t('confirm.type', { text: props.typed })}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          autoComplete="off"
        />
      )}
    </FormDialog>
  )
}

/** The button that asks, or one that says why there is nothing to ask. */
export function ConfirmButton(
  props: ConfirmProps & {
    readonly label: string
    readonly ariaLabel?: string
    readonly size?: string
    readonly variant?: string
    /** Why it cannot be done, said beside the button; undefined where it can. */
    readonly reason?: string | undefined
  },
): ReactNode {
  const [isOpen, { open, close }] = useDisclosure(false)
  if (props.reason !== undefined)
    return (
      <ExplainedButton
        size={props.size ?? 'xs'}
        variant={props.variant ?? 'default'}
        reason={props.reason}
        aria-label={props.ariaLabel ?? props.label}
      >
        {props.label}
      </ExplainedButton>
    )
  return (
    <>
      <Button
        size={props.size ?? 'xs'}
        variant={props.variant ?? 'default'}
        onClick={open}
        aria-label={props.ariaLabel ?? props.label}
      >
        {props.label}
      </Button>
      <ConfirmDialog {...props} isOpen={isOpen} close={close} />
    </>
  )
}
