/**
 * A table's rows sorted, in one page, if there are `limit` at most. More come as they are, page by page, once `onMore` was
 * told: never is more than the limit and a page in memory.
 */
export async function* sortedPages<T>(
  pages: AsyncIterable<readonly T[]>,
  { keyOf, limit, onMore }: { keyOf(row: T): string; limit: number; onMore(): void },
): AsyncGenerator<readonly T[]> {
  let few: T[] | undefined = [];
  for await (const page of pages) {
    if (few === undefined) {
      yield page;
      continue;
    }
    few.push(...page);
    if (few.length <= limit) continue;
    onMore();
    yield few;
    few = undefined;
  }
  if (few !== undefined) yield few.sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
}
