import { DRILL, DRILL_DOMAIN, drillPorts, isDrill } from "../../../engine/sign-up/drill";
import { decide } from "../../../engine/sign-up/engine";
import { beforeSendingToken } from "../../../engine/sign-up/policy";
import { type AnyRule, makeRule, type Rule } from "../../../engine/sign-up/rule";
import { shadow } from "../../../features/shadow/rule";
import { anyPolicy } from "../../support/any-policy";
import { block, CONTINUE, effect, key, person, saying, world } from "./people";

type Tried = Rule<"before-create-user"> | ReturnType<typeof shadow>;

const drillPerson = (changes = {}) => person({ email: `smoke-1@${DRILL_DOMAIN}`, ...changes });

/** Decides with one rule; what was asked outside and written comes along. */
async function drilledBy(rule: Tried, signUp = drillPerson()) {
  const written: unknown[] = [];
  const secrets: string[] = [];
  const ports = world({
    write: async (each) => written.push(each) > 0,
    secret: async (name) => String(secrets.push(name)),
  });
  return { written, secrets, decision: await decide(anyPolicy([rule]), signUp, ports) };
}

const refused = { kind: "block", reason: DRILL };
const always = effect("always", { always: true });

it.each<{ that: string; rule: Tried; trace: readonly object[] }>([
  { that: "lets everyone in", rule: saying("tried", CONTINUE), trace: [{ rule: "tried", said: "continue" }] },
  { that: "refuses", rule: saying("tried", block("no", [effect("no")])), trace: [{ rule: "tried", said: "block", reasons: ["no"] }] },
  {
    that: "defers, with writes",
    rule: saying("tried", { ...block("later", [always]), deferred: true }),
    trace: [{ rule: "tried", said: "block" }],
  },
  {
    that: "writes by itself",
    rule: makeRule({
      name: "tried",
      decide: async (_, { services, signal }) => {
        const written = await services.write({ table: "ledger", item: { id: "1" }, condition: "absent" }, signal);
        return { kind: "continue", findings: { written } };
      },
    }),
    trace: [{ said: "continue", findings: { written: true } }],
  },
  { that: "is in shadow", rule: shadow(saying("tried", CONTINUE)), trace: [] },
])("a drill is refused by a rule that $that, and nothing is written", async ({ rule, trace }) => {
  const { decision, written } = await drilledBy(rule);
  expect(written).toEqual([]);
  expect(decision).toMatchObject({ answer: refused, trace });
  expect(decision).not.toHaveProperty("postponed");
  expect(decision).not.toHaveProperty("decidedBy");
  expect(decision).not.toHaveProperty("failure");
});

it.each<{ uses: NonNullable<AnyRule["uses"]>[number] }>([{ uses: { service: "vendor" } }, { uses: { secret: "vendor-key" } }])(
  "a drill does not reach a rule that calls outside: $uses",
  async ({ uses }) => {
    const decided = vi.fn(async (_: unknown, { services }: { services: { secret(name: string): Promise<string> } }) => {
      await services.secret("vendor-key");
      return CONTINUE;
    });
    const rule = makeRule({ name: "tried", uses: [uses], decide: decided });
    const { decision, secrets } = await drilledBy(rule);
    expect({ calls: decided.mock.calls.length, secrets, answer: decision.answer }).toEqual({ calls: 0, secrets: [], answer: refused });
    await drilledBy(rule, person());
    expect(decided).toHaveBeenCalledTimes(1);
  },
);

it("a drill that fails has no shadowed rules to run later", async () => {
  const throwing = makeRule({
    name: "thrown",
    decide: () => {
      throw new Error("no");
    },
  });
  const decision = await decide(anyPolicy([shadow(saying("tried", CONTINUE)), throwing]), drillPerson(), world());
  expect(decision).toMatchObject({ failure: { why: "rule", rule: "thrown" } });
  expect(decision).not.toHaveProperty("postponed");
});

it("a drill reads the same rows as a sign-up, and reports a failed read", async () => {
  const read = async () => Promise.reject(new Error("no such table"));
  const rule = makeRule({ name: "tried", needs: () => [key("x")], decide: () => CONTINUE });
  expect(await decide(anyPolicy([rule]), drillPerson(), world({ read }))).toMatchObject({
    answer: { reason: "gatehouse.unavailable" },
    failure: { why: "read" },
  });
  expect(await decide(anyPolicy([rule]), drillPerson(), world({ read }))).not.toHaveProperty("decidedBy");
  const throwing = makeRule({ name: "thrown", decide: () => JSON.parse("{") });
  expect((await drilledBy(throwing)).decision).toMatchObject({ decidedBy: "thrown", failure: { why: "rule" } });
});

it("a drill's token contains no claims", async () => {
  const rule = makeRule({ name: "tried", sets: ["tier"], decide: () => ({ kind: "continue", attributes: { tier: "gold" } }) });
  const token = (email: string) => decide(beforeSendingToken([rule]), person({ step: "before-sending-token", email }), world());
  expect((await token(`smoke-1@${DRILL_DOMAIN}`)).answer).toEqual({ kind: "continue", attributes: {} });
  expect((await token("kim@contoso.com")).answer).toEqual({ kind: "continue", attributes: { tier: "gold" } });
});

it.each([
  { email: `a@${DRILL_DOMAIN}`, drill: true },
  { email: `a@sub.${DRILL_DOMAIN}`, drill: false },
  { email: "a@gatehouse.invalid", drill: false },
  { email: `${DRILL_DOMAIN}@contoso.com`, drill: false },
])("the address $email counts as a drill: $drill", ({ email, drill }) => expect(isDrill({ email })).toBe(drill));

it.each([
  {
    given: "an account's id",
    signUp: { email: "kim@contoso.com", identities: [{ issuer: "mail", issuerAssignedId: `a@${DRILL_DOMAIN}` }] },
  },
  { given: "an address", signUp: { email: `a@${DRILL_DOMAIN}`, identities: [{ issuer: "google.com", issuerAssignedId: "1184" }] } },
  { given: "a name, where there is no address", signUp: { email: "", attributes: { displayName: `a@${DRILL_DOMAIN}` } } },
])("a single value with a drill's address makes a sign-up a drill: $given", ({ signUp }) => expect(isDrill(signUp)).toBe(true));

it.each([
  { given: "no identity" },
  { given: "one without an id", identities: [{ issuer: "google.com" }] },
  { given: "another's id", identities: [{ issuer: "mail", issuerAssignedId: "kim@contoso.com" }] },
])("a person with an ordinary address does not count as a drill: $given", ({ identities }) =>
  expect(isDrill({ email: "kim@contoso.com", ...(identities && { identities }) })).toBe(false),
);

it("a sign-up with an ordinary address is no drill even if an attribute contains a drill's address", () =>
  expect(isDrill({ email: "kim@contoso.com", attributes: { displayName: `a@${DRILL_DOMAIN}` } })).toBe(false));

it.each([
  { step: "before-create-user", traces: true },
  { step: "after-sign-in", traces: true },
  { step: "before-sending-token", traces: false },
] as const)("a drill at $step searches for its account: $traces", async ({ step, traces }) => {
  const ports = drillPorts(world({ beginSearch: () => undefined, write: async () => false }), step);
  expect(ports.beginSearch !== undefined).toBe(traces);
  expect(await ports.write(always, new AbortController().signal)).toBe(true);
});
