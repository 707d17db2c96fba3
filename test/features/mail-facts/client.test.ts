import { askExchanges } from "../../../adapters/dns/exchanges";
import { decide } from "../../../engine/sign-up/engine";
import { mailFacts } from "../../../features/mail-facts/client";
import { mailFactsKey } from "../../../features/mail-facts/rule";
import { a, aaaa, cname, codes, mx, type Saying, serveDns, types } from "../../adapters/vendors/dns-double";
import { memory } from "../../engine/rules/memory-world";
import { NOW, person } from "../../engine/sign-up/people";
import { anyPolicy } from "../../support/any-policy";

const patient = () => new AbortController().signal;

/** What a resolver says of each kind of record; of the others, that there are none. */
async function asking(said: Readonly<Record<number, Saying>> | Saying, domain = "contoso.com", signal = patient()) {
  const dns = await serveDns((_, type) => {
    if (said === undefined || "code" in said || "answers" in said) return said as Saying;
    return type in said ? (said as Readonly<Record<number, Saying>>)[type] : {};
  });
  try {
    const found = await askExchanges(domain, signal, [dns.server]).catch(({ code }: NodeJS.ErrnoException) => String(code));
    return { found, asked: dns.asked };
  } finally {
    dns.close();
  }
}

describe("the resolver is asked for a domain's exchanges", () => {
  it.each<{ given: string; said: Readonly<Record<number, Saying>> | Saying; found: readonly string[] | string }>([
    {
      given: "several exchanges, in any order",
      said: { [types.mx]: { answers: [mx(20, "b.example.net"), mx(10, "z.example.net"), mx(20, "a.example.net")] } },
      found: ["z.example.net", "a.example.net", "b.example.net"],
    },
    { given: "a null MX (RFC 7505)", said: { [types.mx]: { answers: [mx(0, ".")] } }, found: [""] },
    { given: "no MX, and an address (RFC 5321 5.1)", said: { [types.a]: { answers: [a("192.0.2.1")] } }, found: ["contoso.com"] },
    { given: "no MX, and an IPv6 address alone", said: { [types.aaaa]: { answers: [aaaa(1)] } }, found: ["contoso.com"] },
    { given: "no MX, and this machine's address", said: { [types.a]: { answers: [a("127.0.0.1")] } }, found: [] },
    { given: "neither MX nor address", said: {}, found: [] },
    { given: "no such domain", said: { code: codes.noSuchName }, found: [] },
    { given: "a server failure, as for a loop of CNAMEs", said: { code: codes.serverFailure }, found: "ESERVFAIL" },
    { given: "a refusal", said: { code: codes.refused }, found: "EREFUSED" },
    {
      given: "a loop of CNAMEs",
      said: { answers: [cname("contoso.com", "b.contoso.com"), cname("b.contoso.com", "contoso.com")] },
      found: [],
    },
    {
      given: "MX that cannot be, and one that can",
      said: { [types.mx]: { answers: [mx(1, "localhost"), mx(2, "192.0.2.1"), mx(3, "mx.example.net")] } },
      found: ["localhost", "192.0.2.1", "mx.example.net"],
    },
    { given: "no MX, and addresses that nobody knows", said: { [types.a]: { code: codes.serverFailure } }, found: "ESERVFAIL" },
    { given: "records of another kind", said: { [types.mx]: { answers: [a("192.0.2.1")] } }, found: [] },
    {
      given: "a record that is cut off",
      said: { [types.mx]: { answers: [{ type: types.mx, data: Buffer.from([0]) }] } },
      found: "EBADRESP",
    },
  ])("$given", async ({ said, found }) => expect((await asking(said)).found).toEqual(found));

  it("500 exchanges come by TCP, the preferred one first", async () => {
    const answers = Array.from({ length: 500 }, (_, index) => mx(1_000 - index, `mx${index}.example.net`));
    const { found } = await asking({ [types.mx]: { answers } });
    expect(found).toHaveLength(500);
    expect(found[0]).toBe("mx499.example.net");
  });

  it("no longer than its caller waits, and only for the domain", async () => {
    const { found, asked } = await asking(undefined, "sales.xn--bcher-kva.example", AbortSignal.timeout(30));
    expect(found).toBe("ECANCELLED");
    expect(new Set(asked)).toEqual(new Set(["sales.xn--bcher-kva.example"]));
  });

  it("not at all once nobody waits", async () => {
    expect((await asking({}, "contoso.com", AbortSignal.abort())).asked).toEqual([]);
  });
});

it("the rule's function may read and write the ledger, and needs no other right", () =>
  expect(mailFacts().uses).toEqual([
    { service: "dns", timeLimitMs: 300 },
    { table: "ledger", access: "read" },
    { table: "ledger", access: "write", under: ["mail-facts/"] },
  ]));

it("a system in the resolver's place is asked for the domain alone, and what it says otherwise is no fact", async () => {
  const asked: string[] = [];
  const answers = [["aspmx.l.google.com"], { mx: "yes" }];
  vi.stubEnv("GATEHOUSE_ENDPOINT_DNS", "http://127.0.0.1:9");
  vi.stubGlobal("fetch", async (url: URL) => {
    asked.push(url.href);
    return Response.json(answers.shift());
  });
  const policy = anyPolicy([mailFacts()]);
  const found = async (email: string) => (await decide(policy, person({ email }), { ...memory().world, now: NOW })).trace[0]?.findings;
  try {
    expect(await found("kim@contoso.com")).toMatchObject({ mx: "yes", mailHost: "google.com" });
    expect(await found("kim@fabrikam.com")).toMatchObject({ mx: "unknown" });
    expect(asked).toEqual(["http://127.0.0.1:9/mx/contoso.com", "http://127.0.0.1:9/mx/fabrikam.com"]);
    expect(mailFactsKey("contoso.com").key.id).not.toContain("kim");
  } finally {
    vi.unstubAllEnvs();
    vi.unstubAllGlobals();
  }
});
