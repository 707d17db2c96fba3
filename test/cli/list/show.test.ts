import { sortedPages } from "../../../cli/list/show";

async function* pagesOf(...pages: string[]): AsyncGenerator<readonly string[]> {
  for (const page of pages) yield [...page];
}

it.each([
  { pages: ["ca", "b"], comes: ["abc"], tells: 0 },
  { pages: ["ca", "", "bd"], comes: ["abcd"], tells: 0 },
  { pages: ["ca", "bed", "ahg", "f"], comes: ["cabed", "ahg", "f"], tells: 1 },
  { pages: [""], comes: [""], tells: 0 },
])("makes of $pages, with a limit of four: $comes", async ({ pages, comes, tells }) => {
  const onMore = vi.fn();
  const come: string[] = [];
  for await (const page of sortedPages(pagesOf(...pages), { keyOf: (row) => row, limit: 4, onMore })) come.push(page.join(""));
  expect(come).toEqual(comes);
  expect(onMore).toHaveBeenCalledTimes(tells);
});
