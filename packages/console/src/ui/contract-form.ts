// Forms checked by the contract's own schemas, which are loaded when the first one is sent; the refusal of the service stands
// beside the field that it names.
import { useForm } from '@mantine/form'
import { type FormEvent, useState } from 'react'
import { problemOf } from '../base/api.ts'
import { useWords } from '../i18n/language.tsx'
import { explainIssue, type Issue } from './explain-issue.ts'

/** What is needed of a schema (Standard Schema 1). */
export interface Schema {
  readonly '~standard': {
    validate(value: unknown): Result | Promise<Result>
  }
}
interface Result {
  readonly issues?: readonly Issue[] | undefined
}

/** A form whose values of type `T` are sent as a body of type `B`. */
export interface ContractForm<T extends Record<string, unknown>, B = T> {
  readonly form: ReturnType<typeof useForm<T>>
  readonly error: unknown
  readonly isBusy: boolean
  /** For the form's onSubmit: `run` is called with valid values only. */
  submit(run: (body: B) => Promise<unknown>): (event: FormEvent<HTMLFormElement>) => void
  reset(): void
}

/** `load` brings a schema of the contract; a value it refuses is not sent. `toBody` makes of what is typed what is sent. */
export function useContractForm<T extends Record<string, unknown>, B = T>(
  load: () => Promise<Schema>,
  initialValues: T,
  toBody: (values: T) => B = (values) => values as unknown as B,
): ContractForm<T, B> {
  const words = useWords()
  const form = useForm<T>({ initialValues })
  const [error, setError] = useState<unknown>(null)
  const [isBusy, setBusy] = useState(false)
  const send = async (run: (body: B) => Promise<unknown>): Promise<void> => {
    setBusy(true)
    setError(null)
    try {
      const body = toBody(form.getValues())
      const { issues = [] } = await (await load())['~standard'].validate(body)
      form.setErrors(
        Object.fromEntries(
          // Of several about one field the first stands beside it.
          issues.toReversed().map((issue) => [String(issue.path?.[0] ?? ''), explainIssue(words, issue)]),
        ),
      )
      if (issues.length === 0) await run(body)
    } catch (caught) {
      for (const { path, message } of problemOf(caught)?.errors ?? []) {
        // `redirectUris.0` stands beside the field of all of them.
        const [field = ''] = path.split('.')
        if (field in initialValues) form.setFieldError(field, message)
      }
      setError(caught)
    } finally {
      setBusy(false)
    }
  }
  return {
    form,
    error,
    isBusy,
    submit: (run) => (event) => {
      event.preventDefault()
      void send(run)
    },
    reset: () => {
      form.reset()
      setError(null)
    },
  }
}
