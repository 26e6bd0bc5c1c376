// The button that opens a dialog, which is not there while it is closed.
import { Button } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { useDialog } from './use-dialog.ts'

/** A small button in a panel or a row; `children` makes the dialog. */
export function DialogButton(props: {
  readonly label: string
  /** What it is called where its label stands in each row. */
  readonly ariaLabel?: string
  readonly children: (close: () => void) => ReactNode
}): ReactNode {
  const dialog = useDialog()
  return (
    <>
      <Button size="xs" variant="default" onClick={dialog.open} aria-label={props.ariaLabel}>
        {props.label}
      </Button>
      {dialog.isOpen && props.children(dialog.close)}
    </>
  )
}

/** The main button of a list, which makes one more of what it lists. */
export function CreateButton(props: { readonly label: string; readonly open: () => void }): ReactNode {
  return (
    <Button leftSection={<IconPlus size={18} />} onClick={props.open}>
      {props.label}
    </Button>
  )
}
