import * as fc from "fast-check";
import { decide } from "../../../engine/sign-up/engine";
import { afterSignIn } from "../../../engine/sign-up/policy";
import { recordId, UNREAD } from "../../../engine/sign-up/records";
import type { Row, Rule } from "../../../engine/sign-up/rule";
import type { SignUp } from "../../../engine/sign-up/sign-up";
import { MS_PER_DAY, MS_PER_HOUR } from "../../../engine/sign-up/time";
import { requestApproval } from "../../../features/approvals/request-approval";
import { type LimitOptions, limit } from "../../../features/limit/rule";
import { type AskExchanges, findMailHost, mailFactsBy, mailFactsKey, readMailFacts } from "../../../features/mail-facts/rule";
import { type Memory, memory } from "../../engine/rules/memory-world";
import { saidBy } from "../../engine/rules/said-by";
import { hashOf, invalid, NOW, person, saying } from "../../engine/sign-up/people";
import { anyPolicy } from "../../support/any-policy";

type Rules = readonly Rule<"before-create-user">[];
const at = (ms: number) => new Date(NOW.getTime() + ms);
const run = (rules: Rules, signUp: SignUp, { world }: Memory, now = NOW) =>
  decide(anyPolicy(rules as [Rule<"before-create-user">]), signUp, { ...world, now });

/** The DNS as a table of exchanges; whatever is not in it has none. */
function dns(names: Readonly<Record<string, readonly string[]>> = { "contoso.com": ["aspmx.l.google.com"] }) {
  const asked: string[] = [];
  const ask: AskExchanges = async (domain) => {
    asked.push(domain);
    return names[domain] ?? [];
  };
  return { ask, asked };
}
const failing: AskExchanges = async () => {
  throw Object.assign(new Error("queryMx ESERVFAIL"), { code: "ESERVFAIL" });
};
const found = async (ask: AskExchanges, tables = memory(), now = NOW, signUp = person()) => {
  const { answer, trace } = await run([mailFactsBy(ask)], signUp, tables, now);
  expect(answer).toEqual({ kind: "continue", attributes: {} });
  return trace[0]?.findings;
};
const held = (cells: Row) => memory([[mailFactsKey("contoso.com"), cells]]);
const keptAt = (moment: Date, cells: Row = {}) =>
  held({ mx: "no", firstSeen: "2026-01-01T00:00:00.000Z", at: moment.toISOString(), ...cells });

describe("the mail host", () => {
  it.each<[of: string, exchanges: readonly string[], host: string | undefined]>([
    ["Google, by any of its names", ["alt1.aspmx.l.google.com"], "google.com"],
    ["Google, by its other domain", ["aspmx2.googlemail.com"], "google.com"],
    ["Google, by its newest name", ["smtp.google.com"], "google.com"],
    ["Microsoft 365", ["contoso-com.mail.protection.outlook.com"], "outlook.com"],
    ["Microsoft 365 with DNSSEC", ["contoso-com.o-v1.mx.microsoft"], "outlook.com"],
    ["a host of one's own", ["mx1.mail.contoso.co.kr"], "contoso.co.kr"],
    ["a name in capitals, with its dot", ["MX.Example.NET."], "example.net"],
    ["an internationalised name", ["mx.bücher.example"], "xn--bcher-kva.example"],
    ["a name with an underscore, which Exim 4.96 routes to and Postfix 3.7.11 connects to", ["mx_1.mail.contoso.co.kr"], "contoso.co.kr"],
    ["a label that begins with an underscore, before its second choice", ["_mx.contoso.com", "mx.fabrikam.com"], "contoso.com"],
    ["an internationalised name below an underscore", ["_mx.bücher.example."], "xn--bcher-kva.example"],
    ["a domain with an underscore, which no registry gives", ["mx.con_toso.com", "con_toso.co.uk."], undefined],
    ["the first that can be one", ["localhost", "192.0.2.1", "[::1]", "mail.local", "mx.fabrikam.com"], "fabrikam.com"],
    ["a null MX", [""], undefined],
    ["an IP address", ["192.0.2.1"], undefined],
    ["this machine", ["localhost"], undefined],
    ["a name that is nobody's", ["mx.contoso.invalid"], undefined],
    ["no exchange at all", [], undefined],
    ["what no host is called", ["mx..com", "-.com", "a b.com", "mx/contoso.com"], undefined],
  ])("is derived for %s", (_, exchanges, host) => expect(findMailHost(exchanges)).toBe(host));

  it("is a valid domain or missing, whatever a resolver answers, and has itself as its mail host", () =>
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.string(), fc.domain(), fc.ipV4(), fc.ipV6())), (exchanges) => {
        const host = findMailHost(exchanges);
        if (host === undefined) return;
        expect(host).toMatch(/^[a-z0-9-]+(\.[a-z0-9-]+)+$/);
        expect(host.length).toBeLessThanOrEqual(253);
        expect(findMailHost([host])).toBe(host);
      }),
    ));
});

describe("mail facts", () => {
  it.each<[given: string, ask: AskExchanges, findings: object]>([
    ["a domain that takes mail", dns().ask, { mx: "yes", mailHost: "google.com", firstSeen: NOW.toISOString() }],
    ["a domain that takes none", dns({}).ask, { mx: "no", firstSeen: NOW.toISOString() }],
    ["exchanges that cannot be", dns({ "contoso.com": ["localhost"] }).ask, { mx: "no", firstSeen: NOW.toISOString() }],
    ["a resolver that fails", failing, { mx: "unknown", firstSeen: NOW.toISOString() }],
    ["a resolver that never answers", () => new Promise(() => undefined), { mx: "unknown", firstSeen: NOW.toISOString() }],
    [
      "a resolver that throws at once",
      () => {
        throw new TypeError("no");
      },
      { mx: "unknown", firstSeen: NOW.toISOString() },
    ],
  ])("are found or unknown as expected for %s", async (_, ask, findings) => expect(await found(ask)).toEqual(findings));

  it.each<[given: string, ask: AskExchanges, evidence: object | undefined]>([
    ["a resolver that fails", failing, { dns: "ESERVFAIL" }],
    ["a resolver that never answers", () => new Promise(() => undefined), { dns: "timeout" }],
    ["an error that quotes somebody", () => Promise.reject(Object.assign(new Error("no"), { code: "kim@contoso.com" })), { dns: "failed" }],
    ["nothing at all", () => Promise.reject(undefined), { dns: "failed" }],
    ["an answer", dns().ask, undefined],
  ])("record why they are unknown: %s", async (_, ask, evidence) =>
    expect((await run([mailFactsBy(ask)], person(), memory())).trace[0]?.evidence).toEqual(evidence),
  );

  it("look up the domain as it is, each subdomain separately", async () => {
    const { ask, asked } = dns({});
    for (const email of ["kim@sales.contoso.com", "lee@contoso.com", "kim@xn--bcher-kva.example"]) {
      await found(ask, memory(), NOW, person({ email }));
    }
    expect(asked).toEqual(["sales.contoso.com", "contoso.com", "xn--bcher-kva.example"]);
  });

  it.each([
    { given: "an answer", ask: dns().ask, fresh: MS_PER_DAY - 1, stale: MS_PER_DAY },
    { given: "no mail", ask: dns({}).ask, fresh: MS_PER_DAY - 1, stale: MS_PER_DAY },
    { given: "a failure", ask: failing, fresh: MS_PER_HOUR - 1, stale: MS_PER_HOUR },
  ])("store $given until it is looked up again, and keep the date when the domain was first seen", async ({ ask, fresh, stale }) => {
    const tables = memory();
    const first = await found(ask, tables);
    const later = dns({ "contoso.com": ["mx.fabrikam.com"] });
    expect(await found(later.ask, tables, at(fresh))).toEqual(first);
    expect(later.asked).toEqual([]);
    expect(await found(later.ask, tables, at(stale))).toEqual({ mx: "yes", mailHost: "fabrikam.com", firstSeen: NOW.toISOString() });
    expect(tables.row(mailFactsKey("contoso.com"))).toEqual({
      id: "mail-facts/contoso.com",
      ...{ mx: "yes", mailHost: "fabrikam.com", firstSeen: NOW.toISOString(), at: at(stale).toISOString() },
      expires: Math.floor(at(stale + 400 * MS_PER_DAY).getTime() / 1_000),
    });
    expect(tables.reads.every((keys) => keys.length === 1)).toBe(true);
  });

  it.each<[given: string, tables: Memory, firstSeen: string]>([
    ["without a time", held({ mx: "yes", firstSeen: "2026-01-01T00:00:00.000Z" }), "2026-01-01T00:00:00.000Z"],
    ["with a time that is none", keptAt(NOW, { at: "yesterday" }), "2026-01-01T00:00:00.000Z"],
    ["with another word", keptAt(NOW, { mx: "perhaps" }), "2026-01-01T00:00:00.000Z"],
    ["with numbers", held({ mx: 1, mailHost: 2, firstSeen: 3, at: 4 }), NOW.toISOString()],
  ])("correct a row written by hand %s", async (_, tables, firstSeen) => {
    const facts = { mx: "yes", mailHost: "google.com", firstSeen };
    expect(await found(dns().ask, tables)).toEqual(facts);
    expect(tables.row(mailFactsKey("contoso.com"))).toMatchObject({ ...facts, at: NOW.toISOString() });
  });

  it.each<[given: string, changes: Partial<Memory["world"]>, findings: object]>([
    ["the write fails", { write: () => Promise.reject(new Error("ProvisionedThroughputExceeded")) }, { firstSeen: NOW.toISOString() }],
    ["the write never ends", { write: () => new Promise(() => undefined) }, { firstSeen: NOW.toISOString() }],
    ["the row cannot be read", { read: async (keys) => new Map(keys.map((key) => [recordId(key), UNREAD])) }, {}],
  ])("still reach the rules if %s", async (_, changes, findings) => {
    const { world, ...tables } = memory();
    expect(await found(dns().ask, { ...tables, world: { ...world, ...changes } })).toEqual({
      mx: "yes",
      mailHost: "google.com",
      ...findings,
    });
    expect(tables.rows.size).toBe(0);
  });

  it("are unknown for a person without an address, who is not stopped", async () => {
    const signUp = person({ email: "", identities: [{ issuer: "google.com", issuerAssignedId: "1184" }] });
    const { ask, asked } = dns();
    expect(await found(ask, memory(), NOW, signUp)).toEqual({ mx: "unknown" });
    expect(asked).toEqual([]);
  });

  it("do not depend on a resolver: the step's deadline ends the query, and the sign-up continues", async () => {
    const { world, ...tables } = memory();
    let signal: AbortSignal | undefined;
    const ask: AskExchanges = (_, given) => {
      signal = given;
      return new Promise(() => undefined);
    };
    // What is kept back for the answer leaves 150 ms, and the rule 50 of them.
    expect(await found(ask, { ...tables, world: { ...world, remainingMs: 550 } })).toMatchObject({ mx: "unknown" });
    expect(signal?.aborted).toBe(true);
  });

  it("are not looked up for a drill, nor after another rule has found a problem", async () => {
    const { ask, asked } = dns();
    await run([mailFactsBy(ask)], person({ email: "kim@drill.gatehouse.invalid" }), memory());
    const { trace } = await run([saying("form", invalid("city")), mailFactsBy(ask)], person(), memory());
    expect(trace[1]).toMatchObject({ rule: "mail-facts", said: "skipped" });
    expect(asked).toEqual([]);
  });

  it("are available in both steps", () => expect(afterSignIn([mailFactsBy(dns().ask)]).rules).toHaveLength(1));
});

describe("the row of a domain", () => {
  const cells = { mx: "yes", mailHost: "google.com", firstSeen: "2026-01-01T00:00:00.000Z", at: NOW.toISOString() };
  it.each<{ given: string; row: Row | undefined; facts: object | undefined }>([
    { given: "whole", row: cells, facts: cells },
    { given: "that takes no mail", row: { ...cells, mx: "no" }, facts: { mx: "no", firstSeen: cells.firstSeen, at: cells.at } },
    { given: "without a host", row: { ...cells, mailHost: 7 }, facts: { mx: "yes", firstSeen: cells.firstSeen, at: cells.at } },
    { given: "that nobody knows", row: { ...cells, mx: "unknown" }, facts: { mx: "unknown", firstSeen: cells.firstSeen, at: cells.at } },
    { given: "with another word", row: { ...cells, mx: "perhaps" }, facts: undefined },
    { given: "first seen at no time", row: { ...cells, firstSeen: "once" }, facts: undefined },
    { given: "first seen at a number", row: { ...cells, firstSeen: 2_026 }, facts: undefined },
    { given: "asked at no time", row: { ...cells, at: undefined }, facts: undefined },
    { given: "that is not there", row: undefined, facts: undefined },
  ])("is read as far as it is valid: $given", ({ row, facts }) => expect(readMailFacts(row)).toStrictEqual(facts));

  it("is not required to be readable, and is not read for a person without an address", () => {
    const rule = mailFactsBy(dns().ask);
    expect(rule.needs?.(person(), hashOf, NOW)).toStrictEqual([
      { table: "ledger", key: { id: "mail-facts/contoso.com" }, mayStayUnread: true },
    ]);
    expect(rule.needs?.(person({ email: "" }), hashOf, NOW)).toEqual([]);
  });

  it("is the only source of facts without a resolver", async () => {
    expect(await saidBy(mailFactsBy(), person())).toStrictEqual({ kind: "continue" });
    expect(await saidBy(mailFactsBy(), person(), { rows: [[mailFactsKey("contoso.com"), cells]] })).toStrictEqual({
      kind: "continue",
      findings: { mx: "yes", mailHost: "google.com", firstSeen: cells.firstSeen },
    });
  });

  it.each<{ given: string; row?: Row; ask?: AskExchanges; condition: object | string | undefined; facts: object }>([
    { given: "there is none", condition: "absent", facts: { mx: "yes", mailHost: "google.com", firstSeen: NOW.toISOString() } },
    {
      given: "it is old",
      row: { ...cells, at: "2026-02-01T00:00:00.000Z" },
      condition: { at: "2026-02-01T00:00:00.000Z" },
      facts: { mx: "yes", mailHost: "google.com", firstSeen: cells.firstSeen },
    },
    {
      given: "it lacks the time",
      row: { mx: "no", firstSeen: cells.firstSeen },
      condition: { id: "mail-facts/contoso.com" },
      facts: { mx: "yes", mailHost: "google.com", firstSeen: cells.firstSeen },
    },
    {
      given: "the resolver fails",
      ask: failing,
      condition: "absent",
      facts: { mx: "unknown", firstSeen: NOW.toISOString() },
    },
    { given: "it could not be read", row: UNREAD, condition: undefined, facts: { mx: "yes", mailHost: "google.com" } },
  ])("is written only if it has not changed since it was read: $given", async ({ row, ask = dns().ask, condition, facts }) => {
    const written: unknown[] = [];
    const services = { clock: memory().world.clock, write: async (put: unknown) => written.push(put) > 0 };
    const rows = row === undefined ? [] : [[mailFactsKey("contoso.com"), row] as const];
    expect(await saidBy(mailFactsBy(ask), person(), { rows, services: services as never })).toStrictEqual({
      kind: "continue",
      findings: facts,
      ...(ask === failing && { evidence: { dns: "ESERVFAIL" } }),
    });
    const item = { id: "mail-facts/contoso.com", ...facts, at: NOW.toISOString() };
    const expires = Math.floor(at(400 * MS_PER_DAY).getTime() / 1_000);
    expect(written).toStrictEqual(condition === undefined ? [] : [{ table: "ledger", item: { ...item, expires }, condition }]);
  });

  it.each([
    { code: "ENOTFOUND", why: "ENOTFOUND" },
    { code: "E".repeat(40), why: "E".repeat(40) },
    { code: "E".repeat(41), why: "failed" },
    { code: "kim ESERVFAIL", why: "failed" },
    { code: "ESERVFAIL kim", why: "failed" },
    { code: { toString: (): string => "ESERVFAIL" }, why: "failed" },
  ])("stores the resolver's error code and nothing else of the error: $code", async ({ code, why }) => {
    const ask = () => Promise.reject(Object.assign(new Error("no"), { code }));
    expect(await saidBy(mailFactsBy(ask), person())).toMatchObject({ evidence: { dns: why } });
  });
});

describe("a limit by mail host", () => {
  const names = { "contoso.com": ["aspmx.l.google.com"], "fabrikam.com": ["alt1.aspmx.l.google.com"], "adatum.com": ["mx.adatum.com"] };
  const by = (max: number, more: Partial<LimitOptions> = {}) => limit({ by: "mailHost", windows: [{ max, per: "1h" }], ...more });
  const rules = (max: number, more: Partial<LimitOptions> = {}, ask = dns(names).ask): Rules => [mailFactsBy(ask), by(max, more)];
  const verdicts = async (all: Rules, emails: readonly string[], tables = memory()) => {
    const said: string[] = [];
    for (const email of emails) said.push((await run(all, person({ email }), tables)).answer.kind);
    return said;
  };

  it("counts together the people of all domains whose mail goes to one host", async () => {
    const tables = memory();
    const emails = ["a@contoso.com", "b@fabrikam.com", "a@contoso.com", "c@fabrikam.com", "d@adatum.com"];
    expect(await verdicts(rules(2), emails, tables)).toEqual(["continue", "continue", "continue", "block", "continue"]);
    expect([...tables.rows.keys()].filter((id) => id.includes("limit/mail-host/default:google.com:entra/1h/"))).toHaveLength(1);
  });

  it.each([
    { given: "a resolver that fails", ask: failing },
    { given: "domains that take no mail", ask: dns({}).ask },
  ])("counts together the people whose mail host is unknown: $given", async ({ ask }) =>
    expect(await verdicts(rules(1, {}, ask), ["a@contoso.com", "b@adatum.com"])).toEqual(["continue", "block"]),
  );

  it("admits only 7 of 60 simultaneous people if its maximum is 7, and counts each gate separately", async () => {
    const tables = memory();
    const all = rules(7);
    const answers = await Promise.all(
      Array.from({ length: 60 }, (_, index) => run(all, person({ email: `p${index}@contoso.com` }), tables)),
    );
    expect(answers.filter(({ answer }) => answer.kind === "continue")).toHaveLength(7);
    expect((await run(all, person({ email: "q@contoso.com", gate: "suppliers" }), tables)).answer.kind).toBe("continue");
  });

  it("sends people to an approver, and is named in the record", async () => {
    const google = { identities: [{ issuer: "google.com", issuerAssignedId: "1" }] };
    const tables = memory();
    const all = [...rules(1, { then: "approval" }), requestApproval({ when: "approval" })];
    await run(all, person({ email: "a@contoso.com", ...google }), tables);
    const { answer, trace } = await run(all, person({ email: "b@fabrikam.com", ...google }), tables);
    expect(answer).toMatchObject({ kind: "block", reason: "approval.requested" });
    expect(trace[1]).toMatchObject({ rule: "limit", findings: { "limit-mail-host": "reached" }, evidence: { limit: "mail-host" } });
  });

  it("does not stop a person whom an earlier rule asks to correct the form", async () => {
    const tables = memory();
    expect(await verdicts(rules(1, {}, failing), ["a@contoso.com", "b@adatum.com"], tables)).toEqual(["continue", "block"]);
    const { answer } = await run([saying("form", invalid("city")), ...rules(1)], person({ email: "c@contoso.com" }), tables);
    expect(answer.kind).toBe("invalid");
  });

  it("is full if its count cannot be read", async () => {
    const { world, ...tables } = memory();
    const read: typeof world.read = (keys, ...rest) =>
      keys.some(({ key }) => key.id?.startsWith("limit/")) ? Promise.reject(new Error("throttled")) : world.read(keys, ...rest);
    const { answer, trace } = await run(rules(5), person(), { ...tables, world: { ...world, read } });
    expect(answer).toMatchObject({ kind: "block", reason: "limit.reached" });
    expect(trace[1]).toMatchObject({ evidence: { limit: "mail-host", window: "5 per 1h", count: "unread" } });
  });
});
