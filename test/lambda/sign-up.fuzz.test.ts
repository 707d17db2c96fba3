import fc from "fast-check";
import * as v from "valibot";
import { afterSignIn } from "../../engine/sign-up/policy";
import { accessList } from "../../features/access-list/rule";
import { validate } from "../../features/validate/rule";
import { rowsOf } from "../adapters/aws/aws-double";
import { requestBody } from "../engine/protocols/bodies";
import { anyPolicy } from "../support/any-policy";
import { runs } from "../support/runs";
import { asking, assertInContract, surroundings } from "./invoke";

const numRuns = runs(120, 5_000);

const { aws, output } = surroundings();
beforeEach(() => aws.will(rowsOf({ "example.com": "allow", "fabrikam.com": "allow", "contoso.com": "deny" })));

const headers = fc.oneof(
  { weight: 6, arbitrary: fc.constant({ "content-type": "application/json" }) },
  fc.dictionary(
    fc.constantFrom("content-type", "Content-Type", "CONTENT-TYPE", "x", "__proto__"),
    fc.oneof(fc.string(), fc.constant("application/json")),
    {
      noNullPrototype: true,
    },
  ),
  fc.constantFrom<never>(null as never, undefined as never),
);

const request = fc.record({ body: requestBody, headers, base64: fc.boolean(), stamp: fc.oneof(fc.constant(undefined), fc.jsonValue()) });

const schema = v.object({
  displayName: v.optional(v.pipe(v.string(), v.maxLength(20))),
  city: v.optional(v.picklist(["Lyon", "Portland"])),
  extension_SeatCount: v.optional(v.pipe(v.number(), v.integer())),
});

describe.each([
  {
    step: "before-create-user",
    ask: () => asking(anyPolicy([accessList({ otherwise: "continue", classes: ["relay"] }), validate(schema)])),
  },
  { step: "after-sign-in", ask: () => asking(afterSignIn([accessList({ otherwise: "continue" })], { trust: "any" })) },
])("at $step", ({ step, ask }) => {
  it("no request gets an answer outside the contract", async () => {
    const handler = ask();
    const actions = new Set<unknown>();
    await fc.assert(
      fc.asyncProperty(request, async ({ body, headers: sent, base64, stamp }) => {
        const answered = await handler({
          body,
          event: {
            headers: sent,
            isBase64Encoded: base64,
            body: base64 ? Buffer.from(body).toString("base64") : body,
            ...(stamp !== undefined && { requestContext: { requestTimeEpoch: stamp } as never }),
          },
        });
        assertInContract(answered, step);
        actions.add(answered.body.action);
      }),
      { numRuns: numRuns / 2 },
    );
    // The requests were not all of one kind.
    expect(actions.size).toBe(step === "before-create-user" ? 3 : 2);
    expect(output.text()).not.toContain("mina.kang");
  });
});
