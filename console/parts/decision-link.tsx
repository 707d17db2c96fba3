import type { DecisionRecord } from "../../engine/sign-up/record";
import { frameTexts } from "../texts/frame-texts";
import { PersonLink } from "./person-links";
import type { Column } from "./table";
import { RowTime } from "./time";

export function decisionPath(reference: string): string {
  return `/decisions/${encodeURIComponent(reference)}`;
}

/** First columns of tables whose rows are people, each with one decision. @param when heading of the decision's time */
export function decidedColumns(
  when: string,
): readonly Column<Pick<DecisionRecord, "reference" | "at"> & { readonly email?: string | undefined }>[] {
  return [
    [frameTexts.person, ({ email }) => (email === undefined ? "?" : <PersonLink email={email} />)],
    [
      when,
      ({ reference, at }) => (
        <a href={decisionPath(reference)}>
          <RowTime at={at} />
        </a>
      ),
    ],
  ];
}
