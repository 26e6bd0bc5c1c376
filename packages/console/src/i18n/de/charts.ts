// German: charts of what is counted by day, and the operator's overview that is made of them.
import type { charts as english } from '../en/charts.ts'
import type { WordsLike } from '../words.ts'

/** Charts, and the overview. */
export const charts = {
  'chart.table': 'Als Tabelle zeigen',
  'chart.bars': 'Als Diagramm zeigen',
  'chart.date': 'Tag',
  'chart.days#one': 'Der letzte Tag',
  'chart.days#other': 'Die letzten {count} Tage',
  'chart.none': 'Noch nichts',
  'chart.noneIn#one': 'Heute kam nichts.',
  'chart.noneIn#other': 'In den letzten {count} Tagen kam nichts.',
  'chart.noneSince': 'Seit {day} kam nichts. Was vorher kam, wurde nicht gezählt.',
  'chart.since': 'Vor {day} wurde nicht gezählt.',
  'chart.counting': 'Was früher kam, wird noch gezählt.',
  'chart.today': 'Tage sind in UTC; heute ist noch nicht vorbei.',
  'counts.reads': 'Lesend',
  'counts.changes': 'Ändernd',
  'counts.refusals': 'Abgelehnt',
  'counts.signIns': 'Angemeldet',
  'counts.refusedSignIns': 'Abgelehnt',
  'counts.deliveries': 'Zugestellt',
  'counts.failedAttempts': 'Fehlgeschlagene Versuche',
  'health.chart': 'Anfragen am Tag',
  'health.reasons': 'Was abgelehnt wurde, und warum',
  'health.reason': 'Warum Anfragen abgelehnt wurden',
  'health.times': 'Wie oft',
  'health.lastTime': 'Zuletzt',
  'health.see': 'Ansehen',
  'health.unknownReason': 'Der Grund wurde nicht aufbewahrt',
  'part.label': 'Teile der Benutzerbereitstellung',
  'part.health': 'Zustand',
  'part.keys': 'Schlüssel',
  'part.guard': 'Schutz und frühere Personen',
  'part.mode': 'Modus und Einrichtung',
} as const satisfies WordsLike<typeof english>
