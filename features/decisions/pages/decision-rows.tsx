import type { Visit } from "../../../console/app/visit";
import { Badge } from "../../../console/parts/badge";
import { OPEN_PARAMETER, openAddress } from "../../../console/parts/beside";
import { MarkedDomain } from "../../../console/parts/domain-link";
import { gateColumn } from "../../../console/parts/gates";
import { Outcome, outcomeTexts } from "../../../console/parts/outcome";
import type { TableProps } from "../../../console/parts/table";
import { RowTime, zonedHeading } from "../../../console/parts/time";
import { shortened, visible } from "../../../console/parts/value";
import { readReference } from "../../../engine/sign-up/call";
import { DRILL, isDrill } from "../../../engine/sign-up/drill";
import { partsOf } from "../../../engine/sign-up/email";
import { type OutcomeKind, outcomeOf } from "../../../engine/sign-up/outcome";
import { serviceName } from "../../counts/service-name";
import type { LookAlike } from "../../look-alikes/store";
import { reasonsInWords } from "../../reasons";
import type { ListedDecision } from "../store/decisions";
import { decisionWords } from "../words";
import { decisionsTexts as t } from "./decisions-texts";

/** Domains that others look like are read row by row: of so many domains of a page. */
const MOST_DOMAINS = 20;

/** A decision as a list shows it. */
interface ShownDecision extends ListedDecision {
  readonly kind: OutcomeKind;
  /** The known domain that a refused person's looks like. The list already knows those it lets in. */
  readonly like: LookAlike | undefined;
}

export async function shownDecisions({ world }: Visit, records: readonly ListedDecision[]): Promise<readonly ShownDecision[]> {
  const stopped = records.filter(({ verdict, email }) => verdict === "block" && email !== undefined);
  const domains = [...new Set(stopped.map(({ email = "" }) => partsOf(email).domain))].slice(0, MOST_DOMAINS);
  const alike = domains.length === 0 ? new Map() : await world.alike.lookAlikesOf(domains);
  return records.map((record) => {
    const kind = outcomeOf(record);
    const [like] = kind === "continue" || record.email === undefined ? [] : (alike.get(partsOf(record.email).domain) ?? []);
    return { ...record, kind, like };
  });
}

/** Decisions, a line each; its time and code open it beside the list. */
export function decisionColumns(visit: Visit, records: readonly ListedDecision[]): Omit<TableProps<ShownDecision>, "rows"> {
  const opened = readReference(visit.query(OPEN_PARAMETER));
  return {
    caption: t.caption,
    columns: [
      [
        zonedHeading(t.time, visit.now),
        ({ reference, at }) => (
          <a href={openAddress(visit, reference)}>
            <RowTime visit={visit} at={at} />
          </a>
        ),
      ],
      [t.outcome, ({ kind }) => <Outcome kind={kind}>{outcomeTexts[kind]}</Outcome>],
      [
        t.person,
        ({ like, ...record }) => (
          <>
            <Who email={record.email} like={like} nobody={t.noAddress} />
            {isOfDrill(record) ? [" ", <Badge tone="info">{t.drill}</Badge>] : null}
          </>
        ),
      ],
      [t.why, ({ like, ...record }) => (like === undefined ? "" : `${t.looksLike(visible(like.like))}; `) + whyText(visit, record)],
      gateColumn(visit, records),
      [t.code, ({ reference }) => <code>{visible(reference)}</code>],
    ],
    keyOf: ({ id }) => id,
    current: records.find(({ reference }) => reference === opened)?.id,
  };
}

/** Whether a check of the gate made it, and nobody signed up. */
function isOfDrill({ email, reasons }: ListedDecision): boolean {
  return reasons.includes(DRILL) || (email !== undefined && isDrill({ email }));
}

function Who({
  email,
  like,
  nobody,
}: {
  readonly email: string | undefined;
  readonly like: LookAlike | undefined;
  readonly nobody: string;
}) {
  if (email === undefined) return <>{nobody}</>;
  if (like === undefined) return <bdi class="value">{shortened(email, 80)}</bdi>;
  return (
    <>
      <bdi class="value">{visible(partsOf(email).local)}@</bdi>
      <MarkedDomain shown={like.shown} marks={like.marks} />
    </>
  );
}

/** In a few words: by which entry, or what the reasons mean. */
function whyText(visit: Visit, { verdict, reasons, entry, rule, upstreamFailed }: ListedDecision): string {
  if (verdict === "continue") return entry === undefined ? "–" : t.allowedBy(shortened(entry, 80));
  if (reasons.includes("access-list.denied") && entry !== undefined) return t.deniedBy(shortened(entry, 80));
  const why = reasons.length === 0 ? (rule ?? "–") : reasonsInWords(visit.say(decisionWords), reasons);
  return visible(typeof upstreamFailed === "string" ? `${serviceName(upstreamFailed)}: ${why}` : why);
}
