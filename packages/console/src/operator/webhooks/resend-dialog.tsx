// Sends the events of a time range again: after an endpoint was down, or its product lost what it had taken in.

import { Text, TextInput } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { type ReactNode, useState } from 'react'
import { useChange } from '../../base/api.ts'
import { dayMs } from '../../base/days.ts'
import { useWords } from '../../i18n/language.tsx'
import { DialogButton } from '../../ui/dialog-button.tsx'
import { FormDialog } from '../../ui/form.tsx'

/** Opens the dialog that queues the events of a range of time once more. */
export function ResendRangeButton({ id }: { readonly id: string }): ReactNode {
  const { t } = useWords()
  return (
    <DialogButton label={t('webhooks.resendRange')}>
      {(close) => <ResendDialog id={id} close={close} />}
    </DialogButton>
  )
}

function ResendDialog({ id, close }: { readonly id: string; readonly close: () => void }): ReactNode {
  const { t, n } = useWords()
  const { mutate, error, isPending } = useChange('resendDeliveries', ['listDeliveries'])
  const [from, setFrom] = useState(() => toLocal(Date.now() - dayMs))
  const [to, setTo] = useState(() => toLocal(Date.now() + 60_000))
  const isBackwards = from !== '' && to !== '' && from >= to
  const isFilled = from !== '' && to !== ''
  const resend = (): void => {
    if (!isFilled || isBackwards) return
    const range = { from: new Date(from).toISOString(), to: new Date(to).toISOString() }
    mutate(
      { params: { id }, body: range },
      {
        onSuccess: ({ queued }) => {
          notifications.show({ message: n('webhooks.queued', queued) })
          close()
        },
      },
    )
  }
  return (
    <FormDialog
      title={t('webhooks.resendRange')}
      close={close}
      submit={resend}
      act={t('webhooks.resend')}
      isReady={isFilled && !isBackwards}
      isBusy={isPending}
      error={error}
    >
      <Text size="sm">{t('webhooks.resendAbout')}</Text>
      <TextInput
        type="datetime-local"
        label={t('webhooks.from')}
        value={from}
        onChange={(event) => setFrom(event.currentTarget.value)}
        required
        data-autofocus
      />
      <TextInput
        type="datetime-local"
        label={t('webhooks.to')}
        value={to}
        onChange={(event) => setTo(event.currentTarget.value)}
        error={isBackwards ? t('webhooks.rangeWrong') : undefined}
        required
      />
    </FormDialog>
  )
}

/** As such a field wants it: the reader's own time, to the minute. */
function toLocal(time: number): string {
  return new Date(time - new Date(time).getTimezoneOffset() * 60_000).toISOString().slice(0, 16)
}
