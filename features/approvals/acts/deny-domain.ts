import { type Act, type Concern, readEach } from "../../../adapters/operator/act";
import { toItem, toRow } from "../../../adapters/tables/item";
import { pageTexts } from "../../../engine/operator/page-texts";
import { isLive, readRow } from "../../access-list/row";
import { keptBeside } from "../../access-list/store/access-list";
import { applyEdit, type ListEdit, listEdit } from "../../access-list/store/edits";
import { toRowChange } from "../../access-list/store/row-changes";
import type { Ran } from "../../access-list/store/run";
import { entries, listEdits } from "../../access-list/world";
import type { RequestBrief } from "../brief";
import { readBriefsInState } from "../in-state";
import { asks } from "../stages";
import { requestsOfSets, waitingRequests } from "../world";

interface DenialTarget {
  readonly domain: string;
  /** Called after some of the requests are decided. */
  onWritten?(count: number): void;
}

interface DenialInput {
  /** The note of the new entry. */
  readonly note?: string | undefined;
}

export interface DenialState {
  readonly target: DenialTarget;
  /** The domain's entry, before and after. Absent if the list denies the domain already. */
  readonly edit: ListEdit | undefined;
  /** The waiting requests that ask the actor. */
  readonly own: readonly RequestBrief[];
  /** Number of waiting requests that ask others. */
  readonly others: number;
}

const uses = { entries, listEdits, waitingRequests, requestsOfSets };

/** Denies a domain in the access list together with its waiting requests, as one change with one Undo. */
export const denyDomain: Act<typeof uses, DenialTarget, DenialInput, DenialState, Ran> = {
  ...{ name: "approvals.deny-domain", may: "Administrator", uses },
  read: readEach(async (target, world, { actor: { via, decider = { names: [] } }, now }) => {
    const { domain } = target;
    const current = await world.entries.get(domain);
    const row = current && readRow(toRow(current));
    const isDenied = row?.effect === "deny" && isLive(row, now);
    const change = toRowChange({ ...(current && { before: current }), after: denyingItem(domain, current) });
    const { briefs: waiting } = await readBriefsInState(world.waitingRequests, "pending", now, { domain });
    const own = waiting.filter((brief) => asks(brief, decider, now));
    const edit = isDenied ? undefined : listEdit([change], via === "console" ? "console" : "list add", domain);
    return { target, edit, own, others: waiting.length - own.length };
  }),
  concerns({ edit, own, others, target: { domain } }) {
    const concerns: Concern[] = [];
    if (edit === undefined && own.length === 0) concerns.push({ code: "nothing", weight: "refused", text: () => words.nothing(domain) });
    if (others > 0) concerns.push({ code: "asks-others", weight: "shown", text: () => words.others(others) });
    return concerns;
  },
  async perform({ edit = listEdit([], "list add"), own, target: { domain, onWritten } }, { note }, world, { actor, now, signal }) {
    const { by, name } = actor;
    const rows = edit.rows as readonly ReturnType<typeof toRowChange>[];
    const noted = rows.map((row) =>
      note === undefined || row.after === undefined ? row : { ...row, after: { ...row.after, ...toItem({ note }) } },
    );
    const draft = { ...edit.draft, entry: domain, by, ...(name !== undefined && { name }), requests: { domain, count: own.length } };
    const ports = { ...world.listEdits, requests: world.requestsOfSets };
    const prepare = (key: Parameters<typeof world.requestsOfSets.record>[0]) => world.requestsOfSets.record(key, own);
    const ran = await applyEdit(ports, draft, noted, now, { signal, prepare, ...(onWritten && { onWritten }) });
    // Somebody else edited the domain's entry first.
    return ran === undefined || (rows.length > 0 && ran.writes === 0) ? undefined : ran;
  },
};

function denyingItem(domain: string, current: Parameters<typeof keptBeside>[0]) {
  return { ...keptBeside(current), ...toItem({ entry: domain, effect: "deny" }) };
}

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
