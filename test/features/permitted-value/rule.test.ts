import { ANY_ATTRIBUTE } from "../../../engine/sign-up/checks";
import { decide } from "../../../engine/sign-up/engine";
import { UNAVAILABLE, UpstreamError } from "../../../engine/sign-up/failure";
import { buildPersonId, keyedHash } from "../../../engine/sign-up/person";
import { personKey } from "../../../engine/sign-up/person-key";
import type { RecordKey, Row, Rule } from "../../../engine/sign-up/rule";
import type { Attributes, AttributeValue, SignUp } from "../../../engine/sign-up/sign-up";
import { NotAsked, type Source } from "../../../engine/sign-up/source";
import { requestApproval } from "../../../features/approvals/request-approval";
import { lookup } from "../../../features/lookup/rule";
import { MAX_USES, type PermittedValueOptions } from "../../../features/permitted-value/options";
import { permittedValue } from "../../../features/permitted-value/rule";
import { profiles } from "../../../features/profiles/profiles";
import { codes } from "../../../features/reference-data/code";
import { codeRow, holderOf, ledger, listed, type Memory, memory, profile } from "../../engine/rules/memory-world";
import { refusal } from "../../engine/rules/refusal";
import { saidBy } from "../../engine/rules/said-by";
import { block, hashOf, invalid, NOW, person, saying } from "../../engine/sign-up/people";
import { anyPolicy } from "../../support/any-policy";

const CODE = "extension_Code";
const DAY = "tries-2026-03-01";
const kim = person({ attributes: { [CODE]: "ABC" } });
const problem = (reason: string, attribute = CODE) => ({ kind: "invalid", problems: [{ attribute, ...refusal(reason) }] });
const continues = (attributes: Record<string, AttributeValue> = {}) => ({ kind: "continue", attributes });
const typing = (value: AttributeValue | undefined, who: Partial<SignUp> = {}) =>
  person({ ...who, attributes: value === undefined ? {} : { [CODE]: value } });
const counted = (signUp: SignUp) => hashOf(personKey(signUp));
const guessed = (text: string, list = CODE) => hashOf(JSON.stringify(["guess", list, text]));
const guessesOf = (signUp: SignUp, list = CODE) => ledger(`guesses/${list}/${counted(signUp)}`);
const run = (rules: readonly Rule<"before-create-user">[], signUp: SignUp, { world }: Memory, now = NOW) =>
  decide(anyPolicy(rules as [Rule<"before-create-user">]), signUp, { ...world, now });
const answer = async (options: PermittedValueOptions | undefined, signUp: SignUp, tables: Memory, now = NOW) =>
  (await run([permittedValue(CODE, options)], signUp, tables, now)).answer;

describe("a value", () => {
  const rows: readonly (readonly [RecordKey, Row])[] = [
    [listed(CODE, "contoso"), {}],
    [listed(CODE, "FABRIKAM LTD"), { note: "x", provider: 7, until: "soon" }],
    [listed(CODE, "Tailspin"), {}],
    [listed(CODE, "42"), {}],
    [listed(CODE, "TRUE"), {}],
    [listed(CODE, "old"), { expiresAt: "2026-02-28" }],
    [listed(CODE, "today"), { expiresAt: "2026-03-01" }],
    [listed(CODE, "odd"), { expiresAt: "soon" }],
    [listed(CODE, "both"), { expiresAt: "2026-02-28" }],
    [listed(CODE, "BOTH"), {}],
    [listed(CODE, "SS"), {}],
    [listed("partners", "p-1"), {}],
    [listed(CODE, "a".repeat(256)), {}],
  ];
  const refused = problem("value.not-permitted");
  const required = problem("attribute.required");

  it.each([
    { given: "as listed", typed: "contoso", result: continues() },
    { given: "in other case", typed: "CONtoso", result: continues({ [CODE]: "contoso" }) },
    { given: "in lower case, listed in upper", typed: "fabrikam ltd", result: continues({ [CODE]: "FABRIKAM LTD" }) },
    { given: "with other spaces", typed: "  Fabrikam \t Ltd ", result: continues({ [CODE]: "FABRIKAM LTD" }) },
    { given: "spaces alone otherwise", typed: " contoso ", result: continues({ [CODE]: "contoso" }) },
    { given: "listed in mixed case, typed so", typed: "Tailspin", result: continues() },
    { given: "listed in mixed case, typed otherwise", typed: "tailspin", result: refused },
    { given: "a number", typed: 42, result: continues() },
    { given: "a number that is not listed", typed: 43, result: refused },
    { given: "a ticked box", typed: true, result: continues() },
    { given: "an empty box", typed: false, result: refused },
    { given: "a list", typed: ["contoso"], result: refused },
    { given: "another list's", typed: "p-1", result: refused },
    { given: "of a list by name", typed: "P-1", options: { list: "partners" }, result: continues({ [CODE]: "p-1" }) },
    { given: "whose row is over", typed: "old", result: refused },
    { given: "whose row ends today", typed: "today", result: continues() },
    { given: "whose row's end cannot be read", typed: "odd", result: refused },
    { given: "of two rows of which one is over", typed: "both", result: continues({ [CODE]: "BOTH" }) },
    { given: "that upper case makes another", typed: "ß", result: refused },
    { given: "missing", typed: undefined, result: required },
    { given: "empty", typed: "", result: required },
    { given: "blank", typed: " \u3000", result: required },
    { given: "blank, spaces exact", typed: " ", options: { spaces: "exact" as const }, result: required },
    { given: "missing, optional", typed: undefined, options: { optional: true }, result: continues() },
    { given: "blank, optional", typed: " ", options: { optional: true }, result: continues() },
    { given: "wrong, optional", typed: "x", options: { optional: true }, result: refused },
    { given: "in other case, exact", typed: "Contoso", options: { case: "exact" as const }, result: refused },
    { given: "as listed, exact", typed: "contoso", options: { case: "exact" as const }, result: continues() },
    { given: "with spaces, exact", typed: " contoso", options: { spaces: "exact" as const }, result: refused },
    { given: "spaces removed", typed: " con toso", options: { spaces: "remove" as const }, result: continues({ [CODE]: "contoso" }) },
    { given: "spaces within, collapsed", typed: "con toso", result: refused },
    { given: "at its longest", typed: "A".repeat(256), result: continues({ [CODE]: "a".repeat(256) }) },
  ])("($given) is answered with $result", async ({ typed, options, result }) =>
    expect(await answer(options, typing(typed as AttributeValue | undefined), memory(rows))).toEqual(result),
  );

  it.each([
    { given: "too long", typed: "a".repeat(257) },
    { given: "with a control character", typed: "a\u0007b" },
    { given: "with half a character", typed: "a\udc00" },
    { given: "empty", typed: "" },
  ])("$given is not looked up", async ({ typed }) => {
    const tables = memory(rows);
    expect((await answer({ maxUses: 1 }, typing(typed), tables)).kind).toBe("invalid");
    expect(tables.reads).toEqual([]);
    expect(tables.row(guessesOf(typing(typed)))).toBeUndefined();
  });

  it("of another attribute is ignored by the rule", () =>
    expect(permittedValue(CODE).needs?.(person({ attributes: { other: "ABC" } }), hashOf, NOW)).toEqual([]));
});

describe("the tables and services that the rule uses", () => {
  const data = { table: "referenceData", access: "read" };
  const counts = [
    { table: "ledger", access: "read" },
    { table: "ledger", access: "write", under: ["code/", "guesses/"] },
  ];
  const crm: Source = { name: "crm", uses: [{ service: "crm" }], find: () => undefined };
  it.each([
    { options: {}, uses: [data] },
    { options: { maxUses: 1 }, uses: [data, ...counts] },
    { options: { guessesPerDay: 3 }, uses: [data, ...counts] },
    { options: { source: crm }, uses: [{ service: "crm" }] },
    { options: { source: crm, maxUses: 2 }, uses: [{ service: "crm" }, ...counts] },
  ])("with $options are $uses", ({ options, uses }) => expect(permittedValue(CODE, options).uses).toEqual(uses));
});

it("leaves the ledger alone if nothing is counted", async () => {
  const tables = memory([[listed(CODE, "abc"), {}]]);
  const write = vi.fn(async () => true);
  await run([permittedValue(CODE)], kim, { ...tables, world: { ...tables.world, write } });
  expect(new Set(tables.reads.flat().map(({ table }) => table))).toEqual(new Set(["referenceData"]));
  expect(write).not.toHaveBeenCalled();
});

describe("a code", () => {
  const lee = typing("abc", { email: "lee@contoso.com" });
  const code = codeRow(CODE, "abc");
  const once = { maxUses: 1 };
  const open = () => memory([[listed(CODE, "abc"), {}]]);
  const people = (tables: Memory) => tables.row(code)?.people;

  it("admits one person any number of times, and nobody else", async () => {
    const tables = open();
    expect(await answer(once, kim, tables)).toEqual(continues({ [CODE]: "abc" }));
    expect(await answer(once, kim, tables)).toEqual(continues({ [CODE]: "abc" }));
    expect(await answer(once, typing(" abc "), tables)).toEqual(continues({ [CODE]: "abc" }));
    expect(await answer(once, lee, tables)).toEqual(problem("code.used-up"));
    expect(people(tables)).toEqual([holderOf(kim)]);
    expect(tables.row(code)).not.toHaveProperty("expires");
  });

  it("admits its number of people", async () => {
    const tables = open();
    expect(await answer({ maxUses: 2 }, kim, tables)).toMatchObject({ kind: "continue" });
    expect(await answer({ maxUses: 2 }, lee, tables)).toMatchObject({ kind: "continue" });
    expect(await answer({ maxUses: 2 }, typing("abc", { email: "min@contoso.com" }), tables)).toEqual(problem("code.used-up"));
  });

  it("distinguishes people by account as well as address", async () => {
    const tables = open();
    const other = { ...kim, identities: [{ issuer: "google.com", issuerAssignedId: "1" }] };
    expect(await answer(once, kim, tables)).toMatchObject({ kind: "continue" });
    expect(await answer(once, other, tables)).toEqual(problem("code.used-up"));
  });

  it.each([
    { account: "that types them", changes: { emailTyped: true as const, identities: [{ issuer: "google.com", issuerAssignedId: "1" }] } },
    { account: "whose provider proves none", changes: { identities: [{ issuer: "facebook.com", issuerAssignedId: "1" }] } },
  ])("counts different addresses as one person if they come from one account $account", async ({ changes }) => {
    const tables = open();
    for (const name of ["kim", "mina", "noor"]) {
      const signUp = typing("abc", { email: `${name}@contoso.com`, ...changes });
      expect(await answer({ maxUses: 2 }, signUp, tables)).toMatchObject({ kind: "continue" });
    }
    expect(people(tables)).toHaveLength(1);
    expect(await answer({ maxUses: 2 }, lee, tables)).toMatchObject({ kind: "continue" });
  });

  it("is the same code in every spelling", async () => {
    const tables = memory([
      [listed(CODE, "abc"), {}],
      [listed(CODE, "ABC"), {}],
      [listed(CODE, "aBc"), {}],
    ]);
    expect(await answer(once, kim, tables)).toEqual(continues());
    for (const each of ["abc", "ABC", "aBc", " abc"]) {
      expect(await answer(once, typing(each, { email: "lee@contoso.com" }), tables)).toEqual(problem("code.used-up"));
    }
  });

  it.each([
    // As JavaScript makes İZMİR lower case: what codes were counted under before other spellings were found.
    { row: "İZMİR", counted: "i\u0307zmi\u0307r", typed: ["İzmir", "İZMİR"] },
    { row: "izmir", counted: "izmir", typed: ["İzmir", "İZMİR", "izmir"] },
    { row: "ığdır", counted: "ığdır", typed: ["IĞDIR", "Iğdır", "ığdır"] },
    { row: "οδοσ", counted: "οδοσ", typed: ["ΟΔΟΣ", "οδος", "οδοσ"] },
    { row: "ΟΔΟΣ", counted: "οδος", typed: ["ΟΔΟΣ", "οδος", "οδοσ"] },
  ])("stays used up in every spelling, whichever spelling was used: $row", async ({ row, counted, typed }) => {
    for (const options of [once, { ...once, fill: { [CODE]: "city" } } as const]) {
      const list = [listed(CODE, row), { city: "A" }] as const;
      for (const each of typed) {
        const used = memory([list, [codeRow(CODE, counted), { people: [holderOf(kim)] }]]);
        const min = typing(each, { email: "min@contoso.com" });
        expect(await answer(options, min, used)).toEqual(problem("code.used-up"));
        const tables = memory([list]);
        expect(await answer(options, min, tables)).toMatchObject({ kind: "continue" });
        expect(tables.row(codeRow(CODE, counted))?.people).toEqual([holderOf(min)]);
        for (const other of typed)
          expect(await answer(options, typing(other, { email: "lee@contoso.com" }), tables)).toEqual(problem("code.used-up"));
      }
    }
  });

  it("blocks the person if another person uses it up at the last moment", async () => {
    const tables = open();
    const decisions = await Promise.all([kim, lee].map((each) => run([permittedValue(CODE, once)], each, tables)));
    expect(decisions.map(({ answer }) => answer).map((each) => ("reason" in each ? each.reason : each.kind))).toEqual([
      "continue",
      "code.used-up",
    ]);
  });

  describe('that is used up, with usedUp: "approval"', () => {
    const asking = [permittedValue(CODE, { maxUses: 1, usedUp: "approval" }), requestApproval({ when: "approval" })] as const;
    const reasonOf = async (signUp: SignUp, tables: Memory) => {
      const { answer } = await run(asking, signUp, tables);
      return "reason" in answer ? answer.reason : answer.kind;
    };

    it("sends the person to an approver, and gives the reason in its finding", async () => {
      const tables = open();
      expect(await reasonOf(kim, tables)).toBe("continue");
      const { answer, trace } = await run(asking, lee, tables);
      expect(answer).toMatchObject({ kind: "block", reason: "approval.requested" });
      expect(trace).toMatchObject([{ rule: "permitted-value", said: "continue", findings: { [CODE]: "used-up" } }, {}]);
      expect(people(tables)).toEqual([holderOf(kim)]);
      expect(await reasonOf(kim, tables)).toBe("continue");
    });

    it("also sends a person to the approver if another person takes the last use at the same moment", async () => {
      const tables = open();
      const both = await Promise.all([kim, lee].map((each) => reasonOf(each, tables)));
      expect(both).toEqual(["continue", "approval.requested"]);
    });

    it("lets no wrong code reach an approver, after any number of attempts", async () => {
      const tables = open();
      for (const each of ["1", "2", "3", "4", "5"]) expect((await run(asking, typing(each), tables)).answer.kind).toBe("invalid");
      expect(await reasonOf(typing("abc"), tables)).toBe("code.too-many-guesses");
      expect([...tables.rows.keys()].filter((id) => id.includes("approvals"))).toEqual([]);
    });

    it("is rejected at load if no requestApproval follows", () =>
      expect(() => anyPolicy([asking[0]])).toThrow(/no requestApproval follows/));
  });

  it.each([
    { by: "a block", rule: saying("other", block("no")) },
    { by: "a problem", rule: saying("other", invalid("city")) },
  ])("is not used up if $by of another rule stops the sign-up, whether that rule runs before or after", async ({ rule }) => {
    for (const rules of [
      [permittedValue(CODE, once), rule],
      [rule, permittedValue(CODE, once)],
    ]) {
      const tables = open();
      await run(rules, kim, tables);
      expect(people(tables)).toBeUndefined();
      expect(await answer(once, lee, tables)).toEqual(continues());
    }
  });

  it("that is not listed is never used", async () => {
    const tables = memory();
    expect(await answer(once, kim, tables)).toEqual(problem("value.not-permitted"));
    expect(people(tables)).toBeUndefined();
  });

  it("is rejected after its row has expired, even for the person who used it", async () => {
    const tables = open();
    await answer(once, kim, tables);
    tables.put(listed(CODE, "abc"), { expiresAt: "2026-02-28" });
    expect(await answer(once, kim, tables)).toEqual(problem("value.not-permitted"));
  });

  it.each([
    { list: "a/b", value: "c", id: /^code\/a%2Fb\/[\w-]{22}$/ },
    { list: "a", value: "b/c", id: /^code\/a\/[\w-]{22}$/ },
    { list: "codes", value: "가".repeat(256), id: /^code\/codes\/[\w-]{22}$/ },
  ])("of list $list has a row of its own, with a hash in place of the code", ({ list, value, id }) =>
    expect(permittedValue(CODE, { list, maxUses: 1 }).needs?.(typing(value), hashOf, NOW)).toContainEqual(
      ledger(expect.stringMatching(id)),
    ),
  );
});

describe("guesses", () => {
  const once = { maxUses: 1 };
  const open = () =>
    memory([
      [listed(CODE, "abc"), {}],
      [listed(CODE, "xyz"), {}],
    ]);
  const guess = (value: string) => typing(value);
  const tooMany = { kind: "block", ...refusal("code.too-many-guesses") };
  const wrong = problem("value.not-permitted");
  const TOMORROW = new Date(NOW.getTime() + 86_400_000);

  it("are limited to five a day; after five wrong guesses, even the right code is refused", async () => {
    const tables = open();
    for (const each of ["1", "2", "3", "4", "5"]) expect(await answer(once, guess(each), tables)).toEqual(wrong);
    expect(await answer(once, guess("6"), tables)).toEqual(tooMany);
    expect(await answer(once, guess("abc"), tables)).toEqual(tooMany);
    expect(tables.row(codeRow(CODE, "abc"))).toBeUndefined();
    expect(await answer(once, typing("abc", { email: "lee@contoso.com" }), tables)).toMatchObject({ kind: "continue" });
    expect(await answer(once, guess("abc"), tables, TOMORROW)).toEqual(problem("code.used-up"));
    expect(await answer(once, guess("xyz"), tables, TOMORROW)).toEqual(continues());
  });

  it("beyond the limit are blocked, with the row to delete as evidence", async () => {
    const tables = open();
    await answer({ guessesPerDay: 1 }, guess("1"), tables);
    const { trace } = await run([permittedValue(CODE, { guessesPerDay: 1 })], guess("2"), tables);
    expect(trace).toMatchObject([{ said: "block", evidence: { ledger: `guesses/${CODE}/${counted(kim)}` } }]);
  });

  it("count once for each value, in any spelling and however often typed", async () => {
    const tables = open();
    for (let times = 0; times < 10; times++) expect(await answer(once, guess(times % 2 ? "Wrong" : " WRONG "), tables)).toEqual(wrong);
    expect(tables.row(guessesOf(guess("")))?.[DAY]).toHaveLength(1);
    for (const each of ["2", "3", "4", "abc"]) await answer(once, guess(each), tables);
    for (const each of ["2", "wrong"]) expect(await answer(once, guess(each), tables)).toEqual(wrong);
    expect(await answer(once, guess("ABC"), tables)).toEqual(continues({ [CODE]: "abc" }));
    expect(await answer(once, guess("xyz"), tables)).toEqual(tooMany);
  });

  it("are stored as digests for two days", async () => {
    const tables = open();
    await answer(once, guess("Wrong"), tables);
    expect(tables.row(guessesOf(guess("")))).toEqual({
      id: `guesses/${CODE}/${counted(kim)}`,
      personId: buildPersonId(kim.email, hashOf),
      [DAY]: [guessed("wrong")],
      expires: NOW.getTime() / 1_000 + 2 * 86_400,
    });
  });

  it.each([
    { by: "a block", rule: saying("other", block("no")) },
    { by: "a problem", rule: saying("other", invalid("city")) },
  ])("count even if the answer is $by of another rule", async ({ rule }) => {
    for (const value of ["abc", "wrong"]) {
      const tables = open();
      await run([permittedValue(CODE, once), rule], guess(value), tables);
      expect(tables.row(guessesOf(guess("")))?.[DAY]).toHaveLength(1);
    }
  });

  it("in parallel get no more answers than in sequence", async () => {
    const tables = open();
    const values = ["1", "2", "3", "4", "5", "6", "7", "abc"];
    const decisions = await Promise.all(values.map((value) => run([permittedValue(CODE, once)], guess(value), tables)));
    const answers = decisions.map(({ answer }) => answer);
    expect(answers.filter(({ kind }) => kind === "invalid")).toHaveLength(5);
    expect(answers.slice(5)).toEqual([tooMany, tooMany, tooMany]);
    expect(tables.row(codeRow(CODE, "abc"))).toBeUndefined();
  });

  it.each([
    { given: "no codes", options: {}, answered: 9 },
    { given: "no codes and a limit", options: { guessesPerDay: 2 }, answered: 2 },
    { given: "codes and another limit", options: { maxUses: 1, guessesPerDay: 7 }, answered: 7 },
  ])("of a list with $given get $answered answers in nine attempts", async ({ options, answered }) => {
    const tables = open();
    const reasons: unknown[] = [];
    for (let each = 1; each <= 9; each++) reasons.push((await answer(options, guess(String(each)), tables)).kind);
    expect(reasons.filter((kind) => kind === "invalid")).toHaveLength(answered);
  });

  it("of one list do not count for another", async () => {
    const tables = open();
    await answer({ guessesPerDay: 1, list: "other" }, guess("1"), tables);
    expect(await answer({ guessesPerDay: 1 }, guess("abc"), tables)).toMatchObject({ kind: "continue" });
  });
});

describe("a custom source", () => {
  const upstreamFailure = { service: "crm", kind: "throttled", status: 429 } as const;
  const crm = (find: Source["find"], onFailure?: Source["onFailure"]): Source => ({
    name: "crm",
    uses: [{ service: "crm" }],
    find,
    ...(onFailure && { onFailure }),
  });
  const failing = () => {
    throw new UpstreamError(upstreamFailure);
  };
  const lee = (value: string) => typing(value, { email: "lee@contoso.com" });

  it.each([
    { given: "something found", find: () => ({ city: "Busan" }), result: continues({ city: "Busan" }) },
    { given: "the value's own spelling", find: () => ({ [CODE]: "P-1" }), result: continues({ [CODE]: "P-1" }) },
    { given: "nothing to add", find: () => ({}), result: continues() },
    { given: "nothing found", find: () => undefined, result: problem("value.not-permitted") },
  ])("answers for $given: $result.kind", async ({ find, result }) =>
    expect(await answer({ source: crm(find) }, kim, memory())).toEqual(result),
  );

  it("receives the value with normalized spaces, and the value is kept in that form", async () => {
    const find = vi.fn(() => ({}));
    expect(await answer({ source: crm(find), spaces: "remove" }, typing(" a b c "), memory())).toEqual(continues({ [CODE]: "abc" }));
    expect(find).toHaveBeenCalledWith(expect.objectContaining({ attributes: { [CODE]: "abc" } }), expect.anything());
  });

  it.each([{ typed: "a".repeat(257) }, { typed: "\u0001" }, { typed: " " }])("is not asked about $typed", async ({ typed }) => {
    const find = vi.fn(() => ({}));
    await answer({ source: crm(find) }, typing(typed), memory());
    expect(find).not.toHaveBeenCalled();
  });

  it("is not asked about a guess beyond the limit", async () => {
    const find = vi.fn(() => undefined);
    const tables = memory();
    for (const each of ["1", "2", "3"]) await answer({ source: crm(find), guessesPerDay: 2 }, typing(each), tables);
    expect(find).toHaveBeenCalledTimes(2);
  });

  it("that fails stops the sign-up", async () => {
    for (const source of [crm(failing), crm(failing, "block")]) {
      expect(await run([permittedValue(CODE, { source })], kim, memory())).toMatchObject({
        answer: { kind: "block", reason: UNAVAILABLE },
        trace: [{ rule: "permitted-value", said: "failed", upstreamFailure }],
      });
    }
  });

  it("that may fail leaves the value unchecked, visible to later rules", async () => {
    expect(await run([permittedValue(CODE, { source: crm(failing, "continue") })], typing(" ABC"), memory())).toMatchObject({
      answer: continues(),
      trace: [{ rule: "permitted-value", said: "continue", findings: { [CODE]: "unchecked" }, upstreamFailure }],
    });
  });

  it("can have a limit on the uses of a code, and the limit applies even while the source fails", async () => {
    for (const source of [crm(() => ({})), crm(failing, "continue")]) {
      const tables = memory();
      expect(await answer({ source, maxUses: 1 }, kim, tables)).toMatchObject({ kind: "continue" });
      expect(await answer({ source, maxUses: 1 }, kim, tables)).toMatchObject({ kind: "continue" });
      expect(await answer({ source, maxUses: 1 }, lee("abc"), tables)).toEqual(problem("code.used-up"));
    }
  });

  it("that accepts several spellings of a code decides the code's spelling", async () => {
    const tables = memory();
    const source = crm(({ attributes }) => ({ [CODE]: String(attributes[CODE]).replaceAll("-", "") }));
    expect(await answer({ source, maxUses: 1 }, typing("a-bc"), tables)).toEqual(continues({ [CODE]: "abc" }));
    expect(await answer({ source, maxUses: 1 }, typing("ab-c"), tables)).toEqual(continues({ [CODE]: "abc" }));
    expect(await answer({ source, maxUses: 1 }, lee("a-b-c"), tables)).toEqual({ kind: "block", ...refusal("code.used-up") });
    expect(await answer({ source, maxUses: 1 }, lee("abc"), tables)).toEqual(problem("code.used-up"));
  });

  it("may read rows of ours for the normalized value", async () => {
    const key = (value: unknown): RecordKey => ({ table: "profiles", key: { person: `code:${String(value)}` } });
    const source: Source = {
      name: "codes",
      uses: [{ table: "profiles", access: "read" }],
      needs: ({ attributes }) => [key(attributes[CODE])],
      find: ({ attributes }, { records }) => (records.get(key(attributes[CODE])) ? {} : undefined),
    };
    expect(await answer({ source }, typing(" abc "), memory([[key("abc"), {}]]))).toEqual(continues({ [CODE]: "abc" }));
  });
});

describe("attributes that the source alone sets", () => {
  const TIER = "extension_Tier";
  const source: Source = {
    name: "crm",
    uses: [],
    find: ({ attributes }): Attributes => (attributes[CODE] === "A" ? { [TIER]: "basic", city: "x" } : {}),
  };
  const options = { source, only: [TIER], optional: true };
  it.each([
    { given: "a value it knows", typed: { [CODE]: "A", [TIER]: "gold" }, result: continues({ [TIER]: "basic" }) },
    { given: "a value for which it has no tier", typed: { [CODE]: "B", [TIER]: "gold" }, result: problem("value.not-permitted", TIER) },
    { given: "the field left empty", typed: { [TIER]: "gold" }, result: problem("value.not-permitted", TIER) },
    { given: "nothing typed", typed: {}, result: continues() },
  ])("never keep the typed value: $given", async ({ typed, result }) =>
    expect(await answer(options, person({ attributes: typed as Attributes }), memory())).toEqual(result),
  );

  it("need a source at load", () => expect(() => permittedValue(CODE, { only: [TIER] })).toThrow("only needs source"));

  it.each([
    {
      reason: new NotAsked("missing", "city"),
      result: { kind: "invalid", problems: [{ attribute: "city", reason: "attribute.required" }] },
    },
    { reason: new NotAsked("unusable", "city"), result: problem("value.not-permitted", "city") },
    { reason: new NotAsked("untrusted"), result: { kind: "block", ...refusal("lookup.address-unproven") } },
  ])("use up no guess if their source does not answer because of $reason.why", async ({ reason, result }) => {
    const tables = memory();
    const unasked: Source = { name: "crm", uses: [], find: () => reason, onFailure: "continue" };
    expect(await answer({ source: unasked, guessesPerDay: 1 }, typing("A"), tables)).toEqual(result);
    expect(tables.rows.size).toBe(0);
  });
});

describe("a value that another rule changed", () => {
  const PROFILE = { [CODE]: "P-1" };
  const known = lookup(profiles({ trust: ["entra"] }), { only: [CODE] });
  const tables = () =>
    memory([
      [profile("kim@contoso.com"), PROFILE],
      [listed(CODE, "P-1"), {}],
      [listed(CODE, "ab"), {}],
    ]);

  it.each([{ typed: "P-9" }, { typed: undefined }, { typed: "P-1" }])(
    "is checked in its new form if $typed was typed",
    async ({ typed }) => {
      const { answer, failure } = await run([known, permittedValue(CODE, { maxUses: 1 })], typing(typed), tables());
      expect({ answer, failure }).toEqual({ answer: continues(typed === "P-1" ? {} : PROFILE), failure: undefined });
    },
  );
});

describe("a person's guesses", () => {
  const mail = (email: string): Partial<SignUp> => ({ email, identities: [{ issuer: "mail", issuerAssignedId: email }] });
  it.each([
    { given: "another tag", email: "kim+2@contoso.com", refused: true },
    { given: "dots at Gmail", email: "k.im@gmail.com", first: "kim@gmail.com", refused: true },
    { given: "another domain of the same mailbox", email: "kim+2@googlemail.com", first: "kim+1@gmail.com", refused: true },
    { given: "somebody else's address", email: "mina@contoso.com", refused: false },
  ])("share one limit with guesses under $given: $refused", async ({ email, first = "kim@contoso.com", refused }) => {
    const tables = memory();
    const options = { guessesPerDay: 1 };
    await answer(options, typing("a", mail(first)), tables);
    expect((await answer(options, typing("b", mail(email)), tables)).kind).toBe(refused ? "block" : "invalid");
  });

  it("are counted by mailbox, but uses of a code by address: two tags are two uses", async () => {
    const tables = memory([[listed(CODE, "abc"), {}]]);
    expect((await answer({ maxUses: 1 }, typing("abc", mail("kim+1@gmail.com")), tables)).kind).toBe("continue");
    expect(await answer({ maxUses: 1 }, typing("abc", mail("kim+2@gmail.com")), tables)).toEqual(problem("code.used-up"));
  });
});

it.each([
  { given: "a source, which may answer with any attribute", options: { source: profiles({ trust: [] }) }, sets: [ANY_ATTRIBUTE] },
  { given: "a list", options: { list: "countries" }, sets: [] },
])("asks for its attribute, and declares what it may set with $given", ({ options, sets }) => {
  const rule = permittedValue(CODE, options);
  expect([rule.asks, rule.sets]).toEqual([[CODE], sets]);
});

describe("mistakes in a policy are rejected", () => {
  it.each([
    { options: { maxUses: 0 }, says: "maxUses must be a whole number from 1 to 9000, not 0" },
    { options: { maxUses: 1.5 }, says: "maxUses must be a whole number" },
    { options: { maxUses: 9_001 }, says: "maxUses must be a whole number" },
    { options: { maxUses: "1" }, says: "maxUses must be a whole number" },
    { options: { maxUses: Number.POSITIVE_INFINITY }, says: "maxUses must be a whole number" },
    { options: { guessesPerDay: 0 }, says: "guessesPerDay must be a whole number" },
    { options: { maxUses: 1, guessesPerDay: Number.NaN }, says: "guessesPerDay must be a whole number" },
    { options: { maxUses: 1, usedUp: "block" }, says: 'usedUp must be "ask-again" or "approval", not "block"' },
    { options: { usedUp: "approval" }, says: "usedUp needs maxUses" },
    { options: { list: "" }, says: "list must name a list" },
    { options: { list: " " }, says: "list must name a list" },
    { options: { list: 7 }, says: "list must name a list" },
    { options: { case: "lower" }, says: 'case must be "ignore" or "exact", not "lower"' },
    { options: { spaces: "trim" }, says: 'spaces must be "collapse" or "remove" or "exact", not "trim"' },
    { options: { optional: "yes" }, says: "optional must be true or false" },
    { options: { source: {} }, says: "permittedValue's source needs a source" },
  ])("$options: $says", ({ options, says }) => {
    expect(() => permittedValue(CODE, options as never)).toThrow(says.includes("whole number") ? RangeError : TypeError);
    expect(() => permittedValue(CODE, options as never)).toThrow(says);
  });

  it.each([{ attribute: "" }, { attribute: undefined }, { attribute: "email" }])("the attribute $attribute", ({ attribute }) =>
    expect(() => permittedValue(attribute as never)).toThrow(TypeError),
  );
});

describe("the complete result of the rule is as expected", () => {
  const rows = [[listed(CODE, "ABC"), {}]] as const;

  it("for a value that is spelled as it is listed", async () =>
    expect(await saidBy(permittedValue(CODE), kim, { rows })).toStrictEqual({ kind: "continue", effects: [] }));

  it.each([
    { usedUp: "ask-again" as const, again: {} },
    { usedUp: "approval" as const, again: { retryOnConflict: true } },
  ])("for a code's last use, with usedUp $usedUp", async ({ usedUp, again }) => {
    const { effects } = await saidBy(permittedValue(CODE, { maxUses: 1, usedUp }), kim, { rows });
    expect(effects?.[1]).toStrictEqual({
      ...codeRow(CODE, "abc"),
      slots: "people",
      holder: holderOf(kim),
      atMost: 1,
      ...again,
      onConflict: { kind: "block", ...refusal("code.used-up") },
    });
  });

  it("for an attribute that holds a list: an error that refers to validate", async () =>
    await expect(saidBy(permittedValue(CODE), { ...kim, listAttributes: [CODE] })).rejects.toThrow(
      new TypeError('permittedValue checks one value, and "extension_Code" holds a list: check it with validate.'),
    ));
});

it("all people of one value fit into a row of DynamoDB, with the longest name of a list", () => {
  const hash = keyedHash("a key of the tests' own, long enough")("kim@contoso.com");
  const written = codes({ list: "l", case: "ignore", maxUses: 1 }).use("A", "A", kim, {
    records: { get: () => undefined } as never,
    hashOf: () => hash,
  });
  const [{ holder = "" } = {}] = written as readonly { readonly holder?: string }[];
  const LONGEST_KEY = 2_048;
  const OTHER_CELLS = 100;
  expect(Buffer.byteLength(holder) * MAX_USES + LONGEST_KEY + OTHER_CELLS).toBeLessThan(400 * 1_024);
});
