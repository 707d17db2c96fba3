import fc from "fast-check";
import { decide } from "../../../engine/sign-up/engine";
import { beforeCreateUser } from "../../../engine/sign-up/policy";
import { recordId } from "../../../engine/sign-up/records";
import type { Row } from "../../../engine/sign-up/rule";
import type { Trust } from "../../../engine/sign-up/sign-up";
import { rowKey } from "../../../features/access-list/entry";
import { accessList } from "../../../features/access-list/rule";
import { onlyDomains } from "../../../features/only-domains/rule";
import { person, world } from "../sign-up/people";

const PROVIDERS = ["mail", "google.com", "facebook.com", "entra"];
const EMAIL = "kim@contoso.com";
const rows = new Map<string, Row>([[recordId(rowKey("contoso.com")), { entry: "contoso.com", effect: "allow" }]]);
const ways = {
  accessList: (trust?: readonly string[]) => accessList(trust && { trust }),
  onlyDomains: (trust?: readonly string[]) => onlyDomains(["contoso.com"], trust && { trust }),
};

async function isLetIn(way: keyof typeof ways, step: Trust, own: readonly string[] | undefined, issuer: string): Promise<boolean> {
  const identities = issuer === "entra" ? [] : [{ issuer, issuerAssignedId: issuer === "mail" ? EMAIL : "1" }];
  const outside = world({ read: async () => rows });
  const policy = beforeCreateUser([ways[way](own)], { trust: step });
  return (await decide(policy, person({ email: EMAIL, identities }), outside)).answer.kind === "continue";
}

it("a person admitted by address has a provider that both the step and the rule trust", async () => {
  const some = fc.subarray(PROVIDERS);
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...(Object.keys(ways) as (keyof typeof ways)[])),
      fc.oneof(fc.constant("any" as const), some),
      fc.option(some, { nil: undefined }),
      fc.constantFrom(...PROVIDERS),
      async (way, step, own, issuer) => {
        const narrowed = own?.filter((each) => step === "any" || step.includes(each));
        const expected = (step === "any" || step.includes(issuer)) && (narrowed?.includes(issuer) ?? true);
        expect(await isLetIn(way, step, narrowed, issuer)).toBe(expected);
        // A rule without a list of its own is one with the step's.
        if (step !== "any") expect(await isLetIn(way, step, undefined, issuer)).toBe(await isLetIn(way, step, step, issuer));
        const wider = own?.find((each) => step !== "any" && !step.includes(each));
        if (wider !== undefined)
          expect(() => beforeCreateUser([ways[way](own)], { trust: step })).toThrow(
            `trusts ${JSON.stringify(wider)}, which the step does not`,
          );
      },
    ),
  );
});

it.each(Object.keys(ways) as (keyof typeof ways)[])(
  "%s is refused if the step states no trust, and the error shows two ways to state it",
  (way) =>
    expect(() => beforeCreateUser([ways[way](["mail"])])).toThrow(
      /goes by addresses .*\n {2}\{ trust: \["mail", "google\.com"\] \} .*Work accounts .*\n {2}\{ trust: "any" \} .*administrator wrote\.$/,
    ),
);
