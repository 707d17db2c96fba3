import { valueTexts } from "../../messages/values";
import { digestOf, personKey } from "../../sign-up/person";
import type { Context, RecordKey } from "../../sign-up/rule";
import type { SignUp } from "../../sign-up/sign-up";
import type { Block, Effect } from "../../sign-up/verdict";
import type { Settings } from "./options";
import { isFull } from "./slots";
import { canonical } from "./spelling";

/** Longer codes stand in keys as a digest. */
const MAX_CODE_BYTES = 512;
/** The row's set of those who have used the code. */
const PEOPLE = "people";

const usedUp: Block = { kind: "block", reason: "code.used-up", message: valueTexts["code.used-up"] };

/** How often each value of a list has been used, and by whom. Values are texts as `textOf` gives them. */
export interface Codes {
  /** The rows to read for a value. */
  needs(text: string): readonly RecordKey[];
  /**
   * True if others have used the code as often as it may be. Of a code spelled unlike what was typed no row has been
   * read: there it is the write that tells.
   */
  isUsedUp(code: string, typed: string, signUp: SignUp, records: Context["records"]): boolean;
  /** Uses the code. It goes with the sign-up: whatever stops that one leaves the code unused. */
  use(code: string, signUp: SignUp): readonly Effect[];
}

export function codes(settings: Pick<Settings, "list" | "uses" | "case">): Codes {
  const { list, uses } = settings;
  if (uses === undefined) return { needs: () => [], isUsedUp: () => false, use: () => [] };
  const idOf = (text: string) => {
    const code = canonical(text, settings);
    return `code/${encodeURIComponent(list)}/${Buffer.byteLength(code) > MAX_CODE_BYTES ? digestOf(code) : code}`;
  };
  const rowKey = (text: string): RecordKey => ({ table: "ledger", key: { id: idOf(text) } });
  const holderOf = (signUp: SignUp) => digestOf(personKey(signUp));
  return {
    needs: (text) => [rowKey(text)],
    isUsedUp: (code, typed, signUp, records) =>
      idOf(code) === idOf(typed) && isFull(records.get(rowKey(code)), PEOPLE, holderOf(signUp), uses),
    use: (code, signUp) => [{ ...rowKey(code), slots: PEOPLE, holder: holderOf(signUp), atMost: uses, onConflict: usedUp }],
  };
}
