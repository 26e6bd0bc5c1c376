// What a chart is made of.

/** Colours that are told apart in both schemes, also by whoever sees fewer of them. */
export type ChartTone = 'one' | 'two' | 'three' | 'four' | 'five' | 'other' | 'bad'

/** What is counted, as the field of a row and as it is called. */
export interface Series {
  readonly name: string
  readonly label: string
  readonly tone: ChartTone
}

/** A day as YYYY-MM-DD, and what was counted of it. */
export type DailyRow = { readonly date: string } & Readonly<Record<string, number | string>>
