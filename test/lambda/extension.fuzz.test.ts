import fc from "fast-check";
import * as v from "valibot";
import { afterSignIn, beforeSendingToken, type Policy } from "../../engine/sign-up/policy";
import type { Step } from "../../engine/sign-up/sign-up";
import { accessList } from "../../features/access-list/rule";
import { assign } from "../../features/assign/rule";
import { validate } from "../../features/validate/rule";
import { rowsOf } from "../adapters/aws/aws-double";
import { eventBody, eventFixtures } from "../engine/protocols/envelopes";
import { fixture } from "../fixtures";
import { anyPolicy } from "../support/any-policy";
import { extensionAction } from "../support/extension-answers";
import { runs } from "../support/runs";
import { surroundings } from "./invoke";
import { askingExtension, audience, tenantId, tokenClaims } from "./invoke-extension";

const numRuns = runs(120, 4_500) / 3;

const { aws, output } = surroundings();
beforeEach(() => {
  aws.will(rowsOf({ "contoso.com": "deny" }));
  Object.assign(process.env, { EXTERNAL_TENANT: tenantId, EXTENSION_AUDIENCE: audience });
});

const CITIES = ["Busan", "Busan 7", "Lyon"];
const schema = v.object({ city: v.optional(v.picklist(CITIES)), displayName: v.optional(v.pipe(v.string(), v.maxLength(20))) });
const set = assign({ country: "KR", displayName: "Kim", extension_SeatCount: "7" });

/** A member by its name in any case; undefined where there is none, or which one is meant cannot be told. */
function member(of: unknown, name: string): unknown {
  if (typeof of !== "object" || of === null) return undefined;
  const found = Object.entries(of).filter(([each]) => each.toLowerCase() === name.toLowerCase());
  return found.length === 1 ? found[0]?.[1] : undefined;
}

const at = (body: unknown, ...path: readonly string[]) => path.reduce(member, body);
const same = (value: unknown, text: unknown) => String(value).toLowerCase() === String(text).toLowerCase();

/** Whether somebody may be let in, or get claims, by such a body: the step's event, of this tenant, with a value that the policy takes. */
function mayPass(text: string, step: Step): boolean {
  const body: unknown = JSON.parse(text);
  // Nothing typed, no choice made among several: what is optional may be left out.
  const city = [at(body, "data", "userSignUpInfo", "attributes", "city", "value") ?? ""].flat().join() || "Lyon";
  return (
    same(at(body, "type"), fixture(eventFixtures[step]).type) &&
    same(at(body, "data", "tenantId"), tenantId) &&
    (step !== "before-create-user" || CITIES.includes(String(city)))
  );
}

const claims = fc.oneof(
  { weight: 9, arbitrary: fc.constant<Record<string, unknown>>(tokenClaims) },
  fc.record({ ver: fc.constantFrom("1.0", "2.0", "[2.0]"), azp: fc.string(), appid: fc.string(), tid: fc.string(), aud: fc.string() }),
  fc
    .record({ name: fc.constantFrom(...Object.keys(tokenClaims)), value: fc.jsonValue() })
    .map(({ name, value }) => ({ ...tokenClaims, [name]: value })),
);

/** One call for each answer there is: chance alone brings some kinds too seldom to count on. */
function examplesAt(step: Step): [body: string, token: Record<string, unknown>, isBase64Encoded: boolean][] {
  const good = JSON.stringify(fixture(eventFixtures[step]));
  return [
    [good, tokenClaims, false],
    [good.replace("Busan 7", "Nowhere"), tokenClaims, true],
    ["{", tokenClaims, false],
    [good, {}, false],
    [good, { ...tokenClaims, tid: { toString: null } }, false],
  ];
}

it.each<{ step: Step; policy: () => unknown; kinds: number }>([
  { step: "after-sign-in", policy: () => afterSignIn([accessList({ otherwise: "continue" }), set], { trust: "any" }), kinds: 2 },
  { step: "before-create-user", policy: () => anyPolicy([accessList({ otherwise: "continue" }), set, validate(schema)]), kinds: 3 },
  { step: "before-sending-token", policy: () => beforeSendingToken([assign({ tier: "gold" })]), kinds: 1 },
])(
  "every event at $step gets an answer within the contract, and is refused unless the person may pass",
  async ({ step, policy, kinds }) => {
    const ask = askingExtension(policy() as Policy);
    const seen = new Set<string>();
    let refused = 0;
    let passed = 0;
    await fc.assert(
      fc.asyncProperty(eventBody, claims, fc.boolean(), async (body, token, isBase64Encoded) => {
        const answer = await ask({ body, claims: token, isBase64Encoded });
        if (answer.status === 401) {
          expect([answer.body, token]).toEqual([{ message: "Unauthorized" }, expect.not.objectContaining(tokenClaims)]);
          refused++;
          return;
        }
        expect([answer.status, answer.headers]).toEqual([200, { "Content-Type": "application/json", "Cache-Control": "no-store" }]);
        expect(token).toEqual(tokenClaims);
        const { kind, claims: given = {} } = extensionAction(step, answer.body);
        seen.add(kind);
        const isNo = kind.startsWith("show") || (kind === "provideClaimsForToken" && Object.keys(given as object).length === 0);
        if (isNo) return;
        passed++;
        expect([body, mayPass(body, step)]).toEqual([body, true]);
      }),
      { numRuns, examples: examplesAt(step) },
    );
    // The events were not all of one kind.
    expect([seen.size >= kinds, refused > 0, passed > 0]).toEqual([true, true, true]);
    expect(output.text()).not.toMatch(/jiwoo|jonas\.weber|fabrikam|busan|203\.0\.113|198\.51\.100/i);
  },
);
