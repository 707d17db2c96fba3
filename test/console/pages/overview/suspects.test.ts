import { domainToASCII } from "node:url";
import type { ListedDecision } from "../../../../adapters/tables/decisions";
import { looksLike, suspectsIn } from "../../../../console/pages/overview/suspects";
import { record } from "../../support";

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
