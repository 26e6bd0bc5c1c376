// People who were there before the directory: what becomes of them when it removes somebody whom it never wrote, or brings a double.

import { Radio, Stack } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import type { Provisioning } from '@rollcall/api'
import { type ReactNode, useState } from 'react'
import { useChange } from '../../base/api.ts'
import { useHandOverRefusal, useOrganization } from '../../frame/session.tsx'
import { useWords } from '../../i18n/language.tsx'
import { Form } from '../../ui/form.tsx'
import { Note } from '../../ui/note.tsx'
import { Panel } from '../../ui/page.tsx'

/** The two choices about people from before the directory. */
export function EarlierPeople({ provisioning }: { readonly provisioning: Provisioning }): ReactNode {
  const { t } = useWords()
  const { params } = useOrganization()
  const { mutate, error, isPending } = useChange('updateProvisioning', ['getProvisioning', 'listEvents'])
  const refusal = useHandOverRefusal()
  const [unclaimedDelete, setUnclaimedDelete] = useState(provisioning.unclaimedDelete)
  const [sameAddress, setSameAddress] = useState(provisioning.sameAddress)
  return (
    <Panel title={t('earlier.title')} about={t('earlier.about')}>
      <Form
        width={640}
        submit={() =>
          mutate(
            { params, body: { unclaimedDelete, sameAddress } },
            { onSuccess: () => notifications.show({ message: t('saved') }) },
          )
        }
        act={t('save')}
        isBusy={isPending}
        reason={refusal}
        error={error}
      >
        {!provisioning.isUnclaimedDeleteChosen && <Note tone="warn">{t('earlier.undecided')}</Note>}
        <Radio.Group
          label={t('earlier.delete')}
          value={unclaimedDelete}
          onChange={(value) => setUnclaimedDelete(value === 'deactivate' ? value : 'refuse')}
        >
          <Stack gap="xs" mt="xs">
            <Radio value="deactivate" label={t('earlier.deactivate')} />
            <Radio value="refuse" label={t('earlier.refuse')} />
          </Stack>
        </Radio.Group>
        <Radio.Group
          label={t('earlier.address')}
          value={sameAddress}
          onChange={(value) => setSameAddress(value === 'link' ? value : 'tell')}
        >
          <Stack gap="xs" mt="xs">
            <Radio value="tell" label={t('earlier.tell')} />
            <Radio value="link" label={t('earlier.link')} />
          </Stack>
        </Radio.Group>
      </Form>
    </Panel>
  )
}
