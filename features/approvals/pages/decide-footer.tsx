import type { Child } from "hono/jsx";
import type { Visit } from "../../../console/app/visit";
import { PostForm } from "../../../console/parts/forms";
import { homes } from "../../../console/session/roles";
import { decidingWords } from "../deciding-words";
import { verbs } from "../decision-verbs";
import { isOwnRequest } from "../own-request";
import type { ApprovalRequest } from "../request";
import { asksByName } from "../stages";
import { stateAt } from "../state-at";
import { deciderOf, nameShown, type RequestProps, requestField, VerbButtons, visitorsObjection } from "./approvals-parts";
import { approvalsTexts as t } from "./approvals-texts";
import { formData, NoteField } from "./notes";
import { queueTexts } from "./queue-texts";
import { stagesTexts as s } from "./stages-texts";

export interface DecideFooterProps extends RequestProps {
  /** The queue that it is open in; undefined on its own page. */
  readonly from?: string | undefined;
  /** The one after it in that queue. */
  readonly next?: { readonly request: ApprovalRequest; readonly path: string } | undefined;
}

/** The changes that its state allows, and the way on. */
export function DecideFooter({ visit, request, from, next }: DecideFooterProps) {
  const possible = visit.may("Approver") ? verbs.filter((verb) => visitorsObjection(visit, verb, request) === undefined) : [];
  const refusal = refusalToDecide(visit, request);
  if (possible.length === 0 && next === undefined && refusal === undefined) return null;
  return (
    <footer>
      {refusal === undefined ? null : <p class="note warn">{refusal}</p>}
      {possible.length === 0 ? null : (
        <PostForm
          visit={visit}
          action="/approvals/decide"
          {...formData(visit, request.id)}
          data-asks=""
          data-keys={from === undefined ? "" : undefined}
          hidden={{
            request: requestField(request),
            ...(from !== undefined && { back: from }),
            ...(next !== undefined && { next: next.request.id }),
          }}
        >
          <p class="actions">
            <VerbButtons verbs={possible} />
          </p>
          <details>
            <summary>{queueTexts.withNote}</summary>
            <NoteField />
          </details>
        </PostForm>
      )}
      {next === undefined ? null : (
        <a class="next" href={next.path}>
          {t.next}: {nameShown(next.request)}
        </a>
      )}
    </footer>
  );
}

/** Why somebody who may decide may not decide on this one. A reader that it asks is led to where they may. */
function refusalToDecide(visit: Visit, request: ApprovalRequest): Child | undefined {
  const decider = deciderOf(visit);
  if (!visit.may("Approver")) {
    if (!asksByName(request, decider, visit.now)) return undefined;
    return <a href={`${homes.Decider}/requests/${encodeURIComponent(request.id)}`}>{s.asksYou}</a>;
  }
  const { why } = visit.say(decidingWords);
  if (isOwnRequest(request, decider)) return why.own;
  if (request.stages === undefined || stateAt(request, visit.now) !== "pending") return undefined;
  const no = visitorsObjection(visit, "approve", request);
  return no && why[no.why];
}
