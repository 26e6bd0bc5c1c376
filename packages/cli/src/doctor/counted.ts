// Times and numbers in the words of a finding.
import { dayMs } from '../days.ts'

export const soonDays = 30

export const when = (time: string): string => time.slice(0, 16).replace('T', ' ')

export const daysUntil = (time: string, now: number): number => Math.floor((Date.parse(time) - now) / dayMs)

export const many = (count: number, one: string, more: string): string =>
  `${count} ${count === 1 ? one : more}`
