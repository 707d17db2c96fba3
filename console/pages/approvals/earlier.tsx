import { differencesBetween } from "../../../engine/approvals/differences";
import type { ApprovalRequest } from "../../../engine/approvals/request";
import { stateAt } from "../../../engine/approvals/state-at";
import { issuersOf } from "../../../engine/sign-up/sign-up";
import type { Visit } from "../../app/visit";
import { Table } from "../../parts/table";
import { Moment } from "../../parts/time";
import { visible } from "../../parts/value";
import { AttributeDifferences, requestPath, StateTag } from "./approvals-parts";
import { approvalsTexts } from "./approvals-texts";
import { queueTexts } from "./group-texts";
import { lastBefore } from "./known";

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
