import type { ApprovalStore } from "../../../adapters/tables/approvals";
import { pageInState, placeAfter, type RequestOrder } from "../../../engine/approvals/in-state";
import type { ApprovalRequest, ApprovalState } from "../../../engine/approvals/request";
import { stateAt } from "../../../engine/approvals/state-at";
import { DEFAULT_GATE } from "../../../engine/sign-up/gate";
import type { Visit } from "../../app/visit";
import { isAtAskedGate } from "../../parts/gates";
import { type Paged, pageAsked } from "../../parts/paging";

/** From the invitation to the end: views of the list of people, in this order. */
export const lives = ["invited", "waiting", "in", "ending", "ended"] as const;
export type Life = (typeof lives)[number];

/** One row of such a view: what it was read from says where the person is. */
export interface LifeRow {
  readonly kind: "request";
  readonly request: ApprovalRequest;
  /** Of the row, as it was shown. */
  readonly turn: number;
}

/** What a form sends of it. */
export function rowField({ kind, request, turn }: LifeRow): string {
  return `${kind}/${request.id}/${turn}`;
}

/** Rows of one table in one order, read from any place on. */
interface LifeSource {
  read(from: unknown): Promise<{ readonly items: readonly LifeRow[]; readonly next?: unknown; readonly unreadable?: readonly string[] }>;
  after(row: LifeRow): unknown;
}

/** A place in a view: in one of its sources, after a row or at the beginning. */
interface LifePlace {
  readonly source: number;
  readonly from?: unknown;
}

/** Whether tables have rows of the people of a view. */
export function hasRows(_visit: Visit, life: Life): boolean {
  return life !== "in" && life !== "ending";
}

/** The views that have something to show here. */
export function livesHere(visit: Visit): readonly Life[] {
  return lives.filter((each) => each === "in" || hasRows(visit, each));
}

/** A page of a view: the rows of its sources, one source after the other. */
export async function pageOfLife(visit: Visit, life: Life): Promise<Paged<LifeRow>> {
  const sources = sourcesOf(visit)[life];
  let current = 0;
  return await pageAsked<LifeRow, LifePlace>(visit, {
    async read({ source, from } = { source: 0 }) {
      current = source;
      const { next, ...read } = (await sources[source]?.read(from)) ?? { items: [] };
      const place = next === undefined ? source + 1 : { source, from: next };
      return { ...read, ...(typeof place === "object" ? { next: place } : place < sources.length && { next: { source: place } }) };
    },
    after: (row) => ({ source: current, from: sources[current]?.after(row) }),
    matches: ({ request }) => isAtAskedGate(visit, request),
  });
}

function sourcesOf(visit: Visit): Readonly<Record<Life, readonly LifeSource[]>> {
  const invited = requestsIn(visit, "approved", "newest-first", () => true);
  const ended = (state: ApprovalState) => requestsIn(visit, state, "newest-first", ({ invitation }) => invitation !== undefined, true);
  return {
    invited: [invited],
    waiting: [requestsIn(visit, "pending", "oldest-first", () => true)],
    in: [],
    ending: [],
    ended: [ended("expired"), ended("denied")],
  };
}

/** @param isEnd whether people are left out who came back another way since */
function requestsIn(
  visit: Visit,
  state: ApprovalState,
  order: RequestOrder,
  isMeant: (request: ApprovalRequest) => boolean,
  isEnd = false,
): LifeSource {
  const leftOut: string[] = [];
  const store = visit.world.legibleApprovals(({ id }) => leftOut.push(id));
  return {
    async read(from) {
      const page = await pageInState(store, state, visit.now, order, from as Parameters<typeof pageInState>[4]);
      const meant = page.items.filter(isMeant);
      const items = isEnd ? await withoutReturned(store, meant, visit.now) : meant;
      return { ...page, items: items.map((request) => ({ kind: "request", request, turn: request.turn })), unreadable: leftOut.splice(0) };
    },
    after: ({ request }) => placeAfter(request),
  };
}

const overStates: readonly ApprovalState[] = ["expired", "denied"];

/** Without those who asked, were invited or were let in at the same gate in another way: their other row says where they are. */
async function withoutReturned(
  store: Pick<ApprovalStore, "byPerson">,
  requests: readonly ApprovalRequest[],
  now: Date,
): Promise<readonly ApprovalRequest[]> {
  const returned = await Promise.all(
    requests.map(async ({ personId, gate = DEFAULT_GATE }) => {
      for await (const page of store.byPerson(personId)) {
        return page.some((other) => (other.gate ?? DEFAULT_GATE) === gate && !overStates.includes(stateAt(other, now)));
      }
      return false;
    }),
  );
  return requests.filter((_, index) => !returned[index]);
}
