// The way to anything by typing: a button in the header, and Ctrl-K or ⌘K anywhere. The dialog is loaded when it is first opened.
import { ActionIcon, Button, Kbd } from '@mantine/core'
import { IconSearch } from '@tabler/icons-react'
import { lazy, type ReactNode, Suspense, useEffect, useRef } from 'react'
import { useWords } from '../i18n/language.tsx'
import { useDialog } from '../ui/use-dialog.ts'
import type { FoundPlace } from './find-results.ts'

const FindDialog = lazy(() => import('./find-dialog.tsx').then((file) => ({ default: file.FindDialog })))

const isMac = /Mac|iPhone|iPad/.test(navigator.platform)

function isShortcut(event: KeyboardEvent): boolean {
  const isWithKey = isMac ? event.metaKey && !event.ctrlKey : event.ctrlKey && !event.metaKey
  return isWithKey && !event.altKey && !event.shiftKey && event.key.toLowerCase() === 'k'
}

/** Opens the dialog that finds people, screens, organizations and references; `places` are the screens of where one is. */
export function Finder({ places }: { readonly places: readonly FoundPlace[] }): ReactNode {
  const { t } = useWords()
  const dialog = useDialog()
  const open = useRef(dialog.open)
  open.current = dialog.open
  useEffect(() => {
    const hear = (event: KeyboardEvent): void => {
      if (!isShortcut(event)) return
      event.preventDefault()
      // What is asked in a dialog is answered first.
      if (document.querySelector('[role=dialog]') === null) open.current()
    }
    document.addEventListener('keydown', hear)
    return () => document.removeEventListener('keydown', hear)
  }, [])
  const keys = { 'aria-keyshortcuts': isMac ? 'Meta+K' : 'Control+K', 'aria-haspopup': 'dialog' } as const
  return (
    <>
      <Button
        {...keys}
        variant="default"
        size="compact-md"
        visibleFrom="sm"
        onClick={dialog.open}
        leftSection={<IconSearch size={16} aria-hidden="true" />}
        rightSection={
          <Kbd size="xs" aria-hidden="true">
            {t(isMac ? 'find.keysMac' : 'find.keys')}
          </Kbd>
        }
      >
        {t('search')}
      </Button>
      <ActionIcon
        {...keys}
        variant="subtle"
        color="gray"
        c="var(--mantine-color-text)"
        size={38}
        hiddenFrom="sm"
        aria-label={t('search')}
        onClick={dialog.open}
      >
        <IconSearch size={20} />
      </ActionIcon>
      {dialog.isOpen && (
        <Suspense fallback={null}>
          <FindDialog places={places} close={dialog.close} />
        </Suspense>
      )}
    </>
  )
}
