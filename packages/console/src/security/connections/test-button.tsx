// Opens a test sign-in in a window of its own; it creates nobody.
import { Anchor, Button, Stack, Text } from '@mantine/core'
import { IconExternalLink } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { useChange } from '../../base/api.ts'
import { useOrganization } from '../../frame/session.tsx'
import { useWords } from '../../i18n/language.tsx'
import { Failure } from '../../ui/note.tsx'

/** Opens a test sign-in in a window of its own; with `digest`, of what is staged. */
export function TestButton(props: {
  readonly id: string
  /** Of a staged anchor: that one is tested. */
  readonly digest?: string
  readonly tested?: () => void
}): ReactNode {
  const { id, digest, tested } = props
  const { t } = useWords()
  const { params } = useOrganization()
  const { mutate, data, error, isPending } = useChange('testConnection', [])
  return (
    <Stack gap="xs">
      <div>
        <Button
          variant="default"
          leftSection={<IconExternalLink size={18} />}
          loading={isPending}
          onClick={() =>
            mutate(
              { params: { ...params, id }, ...(digest === undefined ? {} : { query: { digest } }) },
              {
                onSuccess: ({ url }) => {
                  window.open(url, '_blank', 'noopener')
                  tested?.()
                },
              },
            )
          }
        >
          {t(digest === undefined ? 'sso.test' : 'anchor.test')}
        </Button>
      </div>
      <Failure error={error} />
      {data !== undefined && (
        <Text size="sm" c="dimmed">
          {t('sso.testOpened')}{' '}
          <Anchor href={data.url} target="_blank" rel="noopener" underline="always">
            {t('sso.testAgain')}
          </Anchor>
        </Text>
      )}
    </Stack>
  )
}
