import { valueTexts } from "../../messages/values";
import { type HashOf, personIdOf, personKey } from "../../sign-up/person";
import type { Context, RecordKey } from "../../sign-up/rule";
import type { SignUp } from "../../sign-up/sign-up";
import type { Block, Effect } from "../../sign-up/verdict";
import type { Settings } from "./options";
import { isFull } from "./slots";
import { canonical } from "./spelling";

/** The row's set of those who have used the code. */
const PEOPLE = "people";

const usedUp: Block = { kind: "block", reason: "code.used-up", message: valueTexts["code.used-up"] };

/** How often each value of a list has been used, and by whom. Values are texts as `textOf` gives them. */
export interface Codes {
  /** The rows to read for a value. */
  needs(text: string, hashOf: HashOf): readonly RecordKey[];
  /**
   * True if others have used the code as often as it may be. Of a code spelled unlike what was typed no row has been
   * read: there it is the write that tells.
   */
  isUsedUp(code: string, typed: string, signUp: SignUp, context: Pick<Context, "records" | "hashOf">): boolean;
  /** Uses the code. It goes with the sign-up: whatever stops that one leaves the code unused. */
  use(code: string, signUp: SignUp, hashOf: HashOf): readonly Effect[];
}

export function codes(settings: Pick<Settings, "list" | "uses" | "case">): Codes {
  const { list, uses } = settings;
  if (uses === undefined) return { needs: () => [], isUsedUp: () => false, use: () => [] };
  const idOf = (text: string, hashOf: HashOf) =>
    `code/${encodeURIComponent(list)}/${hashOf(JSON.stringify(["code", list, canonical(text, settings)]))}`;
  const rowKey = (text: string, hashOf: HashOf): RecordKey => ({ table: "ledger", key: { id: idOf(text, hashOf) } });
  return {
    needs: (text, hashOf) => [rowKey(text, hashOf)],
    isUsedUp: (code, typed, signUp, { records, hashOf }) =>
      idOf(code, hashOf) === idOf(typed, hashOf) && isFull(records.get(rowKey(code, hashOf)), PEOPLE, holderOf(signUp, hashOf), uses),
    use: (code, signUp, hashOf) => [
      { ...rowKey(code, hashOf), slots: PEOPLE, holder: holderOf(signUp, hashOf), atMost: uses, onConflict: usedUp },
    ],
  };
}

/** Begins with the person, so that an erasure finds it; the account behind keeps apart two people who show one address. */
function holderOf(signUp: SignUp, hashOf: HashOf): string {
  return `${personIdOf(signUp.email, hashOf)}.${hashOf(personKey(signUp))}`;
}
