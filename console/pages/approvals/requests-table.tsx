import type { ApprovalRequest } from "../../../engine/approvals/request";
import { approvalWords, providerText } from "../../../engine/messages/operator/approvals";
import type { Visit } from "../../app/visit";
import { gateCell, gateColumn } from "../../parts/gates";
import { Table } from "../../parts/table";
import { visible } from "../../parts/value";
import { Age, Due, Remarks, requestField, requestPath, Who } from "./approvals-parts";
import { approvalsTexts } from "./approvals-texts";
import { queueTexts } from "./group-texts";
import type { KnownOf } from "./known";

interface RequestsTableProps {
  readonly visit: Visit;
  readonly requests: readonly ApprovalRequest[];
  readonly caption: string;
  readonly empty: string;
  readonly choosable?: boolean;
  readonly due?: string;
  readonly known?: KnownOf;
}

export function RequestsTable({ visit, requests, caption, empty, choosable = false, due, known }: RequestsTableProps) {
  const t = visit.say(approvalsTexts);
  const columns = [t.reference, t.age, t.who, ...gateColumn(visit), t.signedInWith, due ?? `${t.answerBy} / ${t.changed}`, t.remark];
  return (
    <Table
      caption={caption}
      columns={columns.map((name) => ({ name }))}
      keys={requests.map(({ id }) => id)}
      names={requests.map(({ email }) => visible(email))}
      rows={requests.map((request) => [
        <>
          {choosable ? (
            <input type="checkbox" name="request" value={requestField(request)} aria-label={t.choose(visible(request.reference))} />
          ) : null}{" "}
          <a href={requestPath(request.id)}>{visible(request.reference)}</a>
        </>,
        <Age visit={visit} since={request.requestedAt} />,
        <Who visit={visit} request={request} />,
        ...gateCell(visit, request),
        visible(providerText(visit.say(approvalWords), request)),
        <Due visit={visit} request={request} />,
        <Remarks visit={visit} request={request} known={known?.get(request.id)} />,
      ])}
      empty={empty}
    />
  );
}

/** Within a form that decides, once a script makes its keys work. */
export function KeysButton({ visit }: { readonly visit: Visit }) {
  return (
    <button type="button" class="quiet" data-help hidden>
      {visit.say(queueTexts).keys}
    </button>
  );
}
