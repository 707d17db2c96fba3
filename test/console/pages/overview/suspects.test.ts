import { domainToASCII } from "node:url";
import type { ListedDecision } from "../../../../adapters/tables/decisions";
import { suspectsIn } from "../../../../console/pages/overview/suspects";
import { record } from "../../support";

const looksLike = (domain: string, other: string) => suspectsIn([record({ email: `kim@${domain}` })], { listed: [other] }).alike.length > 0;

it.each([
  ["c0ntoso.com", true],
  ["contosso.com", true],
  ["contos.com", true],
  ["cnotoso.com", true],
  // Cyrillic о, and an accent.
  [domainToASCII("c\u043entoso.com"), true],
  [domainToASCII("contos\u00f3.com"), true],
  ["contoso.com", false],
  ["sales.contoso.com", false],
  ["fabrikam.com", false],
])("%s looks like contoso.com: %s", (domain, alike) => expect(looksLike(domain, "contoso.com")).toBe(alike));

it.each([
  ["supplier56.com", "supplier58.com", false],
  ["supplier10.com", "supplier11.com", false],
  ["supplier5.com", "supplier56.com", false],
  ["supplier12.com", "supplier21.com", false],
  ["supplierl.com", "supplier1.com", true],
  ["5uppliers.com", "suppliers.com", true],
  ["c0ntosso.com", "contoso.com", true],
])("%s looks like %s: %s", (domain, other, alike) => expect(looksLike(domain, other)).toBe(alike));

it("takes nobody for let in who went on to a step that refuses, and compares with the list's domains too", () => {
  const [first, last] = ["after-sign-in", "before-create-user"] as const;
  const newcomer = (email: string) => [
    record({ email, step: first, verdict: "continue", reasons: [] }),
    record({ email, step: last, rule: "request-approval", reasons: ["approval.requested"] }),
  ];
  const decisions = ["kim@contosso.com", "kim@c0ntoso.com", "a@new.example", "b@new.example", "c@new.example"].flatMap(newcomer);
  expect(suspectsIn(decisions, { listed: ["contoso.com"] })).toEqual({
    unlisted: [{ domain: "new.example", people: 3 }],
    alike: [
      { domain: "c0ntoso.com", like: "contoso.com", people: 1 },
      { domain: "contosso.com", like: "contoso.com", people: 1 },
    ],
  });
  expect(suspectsIn(decisions, { listed: ["contoso.com"], lastStepAt: () => first }).alike).toEqual([]);
  const many = Array.from({ length: 12 }, (_, index) => ["a", "b", "c"].flatMap((name) => newcomer(`${name}@n${index}.example`))).flat();
  expect(suspectsIn(many)).toMatchObject({ unlisted: { length: 10 }, more: 2 });
});

it("takes short names a letter apart for what they are", () => expect(looksLike("bmx.com", "bmw.com")).toBe(false));

it("names domains of which several people were refused, and those that look like one that is let in", () => {
  const unlisted = (email: string): ListedDecision => record({ email, reasons: ["access-list.unlisted"] });
  const letIn = (email: string): ListedDecision => record({ email, verdict: "continue", reasons: [] });
  const decisions = [
    ...["a", "b", "c", "c"].map((name) => unlisted(`${name}@partner.example`)),
    ...["a", "b", "b"].map((name) => unlisted(`${name}@two.example`)),
    ...["a", "b", "c", "d"].map((name) => unlisted(`${name}@gmail.com`)),
    ...["a", "b", "c"].map((name) => record({ email: `${name}@denied.example` })),
    ...["a", "b", "c"].map((name) => unlisted(`${name}@known.example`)),
    letIn("d@known.example"),
    letIn("kim@contoso.com"),
    record({ email: "kim@c0ntoso.com" }),
    record({ email: undefined }),
  ];
  expect(suspectsIn(decisions)).toEqual({
    unlisted: [{ domain: "partner.example", people: 3 }],
    alike: [{ domain: "c0ntoso.com", like: "contoso.com", people: 1 }],
  });
});
