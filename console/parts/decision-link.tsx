import type { DecisionRecord } from "../../engine/sign-up/record";
import { frameTexts } from "../texts/frame-texts";
import { PersonLink } from "./person-links";
import type { Column } from "./table";
import { RowTime } from "./time";

/** The page of a decision. */
export function decisionPath(reference: string): string {
  return `/decisions/${encodeURIComponent(reference)}`;
}

type Decided = Pick<DecisionRecord, "reference" | "at">;

/** The time of a decision, as a link to it. */
export function DecisionTime({ reference, at }: Decided) {
  return (
    <a href={decisionPath(reference)}>
      <RowTime at={at} />
    </a>
  );
}

/** The first columns of a table of people, each with a decision on them. @param when the heading of its time */
export function decidedColumns(when: string): readonly Column<Decided & { readonly email?: string | undefined }>[] {
  return [
    [frameTexts.person, ({ email }) => (email === undefined ? "?" : <PersonLink email={email} />)],
    [when, ({ reference, at }) => <DecisionTime reference={reference} at={at} />],
  ];
}
