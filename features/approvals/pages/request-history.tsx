import type { Visit } from "../../../console/app/visit";
import { Table } from "../../../console/parts/table";
import { timeColumn } from "../../../console/parts/time";
import { ShownValue, visible } from "../../../console/parts/value";
import { differencesBetween, differencesOf } from "../differences";
import type { ApprovalRequest, HistoryEntry } from "../request";
import { AttributeDifferences, type RequestProps } from "./approvals-parts";
import { approvalsTexts as t } from "./approvals-texts";
import { lastBefore } from "./known";
import { queueTexts } from "./queue-texts";
import { askedText } from "./stages";
import { stagesTexts as s } from "./stages-texts";

interface RequestHistoryProps extends RequestProps {
  /** Of the same person. */
  readonly others: readonly ApprovalRequest[];
}

/** What the person entered otherwise before, and each change of the request. */
export function RequestHistory({ visit, request, others }: RequestHistoryProps) {
  const last = lastBefore(request, others);
  return (
    <>
      <AttributeDifferences caption={t.differences} differences={differencesOf(request)} />
      {last === undefined ? null : (
        <AttributeDifferences caption={queueTexts.notAs(visible(last.reference))} differences={differencesBetween(last, request)} />
      )}
      <Changes visit={visit} request={request} />
    </>
  );
}

function Changes({ visit, request }: RequestProps) {
  const by = ({ kind, name }: HistoryEntry["by"]) =>
    kind === "gatehouse" ? (t.parts[name] ?? visible(name)) : `${visible(name)} (${t.ways[kind] ?? visible(kind)})`;
  return (
    <Table
      caption={t.history}
      columns={[
        timeColumn(visit, t.time),
        [t.change, (change) => changeText(visit, change)],
        [t.by, (change) => <bdi>{by(change.by)}</bdi>],
        [t.note, ({ note }) => (note === undefined ? null : <ShownValue text={note} />)],
      ]}
      rows={request.history}
    />
  );
}

/** What happened: another state, or a step within the stages. */
function changeText(visit: Visit, { from, to, what, stage, asked }: HistoryEntry): string {
  if (what === undefined) return `${from === "none" ? t.start : t.states[from]} → ${t.states[to]}`;
  const step = [s.what[what], ...(stage === undefined ? [] : [s.number(stage + 1)])].join(", ");
  return asked === undefined ? step : `${step} → ${askedText(visit, asked)}`;
}
