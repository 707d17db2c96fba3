import { system } from "../../../adapters/system";
import { decide } from "../../../engine/sign-up/engine";
import { UpstreamError } from "../../../engine/sign-up/failure";
import type { Ports } from "../../../engine/sign-up/ports";
import { makeRule, type Rule } from "../../../engine/sign-up/rule";
import type { SignUp } from "../../../engine/sign-up/sign-up";
import type { IdentityVerifier, Verification } from "../../../engine/sign-up/source";
import { countingRows } from "../../../features/counting-rows";
import { type VerifyIdentityOptions, verifyIdentity } from "../../../features/verify-identity/rule";
import { refusal } from "../../engine/rules/refusal";
import { fastClock } from "../../engine/sign-up/fake-clock";
import { hashOf, NOW } from "../../engine/sign-up/people";
import { anyPolicy } from "../../support/any-policy";
import { acme, hang, kim, memoryLedger, REFUTED, UNAVAILABLE, VERIFIED } from "./fakes";

const DEADLINE_MS = 2_000;
const REVIEW: Verification = { kind: "review", vendorReference: "4712", code: "result.match.restricted" };

/** Looks at the finding, as a request for approval would. */
const looker = makeRule({ name: "looker", consumes: ["identity"], sets: [], decide: () => ({ kind: "continue" }) });

/** What becomes of somebody, and what the rule said about it. */
async function signUp(verifier: IdentityVerifier, options: VerifyIdentityOptions = {}, changes: Partial<Ports> = {}, who: SignUp = kim()) {
  const policy = anyPolicy([verifyIdentity(verifier, options), looker]);
  const { answer, trace, failure } = await decide(policy, who, {
    ...memoryLedger(),
    hashOf,
    secret: async () => "",
    ...system,
    counts: countingRows,
    now: NOW,
    remainingMs: DEADLINE_MS,
    ...changes,
  });
  return { answer, word: trace[0], failure };
}

const ledgerId = expect.stringMatching(/^identity\/acme\/[\w-]{22}$/);
const pass = { kind: "continue", attributes: {} };
const blocked = (reason: string) => ({ kind: "block", ...refusal(reason) });
const asksAgain = (reason: string) => ({ kind: "invalid", problems: [refusal(reason)] });

describe("the vendor's outcome", () => {
  it.each([
    { outcome: VERIFIED, options: {}, answer: pass },
    { outcome: VERIFIED, options: { refuted: "block", review: "block", unavailable: "block" } as const, answer: pass },
    { outcome: REFUTED, options: {}, answer: asksAgain("identity.refuted") },
    { outcome: REFUTED, options: { refuted: "block" } as const, answer: blocked("identity.refuted") },
    { outcome: REFUTED, options: { refuted: "continue" } as const, answer: pass },
    { outcome: REVIEW, options: {}, answer: blocked("identity.review") },
    { outcome: REVIEW, options: { review: "ask-again" } as const, answer: asksAgain("identity.review") },
    { outcome: REVIEW, options: { review: "continue" } as const, answer: pass },
    { outcome: UNAVAILABLE, options: {}, answer: blocked("identity.unavailable") },
    { outcome: UNAVAILABLE, options: { unavailable: "ask-again" } as const, answer: asksAgain("identity.unavailable") },
    { outcome: UNAVAILABLE, options: { unavailable: "continue" } as const, answer: pass },
  ])("$outcome.kind leads, with the options $options, to the answer $answer.kind", async ({ outcome, options, answer }) => {
    const told = await signUp(
      acme(() => outcome),
      options,
    );
    expect(told.answer).toEqual(answer);
    expect(told.word?.evidence).toEqual({
      identity: outcome.kind,
      vendor: "acme",
      ledger: ledgerId,
      ...("vendorReference" in outcome && { reference: outcome.vendorReference }),
      ...("code" in outcome && { code: outcome.code }),
    });
    expect(told.word?.upstreamFailure).toEqual(outcome.kind === "unavailable" ? outcome.upstreamFailure : undefined);
    expect(told.word?.findings).toEqual(answer === pass ? { identity: outcome.kind } : undefined);
  });
});

describe("a policy", () => {
  it.each([
    { options: { review: "continue" } as const, refused: true },
    { options: { refuted: "continue" } as const, refused: true },
    { options: { unavailable: "continue" } as const, refused: false },
    { options: {}, refused: false },
  ])("is refused if no rule reads the finding that verifyIdentity leaves with $options: $refused", ({ options, refused }) => {
    const make = () => anyPolicy([verifyIdentity(acme(), options)]);
    if (refused) expect(make).toThrow(/verify-identity leaves the finding "identity"/);
    else expect(make).not.toThrow();
    expect(() => anyPolicy([verifyIdentity(acme(), options), looker])).not.toThrow();
  });

  it.each([
    { options: { review: "pass" }, says: /review must be "block", "ask-again", "continue" or "approval", not "pass"/ },
    { options: { unless: true }, says: /unless must be a function of the sign-up and the findings/ },
    { options: { attemptsPerDay: 0 }, says: /attemptsPerDay must be a whole number from 1 to 1000, not 0/ },
    { options: { attemptsPerDay: 2.5 }, says: /not 2.5/ },
    { options: { attemptsPerDay: Number.NaN }, says: /not NaN/ },
  ])("cannot set $options", ({ options, says }) => expect(() => verifyIdentity(acme(), options as VerifyIdentityOptions)).toThrow(says));

  it.each([
    { given: "nothing", verifier: undefined },
    { given: "a vendor that was not called", verifier: () => acme() },
    { given: "half a verifier", verifier: { ...acme(), fieldsOf: undefined } },
    { given: "no verify", verifier: { ...acme(), verify: undefined } },
    { given: "no uses", verifier: { ...acme(), uses: undefined } },
    ...["Acme Ltd", "acme-", "-acme", "7acme", "acme--id", 7].map((name) => ({ given: `the name ${name}`, verifier: { ...acme(), name } })),
  ])("refuses to load with $given as a verifier", ({ verifier }) =>
    expect(() => verifyIdentity(verifier as never)).toThrow(/^verifyIdentity needs a verifier such as idology\(\)/),
  );

  it.each(["acme", "acme-id", "a7-id7"])("accepts a verifier with the name %s", (name) =>
    expect(() => verifyIdentity({ ...acme(), name })).not.toThrow(),
  );

  it.each([
    { options: {}, recommends: undefined },
    { options: { unavailable: "ask-again" } as const, recommends: undefined },
    { options: { unavailable: "continue" } as const, recommends: ["identity"] },
  ])("gets a warning if unavailable vendors let people go on and no rule reads the finding: $options", ({ options, recommends }) =>
    expect(verifyIdentity(acme(), options).recommends).toEqual(recommends),
  );

  it("asks only for the attributes that the verifier asks for", () => {
    expect(verifyIdentity(acme()).asks).toEqual([]);
    expect(verifyIdentity({ ...acme(), asks: ["surname"] }).asks).toEqual(["surname"]);
  });

  it("treats a verifier as an outside call without a declaration", () =>
    expect(verifyIdentity({ ...acme(), uses: [] }).uses).toContainEqual({ service: "acme" }));

  it("gets the secrets and services of the verifier, and the ledger", () =>
    expect(verifyIdentity(acme()).uses).toEqual([
      { service: "acme" },
      { table: "ledger", access: "read" },
      { table: "ledger", access: "write", under: ["identity/"] },
    ]));
});

describe("two vendors in one policy", () => {
  it.each([
    { first: "refuted", second: "verified", finding: "refuted" },
    { first: "review", second: "verified", finding: "review" },
    { first: "review", second: "unavailable", finding: "review" },
    { first: "review", second: "refuted", finding: "refuted" },
    { first: "verified", second: "review", finding: "review" },
    { first: "verified", second: "unavailable", finding: "unavailable" },
    { first: "unavailable", second: "verified", finding: "verified" },
    { first: "unavailable", second: "review", finding: "review" },
  ] as const)("$first, then $second: later rules get $finding", async ({ first, second, finding }) => {
    const options = { refuted: "continue", review: "continue", unavailable: "continue" } as const;
    const outcome = (kind: typeof first | typeof second): Verification => (kind === "unavailable" ? UNAVAILABLE : { kind });
    const rules = [first, second].map((kind, index) => verifyIdentity({ ...acme(() => outcome(kind)), name: `acme-${index}` }, options));
    const seen = vi.fn();
    const last = makeRule({
      ...looker,
      decide(_, { findings }) {
        seen(findings.identity);
        return { kind: "continue" };
      },
    });
    await decide(anyPolicy([...rules, last] as [Rule<"before-create-user">]), kim(), {
      ...memoryLedger(),
      hashOf,
      secret: async () => "",
      ...system,
      counts: countingRows,
      now: NOW,
      remainingMs: DEADLINE_MS,
    });
    expect(seen).toHaveBeenCalledWith(finding);
  });
});

describe("with one attempt a day for each person", () => {
  it.each([
    { given: "another tag", email: "kim+2@contoso.com", asked: 1 },
    { given: "somebody else's address", email: "mina@contoso.com", asked: 2 },
  ])("a second sign-up with $given brings the number of vendor calls to $asked", async ({ email, asked }) => {
    const ledger = memoryLedger();
    const verifier = acme();
    await signUp(verifier, { attemptsPerDay: 1 }, ledger);
    await signUp(verifier, { attemptsPerDay: 1 }, ledger, kim("Lee", { email }));
    expect(verifier.asked).toHaveLength(asked);
  });
});

describe("the ledger", () => {
  it("holds neither the question nor the vendor's texts", async () => {
    const ledger = memoryLedger();
    const verifier = acme(() => ({ kind: "refuted", code: "Minsu Kim is dead", vendorReference: "see <a>kim</a>" }));
    const { word } = await signUp(verifier, {}, ledger);
    expect(word?.evidence).toEqual({ identity: "refuted", vendor: "acme", ledger: ledgerId });
    expect([...ledger.rows.values()]).toHaveLength(1);
    expect(JSON.stringify([...ledger.rows])).not.toMatch(/minsu|kim|contoso|dead/i);
  });

  it("is read once, together with the step's other rows, and written twice", async () => {
    const ledger = memoryLedger();
    const read = vi.fn(ledger.read);
    const write = vi.fn(ledger.write);
    await signUp(acme(), {}, { read, write });
    expect(read).toHaveBeenCalledTimes(1);
    expect(write).toHaveBeenCalledTimes(2);
  });

  it("is written before the vendor is asked", async () => {
    const ledger = memoryLedger();
    let rows = 0;
    const verifier = acme(() => {
      rows = ledger.rows.size;
      return VERIFIED;
    });
    await signUp(verifier, {}, ledger);
    expect(rows).toBe(1);
  });

  it("separates two people who share an address", async () => {
    const ledger = memoryLedger();
    const verifier = acme();
    await signUp(verifier, { attemptsPerDay: 1 }, ledger);
    const other = kim("Kim", { identities: [{ issuer: "google.com", issuerAssignedId: "1" }] });
    expect((await signUp(verifier, { attemptsPerDay: 1 }, ledger, other)).answer).toEqual(pass);
    expect(verifier.asked).toHaveLength(2);
    expect(verifier.asked[0]?.reference).not.toBe(verifier.asked[1]?.reference);
  });

  it("stops the sign-up if it cannot be read, even if the policy lets people on without the vendor", async () => {
    const ledger = memoryLedger();
    const verifier = acme();
    await signUp(verifier, {}, ledger);
    for (const [id, row] of ledger.rows) ledger.rows.set(id, { ...row, calls: "" });
    const { answer, word } = await signUp(verifier, { unavailable: "continue" }, ledger);
    expect(answer).toEqual(blocked("identity.unavailable"));
    expect(word).toMatchObject({ evidence: { ledger: ledgerId }, upstreamFailure: { service: "ledger", kind: "unreadable" } });
    expect(verifier.asked).toHaveLength(1);
  });

  it("stops the sign-up without a vendor call if it accepts no reservation", async () => {
    const verifier = acme();
    const write = async () => {
      throw new Error("throttled");
    };
    const { answer, failure } = await signUp(verifier, { unavailable: "continue" }, { write });
    expect(answer).toEqual(blocked("gatehouse.unavailable"));
    expect(failure?.why).toBe("rule");
    expect(verifier.asked).toHaveLength(0);
  });

  it("gives up in the available time if other calls always write first", async () => {
    const verifier = acme();
    const { word } = await signUp(verifier, {}, { write: async () => false, clock: fastClock() });
    expect(word).toMatchObject({ evidence: { identity: "unavailable" }, upstreamFailure: { service: "acme", kind: "timeout" } });
    expect(verifier.asked).toHaveLength(0);
  });

  it.each([
    { given: "fails", later: () => Promise.reject(new Error("throttled")) },
    { given: "hangs", later: hang },
    { given: "always loses", later: async () => false },
  ])("does not change the answer if it $given after the vendor has answered", async ({ later }) => {
    const ledger = memoryLedger();
    let writes = 0;
    const write: Ports["write"] = (put, signal) => (++writes === 1 ? ledger.write(put, signal) : later());
    const { answer, word } = await signUp(acme(), {}, { ...ledger, write, clock: fastClock() });
    expect(answer).toEqual(pass);
    expect(word).toMatchObject({ findings: { identity: "verified" }, upstreamFailure: { service: "ledger", kind: "failed" } });
  });

  it("stays without a row if the operator deletes the row during the call", async () => {
    const ledger = memoryLedger();
    const verifier = acme(() => {
      ledger.rows.clear();
      return VERIFIED;
    });
    const { answer, word } = await signUp(verifier, {}, ledger);
    expect(answer).toEqual(pass);
    expect(word).not.toHaveProperty("upstreamFailure");
    expect(ledger.rows.size).toBe(0);
  });
});

describe("a vendor", () => {
  it("is not asked if an attribute is missing, and nothing is written", async () => {
    const ledger = memoryLedger();
    const verifier = acme();
    const { answer } = await signUp(verifier, {}, ledger, kim("Kim", { attributes: { surname: "Kim" } }));
    expect(answer).toEqual({ kind: "invalid", problems: [{ attribute: "givenName", reason: "attribute.missing" }] });
    expect(verifier.asked).toHaveLength(0);
    expect(ledger.rows.size).toBe(0);
  });

  it.each([
    { does: "throws", verify: () => Promise.reject(new TypeError("Minsu")), upstreamFailure: { service: "acme", kind: "failed" } },
    {
      does: "throws what it met",
      verify: () => Promise.reject(new UpstreamError({ service: "acme", kind: "unauthorised", status: 401 })),
      upstreamFailure: { service: "acme", kind: "unauthorised", status: 401 },
    },
    { does: "answers nothing", verify: () => undefined as never, upstreamFailure: { service: "acme", kind: "unexpected" } },
    {
      does: "answers what is no outcome",
      verify: () => ({ kind: "ok" }) as never,
      upstreamFailure: { service: "acme", kind: "unexpected" },
    },
    { does: "never answers", verify: hang, upstreamFailure: { service: "acme", kind: "timeout" } },
  ])("counts as unavailable if it $does", async ({ verify, upstreamFailure }) => {
    const ledger = memoryLedger();
    const { answer, word, failure } = await signUp(acme(verify), {}, { ...ledger, clock: fastClock() });
    expect(answer).toEqual(blocked("identity.unavailable"));
    expect(word).toMatchObject({ upstreamFailure, evidence: { identity: "unavailable" } });
    expect(failure).toBeUndefined();
    expect([...ledger.rows.values()]).toEqual([expect.objectContaining({ calls: "[]" })]);
  });

  it("counts as too slow if it throws at the abort signal", async () => {
    const verifier = acme(
      (_, { signal }) => new Promise((_resolve, reject) => signal.addEventListener("abort", () => reject(signal.reason))),
    );
    expect((await signUp(verifier, {}, { clock: fastClock() })).word?.upstreamFailure).toEqual({ service: "acme", kind: "timeout" });
  });

  it("gets a deadline that leaves time to save its answer", async () => {
    let left = 0;
    await signUp(
      acme((_, context) => {
        left = context.remainingMs();
        return VERIFIED;
      }),
    );
    // 2000 less what the engine keeps, 400, and the rule, 300.
    expect(left).toBeGreaterThan(1_200);
    expect(left).toBeLessThanOrEqual(1_300);
  });

  it("is not asked if hardly any time is left", async () => {
    const verifier = acme();
    const ledger = memoryLedger();
    const { word } = await signUp(verifier, {}, { ...ledger, remainingMs: 850 });
    expect(word?.upstreamFailure).toEqual({ service: "acme", kind: "timeout" });
    expect(verifier.asked).toHaveLength(0);
    expect(ledger.rows.size).toBe(0);
  });
});

describe("people exempted by `unless`", () => {
  it("are not verified, and later rules get the finding", async () => {
    const verifier = acme();
    const { answer, word } = await signUp(verifier, { unless: ({ signUp: { email } }) => email === "kim@contoso.com" });
    expect(answer).toEqual(pass);
    expect(word?.findings).toEqual({ identity: "skipped" });
    expect(verifier.asked).toHaveLength(0);
  });

  it("do not include anyone else", async () => {
    const verifier = acme();
    await signUp(verifier, { unless: ({ findings }) => findings.listed === "allow" });
    expect(verifier.asked).toHaveLength(1);
  });

  it("are blocked if `unless` returns a promise instead of true or false", async () => {
    const { answer } = await signUp(acme(), { unless: (async () => false) as never });
    expect(answer).toEqual(blocked("gatehouse.unavailable"));
  });
});

describe("a list of countries whose people are verified", () => {
  const asked = async (country: string | undefined, options: VerifyIdentityOptions) => {
    let calls = 0;
    const verifier = acme(() => {
      calls++;
      return REFUTED;
    });
    const who = kim();
    const { country: _, ...attributes } = who.attributes;
    const told = await signUp(verifier, options, {}, { ...who, attributes: { ...attributes, ...(country !== undefined && { country }) } });
    return { calls, kind: told.answer.kind, identity: told.word?.findings?.identity };
  };

  it.each([
    ...["United States", "USA", "us", "United States ", "Vereinigte Staaten", "États-Unis", "EE. UU.", "미국", "美国"],
    ...["", " ", "Atlantis", "Estados", "U.S. or Canada", undefined],
  ])("applies to a person of %j if it lists US: to any spelling of the country, and to an unclear one", async (country) =>
    expect(await asked(country, { countries: ["US"] })).toMatchObject({ calls: 1, kind: "invalid" }),
  );

  it.each(["Canada", "KR", "대한민국", "Frankreich"])("does not apply to a person of %j", async (country) =>
    expect(await asked(country, { countries: ["US", "JP"] })).toEqual({ calls: 0, kind: "continue", identity: "skipped" }),
  );

  it("leaves people of other countries to a later rule, and describes them in admits", () => {
    const { admits, narrows, recommends } = verifyIdentity(acme(), { countries: ["US", "CA"] });
    expect({ admits, narrows, recommends }).toEqual({
      admits: "people who type a country other than US, CA",
      narrows: undefined,
      recommends: ["identity"],
    });
  });

  it.each([[[]], [["us"]], [["USA"]], [["XX"]], ["US"], [[7]]])("takes only two-letter codes, not %j", (countries) =>
    expect(() => verifyIdentity(acme(), { countries: countries as never })).toThrow(
      'verifyIdentity: countries must list codes of two letters, like ["US"]',
    ),
  );
});
