import type { JsonOption } from "../../../cli/command";
import { alignedTable, type Output } from "../../../cli/output";
import { requestView } from "../deciding";
import type { ApprovalRequest } from "../request";

interface Listing {
  isMeant(request: ApprovalRequest): boolean;
  readonly headings: readonly string[];
  cellsOf(request: ApprovalRequest): readonly string[];
  readonly none: string;
}

export async function listRequestPages(
  pages: AsyncIterable<readonly ApprovalRequest[]>,
  { isMeant, headings, cellsOf, none }: Listing,
  { limit, json }: JsonOption & { readonly limit: number },
  output: Output,
  now: Date,
): Promise<void> {
  const aligned = alignedTable();
  let count = 0;
  for await (const all of pages) {
    const page = all.filter(isMeant);
    const rest = limit - count;
    const shown = page.slice(0, rest);
    if (json) for (const request of shown) output.json(requestView(request, now));
    else if (shown.length > 0) {
      const rows = shown.map(cellsOf);
      for (const line of aligned(count === 0 ? [headings, ...rows] : rows)) output.print(line);
    }
    count += shown.length;
    if (page.length <= rest) continue;
    output.warn(`There are more than ${limit}: see --limit.`);
    break;
  }
  if (count === 0) output.warn(none);
}
