import { hashAccount } from "../../../engine/sign-up/person";
import { beforeCreateUser } from "../../../engine/sign-up/policy";
import type { DecisionRecord } from "../../../engine/sign-up/record";
import { limit } from "../../../features/limit/rule";
import { judgeLimits } from "../../../features/preview/store/limits";
import { admitted } from "../../cli/records";
import { hashOf } from "../../engine/sign-up/people";

const policy = beforeCreateUser([limit({ by: "domain", windows: [{ max: 2, per: "31d" }] })]);
const accountId = (issuer: string, id: string) => hashAccount([{ issuer, issuerAssignedId: id }], hashOf) as string;

/** Whom the limit stops of people who came in this order. */
async function stopped(...people: readonly Partial<DecisionRecord>[]) {
  const trace: DecisionRecord["trace"] = [{ rule: "access-list", said: "continue", findings: { listed: "unlisted" } }];
  const records = people.map((given, index) => admitted(`d${index}`, 0, { ...given, trace, at: `2026-03-01T12:00:0${index}.000Z` }));
  const newestFirst = records.toReversed() as never;
  const { limits } = await judgeLimits(policy, newestFirst, { whole: (async () => records) as never, hashes: { hashOf } });
  return limits.flatMap(({ named }) => named);
}

it("counts all people of a domain together, whether a passcode or a provider proves the address", async () => {
  const byCode = (email: string) => ({ email, issuers: ["mail"], accountId: accountId("mail", email) });
  const byGoogle = (email: string) => ({ email, issuers: ["google.com"], accountId: accountId("google.com", email) });
  expect(await stopped(byCode("a@one.example"), byGoogle("b@one.example"), byCode("c@one.example"))).toEqual(["c@one.example"]);
});

it("counts an account once, with any number of unproven addresses", async () => {
  const by = (email: string, id: string) => ({ email, issuers: ["facebook.com"], accountId: accountId("facebook.com", id) });
  expect(await stopped(by("a@one.example", "1"), by("b@one.example", "1"), by("c@one.example", "1"))).toEqual([]);
  expect(await stopped(by("a@one.example", "1"), by("b@one.example", "2"), by("c@one.example", "3"))).toEqual(["c@one.example"]);
});
