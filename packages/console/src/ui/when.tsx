// A time: how long ago, with the exact time behind it.
import { type ReactNode, useEffect, useState } from 'react'
import { useWords } from '../i18n/language.tsx'

/** How long ago `at` was, or with `isDay` its day; `none` stands where it never was. */
export function When(props: {
  readonly at: string | null
  readonly none?: string
  readonly isDay?: boolean
}): ReactNode {
  const words = useWords()
  const [now, setNow] = useState(Date.now)
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 15_000)
    return () => clearInterval(timer)
  }, [])
  if (props.at === null) return <span>{props.none ?? '–'}</span>
  const exact = words.time(props.at)
  return (
    <time dateTime={props.at} title={exact}>
      {props.isDay === true ? words.day(props.at) : words.ago(props.at, Math.max(now, Date.now()))}
    </time>
  )
}
