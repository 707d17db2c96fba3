import type { RecordKey } from "../../sign-up/rule";
import type { SignUp } from "../../sign-up/sign-up";
import type { Source } from "../../sign-up/source";
import { isCurrent } from "../current-row";
import { lookupValues, type Spelling, spelledText } from "./spelling";

/** One list of the ReferenceData table, asked for the value of an attribute. What it finds is the row's own spelling. */
export function referenceData(list: string, attribute: string, spelling: Spelling): Source {
  const valuesFor = ({ attributes }: SignUp) => lookupValues(spelledText(attributes[attribute], spelling) ?? "", spelling);
  const rowKey = (value: string): RecordKey => ({ table: "referenceData", key: { list, value } });
  return {
    name: "reference-data",
    uses: [{ table: "referenceData", access: "read" }],
    needs: (signUp) => valuesFor(signUp).map(rowKey),
    find(signUp, { records, now }) {
      const value = valuesFor(signUp).find((each) => {
        const row = records.get(rowKey(each));
        return row !== undefined && isCurrent(row, now);
      });
      if (value === undefined) return undefined;
      // A number or a ticked box stays what it is.
      return typeof signUp.attributes[attribute] === "string" ? { [attribute]: value } : {};
    },
  };
}
