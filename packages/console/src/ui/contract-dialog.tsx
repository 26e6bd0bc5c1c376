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

/** How something is made, and changed later by the same fields. */
export interface Making<T extends Record<string, unknown>, N, C> {
  readonly empty: T
  /** Bring the schemas of what is sent. */
  readonly loadNew: () => Promise<Schema>
  readonly loadChange: () => Promise<Schema>
  /** Make of what is typed what is sent. */
  readonly toNew: (values: T) => N
  readonly toChange: (values: T) => C
  readonly fields: (form: ContractForm<T>['form'], isNew: boolean) => ReactNode
}

interface MakingProps<T extends Record<string, unknown>, N, C> {
  readonly of: Making<T, N, C>
  readonly title: string
  readonly close: () => void
}

/** Makes one. */
export function NewDialog<T extends Record<string, unknown>, N, C>(
  props: MakingProps<T, N, C> & { readonly run: (body: N) => Promise<unknown> },
): ReactNode {
  const { of, ...rest } = props
  return (
    <CreateDialog {...rest} load={of.loadNew} initial={of.empty} toBody={of.toNew}>
      {(form) => of.fields(form, true)}
    </CreateDialog>
  )
}

/** Changes one, which begins with `initial`. */
export function EditDialog<T extends Record<string, unknown>, N, C>(
  props: MakingProps<T, N, C> & { readonly initial: T; readonly run: (body: C) => Promise<unknown> },
): ReactNode {
  const { of, ...rest } = props
  return (
    <ChangeDialog {...rest} load={of.loadChange} toBody={of.toChange}>
      {(form) => of.fields(form, false)}
    </ChangeDialog>
  )
}
