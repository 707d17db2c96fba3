import { changedSince, differencesBetween, type EarlierChange } from "../../../engine/approvals/differences";
import type { ApprovalRequest } from "../../../engine/approvals/request";
import { stateAt } from "../../../engine/approvals/state-at";
import { issuersOf } from "../../../engine/sign-up/sign-up";
import type { Visit } from "../../app/visit";
import { mapInOrder } from "../../editor/row-writes";
import { Table } from "../../parts/table";
import { Moment } from "../../parts/time";
import { visible } from "../../parts/value";
import { AttributeDifferences, requestPath, StateTag } from "./approvals-parts";
import { approvalsTexts } from "./approvals-texts";
import { queueTexts } from "./group-texts";

/** Of one person's other requests as many are shown. */
const MAX_OTHERS = 20;

/** Other requests of the same person, in whatever spelling and by whatever provider, the newest first; not what was forgotten. */
export async function othersOf({ world }: Visit, request: ApprovalRequest): Promise<readonly ApprovalRequest[]> {
  const store = world.legibleApprovals(() => {});
  for await (const page of store.byPerson(request.personId)) {
    return page.filter(({ id, strippedAt }) => id !== request.id && strippedAt === undefined).slice(0, MAX_OTHERS);
  }
  return [];
}

/** The one that the person made last before this one. */
function lastBefore(request: ApprovalRequest, others: readonly ApprovalRequest[]): ApprovalRequest | undefined {
  return others
    .filter(({ requestedAt }) => requestedAt < request.requestedAt)
    .toSorted((a, b) => (a.requestedAt > b.requestedAt ? -1 : 1))[0];
}

/** What a list says of each request: what differs from what the person asked before. */
export async function changesOf(
  visit: Visit,
  requests: readonly ApprovalRequest[],
): Promise<ReadonlyMap<string, readonly EarlierChange[]>> {
  const found = new Map<string, readonly EarlierChange[]>();
  await mapInOrder(requests, async (request) => {
    if (request.strippedAt !== undefined) return;
    const changes = changedSince(request, lastBefore(request, await othersOf(visit, request)));
    if (changes.length > 0) found.set(request.id, changes);
  });
  return found;
}

/** Other requests of the person, and what is another in this one than in the last of them. */
export function OtherRequests({ visit, request, others }: OthersProps) {
  if (others.length === 0) return null;
  const t = visit.say(approvalsTexts);
  const q = visit.say(queueTexts);
  const last = lastBefore(request, others);
  return (
    <>
      <h2>{q.others}</h2>
      <Table
        caption={q.others}
        columns={[t.reference, t.state, t.asked, t.signedInWith].map((name) => ({ name }))}
        rows={others.map((other) => [
          <a href={requestPath(other.id)}>{visible(other.reference)}</a>,
          <StateTag visit={visit} state={stateAt(other, visit.now)} />,
          <Moment at={other.requestedAt} />,
          visible(issuersOf(other).join(", ")),
        ])}
        empty=""
      />
      {last === undefined ? null : (
        <AttributeDifferences visit={visit} caption={q.notAs(visible(last.reference))} differences={differencesBetween(last, request)} />
      )}
    </>
  );
}

interface OthersProps {
  readonly visit: Visit;
  readonly request: ApprovalRequest;
  readonly others: readonly ApprovalRequest[];
}
