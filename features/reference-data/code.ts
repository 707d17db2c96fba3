import { valueTexts } from "../../engine/messages/values";
import { countedAccount, isFull, readHolders } from "../../engine/rules/ledger";
import type { HashOf } from "../../engine/sign-up/person";
import { personIdFor } from "../../engine/sign-up/person-key";
import type { Context, RecordKey, Row } from "../../engine/sign-up/rule";
import type { SignUp } from "../../engine/sign-up/sign-up";
import type { Block, Effect } from "../../engine/sign-up/verdict";
import { canonical, lookupValues, type Spelling } from "./spelling";

/** Prefix of the ledger's ids of codes. */
export const CODE_PREFIX = "code/";

/** The row's set of those who have used the code. */
const PEOPLE = "people";

const usedUp: Block = { kind: "block", reason: "code.used-up", message: valueTexts["code.used-up"] };

/** Use of each value of a list: by how many people, and by whom. Values are texts as the rule reads them. */
export interface Codes {
  /** The rows to read for a value. */
  needs(text: string, hashOf: HashOf): readonly RecordKey[];
  /**
   * True if others have used the code as often as it may be. Of a code that is not what was typed, in any case, no row has
   * been read: there it is the write that tells.
   */
  isUsedUp(code: string, typed: string, signUp: SignUp, context: Pick<Context, "records" | "hashOf">): boolean;
  /** Uses the code, together with the sign-up: if that is stopped, the code stays unused. */
  use(code: string, typed: string, signUp: SignUp, context: Pick<Context, "records" | "hashOf">): readonly Effect[];
}

/** Spelling and use of a list's codes. */
interface CodeRules extends Pick<Spelling, "case"> {
  readonly list: string;
  /** People who may use each; undefined for any number. */
  readonly maxUses?: number | undefined;
  /** The answer once a code is used up: the form again, or an approver decides. */
  readonly usedUp?: "ask-again" | "approval";
}

export function codes(settings: CodeRules): Codes {
  const { list, maxUses } = settings;
  // A person who loses the last use to somebody else then goes to an approver at once.
  const retried = settings.usedUp === "approval" && { retryOnConflict: true as const };
  if (maxUses === undefined) return { needs: () => [], isUsedUp: () => false, use: () => [] };
  const buildCodeId = (text: string, hashOf: HashOf) =>
    `${CODE_PREFIX}${encodeURIComponent(list)}/${hashOf(JSON.stringify(["code", list, canonical(text, settings)]))}`;
  // A row of the list counts under its own spelling, and any of these may be in the list.
  const buildCodeIds = (text: string, hashOf: HashOf) => [
    ...new Set(lookupValues(text, settings).map((value) => buildCodeId(value, hashOf))),
  ];
  const rowKey = (text: string, hashOf: HashOf): RecordKey => ({ table: "ledger", key: { id: buildCodeId(text, hashOf) } });
  const findCodeRow = (code: string, typed: string, { records, hashOf }: Pick<Context, "records" | "hashOf">) =>
    buildCodeIds(typed, hashOf).includes(buildCodeId(code, hashOf)) ? records.get(rowKey(code, hashOf)) : undefined;
  return {
    needs: (text, hashOf) => buildCodeIds(text, hashOf).map((id) => ({ table: "ledger", key: { id } })),
    isUsedUp(code, typed, signUp, context) {
      const row = findCodeRow(code, typed, context);
      return isFull(row, PEOPLE, buildHolder(signUp, row, context.hashOf), maxUses);
    },
    use(code, typed, signUp, context) {
      const holder = buildHolder(signUp, findCodeRow(code, typed, context), context.hashOf);
      return [{ ...rowKey(code, context.hashOf), slots: PEOPLE, holder, atMost: maxUses, ...retried, onConflict: usedUp }];
    },
  };
}

/**
 * Begins with the person, so that an erasure finds it; the account behind keeps apart two people who show one address. The
 * account tells who it is: two accounts of one person may stand there under two keys.
 */
function buildHolder(signUp: SignUp, row: Row | undefined, hashOf: HashOf): string {
  const account = `.${hashOf(countedAccount(signUp))}`;
  const held = readHolders(row, PEOPLE).find((member) => member.endsWith(account));
  return held ?? `${personIdFor(signUp, hashOf)}${account}`;
}
