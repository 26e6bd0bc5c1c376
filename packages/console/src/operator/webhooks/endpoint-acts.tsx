// What can be done with an endpoint.
import { Button, Group, Stack, Text } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import type { WebhookEndpoint } from '@rollcall/api'
import type { ReactNode } from 'react'
import { useChange } from '../../base/api.ts'
import { useWords } from '../../i18n/language.tsx'
import { ConfirmButton } from '../../ui/confirm.tsx'
import { CopyValue } from '../../ui/copy-value.tsx'
import { Failure } from '../../ui/note.tsx'
import { RotateButton } from '../../ui/rotate-button.tsx'
import { ResendRangeButton } from './resend-dialog.tsx'

const stale = ['listWebhookEndpoints', 'getWebhookEndpoint', 'listDeliveries'] as const

/** Tests it, sends again, rotates what it signs with, and turns it off or on. */
export function EndpointActs({ endpoint }: { readonly endpoint: WebhookEndpoint }): ReactNode {
  const { t } = useWords()
  const at = { params: { id: endpoint.id } }
  const test = useChange('testWebhookEndpoint', stale)
  return (
    <Stack gap="sm" mt="md">
      {endpoint.publicKey !== null && (
        <CopyValue label={t('webhooks.publicKey')} value={endpoint.publicKey} />
      )}
      <Failure error={test.error} />
      <Group gap="xs">
        <Button
          size="xs"
          loading={test.isPending}
          onClick={() =>
            test.mutate(at, { onSuccess: () => notifications.show({ message: t('webhooks.tested') }) })
          }
        >
          {t('webhooks.test')}
        </Button>
        <ResendRangeButton id={endpoint.id} />
        <RotateEndpoint endpoint={endpoint} />
        <Turn endpoint={endpoint} />
      </Group>
    </Stack>
  )
}

function RotateEndpoint({ endpoint }: { readonly endpoint: WebhookEndpoint }): ReactNode {
  const { t } = useWords()
  const rotate = useChange('rotateWebhookEndpoint', stale)
  const isShared = endpoint.algorithm === 'hmac-sha256'
  const title = t(isShared ? 'webhooks.rotateTitle' : 'webhooks.rotateKeyTitle')
  return (
    <RotateButton
      title={title}
      label={title}
      body={t('webhooks.rotateBody')}
      once={{
        title: t('webhooks.secretOnce'),
        hint: t('webhooks.secretHint'),
        label: t('webhooks.secret'),
      }}
      run={async (overlapSeconds) => {
        const made = await rotate.mutateAsync({ params: { id: endpoint.id }, body: { overlapSeconds } })
        if (made.secret === null) notifications.show({ message: t('webhooks.rotated') })
        return made.secret
      }}
    />
  )
}

function Turn({ endpoint }: { readonly endpoint: WebhookEndpoint }): ReactNode {
  const { t } = useWords()
  const { mutate, mutateAsync, isPending, error } = useChange('updateWebhookEndpoint', stale)
  const params = { id: endpoint.id }
  if (endpoint.state === 'enabled')
    return (
      <ConfirmButton
        label={t('webhooks.disable')}
        title={t('webhooks.disableTitle')}
        body={<Text>{t('webhooks.disableBody')}</Text>}
        act={t('webhooks.disable')}
        isDangerous
        run={() => mutateAsync({ params, body: { state: 'disabled' } })}
      />
    )
  return (
    <>
      <Button
        size="xs"
        variant="default"
        loading={isPending}
        onClick={() => mutate({ params, body: { state: 'enabled' } })}
      >
        {t('webhooks.enable')}
      </Button>
      <Failure error={error} />
    </>
  )
}
