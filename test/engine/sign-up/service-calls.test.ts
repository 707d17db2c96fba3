import { decide } from "../../../engine/sign-up/engine";
import { UnfinishedError, UpstreamError } from "../../../engine/sign-up/failure";
import { afterSignIn, beforeCreateUser, beforeSendingToken, servicesAtOdds } from "../../../engine/sign-up/policy";
import { type Context, makeRule, type Use } from "../../../engine/sign-up/rule";
import { noHash, noServices } from "../../../engine/sign-up/rule-services";
import type { CallContext, ServiceRequest } from "../../../engine/sign-up/service";
import { shadow } from "../../../features/shadow/rule";
import { decideFully } from "../../../features/shadow/shadows";
import { CONTINUE, invalid, person, saying, world } from "./people";

/** A service that notes what it is asked. */
function crm(answer: () => Promise<unknown> = async () => ({ active: true }), url = "https://crm.contoso.com/") {
  const asked: { request: ServiceRequest; context: CallContext }[] = [];
  const call = async (request: ServiceRequest, context: CallContext) => {
    asked.push({ request, context });
    return await answer();
  };
  return { asked, service: "crm", url, timeout: "800ms", call } as const;
}

const request = { path: "/partners" } as const;
const asking = (uses: readonly Use[], name = "crm", awaited = true) =>
  makeRule({
    name: "asking",
    uses,
    async decide(_, context: Context) {
      const answer = context.services.call(name, request);
      if (awaited) await answer;
      return CONTINUE;
    },
  });

describe("context.services.call", () => {
  it("reaches the service that the rule declares, within the engine's time limit", async () => {
    const service = crm();
    const { answer } = await decide(beforeCreateUser([asking([service])]), person(), world());
    expect(answer.kind).toBe("continue");
    expect(service.asked).toMatchObject([{ request: { path: "/partners" }, context: { signal: { aborted: false } } }]);
    expect(service.asked[0]?.context.remainingMs()).toBeLessThanOrEqual(world().remainingMs);
  });

  it("can make several calls at once, and a call that fails early stops the sign-up, but not the process", async () => {
    const unheard = vi.fn();
    process.on("unhandledRejection", unheard);
    const service = crm(async () => Promise.reject(new UpstreamError({ service: "crm", kind: "connection" })));
    const slow = { ...crm(() => new Promise((resolve) => setTimeout(resolve, 20))), service: "slow" } as const;
    const rule = makeRule({
      name: "asking",
      uses: [service, slow],
      async decide(_, { services }) {
        const first = services.call("crm", request);
        await services.call("slow", request);
        await first;
        return CONTINUE;
      },
    });
    const { answer, trace } = await decide(beforeCreateUser([rule]), person(), world());
    process.off("unhandledRejection", unheard);
    expect(answer.kind).toBe("block");
    expect(trace[0]).toMatchObject({ upstreamFailure: { service: "crm", kind: "connection" } });
    expect(unheard).not.toHaveBeenCalled();
  });

  it.each([
    {
      what: "a service that no rule declares",
      uses: [],
      says: /"asking" calls the service "crm", which its uses do not declare: they declare none/,
    },
    {
      what: "another name",
      uses: [crm(), { service: "fraud" }],
      name: "crmm",
      says: /"crmm", which its uses do not declare: they declare crm\./,
    },
    { what: "a system that is only named", uses: [{ service: "crm" }], says: /do not declare: they declare none/ },
  ])("fails closed for $what", async ({ uses, name, says }) => {
    const { answer, failure } = await decide(beforeCreateUser([asking(uses, name)]), person(), world());
    expect(answer).toMatchObject({ kind: "block", reason: "gatehouse.unavailable" });
    expect(failure).toMatchObject({ why: "rule", rule: "asking", error: { message: expect.stringMatching(says) } });
  });

  it("does not reach another rule's service", async () => {
    const service = crm();
    const policy = beforeCreateUser([makeRule({ name: "owner", uses: [service], decide: () => CONTINUE }), asking([])]);
    expect((await decide(policy, person(), world())).failure).toMatchObject({ rule: "asking" });
    expect(service.asked).toEqual([]);
  });

  it("is refused after the rule's verdict", async () => {
    const service = crm();
    let later: Promise<unknown> | undefined;
    const rule = makeRule({
      name: "late",
      uses: [service],
      decide(_, { services }) {
        later = Promise.resolve()
          .then(() => new Promise((resolve) => setImmediate(resolve)))
          .then(() => services.call("crm", request));
        later.catch(() => undefined);
        return CONTINUE;
      },
    });
    await decide(beforeCreateUser([rule]), person(), world());
    await expect(later).rejects.toThrow(/calls crm after its answer: await every call/);
    expect(service.asked).toEqual([]);
  });

  it("is not made after an earlier rule has found a problem", async () => {
    const service = crm();
    const { answer } = await decide(beforeCreateUser([saying("first", invalid("city")), asking([service])]), person(), world());
    expect(answer.kind).toBe("invalid");
    expect(service.asked).toEqual([]);
  });

  it("is not made for a drill", async () => {
    const service = crm();
    await decide(beforeCreateUser([asking([service])]), person({ email: "x@drill.gatehouse.invalid" }), world());
    expect(service.asked).toEqual([]);
  });

  it("records its failure in the trace, with the faulty place in the service's response", async () => {
    const failure = { service: "crm", kind: "unexpected", status: 200, at: "active" } as const;
    const service = crm(() => Promise.reject(new UpstreamError(failure)));
    const { answer, trace } = await decide(beforeCreateUser([asking([service])]), person(), world());
    expect(answer).toMatchObject({ kind: "block", reason: "gatehouse.unavailable" });
    expect(trace).toEqual([{ rule: "asking", said: "failed", upstreamFailure: failure }]);
  });

  it("works in shadow", async () => {
    const service = crm();
    const { trace } = await decideFully(beforeCreateUser([saying("first", CONTINUE), shadow(asking([service]))]), person(), world());
    expect(trace[1]).toMatchObject({ rule: "asking", said: "continue", shadow: true });
    expect(service.asked).toHaveLength(1);
  });
});

describe("a rule that answers before its work ends", () => {
  const never = () => new Promise<never>(() => undefined);
  const slow = { ...world(), secret: never, read: never, write: never };
  const put = { table: "ledger", item: { id: "x" }, condition: "absent" } as const;
  /** @param begin what it does not wait for */
  const hasty = (begin: (context: Context) => unknown, uses: readonly Use[] = [crm(never)]) =>
    makeRule({
      name: "hasty",
      uses,
      decide(_, context: Context) {
        begin(context);
        return CONTINUE;
      },
    });

  it.each([
    { what: "a call", work: "crm", begin: ({ services }: Context) => services.call("crm", request) },
    { what: "a secret", work: "the secret key", begin: ({ services }: Context) => services.secret("key") },
    { what: "a read", work: "read", begin: ({ services, signal }: Context) => services.read([], signal) },
    { what: "a write", work: "write", begin: ({ services, signal }: Context) => services.write(put, signal) },
    {
      what: "calls in forEach(async …)",
      work: "crm, crm",
      begin: ({ services }: Context) =>
        ["a", "b"].forEach(async () => {
          if ((await services.call("crm", request)) === undefined) throw new Error("blocked");
        }),
    },
  ])("fails closed for $what", async ({ work, begin }) => {
    const { answer, failure, trace } = await decide(beforeCreateUser([hasty(begin), saying("next", CONTINUE)]), person(), slow);
    expect(answer).toMatchObject({ kind: "block", reason: "gatehouse.unavailable" });
    expect(failure).toMatchObject({ why: "rule", rule: "hasty", error: { name: "UnfinishedError", work: work.split(", ") } });
    expect(trace).toEqual([{ rule: "hasty", said: "failed", evidence: { unfinished: work } }]);
  });

  it("leaves a token without claims", async () => {
    const token = beforeSendingToken([hasty(({ services }) => services.call("crm", request)) as never]);
    const { answer, failure } = await decide(token, person({ step: "before-sending-token" }), world());
    expect(answer).toEqual({ kind: "continue", attributes: {} });
    expect(failure).toMatchObject({ why: "rule", rule: "hasty" });
  });

  it("counts as failed in shadow", async () => {
    const policy = beforeCreateUser([saying("first", CONTINUE), shadow(hasty(({ services }) => services.call("crm", request)))]);
    const { answer, trace } = await decideFully(policy, person(), world());
    expect(answer.kind).toBe("continue");
    expect(trace[1]).toEqual({ rule: "hasty", said: "failed", shadow: true, evidence: { unfinished: "crm" } });
  });

  it("has its remaining work aborted, and the process survives the error", async () => {
    const service = crm(never);
    await decide(beforeCreateUser([hasty(({ services }) => services.call("crm", request), [service])]), person(), world());
    expect(service.asked[0]?.context.signal.aborted).toBe(true);
  });

  it("passes if it aborted that work itself by its own signal", async () => {
    const giveUp = ({ services }: Context) => {
      const own = new AbortController();
      services.read([], own.signal);
      own.abort();
    };
    expect((await decide(beforeCreateUser([hasty(giveUp)]), person(), slow)).answer.kind).toBe("continue");
  });

  it("fails closed even if it starts work later, while another rule runs", async () => {
    const late = hasty(async ({ services }) => {
      await new Promise((resolve) => setImmediate(resolve));
      await services.call("crm", request).catch(() => undefined);
    });
    const next = makeRule({
      name: "next",
      async decide() {
        await new Promise((resolve) => setTimeout(resolve, 20));
        return CONTINUE;
      },
    });
    const { answer, failure, trace } = await decide(beforeCreateUser([late, next]), person(), world());
    expect(answer.kind).toBe("block");
    expect(failure).toMatchObject({ why: "rule", rule: "hasty", error: { work: ["crm"] } });
    expect(trace.at(-1)).toMatchObject({ rule: "hasty", said: "failed" });
  });
});

describe("a policy", () => {
  it("is refused if its rules, even in shadow, declare one service name with two URLs", () => {
    const [one, other] = [crm(), crm(undefined, "https://other.contoso.com/")];
    const says =
      /^The policy for after-sign-in: the service "crm" is declared with two URLs, https:\/\/crm\.contoso\.com\/ and https:\/\/other/;
    expect(() => afterSignIn([asking([one, other])])).toThrow(says);
    expect(() => afterSignIn([asking([one]), asking([other])])).toThrow(says);
    expect(() => afterSignIn([asking([one]), shadow(asking([other]))])).toThrow(says);
    expect(() => afterSignIn([asking([one]), asking([crm()])])).not.toThrow();
  });
});

describe("the services given to code that may call none", () => {
  const none = () => noServices("The pages");
  const signal = new AbortController().signal;

  it.each([
    { what: "a secret", use: () => none().secret("crm") },
    { what: "a system", use: () => none().call("crm", request) },
    { what: "rows", use: () => none().read([], signal) },
    { what: "a write", use: () => none().write({ table: "ledger", item: {}, condition: "absent" }, signal) },
  ])("reject a request for $what, and name the code", ({ use }) => expect(use()).rejects.toThrow("The pages reach nothing outside."));

  it.each([
    { what: "the clock", use: () => none().clock.now() },
    { what: "a timer", use: () => none().clock.startTimer(1, () => undefined) },
    { what: "a fraction", use: () => none().random.fraction() },
    { what: "an id", use: () => none().random.uuid() },
  ])("throw on a request for $what, and name the code", ({ use }) => expect(use).toThrow("The pages reach nothing outside."));
});

it("an error names the code that used a service", async () => {
  const asked = vi.fn();
  const services = noServices("The pages", asked);
  await expect(services.secret("crm")).rejects.toThrow();
  expect(() => services.clock.now()).toThrow();
  expect(asked).toHaveBeenCalledTimes(2);
});

it("an error names the unfinished work", () => {
  const error = new UnfinishedError("hasty", ["crm", "read"]);
  expect([error.name, error.message]).toEqual([
    "UnfinishedError",
    'The rule "hasty" answered before its work had ended (crm, read): await every call, also inside forEach and map.',
  ]);
});

it.each<[string, readonly Use[], string | undefined]>([
  [
    "two systems",
    [
      { service: "crm", url: "https://a.example" },
      { service: "fraud", url: "https://b.example" },
    ] as never,
    undefined,
  ],
  [
    "one that is only named beside it",
    [{ service: "crm" }, { service: "crm", url: "https://a.example" }, { service: "crm" }] as never,
    undefined,
  ],
  ["secrets and tables", [{ secret: "crm" }, { secret: "crm" }] as never, undefined],
  [
    "one name at two URLs, and one without between them",
    [{ service: "crm", url: "https://a.example" }, { service: "crm" }, { service: "crm", url: "https://b.example" }] as never,
    'the service "crm" is declared with two URLs, https://a.example and https://b.example. Give one of them another name.',
  ],
])("one URL per service name is demanded: %s", (_, uses, says) => expect(servicesAtOdds(uses)).toBe(says));

it("an error for an undeclared call names the whole call", async () => {
  const uses = [crm(), { ...crm(), service: "fraud" }];
  const { failure } = await decide(beforeCreateUser([asking(uses, "crmm")]), person(), world());
  expect(failure?.error).toEqual(
    new TypeError(
      'The rule "asking" calls the service "crmm", which its uses do not declare: they declare crm, fraud. Add it to uses, or call a declared one.',
    ),
  );
});

it("the hash function for code that hashes nothing throws an error if it is called", () =>
  expect(() => noHash("x")).toThrow("Nothing is hashed here."));
