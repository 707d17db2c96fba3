import type { ListedDecision } from "../../../../adapters/tables/decisions";
import { suspectsIn } from "../../../../console/pages/inbox/suspects";
import { record } from "../../support";

/** What an index of known domains would say. */
const looks: Readonly<Record<string, string>> = { "c0ntoso.com": "contoso.com", "contosso.com": "contoso.com" };
const lookAlikesOf = async (domains: readonly string[]) =>
  new Map(domains.flatMap((domain) => (looks[domain] === undefined ? [] : [[domain, [{ like: looks[domain] }]] as const])));

it("takes nobody for let in who went on to a step that refuses", async () => {
  const [first, last] = ["after-sign-in", "before-create-user"] as const;
  const newcomer = (email: string) => [
    record({ email, step: first, verdict: "continue", reasons: [] }),
    record({ email, step: last, rule: "access-list", reasons: ["access-list.unlisted"] }),
  ];
  const decisions = ["kim@contosso.com", "kim@c0ntoso.com", "a@new.example", "b@new.example", "c@new.example"].flatMap(newcomer);
  expect(await suspectsIn(decisions, lookAlikesOf)).toEqual({
    unlisted: [{ domain: "new.example", people: 3 }],
    alike: [
      { domain: "contosso.com", like: "contoso.com", people: 1 },
      { domain: "c0ntoso.com", like: "contoso.com", people: 1 },
    ],
  });
  expect((await suspectsIn(decisions, lookAlikesOf, () => first)).alike).toEqual([]);
  const many = Array.from({ length: 12 }, (_, index) => ["a", "b", "c"].flatMap((name) => newcomer(`${name}@n${index}.example`))).flat();
  expect(await suspectsIn(many, lookAlikesOf)).toMatchObject({ unlisted: { length: 10 }, more: 2 });
});

it("names domains of which several people were refused, and never a look-alike among those that may be partners", async () => {
  const unlisted = (email: string): ListedDecision => record({ email, reasons: ["access-list.unlisted"] });
  const decisions = [
    ...["a", "b", "c", "c"].map((name) => unlisted(`${name}@partner.example`)),
    ...["a", "b", "b"].map((name) => unlisted(`${name}@two.example`)),
    ...["a", "b", "c", "d"].map((name) => unlisted(`${name}@gmail.com`)),
    ...["a", "b", "c"].map((name) => record({ email: `${name}@denied.example` })),
    ...["a", "b", "c"].map((name) => unlisted(`${name}@known.example`)),
    ...["a", "b", "c", "d", "e"].map((name) => unlisted(`${name}@c0ntoso.com`)),
    record({ email: "d@known.example", verdict: "continue", reasons: [] }),
    record({ email: undefined }),
  ];
  expect(await suspectsIn(decisions, lookAlikesOf)).toEqual({
    unlisted: [{ domain: "partner.example", people: 3 }],
    alike: [{ domain: "c0ntoso.com", like: "contoso.com", people: 5 }],
  });
});
