// Code or a body, as text, in a box that scrolls; reached by keyboard, because only what has the focus can be scrolled by it.
import { ActionIcon, CopyButton, Group, Text } from '@mantine/core'
import { IconCheck, IconCopy } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { useWords } from '../i18n/language.tsx'

/** Code with its label and a button that copies it. */
export function CodeBlock(props: { readonly label: string; readonly code: string }): ReactNode {
  const { t } = useWords()
  return (
    <div>
      <Group justify="space-between" mb={4} wrap="nowrap">
        <Text size="sm" fw={600}>
          {props.label}
        </Text>
        <CopyButton value={props.code} timeout={2_000}>
          {({ copied, copy }) => (
            <ActionIcon
              variant="default"
              size={34}
              onClick={copy}
              aria-label={copied ? t('copied') : t('copyOf', { label: props.label })}
            >
              {copied ? <IconCheck size={18} /> : <IconCopy size={18} />}
            </ActionIcon>
          )}
        </CopyButton>
      </Group>
      <section aria-label={props.label}>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard */}
        <pre className="rc-pre" tabIndex={0}>
          {props.code}
        </pre>
      </section>
    </div>
  )
}
