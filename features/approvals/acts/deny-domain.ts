import type { Concern } from "../../../adapters/operator/act";
import { toItem, toRow } from "../../../adapters/tables/item";
import { pageTexts } from "../../../engine/operator/page-texts";
import { type EditPlan, judgeRows, makeEditAct, refuse } from "../../access-list/acts/edit";
import { deniesAll } from "../../access-list/hygiene";
import { readRow } from "../../access-list/row";
import { keptBeside } from "../../access-list/store/access-list";
import { listRows } from "../../access-list/world";
import { type RequestBrief, readBriefsInState } from "../in-state";
import { asks } from "../stages";
import { requestsOfSets, waitingRequests } from "../world";

interface DenialTarget {
  readonly domain: string;
  /** The note of the new entry. */
  readonly note?: string | undefined;
}

interface DenialPlan extends EditPlan {
  readonly isDenied: boolean;
  /** The waiting requests that ask the actor. */
  readonly own: readonly RequestBrief[];
  /** Number of waiting requests that ask others. */
  readonly others: number;
}

/** Denies a domain in the access list together with its waiting requests, as one change with one Undo. */
export const denyDomain = makeEditAct({
  ...{ name: "approvals.deny-domain", letsIn: false as const, uses: { listRows, waitingRequests, requestsOfSets } },
  async plan({ domain, note }: DenialTarget, world, { actor: { via, decider = { names: [] } }, now }, judge): Promise<DenialPlan> {
    const before = await world.listRows.get(domain);
    const isDenied = deniesAll(before && readRow(toRow(before)), now);
    const after = { ...keptBeside(before), ...toItem({ entry: domain, effect: "deny", ...(note !== undefined && { note }) }) };
    const { draft, ...edit } = judgeRows(isDenied ? [] : [{ before, after }], via === "console" ? "console" : "list add", judge);
    const { briefs: waiting } = await readBriefsInState(world.waitingRequests, "pending", now, { domain });
    const own = waiting.filter((brief) => asks(brief, decider, now));
    const others = waiting.length - own.length;
    const concerns: Concern[] = [];
    if (isDenied && own.length === 0) concerns.push(refuse("nothing", () => words.nothing(domain)));
    if (others > 0) concerns.push({ code: "asks-others", weight: "shown", text: () => words.others(others) });
    return {
      edit: { ...edit, draft: { ...draft, entry: domain, requests: { domain, count: own.length } } },
      ...{ isDenied, own, others, concerns },
      prepare: (key) => world.requestsOfSets.record(key, own),
    };
  },
});

const words = pageTexts({
  nothing: [
    (domain: string) => `The list denies ${domain} already, and no request of it waits for you.`,
    (domain) => `목록이 이미 ${domain} 도메인을 거부하며, 귀하를 기다리는 요청도 없습니다.`,
  ],
  others: [
    (count: number) =>
      `${count === 1 ? "1 request asks" : `${count} requests ask`} other people, and ${count === 1 ? "stays as it is" : "stay as they are"}.`,
    (count) => `다른 사람에게 묻는 요청 ${count}건은 그대로 둡니다.`,
  ],
});
