import { valueTexts } from "../../engine/messages/values";
import { countedAccount, isFull, readHolders } from "../../engine/rules/ledger";
import type { HashOf } from "../../engine/sign-up/person";
import { personIdFor } from "../../engine/sign-up/person-key";
import type { Context, RecordKey, Row } from "../../engine/sign-up/rule";
import type { SignUp } from "../../engine/sign-up/sign-up";
import type { Block, Effect } from "../../engine/sign-up/verdict";
import { canonical, lookupValues, type Spelling } from "./spelling";

/** Key prefix of codes in the usage table. */
export const CODE_PREFIX = "code/";

/** The row's set of people who have used the code. */
const PEOPLE = "people";

const usedUp: Block = { kind: "block", reason: "code.used-up", message: valueTexts["code.used-up"] };

/** Counts the people who use each code of a list. Codes and typed texts are as the rule reads them. */
export interface Codes {
  /** Returns the keys of the rows to read for a value. */
  needs(text: string, hashOf: HashOf): readonly RecordKey[];
  /**
   * True if others have used the code as often as permitted. If the code and the typed text differ in more than upper and lower case, the
   * code's row was not read, and the answer is false. Then the write that `use` returns refuses a used-up code.
   */
  isUsedUp(code: string, typedText: string, signUp: SignUp, context: Pick<Context, "records" | "hashOf">): boolean;
  /**
   * Returns the write that counts a use of the code. The write is part of the sign-up: if the sign-up is stopped, the code stays unused.
   */
  use(code: string, typedText: string, signUp: SignUp, context: Pick<Context, "records" | "hashOf">): readonly Effect[];
}

/** Options: the spelling and use of a list's codes. */
interface CodeRules extends Pick<Spelling, "case"> {
  readonly list: string;
  /** Maximum number of people who may use each code; undefined for any number. */
  readonly maxUses?: number | undefined;
  /** The answer once a code is used up: the form again, or an approver decides. */
  readonly usedUp?: "ask-again" | "approval";
}

export function codes(settings: CodeRules): Codes {
  const { list, maxUses } = settings;
  // If two people take a code's last use at the same moment, one of the writes fails. If `usedUp` is "approval", the rules then decide
  // again, and refer the person whose write failed to an approver.
  const retryOption = settings.usedUp === "approval" && { retryOnConflict: true as const };
  if (maxUses === undefined) return { needs: () => [], isUsedUp: () => false, use: () => [] };
  const buildCodeId = (text: string, hashOf: HashOf) =>
    `${CODE_PREFIX}${encodeURIComponent(list)}/${hashOf(JSON.stringify(["code", list, canonical(text, settings)]))}`;
  // A code's uses are counted under the spelling in the list's row. This spelling may be any of `lookupValues`, so each of them gets an id.
  const buildCodeIds = (text: string, hashOf: HashOf) => [
    ...new Set(lookupValues(text, settings).map((value) => buildCodeId(value, hashOf))),
  ];
  const rowKey = (text: string, hashOf: HashOf): RecordKey => ({ table: "ledger", key: { id: buildCodeId(text, hashOf) } });
  const findCodeRow = (code: string, typedText: string, { records, hashOf }: Pick<Context, "records" | "hashOf">) =>
    buildCodeIds(typedText, hashOf).includes(buildCodeId(code, hashOf)) ? records.get(rowKey(code, hashOf)) : undefined;
  return {
    needs: (text, hashOf) => buildCodeIds(text, hashOf).map((id) => ({ table: "ledger", key: { id } })),
    isUsedUp(code, typedText, signUp, context) {
      const row = findCodeRow(code, typedText, context);
      return isFull(row, PEOPLE, buildHolder(signUp, row, context.hashOf), maxUses);
    },
    use(code, typedText, signUp, context) {
      const holder = buildHolder(signUp, findCodeRow(code, typedText, context), context.hashOf);
      return [{ ...rowKey(code, context.hashOf), slots: PEOPLE, holder, atMost: maxUses, ...retryOption, onConflict: usedUp }];
    },
  };
}

/**
 * Returns this sign-up's member of the row's set of people. The member begins with the person's id, because an erasure searches for the id.
 * The account follows, because several people may show one address. If the set already has a member with this account, returns that member.
 */
function buildHolder(signUp: SignUp, row: Row | undefined, hashOf: HashOf): string {
  const account = `.${hashOf(countedAccount(signUp))}`;
  const currentHolder = readHolders(row, PEOPLE).find((member) => member.endsWith(account));
  return currentHolder ?? `${personIdFor(signUp, hashOf)}${account}`;
}
