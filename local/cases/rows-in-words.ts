import { codes } from "../../engine/rules/permitted-value/code";
import { guesses } from "../../engine/rules/permitted-value/guess";
import { caseRules } from "../../engine/rules/permitted-value/spelling";
import type { HashOf } from "../../engine/sign-up/person";
import { recordsOf } from "../../engine/sign-up/records";
import type { SignUp } from "../../engine/sign-up/sign-up";
import type { Effect } from "../../engine/sign-up/verdict";
import type { Case } from "./format";

/** No rule counts to more. */
const MOST = 10_000;

/** How a case's people and keys come about. */
interface InWords {
  readonly now: Date;
  readonly hashOf: HashOf;
  signUpOf(address: string): SignUp;
}

/** The rows of the ledger that a case states in words: their keys are hashes, which nobody can write by hand. */
export function rowsInWords(rows: Case["rows"], { now, hashOf, signUpOf }: InWords): readonly Effect[] {
  const used = (rows?.usedCodes ?? []).flatMap(({ list, value, by }) =>
    // Whichever the rule goes by.
    caseRules.flatMap((rule) => {
      const { needs, use } = codes({ list, uses: MOST, case: rule });
      return use(value, value, signUpOf(by), { records: recordsOf(needs(value, hashOf), new Map()), hashOf });
    }),
  );
  const tried = (rows?.guesses ?? []).flatMap(({ list, who, count }) => {
    const { count: counted } = guesses({ list, guessesPerDay: MOST, case: "exact" });
    return Array.from({ length: count }, (_, index) => counted(`the case's guess ${index}`, signUpOf(who), { now, hashOf })).flat();
  });
  return [...used, ...tried];
}
