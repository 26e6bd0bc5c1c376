// The one shell of all forms: what is asked, why it was refused, and the buttons; on a page, in one line, or in a dialog.
import { Button, Group, Stack } from '@mantine/core'
import type { FormEvent, ReactNode } from 'react'
import { Link } from 'react-router'
import { useWords } from '../i18n/language.tsx'
import { Dialog } from './dialog.tsx'
import { ExplainedButton } from './explained-button.tsx'
import { Failure } from './note.tsx'

/** What every form has. */
export interface FormProps {
  /** Called when the form is sent; the page stays. */
  readonly submit: (event: FormEvent<HTMLFormElement>) => void
  /** What the button says; without it there is nothing more to send. */
  readonly act?: string | undefined
  /** Why it was refused; nothing is shown for null and undefined. */
  readonly error?: unknown
  readonly isBusy?: boolean
  /** Whether what is filled in can be sent. */
  readonly isReady?: boolean
  /** Why nobody may send it here, said below the button. */
  readonly reason?: string | undefined
  readonly isDangerous?: boolean
  /** The way out without sending: an act, or the address where it leads. */
  readonly cancel?: (() => void) | string | undefined
  /** What the way out says where it is not "Cancel". */
  readonly cancelAct?: string
  readonly children: ReactNode
}

function SubmitButton(props: FormProps): ReactNode {
  if (props.act === undefined) return null
  return (
    <ExplainedButton
      type="submit"
      loading={props.isBusy ?? false}
      disabled={props.isReady === false && props.reason === undefined}
      reason={props.reason}
      {...(props.isDangerous === true ? { color: 'red.9' } : {})}
    >
      {props.act}
    </ExplainedButton>
  )
}

function CancelButton({ cancel, cancelAct }: FormProps): ReactNode {
  const { t } = useWords()
  if (cancel === undefined) return null
  const said = cancelAct ?? t('cancel')
  if (typeof cancel === 'string')
    return (
      <Button variant="default" component={Link} to={cancel}>
        {said}
      </Button>
    )
  return (
    <Button variant="default" onClick={cancel}>
      {said}
    </Button>
  )
}

const send = (props: FormProps) => (event: FormEvent<HTMLFormElement>) => {
  event.preventDefault()
  props.submit(event)
}

/** A form on a page: the fields below each other, then the buttons. */
export function Form(
  props: FormProps & {
    /** How wide it becomes at most, in pixels. */
    readonly width?: number
    /** Further buttons, before the one that sends. */
    readonly buttons?: ReactNode
    /** What came of it, below the buttons. */
    readonly after?: ReactNode
  },
): ReactNode {
  return (
    <form onSubmit={send(props)}>
      <Stack {...(props.width === undefined ? {} : { maw: props.width })}>
        {props.children}
        <Failure error={props.error} />
        <Group align="flex-start">
          {props.buttons}
          <SubmitButton {...props} />
          <CancelButton {...props} />
        </Group>
        {props.after}
      </Stack>
    </form>
  )
}

/** A form of one line: its button stands beside the field. */
export function LineForm(props: FormProps & { readonly isQuiet?: boolean }): ReactNode {
  return (
    <form onSubmit={send(props)}>
      <Stack>
        <Group align="flex-end">
          {props.children}
          <Button
            type="submit"
            {...(props.isQuiet === true ? { variant: 'default' } : {})}
            loading={props.isBusy ?? false}
            disabled={props.isReady === false}
          >
            {props.act}
          </Button>
        </Group>
        <Failure error={props.error} />
      </Stack>
    </form>
  )
}

/** A form in a dialog: the way out and the act at its end. */
export function FormDialog(
  props: FormProps & {
    readonly title: string
    readonly close: () => void
    readonly isOpen?: boolean
    readonly size?: string
    /** What came of it, above the buttons. */
    readonly news?: ReactNode
  },
): ReactNode {
  const { title, close, isOpen = true, size, ...form } = props
  return (
    <Dialog title={title} close={close} isOpen={isOpen} {...(size === undefined ? {} : { size })}>
      <form onSubmit={send(form)}>
        <Stack>
          {form.children}
          <Failure error={form.error} />
          {form.news}
          <Group justify="flex-end" align="flex-start">
            <CancelButton {...form} cancel={form.cancel ?? close} />
            <SubmitButton {...form} />
          </Group>
        </Stack>
      </form>
    </Dialog>
  )
}
