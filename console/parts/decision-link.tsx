import type { DecisionRecord } from "../../engine/sign-up/record";
import { frameTexts } from "../texts/frame-texts";
import { PersonLink } from "./person-links";
import type { Column } from "./table";
import { RowTime } from "./time";

/** The page of a decision. */
export function decisionPath(reference: string): string {
  return `/decisions/${encodeURIComponent(reference)}`;
}

/** The first columns of a table of people, each with a decision on them. @param when the heading of its time */
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
