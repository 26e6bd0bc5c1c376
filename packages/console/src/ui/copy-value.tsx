// A value to be pasted elsewhere, with its button.
import { ActionIcon, CopyButton, Text } from '@mantine/core'
import { IconCheck, IconCopy } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { useWords } from '../i18n/language.tsx'

/** A value below its label; with `isHidden` only its copy button knows it. */
export function CopyValue(props: {
  readonly label: string
  readonly value: string
  readonly isHidden?: boolean
}): ReactNode {
  const { t } = useWords()
  return (
    <div>
      <Text size="sm" fw={600} mb={4}>
        {props.label}
      </Text>
      <div className="rc-value">
        <code data-value={props.label}>{props.isHidden === true ? '•'.repeat(24) : props.value}</code>
        <CopyButton value={props.value} timeout={2_000}>
          {({ copied, copy }) => (
            <ActionIcon
              variant="default"
              bd={0}
              size={38}
              onClick={copy}
              aria-label={copied ? t('copied') : t('copyOf', { label: props.label })}
            >
              {copied ? <IconCheck size={18} /> : <IconCopy size={18} />}
            </ActionIcon>
          )}
        </CopyButton>
      </div>
    </div>
  )
}
