// The field for a name that people choose: needed, and of at most 200 characters.
import { TextInput } from '@mantine/core'
import type { ReactNode } from 'react'

/** The first field of a dialog; it has the focus when the dialog opens. */
export function NameField(props: {
  readonly label: string
  readonly hint?: string
  readonly value: string
  readonly change: (name: string) => void
}): ReactNode {
  return (
    <TextInput
      label={props.label}
      description={props.hint}
      value={props.value}
      onChange={(event) => props.change(event.currentTarget.value)}
      required
      maxLength={200}
      data-autofocus
    />
  )
}
