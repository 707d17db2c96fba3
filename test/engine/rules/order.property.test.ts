import fc from "fast-check";
import * as v from "valibot";
import { decide } from "../../../engine/sign-up/engine";
import type { Attributes } from "../../../engine/sign-up/sign-up";
import type { Write } from "../../../engine/sign-up/verdict";
import {
  accessList,
  assign,
  format,
  lookup,
  onlyDomains,
  permittedValue,
  profiles,
  type Rule,
  requestApproval,
  upperCase,
  validate,
} from "../../../index";
import { anyPolicy } from "../../support/any-policy";
import { runs } from "../../support/runs";
import { person } from "../sign-up/people";
import { codeRow, listed, memory, profile } from "./memory-world";

// Whatever the order of the rules, if they load in it: who is let in, or asks for approval, has values that each rule of the policy would
// take. The oracle knows the lists and forms below, and nothing of the engine.

const CODES = ["AAA", "BBB"];
const COUNTRIES = ["KR", "DE"];

const isShort = (value: unknown) => value === undefined || (typeof value === "string" && /^[A-Z]{2,3}$/.test(value));

/** Each rule, and what holds of the returned values if it was heard. */
const pool = {
  codes: {
    rule: () => permittedValue("extension_Code", { maxUses: 1, optional: true }),
    holds: (is: Attributes) => isOf(CODES, is.extension_Code),
  },
  countries: {
    rule: () => permittedValue("country", { list: "countries", optional: true }),
    holds: (is: Attributes) => isOf(COUNTRIES, is.country),
  },
  form: {
    rule: () => validate(v.object({ country: v.optional(v.pipe(v.string(), v.regex(/^[A-Z]{2,3}$/))) })),
    holds: (is: Attributes) => isShort(is.country),
  },
  profile: {
    rule: () => lookup(profiles()),
    holds: (is: Attributes, known: Attributes) => Object.entries(known).every(([name, value]) => sameCode(is[name], value)),
  },
  upper: { rule: () => format({ country: upperCase }), holds: () => true },
  assigned: { rule: () => assign({ city: "Seoul" }), holds: () => true },
  domain: { rule: () => onlyDomains(["contoso.com"]), holds: () => true },
  list: { rule: () => accessList({ otherwise: "continue" }), holds: () => true },
  approval: { rule: () => requestApproval({ then: "continue" }), holds: () => true },
} satisfies Record<string, { rule: () => Rule<"before-create-user">; holds: (is: Attributes, known: Attributes) => boolean }>;

/** Lists ignore case. */
function isOf(list: readonly string[], value: unknown): boolean {
  return value === undefined || value === "" || list.includes(String(value).toUpperCase());
}

/** A list keeps one spelling of a code, whichever a profile has. */
function sameCode(one: unknown, other: unknown): boolean {
  return String(one).toUpperCase() === String(other).toUpperCase();
}

function loaded(rules: readonly Rule<"before-create-user">[]): ReturnType<typeof anyPolicy> | undefined {
  try {
    return anyPolicy(rules as [Rule]);
  } catch (error) {
    expect(String(error)).toMatch(/ looks? at /);
    return undefined;
  }
}

type Name = keyof typeof pool;
const names = Object.keys(pool) as Name[];
const code = fc.constantFrom("AAA", "aaa", "BBB", "CCC", "");
const country = fc.constantFrom("KR", "kr", "DE", "FR", "korea", "");
const claims = fc.record({ extension_Code: code, country, city: fc.constantFrom("seoul", "") }, { requiredKeys: [] });
const known = fc.record({ extension_Code: code, country }, { requiredKeys: [] });

it("an admitted person's values satisfy each rule, and the answer contains the code that was used up", async () => {
  const let_in = { continue: 0, deferred: 0 };
  await fc.assert(
    fc.asyncProperty(fc.shuffledSubarray(names, { minLength: 2 }), claims, known, async (order, attributes, profileOf) => {
      const { world, row } = memory([
        [profile("kim@contoso.com"), profileOf],
        ...CODES.map((each) => [listed("extension_Code", each), {}] as const),
        ...COUNTRIES.map((each) => [listed("countries", each), {}] as const),
      ]);
      let requested: Attributes | undefined;
      const write = async (each: Write, signal: AbortSignal) => {
        if (!("item" in each)) return await world.write(each, signal);
        requested = each.item.attributes as Attributes;
        return true;
      };
      const rules = order.map((name) => pool[name].rule());
      const policy = loaded(rules);
      if (policy === undefined) return;
      const { answer } = await decide(policy, person({ attributes }), { ...world, write });

      const deferred = answer.kind === "block" && answer.reason === "approval.requested";
      if (answer.kind !== "continue" && !deferred) return;
      let_in[deferred ? "deferred" : "continue"] += 1;
      const returned = deferred ? (requested as Attributes) : { ...attributes, ...("attributes" in answer && answer.attributes) };
      const filled = Object.fromEntries(Object.entries(profileOf).filter(([, value]) => value !== ""));
      // What stands behind a rule that accepts for later is not heard.
      const heard = deferred ? order.slice(0, order.indexOf("approval")) : order;
      for (const name of heard) expect([name, order, returned, pool[name].holds(returned, filled)]).toEqual([name, order, returned, true]);
      if (heard.includes("codes")) {
        const used = ["AAA", "BBB", "CCC"].filter((each) => row(codeRow("extension_Code", each.toLowerCase())));
        const wanted = String(returned.extension_Code ?? "");
        expect([order, used]).toEqual([order, wanted === "" ? [] : [wanted.toUpperCase()]]);
      }
    }),
    { numRuns: runs(600, 3_000) },
  );
  expect(let_in.continue).toBeGreaterThan(100);
  expect(let_in.deferred).toBeGreaterThan(50);
});
