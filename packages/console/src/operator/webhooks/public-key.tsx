// The public key of an Ed25519 endpoint, shown when it was made as the secret of another is.

import { Button, Group, Stack, Text } from '@mantine/core'
import type { ReactNode } from 'react'
import { useWords } from '../../i18n/language.tsx'
import { CopyValue } from '../../ui/copy-value.tsx'
import { Dialog } from '../../ui/dialog.tsx'

/** Shows a public key to be pasted into the product. */
export function PublicKeyDialog(props: {
  readonly publicKey: string
  readonly close: () => void
}): ReactNode {
  const { t } = useWords()
  return (
    <Dialog title={t('webhooks.publicKeyTitle')} close={props.close}>
      <Stack>
        <Text size="sm">{t('webhooks.publicKeyHint')}</Text>
        <CopyValue label={t('webhooks.publicKey')} value={props.publicKey} />
        <Group justify="flex-end">
          <Button onClick={props.close}>{t('done')}</Button>
        </Group>
      </Stack>
    </Dialog>
  )
}
