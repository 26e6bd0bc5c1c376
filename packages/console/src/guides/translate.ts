// A guide in another language: the same steps and values, with each text that has one in the other language.
import type { Guide, GuideStep, GuideWords } from './guide.ts'

type Translate = (text: string) => string

/** The guide with these words. */
export function translateGuide(guide: Guide, { texts }: GuideWords): Guide {
  const say: Translate = (text) => texts[text] ?? text
  return {
    ...guide,
    where: say(guide.where),
    sections: guide.sections.map(({ title, steps }) => ({
      title: say(title),
      steps: steps.map((step) => translateStep(step, say)),
    })),
    notes: guide.notes.map(say),
  }
}

function translateStep({ text, values, table }: GuideStep, say: Translate): GuideStep {
  return {
    text: say(text),
    ...(values === undefined
      ? {}
      : { values: values.map(({ label, value }) => ({ label: say(label), value })) }),
    ...(table === undefined
      ? {}
      : {
          table: {
            head: [say(table.head[0]), say(table.head[1])],
            rows: table.rows.map(([one, other]) => [say(one), say(other)] as const),
          },
        }),
  }
}
