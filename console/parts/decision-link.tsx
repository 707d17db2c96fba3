import type { DecisionRecord } from "../../engine/sign-up/record";
import { frameTexts } from "../texts/frame-texts";
import { PersonLink } from "./person-links";
import type { Column } from "./table";
import { RowTime } from "./time";

export function decisionPath(reference: string): string {
  return `/decisions/${encodeURIComponent(reference)}`;
}

/**
 * Returns the first columns of a table whose rows are people, each with one decision. @param when heading of the column with the decision's
 * time
 */
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
