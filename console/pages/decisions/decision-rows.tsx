import type { Child } from "hono/jsx";
import type { ListedDecision } from "../../../adapters/tables/decisions";
import { decisionWords, reasonMeaning } from "../../../engine/messages/operator/decisions";
import type { Visit } from "../../app/visit";
import { openAddress } from "../../parts/beside";
import { gateAsked, gateCell, gateColumn } from "../../parts/gates";
import { Outcome, outcomeOfAnswer } from "../../parts/outcome";
import { Table } from "../../parts/table";
import { RowTime, zoneName } from "../../parts/time";
import { shortened, visible } from "../../parts/value";
import { decisionListTexts } from "./list-texts";

interface DecisionRowsProps {
  readonly visit: Visit;
  readonly records: readonly ListedDecision[];
  /** The code of the one whose panel is open. */
  readonly open: string;
  readonly empty: Child;
}

/** Decisions, a line each; its time and code open it beside the list. */
export function DecisionRows({ visit, records, open, empty }: DecisionRowsProps) {
  const t = visit.say(decisionListTexts);
  // Of one gate, the chip says which.
  const gates = gateAsked(visit) === undefined;
  const current = records.find(({ reference }) => reference === open.toUpperCase());
  return (
    <Table
      caption={t.caption}
      columns={[t.timeIn(zoneName(visit.now)), t.outcome, t.person, t.why, ...(gates ? gateColumn(visit) : []), t.code].map((name) => ({
        name,
      }))}
      keys={records.map(({ id }) => id)}
      current={current?.id}
      rows={records.map((record) => {
        const kind = outcomeOfAnswer(record);
        return [
          <a href={openAddress(visit, record.reference)}>
            <RowTime at={record.at} now={visit.now} language={visit.language} />
          </a>,
          <Outcome kind={kind}>{t.outcomes[kind]}</Outcome>,
          <bdi class="value">{record.email === undefined ? t.noAddress : shortened(record.email, 80)}</bdi>,
          whyText(visit, record),
          ...(gates ? gateCell(visit, record) : []),
          <code>{visible(record.reference)}</code>,
        ];
      })}
      empty={empty}
    />
  );
}

/** In a few words: by which entry, or what the reasons mean. */
function whyText(visit: Visit, { verdict, reasons, entry, rule }: ListedDecision): string {
  if (verdict === "continue") return "–";
  if (reasons.includes("access-list.denied") && entry !== undefined) return visit.say(decisionListTexts).deniedBy(shortened(entry, 80));
  const words = visit.say(decisionWords);
  const meant = [...new Set(reasons)].map((reason) => reasonMeaning(words, reason));
  return visible(meant.length === 0 ? (rule ?? "–") : meant.join("; "));
}
