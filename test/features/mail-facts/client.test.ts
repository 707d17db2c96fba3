import { askExchanges } from "../../../adapters/dns/exchanges";
import { systemClock } from "../../../adapters/system";
import { decide } from "../../../engine/sign-up/engine";
import { mailFacts } from "../../../features/mail-facts/client";
import { mailFactsBy, mailFactsKey } from "../../../features/mail-facts/rule";
import { a, aaaa, cname, codes, mx, type Saying, serveDns, soa, types } from "../../adapters/vendors/dns-double";
import { memory } from "../../engine/rules/memory-world";
import { NOW, person } from "../../engine/sign-up/people";
import { anyPolicy } from "../../support/any-policy";

const patient = () => new AbortController().signal;

/** What a resolver says of each kind of record; of the others, that there are none. It knows the zone, unless `said` names another answer. */
async function asking(said: Readonly<Record<number, Saying>> | Saying, domain = "contoso.com", signal = patient()) {
  const dns = await serveDns((_, type) => {
    if (said === undefined || "code" in said || "answers" in said) return said as Saying;
    if (type in said) return (said as Readonly<Record<number, Saying>>)[type];
    return type === types.soa ? { answers: [soa()] } : {};
  });
  try {
    const found = await askExchanges(domain, signal, [dns.server]).catch(({ code }: NodeJS.ErrnoException) => String(code));
    return { found, asked: dns.asked };
  } finally {
    dns.close();
  }
}

describe("the query for a domain's mail exchanges", () => {
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
      given: "a loop of CNAMEs, which RFC 5321 5.1 has tried again later",
      said: { answers: [cname("contoso.com", "b.contoso.com"), cname("b.contoso.com", "contoso.com")] },
      found: "REFERRAL",
    },
    { given: "a referral to other servers, as a forwarder without recursion sends it", said: { [types.soa]: {} }, found: "REFERRAL" },
    { given: "no record, of a server that then fails", said: { [types.soa]: { code: codes.serverFailure } }, found: "ESERVFAIL" },
    {
      given: "a referral, though there is an address",
      said: { [types.soa]: {}, [types.a]: { answers: [a("192.0.2.1")] } },
      found: ["contoso.com"],
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
  ])("has the expected result for $given", async ({ said, found }) => expect((await asking(said)).found).toEqual(found));

  it("finds no exchange below a zone that the server knows", async () => {
    const dns = await serveDns((name, type) => (name === "contoso.com" && type === types.soa ? { answers: [soa()] } : {}));
    expect(await askExchanges("eu.sales.contoso.com", patient(), [dns.server])).toEqual([]);
    dns.close();
  });

  it.each<{ given: string; names: Readonly<Record<string, Saying>>; found: readonly string[] | string }>([
    { given: "into a zone that was not asked", names: { "mail.example.net": {}, "example.net": {} }, found: "REFERRAL" },
    {
      given: "by way of another one into a zone that was not asked",
      names: { "mail.example.net": { answers: [cname("mail.example.net", "mail.example.org")] }, "example.net": { answers: [soa()] } },
      found: "REFERRAL",
    },
    { given: "into a known zone", names: { "example.net": { answers: [soa()] } }, found: [] },
    { given: "to a name that does not exist", names: { "mail.example.net": { code: codes.noSuchName } }, found: [] },
  ])("handles an alias of a known zone, $given", async ({ names, found }) => {
    const alias = cname("eu.contoso.com", "mail.example.net");
    const dns = await serveDns((name, type) => {
      if (name === "eu.contoso.com") return { answers: [alias] };
      if (name === "contoso.com" && type === types.soa) return { answers: [soa()] };
      const said = names[name] ?? {};
      return "answers" in said && said.answers?.some(({ type: own }) => own === types.soa) && type !== types.soa ? {} : said;
    });
    expect(await askExchanges("eu.contoso.com", patient(), [dns.server]).catch(({ code }) => code)).toEqual(found);
    dns.close();
  });

  it.each([
    { given: "the first", lost: 1, found: ["mx.example.net"] },
    { given: "two in a row", lost: 2, found: ["mx.example.net"] },
    { given: "one of each question", lost: 1, records: { [types.a]: { answers: [a("192.0.2.1")] } }, found: ["contoso.com"] },
    { given: "one of each question of a domain without mail", lost: 1, records: {}, found: [] },
  ])(
    "tolerates lost packets in time: $given (Node 20.20.2 with c-ares 1.34.6, Node 24.21.0 with c-ares 1.34.8)",
    async ({ lost, records = { [types.mx]: { answers: [mx(10, "mx.example.net")] } }, found }) => {
      const asked = new Map<number, number>();
      const dns = await serveDns((_, type) => {
        asked.set(type, (asked.get(type) ?? 0) + 1);
        if ((asked.get(type) as number) <= lost) return undefined;
        return (records as Readonly<Record<number, Saying>>)[type] ?? (type === types.soa ? { answers: [soa()] } : {});
      });
      const ask = (domain: string, signal: AbortSignal) => askExchanges(domain, signal, [dns.server]);
      const policy = anyPolicy([mailFactsBy(ask)]);
      const { trace } = await decide(policy, person(), { ...memory().world, now: NOW, clock: systemClock });
      expect(trace[0]?.findings?.mx).toBe(found.length > 0 ? "yes" : "no");
      expect(await askExchanges("contoso.com", patient(), [dns.server])).toEqual(found);
      dns.close();
    },
  );

  it("goes to a machine's second server while the first is silent", async () => {
    const silent = await serveDns(() => undefined);
    const dns = await serveDns((_, type) => (type === types.mx ? { answers: [mx(10, "mx.example.net")] } : {}));
    expect(await askExchanges("contoso.com", AbortSignal.timeout(640), [silent.server, dns.server])).toEqual(["mx.example.net"]);
    silent.close();
    dns.close();
  });

  it("reads 500 exchanges by TCP, the preferred one first", async () => {
    const answers = Array.from({ length: 500 }, (_, index) => mx(1_000 - index, `mx${index}.example.net`));
    const { found } = await asking({ [types.mx]: { answers } });
    expect(found).toHaveLength(500);
    expect(found[0]).toBe("mx499.example.net");
  });

  it("lasts no longer than its caller waits, and names only the domain", async () => {
    const { found, asked } = await asking(undefined, "sales.xn--bcher-kva.example", AbortSignal.timeout(30));
    expect(found).toBe("ECANCELLED");
    expect(new Set(asked)).toEqual(new Set(["sales.xn--bcher-kva.example"]));
  });

  it("is not sent once its caller has stopped waiting", async () => {
    expect((await asking({}, "contoso.com", AbortSignal.abort())).asked).toEqual([]);
  });
});

it("the rule's function needs only to read and write the ledger", () =>
  expect(mailFacts().uses).toEqual([
    { service: "dns", timeout: "700ms" },
    { table: "ledger", access: "read" },
    { table: "ledger", access: "write", under: ["mail-facts/"] },
  ]));

it("a system in the resolver's place receives only the domain, and its malformed answers are ignored", async () => {
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
