// A secret in the only moment in which it can be read: it asks whether it was saved before it closes.
import { Checkbox, Group, Modal, Stack, Switch, Text } from '@mantine/core'
import { type ReactNode, useState } from 'react'
import { useWords } from '../i18n/language.tsx'
import { CopyValue } from './copy-value.tsx'
import { ExplainedButton } from './explained-button.tsx'
import { Note } from './note.tsx'

/** The words around a secret that is shown once. */
export interface Once {
  readonly title: string
  /** That it is not shown again, and where it belongs. */
  readonly hint: string
  readonly label: string
}

/** The dialog with the secret, hidden until it is asked for. */
export function ShownOnce(
  props: Once & {
    readonly value: string
    /** What is not secret and goes to the same place. */
    readonly children?: ReactNode
    readonly close: () => void
  },
): ReactNode {
  const { t } = useWords()
  const [isSaved, setSaved] = useState(false)
  const [isShown, setShown] = useState(false)
  return (
    <Modal
      opened
      onClose={() => isSaved && props.close()}
      title={props.title}
      closeOnClickOutside={false}
      closeOnEscape={isSaved}
      withCloseButton={false}
    >
      <Stack>
        <Note tone="warn">
          <Text size="sm">{props.hint}</Text>
        </Note>
        {props.children}
        <CopyValue label={props.label} value={props.value} isHidden={!isShown} />
        <Switch
          label={t('keys.show')}
          checked={isShown}
          onChange={(event) => setShown(event.currentTarget.checked)}
        />
        <Checkbox
          label={t('keys.saved')}
          checked={isSaved}
          onChange={(event) => setSaved(event.currentTarget.checked)}
        />
        <Group justify="flex-end">
          <ExplainedButton reason={isSaved ? undefined : t('keys.saveFirst')} onClick={props.close}>
            {t('done')}
          </ExplainedButton>
        </Group>
      </Stack>
    </Modal>
  )
}
