// Replaces a secret: asks how long the old one holds beside the new one, then shows the new one once.

import { Button, Select, Text } from '@mantine/core'
import { type ReactNode, useState } from 'react'
import { useWords } from '../i18n/language.tsx'
import { FormDialog } from './form.tsx'
import { type Once, ShownOnce } from './shown-once.tsx'
import { useDialog } from './use-dialog.ts'

const overlaps = ['0', '3600', '86400', '604800'] as const

interface RotateProps {
  /** The act and the thing by its name. */
  readonly title: string
  readonly body: string
  readonly once: Once
  /** What the button says; where it stands beside the thing it is about, a word is enough. */
  readonly label?: string
  /** Brings the new secret; null where there is none to be shown. */
  readonly run: (overlapSeconds: number) => Promise<string | null>
}

/** Opens the dialog that replaces a secret. */
export function RotateButton(props: RotateProps): ReactNode {
  const { t } = useWords()
  const dialog = useDialog()
  const [secret, setSecret] = useState<string | null>(null)
  const close = (): void => {
    setSecret(null)
    dialog.close()
  }
  const show = (found: string | null): void => (found === null ? close() : setSecret(found))
  return (
    <>
      <Button size="xs" variant="default" onClick={dialog.open} aria-label={props.title}>
        {props.label ?? t('keys.rotate')}
      </Button>
      {secret !== null && <ShownOnce {...props.once} value={secret} close={close} />}
      {dialog.isOpen && secret === null && <RotateDialog {...props} show={show} close={close} />}
    </>
  )
}

function RotateDialog(
  props: RotateProps & { readonly show: (secret: string | null) => void; readonly close: () => void },
): ReactNode {
  const { t } = useWords()
  const [overlap, setOverlap] = useState<string>('86400')
  const [error, setError] = useState<unknown>(null)
  const [isBusy, setBusy] = useState(false)
  const rotate = (): void => {
    setBusy(true)
    props
      .run(Number(overlap))
      .then(props.show, setError)
      .finally(() => setBusy(false))
  }
  return (
    <FormDialog
      title={props.title}
      close={props.close}
      submit={rotate}
      act={t('keys.rotate')}
      isBusy={isBusy}
      error={error}
    >
      <Text>{props.body}</Text>
      <Select
        label={t('keys.overlap')}
        data={overlaps.map((value) => ({ value, label: t(`keys.overlap.${value}`) }))}
        value={overlap}
        onChange={(value) => setOverlap(value ?? '0')}
      />
    </FormDialog>
  )
}
