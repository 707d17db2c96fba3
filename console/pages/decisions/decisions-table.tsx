import type { ListedDecision } from "../../../adapters/tables/decisions";
import { type DecisionWords, decisionWords, reasonText } from "../../../engine/messages/operator/decisions";
import type { DecisionRecord } from "../../../engine/sign-up/record";
import type { Visit } from "../../app/visit";
import { gateCell, gateColumn } from "../../parts/gates";
import { Table, type TableProps } from "../../parts/table";
import { Moment } from "../../parts/time";
import { capitalised, shortened, visible } from "../../parts/value";
import { decisionsTexts } from "./decisions-texts";

interface DecisionsTableProps extends Pick<TableProps, "caption" | "empty"> {
  readonly visit: Visit;
  readonly records: readonly ListedDecision[];
  /** What the column of addresses is called. */
  readonly address: string;
}

/** Decisions, one a row, each leading to its own page. */
export function DecisionsTable({ visit, records, address, caption, empty }: DecisionsTableProps) {
  const t = visit.say(decisionsTexts);
  const w = visit.say(decisionWords);
  return (
    <Table
      caption={caption}
      columns={[t.reference, t.time, t.verdict, address, ...gateColumn(visit), t.step, t.rule, t.reason].map((name) => ({ name }))}
      rows={records.map((record) => [
        <a href={`/decisions/${encodeURIComponent(record.reference)}`}>{visible(record.reference)}</a>,
        <Moment at={record.at} />,
        <VerdictTag verdict={record.verdict} words={w} />,
        <bdi class="value">{shortened(record.email ?? "", 80)}</bdi>,
        ...gateCell(visit, record),
        <span class="nowrap">{w.steps[record.step]}</span>,
        <code>{visible(record.rule ?? "")}</code>,
        visible(reasonText(w, record.reasons)),
      ])}
      empty={empty}
    />
  );
}

const kinds = { continue: "good", block: "bad", invalid: "warn" } as const;

export function VerdictTag({ verdict, words }: { readonly verdict: DecisionRecord["verdict"]; readonly words: DecisionWords }) {
  return <span class={`tag ${kinds[verdict]}`}>{capitalised(words.verdicts[verdict])}</span>;
}
