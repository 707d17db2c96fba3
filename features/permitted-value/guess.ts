import { valueTexts } from "../../engine/messages/rule-texts";
import type { HashOf } from "../../engine/sign-up/person";
import { countedPerson, isFull, personIdFor } from "../../engine/sign-up/person-key";
import type { Context, RecordKey } from "../../engine/sign-up/rule";
import type { SignUp } from "../../engine/sign-up/sign-up";
import type { Block, Effect } from "../../engine/sign-up/verdict";
import { canonical } from "../reference-data/spelling";
import type { Settings } from "./options";

/** Key prefix, in the usage table, of people's guesses. */
export const GUESSES_PREFIX = "guesses/";

const MS_PER_SECOND = 1_000;
const SECONDS_PER_DAY = 86_400;

const tooManyGuesses: Block = { kind: "block", reason: "code.too-many-guesses", message: valueTexts["code.too-many-guesses"] };

/** Each person's guesses at a list on the current day (UTC). Values are texts as the rule reads them. */
interface Guesses {
  needs(signUp: SignUp, hashOf: HashOf): readonly RecordKey[];
  /**
   * Returns the refusal of a new guess if the day's guesses are used up. Its evidence is the row's id, with which an operator lets the
   * person try again.
   */
  refusal(text: string, signUp: SignUp, context: Context): Block | undefined;
  /**
   * Counts each guess, right or wrong, whatever the sign-up's outcome. A repeated guess counts once. The write refuses a guess beyond the
   * limit, even a parallel one.
   */
  count(text: string, signUp: SignUp, context: Pick<Context, "now" | "hashOf">): readonly Effect[];
}

export function guesses(settings: Pick<Settings, "list" | "guessesPerDay" | "case">): Guesses {
  const { list, guessesPerDay: atMost } = settings;
  if (atMost === undefined) return { needs: () => [], refusal: () => undefined, count: () => [] };
  const buildGuessesId = (signUp: SignUp, hashOf: HashOf) =>
    `${GUESSES_PREFIX}${encodeURIComponent(list)}/${countedPerson(signUp, hashOf)}`;
  const rowKey = (signUp: SignUp, hashOf: HashOf): RecordKey => ({ table: "ledger", key: { id: buildGuessesId(signUp, hashOf) } });
  const hashOfGuess = (text: string, hashOf: HashOf) => hashOf(JSON.stringify(["guess", list, canonical(text, settings)]));
  return {
    needs: (signUp, hashOf) => [rowKey(signUp, hashOf)],
    refusal(text, signUp, { records, now, hashOf }) {
      if (!isFull(records.get(rowKey(signUp, hashOf)), buildTriesName(now), hashOfGuess(text, hashOf), atMost)) return undefined;
      return { ...tooManyGuesses, evidence: { ledger: buildGuessesId(signUp, hashOf) } };
    },
    count: (text, signUp, { now, hashOf }) => [
      {
        ...rowKey(signUp, hashOf),
        slots: buildTriesName(now),
        holder: hashOfGuess(text, hashOf),
        atMost,
        set: {
          personId: personIdFor(signUp, hashOf),
          expires: Math.floor(now.getTime() / MS_PER_SECOND) + 2 * SECONDS_PER_DAY,
        },
        onConflict: tooManyGuesses,
        always: true,
      },
    ],
  };
}

/** The day is in this name and not in the row's key, because the key is built without the time. */
function buildTriesName(now: Date): string {
  return `tries-${now.toISOString().slice(0, 10)}`;
}
