import { valueTexts } from "../../engine/messages/rule-texts";
import type { HashOf } from "../../engine/sign-up/person";
import { countedAccount, isFull, personIdFor, readHolders } from "../../engine/sign-up/person-key";
import type { Context, RecordKey, Row } from "../../engine/sign-up/rule";
import type { SignUp } from "../../engine/sign-up/sign-up";
import type { Block, Effect } from "../../engine/sign-up/verdict";
import { canonical, lookupValues, type Spelling } from "./spelling";

export const CODE_PREFIX = "code/";

const PEOPLE = "people";

const usedUp: Block = { kind: "block", reason: "code.used-up", message: valueTexts["code.used-up"] };

/** Counts the people who use each code of a list. */
export interface Codes {
  needs(text: string, hashOf: HashOf): readonly RecordKey[];
  /**
   * True if other people have used up the code. If the text and the code differ in more than case, the code's row was not read: false. Then
   * the write of `use` refuses a used-up code.
   */
  isUsedUp(code: string, typedText: string, signUp: SignUp, context: Pick<Context, "records" | "hashOf">): boolean;
  /** The write is part of the sign-up: if the sign-up is stopped, the code stays unused. */
  use(code: string, typedText: string, signUp: SignUp, context: Pick<Context, "records" | "hashOf">): readonly Effect[];
}

interface CodeRules extends Pick<Spelling, "case"> {
  readonly list: string;
  /** The number of people who may use each code. Undefined for any number. */
  readonly maxUses?: number | undefined;
  /** The answer to a used-up code: "ask-again" shows the form again, "approval" refers the person to an approver. */
  readonly usedUp?: "ask-again" | "approval";
}

export function codes(settings: CodeRules): Codes {
  const { list, maxUses } = settings;
  // If two people take a code's last use at the same moment, one write fails. With "approval", the rules then decide again about the person
  // whose write failed, and refer the person to an approver.
  const retryOption = settings.usedUp === "approval" && { retryOnConflict: true as const };
  if (maxUses === undefined) return { needs: () => [], isUsedUp: () => false, use: () => [] };
  const buildCodeId = (text: string, hashOf: HashOf) =>
    `${CODE_PREFIX}${encodeURIComponent(list)}/${hashOf(JSON.stringify(["code", list, canonical(text, settings)]))}`;
  // Uses are counted under the spelling in the list's row, which may be any of `lookupValues`. So each of them gets an id.
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
 * Returns the sign-up's member of the row's set of people: the person's id, for which an erasure searches, and the account, because several
 * people may show one address.
 */
function buildHolder(signUp: SignUp, row: Row | undefined, hashOf: HashOf): string {
  const account = `.${hashOf(countedAccount(signUp))}`;
  const currentHolder = readHolders(row, PEOPLE).find((member) => member.endsWith(account));
  return currentHolder ?? `${personIdFor(signUp, hashOf)}${account}`;
}
