// A dialog with a form that the contract checks: one that makes something, and one that changes it.
import type { ReactNode } from 'react'
import { useWords } from '../i18n/language.tsx'
import { type ContractForm, type Schema, useContractForm } from './contract-form.ts'
import { FormDialog } from './form.tsx'

/** What a dialog that makes an `M` is given. */
export interface CreateProps<M> {
  readonly close: () => void
  /** Called with what was made, which shows its secret this one time. */
  readonly made: (made: M) => void
}

interface DialogProps<T extends Record<string, unknown>, B> {
  readonly title: string
  /** Brings the schema of what is sent. */
  readonly load: () => Promise<Schema>
  readonly initial: T
  /** Makes of what is typed what is sent. */
  readonly toBody: (values: T) => B
  readonly close: () => void
  /** Called with valid values only. */
  readonly run: (body: B) => Promise<unknown>
  /** The fields. */
  readonly children: (form: ContractForm<T>['form']) => ReactNode
}

/** Makes something; a refusal stands beside its field, or at the end. It stays open: what is made is shown next. */
export function CreateDialog<T extends Record<string, unknown>, B>(
  props: DialogProps<T, B> & { readonly act?: string },
): ReactNode {
  const { form, error, isBusy, submit } = useContractForm(props.load, props.initial, props.toBody)
  return (
    <FormDialog
      size="lg"
      title={props.title}
      close={props.close}
      submit={submit(props.run)}
      act={props.act ?? props.title}
      isBusy={isBusy}
      error={error}
    >
      {props.children(form)}
    </FormDialog>
  )
}

/** Changes something, and closes when it is changed. */
export function ChangeDialog<T extends Record<string, unknown>, B>(props: DialogProps<T, B>): ReactNode {
  const { t } = useWords()
  const run = async (body: B): Promise<void> => {
    await props.run(body)
    props.close()
  }
  return <CreateDialog {...props} act={t('save')} run={run} />
}
