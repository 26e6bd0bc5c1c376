// Opens and closes a dialog that is not there while it is closed, and gives the focus back to what opened it.
import { useRef, useState } from 'react'

/** Whether the dialog is open, and the two acts that change it. */
export function useDialog(): { readonly isOpen: boolean; open(): void; close(): void } {
  const opener = useRef<Element | null>(null)
  const [isOpen, setOpen] = useState(false)
  return {
    isOpen,
    open() {
      opener.current = document.activeElement
      setOpen(true)
    },
    close() {
      setOpen(false)
      const { current } = opener
      // After the dialog has left the page: until then it holds the focus.
      setTimeout(() => current instanceof HTMLElement && current.focus())
    },
  }
}
