import fc from "fast-check";
import { decisionKey } from "../../../adapters/tables/decision-writes";
import { buildFingerprint, callIds, referenceFor } from "../../../engine/sign-up/call";
import { decide } from "../../../engine/sign-up/engine";
import { buildPersonId, hashAccount } from "../../../engine/sign-up/person";
import { personIdFor } from "../../../engine/sign-up/person-key";
import { beforeCreateUser } from "../../../engine/sign-up/policy";
import { makeRule, type Rule } from "../../../engine/sign-up/rule";
import type { AttributeValue, SignUp } from "../../../engine/sign-up/sign-up";
import { requestApproval } from "../../../features/approvals/request-approval";
import { proofsIn, proofsKey, proofWrite } from "../../../features/terms/proof";
import { terms } from "../../../features/terms/rule";
import { ledger, type Memory, memory } from "../../engine/rules/memory-world";
import { refusal } from "../../engine/rules/refusal";
import { saidBy } from "../../engine/rules/said-by";
import { block, hashOf, NOW, person, saying } from "../../engine/sign-up/people";
import { anyPolicy } from "../../support/any-policy";

const BOX = "extension_Terms" as never;
const hashes = { "terms.en.md": "e".repeat(64), "terms.ko.md": "k".repeat(64) };

/** The rule as the loader of a policy hands it out. */
function read(rule: Rule<"before-create-user">, found: Readonly<Record<string, string>> = hashes): Rule<"before-create-user"> {
  for (const use of rule.uses ?? []) if ("hashed" in use) use.hashed?.(found);
  return rule;
}

const files = { en: "terms.en.md", ko: "terms.ko.md" };
const ours = (version = "2026-01", found = hashes) => read(terms(BOX, { version, files }), found);
const google = { issuer: "google.com", issuerAssignedId: "1" };
const stranger = { issuer: "facebook.com", issuerAssignedId: "7" };
const ticking = (value: AttributeValue | undefined, changes: Partial<SignUp> = {}) =>
  person({ attributes: { displayName: "kim", ...(value !== undefined && { extension_Terms: value }) }, identities: [google], ...changes });
type Rules = readonly Rule<"before-create-user">[];
const run = (signUp: SignUp, { world }: Memory, rules: Rules = [ours()], now = NOW) => {
  const replayLookup = callIds(buildFingerprint(signUp), now, hashOf).map(decisionKey);
  return decide(anyPolicy(rules as [Rule<"before-create-user">]), signUp, { ...world, now, replayLookup });
};
const proofsOf = (signUp: SignUp, tables: Memory) =>
  [true, false].flatMap((emailProven) => proofsIn(tables.row(proofsKey(signUp, hashOf, emailProven))));
const accountOf = (identity: typeof google) => hashAccount([identity], hashOf);
const proof = {
  attribute: "extension_Terms",
  version: "2026-01",
  language: "en",
  sha256: hashes["terms.en.md"],
  at: NOW.toISOString(),
  reference: expect.stringMatching(/^\w{4}-\w{4}$/),
  emailProven: true,
};
const minutesLater = (minutes: number) => new Date(NOW.getTime() + minutes * 60_000);

describe("terms", () => {
  it.each<[string, AttributeValue]>([
    ["true", true],
    ["a text", "true"],
    ["a text in other letters", " True "],
    ["a list of one choice", ["true"]],
    ["a list of true", [true]],
  ])("admit a person who ticked the box, sent as %s, and store one proof", async (_, value) => {
    const tables = memory();
    const signUp = ticking(value);
    expect((await run(signUp, tables)).answer).toEqual({ kind: "continue", attributes: {} });
    expect(proofsOf(signUp, tables)).toEqual([proof]);
  });

  it.each<[string, AttributeValue | undefined, string, string]>([
    ["unticked", false, "terms.not-accepted", "unticked"],
    ["unticked, as a text", "false", "terms.not-accepted", "unticked"],
    ["unticked, as an empty text", "", "terms.not-accepted", "unticked"],
    ["absent", undefined, "terms.absent", "absent"],
    ["another text", "perhaps", "terms.not-accepted", "other"],
    ["a number", 1, "terms.not-accepted", "other"],
    ["no choice", [], "terms.not-accepted", "other"],
    ["two choices", ["true", "false"], "terms.not-accepted", "other"],
  ])("ask again if the box is %s, and store nothing", async (_, value, reason, box) => {
    const tables = memory();
    const { answer, trace } = await run(ticking(value), tables);
    expect(answer).toEqual({ kind: "invalid", problems: [{ attribute: "extension_Terms", ...refusal(reason) }] });
    expect(trace[0]).toMatchObject({ reasons: [reason], evidence: { terms: "2026-01", box } });
    expect(tables.rows.size).toBe(0);
  });

  it("accept the choice that the policy names for a ticked box", async () => {
    const rules = [read(terms(BOX, { version: "2026-01", files, ticked: "I accept" }))];
    expect((await run(ticking("i accept"), memory(), rules)).answer.kind).toBe("continue");
    expect((await run(ticking("no"), memory(), rules)).answer.kind).toBe("invalid");
  });

  it.each([
    { locales: ["ko-KR", "en"], language: "ko" },
    { locales: ["fr"], language: "en" },
    { locales: [], language: "en" },
  ])("record the language in which the person saw the text: $locales", async ({ locales, language }) => {
    const tables = memory();
    const signUp = ticking(true, { locales });
    await run(signUp, tables);
    expect(proofsOf(signUp, tables)).toEqual([{ ...proof, language, sha256: hashes[`terms.${language as "en"}.md`] }]);
  });

  it("record the first language if the text has neither the person's language nor English", async () => {
    const tables = memory();
    const signUp = ticking(true, { locales: ["fr"] });
    await run(signUp, tables, [read(terms(BOX, { version: "2026-01", files: { ko: "terms.ko.md" } }))]);
    expect(proofsOf(signUp, tables)).toMatchObject([{ language: "ko" }]);
  });

  it("store one proof of a text, with the first decision's code, even if the person signs up several times", async () => {
    const tables = memory();
    const signUp = ticking(true, { source: "external-tenant", correlationId: "one" });
    await Promise.all([run(signUp, tables), run(signUp, tables)]);
    await run(signUp, tables, [ours()], minutesLater(1));
    await run(ticking("true"), tables, [ours()], minutesLater(600));
    const [id] = callIds(buildFingerprint(signUp), NOW, hashOf);
    expect(proofsOf(signUp, tables)).toEqual([{ ...proof, reference: referenceFor(id) }]);
  });

  it("store the first attempt's code if a call is repeated after the first attempt wrote its record", async () => {
    const [first] = callIds(buildFingerprint(ticking(true)), minutesLater(-0.2), hashOf);
    const tables = memory([[decisionKey(first), { id: first }]]);
    await run(ticking(true), tables, [ours()], minutesLater(0.2));
    expect(proofsOf(ticking(true), tables)).toMatchObject([{ reference: referenceFor(first) }]);
  });

  it("store the code of the present call if there is no record from the minute before", async () => {
    const tables = memory();
    await run(ticking(true), tables, [ours()], minutesLater(0.2));
    const [own] = callIds(buildFingerprint(ticking(true)), NOW, hashOf);
    expect(proofsOf(ticking(true), tables)).toMatchObject([{ reference: referenceFor(own) }]);
  });

  it("store a proof for each version and each box, the newest version first", async () => {
    const tables = memory();
    await run(ticking(true), tables);
    const privacy = read(terms("extension_Privacy" as never, { version: "7", files: { en: "terms.en.md" } }));
    const signUp = person({ attributes: { extension_Terms: true, extension_Privacy: "true" }, identities: [google] });
    await run(signUp, tables, [ours("2026-02"), privacy], minutesLater(5));
    const found = proofsOf(signUp, tables).map(({ attribute, version }) => `${attribute} ${version}`);
    expect(found.slice(0, 2).sort()).toEqual(["extension_Privacy 7", "extension_Terms 2026-02"]);
    expect(found.slice(2)).toEqual(["extension_Terms 2026-01"]);
  });

  it("are stored by person, in any spelling of the mailbox, and marked if the address was not proven", async () => {
    const tables = memory();
    await run(ticking(true, { email: "k.im+a@gmail.com", emailTyped: true, gate: "suppliers" }), tables);
    expect(proofsOf(ticking(true, { email: "kim@gmail.com" }), tables)).toEqual([
      { ...proof, gate: "suppliers", emailProven: false, account: accountOf(google) },
    ]);
    const personId = buildPersonId("kim@gmail.com", hashOf);
    expect(tables.row(ledger(`terms/${personId}/unproven`))).toMatchObject({ personId, email: "k.im+a@gmail.com" });
  });

  it.each<{ given: string; unproven: Partial<SignUp> }>([
    { given: "somebody typed", unproven: { emailTyped: true, identities: [stranger] } },
    { given: "a provider that proves nothing names", unproven: { identities: [stranger] } },
    { given: "a passcode to another address leaves unproven", unproven: { identities: [{ issuer: "mail", issuerAssignedId: "x@y.com" }] } },
  ])("store the owner's own proof, even if somebody accepted before with an address that $given", async ({ unproven }) => {
    const tables = memory();
    await run(ticking(true, unproven), tables);
    await run(ticking(true), tables, [ours()], minutesLater(5));
    await run(ticking(true, unproven), tables, [ours()], minutesLater(10));
    const account = hashAccount(unproven.identities ?? [], hashOf);
    const owners = { ...proof, at: minutesLater(5).toISOString() };
    expect(proofsOf(ticking(true), tables)).toEqual([owners, { ...proof, emailProven: false, account }]);
  });

  it("store one proof for each account that proves no address, beside the owner's", async () => {
    const tables = memory();
    await run(ticking(true), tables);
    for (const id of ["7", "8", "7"])
      await run(ticking(true, { identities: [{ ...stranger, issuerAssignedId: id }] }), tables, [ours()], minutesLater(5));
    const found = proofsOf(ticking(true), tables).map(({ emailProven }) => emailProven);
    expect(found).toEqual([true, false, false]);
  });

  it("keep room for the owner's proof, even if any number of other accounts show the address", async () => {
    const tables = memory();
    const account = (index: number) => ({ identities: [{ ...stranger, issuerAssignedId: `${index}` }] });
    for (let index = 0; index < 100; index++) await run(ticking(true, account(index)), tables);
    expect((await run(ticking(true, account(100)), tables)).answer.kind).toBe("block");
    expect((await run(ticking(true), tables)).answer.kind).toBe("continue");
    expect(proofsOf(ticking(true), tables)[0]).toEqual(proof);
  });

  it("accept the mailed code of an invitation as proof of the address", async () => {
    const said = { rule: "invited", said: "continue", findings: { invited: "code" }, evidence: { invitation: "i" } } as const;
    const signUp = ticking(true, { identities: [stranger] });
    const keyBy = async (each: object) => {
      const verdict = await saidBy(ours(), signUp, { said: [{ ...said, ...each }] });
      return "effects" in verdict && verdict.effects?.[0];
    };
    expect(await keyBy({})).toMatchObject(proofsKey(signUp, hashOf, true));
    expect(await keyBy({ evidence: {} })).toMatchObject(proofsKey(signUp, hashOf, false));
  });

  it("trust the providers that the step's `trust` names", async () => {
    const tables = memory();
    const signUp = ticking(true, { identities: [stranger] });
    await decide(beforeCreateUser([ours(), saying("last", { kind: "continue" })] as never, { trust: ["facebook.com"] }), signUp, {
      ...tables.world,
      now: NOW,
    });
    expect(proofsOf(signUp, tables)).toEqual([proof]);
  });

  it("are stored by account for a person without an address", async () => {
    const tables = memory();
    const signUp = ticking(true, { email: "", identities: [{ issuer: "facebook.com", issuerAssignedId: "7" }] });
    await run(signUp, tables);
    expect(proofsOf(signUp, tables)).toHaveLength(1);
  });

  it("record that a version had another text before, and store the text that each person accepted", async () => {
    const tables = memory();
    await run(ticking(true), tables);
    const changed = ours("2026-01", { ...hashes, "terms.en.md": "f".repeat(64) });
    const lee = ticking(true, { email: "lee@contoso.com" });
    const { trace, answer } = await run(lee, tables, [changed]);
    expect(answer.kind).toBe("continue");
    expect(trace[0]).toMatchObject({
      findings: { terms: "other-text" },
      evidence: { sha256: "f".repeat(64), before: hashes["terms.en.md"] },
    });
    expect(proofsOf(lee, tables)).toMatchObject([{ sha256: "f".repeat(64) }]);
    expect(proofsOf(ticking(true), tables)).toMatchObject([{ sha256: hashes["terms.en.md"] }]);
  });

  it.each([
    { given: "the proof cannot be written", failing: (id: string) => id.startsWith("terms/") },
    { given: "the text's row cannot be written", failing: (id: string) => id.startsWith("terms-text/") },
  ])("admit nobody if $given", async ({ failing }) => {
    const tables = memory();
    const { world } = tables;
    const broken = {
      ...tables,
      world: {
        ...world,
        write: async (...[write, signal]: Parameters<typeof world.write>) => {
          if (failing(String("item" in write ? write.item.id : write.key.id))) throw new Error("no disk");
          return await world.write(write, signal);
        },
      },
    };
    const { answer, failure } = await run(ticking(true), broken);
    expect(answer).toMatchObject({ kind: "block", reason: "gatehouse.unavailable" });
    expect(failure).toMatchObject({ why: "write" });
  });

  it("keep the proof of a person who asks for approval, so that nobody asks them again", async () => {
    const tables = memory();
    const { answer } = await run(ticking(true), tables, [ours(), requestApproval()]);
    expect(answer).toMatchObject({ kind: "block", reason: "approval.requested" });
    expect(proofsOf(ticking(true), tables)).toEqual([proof]);
  });

  it("store nothing for a person whom a later rule refuses", async () => {
    const tables = memory();
    await run(ticking(true), tables, [ours(), saying("later", block("no"))]);
    expect(tables.rows.size).toBe(0);
  });

  it("admit nobody if an earlier rule ticks the box", async () => {
    const setting = makeRule({
      name: "setting",
      sets: ["extension_Terms"],
      decide: () => ({ kind: "continue", attributes: { extension_Terms: true } }),
    });
    const { answer, failure } = await run(ticking(false), memory(), [setting as Rule<"before-create-user">, ours()]);
    expect(answer.kind).not.toBe("continue");
    if (failure !== undefined) expect(String((failure as { error: Error }).error)).toContain("only the person may tick");
  });

  it("admit a person if an approval restores the tick in another form", async () => {
    const restoring = makeRule({
      name: "restoring",
      restore: () => ({ extension_Terms: "True" }),
      decide: () => ({ kind: "continue" }),
      sets: [],
    });
    const { answer } = await run(ticking(true), memory(), [ours(), restoring as Rule<"before-create-user">]);
    expect(answer).toEqual({ kind: "continue", attributes: { extension_Terms: "True" } });
  });

  it("admit nobody before their files were read", async () => {
    const { answer, failure } = await run(ticking(true), memory(), [terms(BOX, { version: "2026-01", files })]);
    expect(answer).toMatchObject({ reason: "gatehouse.unavailable" });
    expect(failure).toMatchObject({ error: new TypeError("terms: nobody has read terms.en.md: load the policy with loadPolicyFolder.") });
  });

  it.each([
    [{ version: "" }, /^terms: version is a name such as/],
    [{ version: "2026/01" }, /^terms: version is a name such as/],
    [{ files: {} }, /^terms: files must name the text in each language/],
    [{ files: { kr: "terms.md" } }, /^terms: files: "kr" is not a language. Did you mean ko/],
    [{ files: { en: "../terms.md" } }, /^terms: files: en must be a file in the policy folder/],
    [{ files: { en: "/etc/terms.md" } }, /^terms: files: en must be a file in the policy folder/],
    [{ files: { en: "C:\\terms.md" } }, /^terms: files: en must be a file in the policy folder/],
    [{ ticked: "False" }, /^terms: ticked is what the form sends for a ticked box/],
    [{ tick: "yes" }, /^terms has no option "tick"/],
  ])("reject %j at load", (options, says) => {
    expect(() => terms(BOX, { version: "1", files: { en: "terms.en.md" }, ...options } as never)).toThrow(says);
  });
});

describe("the complete writes of terms", () => {
  const reference = (signUp: SignUp) => referenceFor(callIds(buildFingerprint(signUp), NOW, hashOf)[0]);
  const sha256 = hashes["terms.en.md"];
  const textRow = (language: string) => ledger(`terms-text/extension_Terms/2026-01/${language}`);
  const text = (cells: object) => ({ table: "ledger", item: { ...textRow("en").key, sha256, at: NOW.toISOString(), ...cells } });
  const newText = { ...text({}), condition: "absent", onConflict: { kind: "continue" } };
  const proofBy = (signUp: SignUp, set: object, more: object = {}) => ({
    ...proofsKey(signUp, hashOf, signUp.identities.length > 0 && signUp.email !== ""),
    slots: "accepted",
    holder: JSON.stringify({
      attribute: "extension_Terms",
      version: "2026-01",
      language: "en",
      sha256,
      at: NOW.toISOString(),
      reference: reference(signUp),
      ...{ gate: undefined, emailProven: true },
      ...more,
    }),
    atMost: 100,
    set,
    onConflict: { kind: "block", reason: "gatehouse.unavailable" },
  });
  const accepted = { kind: "continue", evidence: { terms: "2026-01", language: "en", sha256 } };

  it.each<{ who: string; changes: Partial<SignUp>; set: (personId: string) => object; more?: object }>([
    {
      who: "with an address alone",
      changes: { identities: [] },
      set: (personId) => ({ personId, email: "kim@contoso.com" }),
      more: { emailProven: false },
    },
    {
      who: "with an account, at a gate",
      changes: { identities: [google], gate: "suppliers" },
      set: (personId) => ({ personId, email: "kim@contoso.com", accountId: hashOf("account\ngoogle.com/1") }),
      more: { gate: "suppliers" },
    },
    {
      who: "without an address",
      changes: { email: "", identities: [google] },
      set: (personId) => ({ personId }),
      more: { emailProven: false, account: hashOf("account\ngoogle.com/1") },
    },
  ])("are made for a person $who", async ({ changes, set, more }) => {
    const signUp = ticking(true, changes);
    const personId = personIdFor(signUp, hashOf);
    const now = new Date(NOW.getTime() + 59_999);
    expect(await saidBy(ours(), signUp, { now })).toStrictEqual({
      ...accepted,
      effects: [proofBy(signUp, set(personId), more), newText],
    });
  });

  it("contain only proofs that are not stored yet", async () => {
    const signUp = ticking(true);
    const { holder } = proofBy(signUp, {});
    const kept = [proofsKey(signUp, hashOf, true), { accepted: [holder] }] as const;
    expect(await saidBy(ours(), signUp, { rows: [kept, [textRow("en"), { sha256 }]] })).toStrictEqual({ ...accepted, effects: [] });
    expect(await saidBy(ours("2026-01"), signUp, { rows: [[textRow("en"), { sha256: "f".repeat(64) }]] })).toStrictEqual({
      kind: "continue",
      effects: [proofBy(signUp, { personId: personIdFor(signUp, hashOf), email: "kim@contoso.com", accountId: accountOf(google) })],
      evidence: { ...accepted.evidence, before: "f".repeat(64) },
      findings: { terms: "other-text" },
    });
  });

  it("use English if there is no text in the person's language, even if English is not listed first", async () => {
    const rule = read(terms(BOX, { version: "2026-01", files: { ko: "terms.ko.md", en: "terms.en.md" } }));
    expect(await saidBy(rule, ticking(true, { locales: ["fr"] }))).toMatchObject({ evidence: { language: "en" } });
  });

  it("accept a tick that the policy spells with spaces around it", async () => {
    const rule = read(terms(BOX, { version: "2026-01", files, ticked: " I accept " }));
    expect(await saidBy(rule, ticking("i accept"))).toMatchObject(accepted);
  });

  it("fail if another rule set the box, and the error names the box", async () => {
    const received = ticking(true);
    await expect(saidBy(ours(), ticking(false), { received })).rejects.toThrow(
      new TypeError('terms: another rule set "extension_Terms", which only the person may tick.'),
    );
  });
});

describe("the proofs in a row", () => {
  const word = fc.string({ maxLength: 40 });
  const proofs = fc.array(
    fc.record({
      attribute: word,
      version: word,
      language: word,
      sha256: word,
      at: fc.constantFrom("2026-01-01T00:00:00.000Z", "2026-01-02T00:00:00.000Z"),
      reference: word,
    }),
    { maxLength: 5 },
  );

  it("are read as they were written, the newest first and one of each text, despite other content", () => {
    const key = proofsKey(person(), hashOf, true);
    fc.assert(
      fc.property(proofs, fc.array(fc.oneof(word, fc.json()), { maxLength: 3 }), (written, odd) => {
        const accepted = [...odd, ...written.map((each) => proofWrite(each, key, {}).holder)];
        const found = proofsIn({ accepted });
        expect(written).toEqual(expect.arrayContaining([...found]));
        expect(new Set(found.map((each) => JSON.stringify([each.attribute, each.version, each.sha256]))).size).toBe(found.length);
        expect(found.map(({ at }) => at)).toEqual(
          found
            .map(({ at }) => at)
            .sort()
            .reverse(),
        );
        for (const each of written)
          expect(found.some(({ version, sha256 }) => version === each.version && sha256 === each.sha256)).toBe(true);
      }),
    );
  });

  it.each([undefined, {}, { accepted: "x" }, { accepted: 7 }, { accepted: [null, 1, {}] }])("are none in %j", (row) =>
    expect(proofsIn(row as never)).toEqual([]),
  );
});
