// The frame of every dialog: its title, and a way out that has a name.
import { Modal } from '@mantine/core'
import type { ReactNode } from 'react'
import { useWords } from '../i18n/language.tsx'

/** A dialog; `close` is also what Escape and a click beside it do. It may be kept closed in the page, or not be there at all. */
export function Dialog(props: {
  readonly title: string
  readonly close: () => void
  readonly isOpen?: boolean
  readonly size?: string
  readonly children: ReactNode
}): ReactNode {
  const { t } = useWords()
  return (
    <Modal
      opened={props.isOpen ?? true}
      onClose={props.close}
      {...(props.size === undefined ? {} : { size: props.size })}
      title={props.title}
      closeButtonProps={{ 'aria-label': t('close') }}
    >
      {props.children}
    </Modal>
  )
}
