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
  const alignRows = alignedTable();
  let count = 0;
  for await (const all of pages) {
    const page = all.filter(isMeant);
    const rest = limit - count;
    const requests = page.slice(0, rest);
    if (json) for (const request of requests) output.json(requestView(request, now));
    else if (requests.length > 0) {
      const rows = requests.map(cellsOf);
      for (const line of alignRows(count === 0 ? [headings, ...rows] : rows)) output.print(line);
    }
    count += requests.length;
    if (page.length <= rest) continue;
    output.warn(`There are more than ${limit}: see --limit.`);
    break;
  }
  if (count === 0) output.warn(none);
}
