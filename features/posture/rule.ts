import * as v from "valibot";
import { optionSchema } from "../../engine/option-schema";
import { timeBetween } from "../../engine/sign-up/duration-options";
import { type Context, makeRule, type Row, type Rule } from "../../engine/sign-up/rule";
import { assertRuleOptions, notAs, readElsewhere } from "../../engine/sign-up/rule-options";
import type { SignUp } from "../../engine/sign-up/sign-up";
import type { Continue, Effect } from "../../engine/sign-up/verdict";
import { limit } from "../limit/rule";
import { surgedPosture } from "./change";
import { activePosture, POSTURE, postureKey } from "./posture";

/** The size of a surge, and the posture that it sets. */
export interface SurgeOptions {
  /** The usual maximum number of people within `per`, 1 to 10000. One more person sets the gate. */
  readonly max: number;
  /** The window's length, `"1m"` to `"4h"`. Windows follow without a gap, in UTC. */
  readonly per: string;
  /** The posture that the surge sets for 4 hours. @default "approval" */
  readonly then?: "approval";
}

type Counting = Rule<"before-create-user"> & Required<Pick<Rule<"before-create-user">, "uses" | "needs" | "decide">>;

const NAME = "surge";

/**
 * Sets the gate to `approval` for 4 hours once more people than usual are let in, unless it is stricter already. Put it
 * after the access list, before `requestApproval`. See docs/posture.md.
 * @throws TypeError or RangeError if an option has a wrong value
 *
 * @example
 * beforeCreateUser(
 *   [accessList({ otherwise: "continue" }), surge({ max: 200, per: "1h" }), requestApproval({ when: "approval" })],
 *   { trust: ["mail", "google.com"], admitsEverybody: "The portal is open to the public, until too many come at once." },
 * )
 */
export function surge(options: SurgeOptions): Rule<"before-create-user"> {
  if (typeof GATEHOUSE_OPTIONS === "undefined") assertRuleOptions(NAME, options, surgeOptions());
  const { max, per } = options;
  const counting = limit({ by: "gate", windows: [{ max, per }], then: "observe", name: NAME }) as Counting;

  function setting(signUp: SignUp, { records, hashOf, now }: Context): readonly Effect[] {
    const key = postureKey(signUp.gate);
    const row = records.get(key);
    const window = String(counting.needs(signUp, hashOf, now)[0]?.key.id);
    if (row?.surgeWindow === window || activePosture(row, now) !== undefined) return [];
    const item = surgedPosture(row, signUp.gate, window, now);
    return [{ table: key.table, item, condition: buildUnchangedCheck(row), onlyIfAdmitted: true, onConflict: { kind: "continue" } }];
  }

  return makeRule({
    ...counting,
    name: NAME,
    admits: "everybody",
    narrows: false,
    uses: [...counting.uses, { table: "decisions", access: "read" }, { table: "decisions", access: "write", under: [POSTURE] }],
    needs: (signUp, hashOf, now) => [...counting.needs(signUp, hashOf, now), postureKey(signUp.gate)],
    async decide(signUp, context) {
      // The limit only observes, so it never refuses.
      const verdict = (await counting.decide(signUp, context)) as Continue;
      const isFull = verdict.findings?.[`limit-${NAME}`] === "reached" && verdict.evidence?.count === undefined;
      return isFull ? { ...verdict, effects: setting(signUp, context) } : verdict;
    },
  });
}

/** Returns the condition that the row is unchanged since it was read. It compares no lists and maps. */
function buildUnchangedCheck(row: Row | undefined): "absent" | Readonly<Record<string, string | number | boolean>> {
  if (row === undefined) return "absent";
  const scalars = Object.entries(row).filter(([, cell]) => ["string", "number", "boolean"].includes(typeof cell));
  return Object.fromEntries(scalars) as Readonly<Record<string, string | number | boolean>>;
}

function surgeOptions() {
  const per = notAs('per is a time from "1m" to "4h", as long as the gate stays set');
  return optionSchema<SurgeOptions>({
    max: readElsewhere<number>(),
    per: timeBetween("1m", "4h", per),
    then: v.optional(
      v.literal("approval", notAs('then must be "approval"', ": only people can set a gate to something stricter (gate closed)")),
    ),
  });
}
