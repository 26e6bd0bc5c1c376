// The sidebar: the four kinds, in each its pages and then its groups.
import { kinds } from './map.ts'
import { listPages, type Page } from './pages.ts'

type Item = { label: string; slug: string } | { label: string; collapsed?: boolean; items: Item[] }

const itemOf = ({ title, label = title, slug }: Page): Item => ({ label, slug })

export function listSidebar(): Item[] {
  const pages = listPages()
  return Object.entries(kinds).map(([kind, label]) => {
    const own = pages.filter((page) => page.kind === kind)
    const groups = Map.groupBy(
      own.filter(({ group }) => group !== undefined),
      ({ group }) => group ?? '',
    )
    return {
      label,
      items: [
        ...own.filter(({ group }) => group === undefined).map(itemOf),
        ...[...groups].map(([name, members]) => ({
          label: name,
          collapsed: true,
          items: members.map(itemOf),
        })),
      ],
    }
  })
}
