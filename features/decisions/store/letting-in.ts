import type { DecisionPlace } from "../../../adapters/tables/decision-indexes";
import type { DecisionRecord } from "../../../engine/sign-up/record";
import type { DecisionPage, DecisionStore } from "./decisions";

interface LettingIn {
  /** ISO 8601, inclusive. */
  readonly from: string;
  readonly to: string;
  readonly domain?: string;
}

/** Newest first, one page in memory at a time. */
export async function* decisionsLettingIn(
  decisions: Pick<DecisionStore, "page" | "whole">,
  { from, to, domain }: LettingIn,
): AsyncGenerator<readonly DecisionRecord[]> {
  const having = { verdict: "continue", step: "before-create-user", ...(domain !== undefined && { domain }) };
  const search = { from: new Date(from), to: new Date(to), having };
  let place: DecisionPlace | undefined;
  do {
    const page: DecisionPage = await decisions.page(search, place);
    if (page.items.length > 0) yield await decisions.whole(page.items);
    place = page.next;
  } while (place !== undefined);
}
