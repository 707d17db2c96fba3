import type { DecisionRecord } from "../../../../engine/sign-up/record";
import { type DomainFigures, domainAnswers } from "../../../../features/counts/domain-counts";
import { domainCountStore } from "../../../../features/counts/store/domain-counts";
import { suspectsIn } from "../../../../features/domains/pages/inbox";
import { record, startConsole, type TestConsole } from "../../../console/support";

/** What an index of known domains would say. */
const looks: Readonly<Record<string, string>> = { "c0ntoso.com": "contoso.com", "contosso.com": "contoso.com" };
const lookAlikesOf = async (domains: readonly string[]) =>
  new Map(domains.flatMap((domain) => (looks[domain] === undefined ? [] : [[domain, [{ like: looks[domain] }]] as const])));
const counted = (domain: string, refused: number, counts = {}): DomainFigures & { domain: string } => ({
  domain,
  refused,
  people: refused,
  ...domainAnswers({ "reasons access-list.unlisted": refused, "answers before-create-user block": refused, ...counts }),
});
const found = async (...domains: readonly DomainFigures[]) =>
  (await suspectsIn(domains as never, lookAlikesOf)).map(({ domain, like }) => (like === undefined ? domain : `${domain} like ${like}`));

it.each([
  { given: "several people of a domain are on no list", counts: counted("partner.example", 3), is: ["partner.example"] },
  { given: "only two came", counts: counted("two.example", 2), is: [] },
  { given: "a look-alike came, once", counts: counted("c0ntoso.com", 1), is: ["c0ntoso.com like contoso.com"] },
  { given: "a large mail provider's people came", counts: counted("gmail.com", 4), is: [] },
  { given: "the list denies them", counts: { ...counted("x.example", 3), reasons: [{ reason: "access-list.denied", count: 3 }] }, is: [] },
  { given: "others of the domain are let in", counts: counted("known.example", 3, { "answers before-create-user continue": 1 }), is: [] },
  {
    given: "others went on after sign-in, and were refused later",
    counts: counted("contosso.com", 3, { "answers after-sign-in continue": 3 }),
    is: ["contosso.com like contoso.com"],
  },
])("if $given, the list of suspect domains contains: $is", async ({ counts, is }) => expect(await found(counts)).toEqual(is));

it("the list of suspect domains leaves none out, look-alikes first", async () => {
  const many = Array.from({ length: 12 }, (_, index) => counted(`n${index}.example`, 3));
  const alike = Array.from({ length: 12 }, (_, index) => counted(`c0ntoso${index}.com`, 1));
  const allLooks = async (domains: readonly string[]) =>
    new Map(domains.filter((domain) => domain.startsWith("c0")).map((domain) => [domain, [{ like: "contoso.com" }]] as const));
  const suspects = await suspectsIn([...many, ...alike], allLooks);
  expect(suspects.map(({ domain }) => domain)).toEqual([...alike, ...many].map(({ domain }) => domain));
});

describe("more domains than are compared", () => {
  let pages: TestConsole;
  beforeAll(async () => {
    pages = await startConsole();
    pages.setTime(new Date("2026-11-21T12:00:00.000Z"));
  });
  afterAll(() => pages.close());
  const add = async (count: number, of: Partial<DecisionRecord>, at = "2026-11-21T11:00:00.000Z") => {
    const decisions = Array.from({ length: count }, (_, index) =>
      Array.from({ length: 20 }, (_, each) => ({
        sequenceNumber: `${of.verdict}/${index}/${each}`,
        record: record({ email: `p${each}@d${index}.${of.verdict}.example`, personId: `${index}/${each}`, at, ...of }),
      })),
    ).flat();
    await domainCountStore(pages.database.client, "ledger-test").add(decisions, () => 4_102_444_800);
  };
  const inbox = async () => await (await pages.get("/", "Administrator")).text();

  it("are told in the inbox for refusals, and for bursts only if a burst can be left out", async () => {
    await add(99, { verdict: "block" });
    expect(await inbox()).not.toMatch(/than are compared|had people let in/);
    await add(101, { verdict: "block" });
    await add(101, { verdict: "continue" });
    const html = await inbox();
    expect(html).toContain("More domains were refused than are compared");
    expect(html).toContain("Many domains had people let in");
    expect(html).toMatch(/href="\/decisions\?from=[^"]*verdict=block"/);
  });
});
