// Opens a test sign-in in a window of its own; it creates nobody.
import { Anchor, Button, Stack, Text } from '@mantine/core'
import { IconExternalLink } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { useChange } from '../api.ts'
import { useWords } from '../i18n/language.tsx'
import { useOrganization } from '../session.tsx'
import { Failure } from '../ui/note.tsx'

export function TestButton({ id, tested }: { readonly id: string; readonly tested?: () => void }): ReactNode {
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
              { params: { ...params, id } },
              {
                onSuccess: ({ url }) => {
                  window.open(url, '_blank', 'noopener')
                  tested?.()
                },
              },
            )
          }
        >
          {t('sso.test')}
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
