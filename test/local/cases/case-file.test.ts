import { join } from "node:path";
import { caseFilesIn, readCaseFile } from "../../../local/cases/case-file";
import { policyFolder } from "../../support/policy-folder";

const read = (content: unknown) => readCaseFile(join(policyFolder({ "a.json": content }), "a.json"));
const withCase = (each: object) => ({ cases: [{ name: "one", request: { email: "kim@contoso.com" }, ...each }] });

it("a case file is accepted even if it begins with a byte order mark", async () => {
  const text = `\ufeff${JSON.stringify(withCase({ expect: { verdict: "continue" } }))}`;
  expect((await read(text)).content.cases).toHaveLength(1);
});

it.each([
  { given: "no JSON", content: '{\n  "cases": [\n    oops\n  ]\n}', says: /a\.json:3: / },
  { given: "a list", content: [], says: "a.json:1: the file must be an object, { cases: … }." },
  { given: "no cases", content: {}, says: "a.json:1: cases is missing." },
  { given: "a mistyped member", content: withCase({ expct: {} }), says: "a.json:8: cases[0].expct is unknown: did you mean expect?" },
  {
    given: "a member of nothing",
    content: { ...withCase({}), colour: 1 },
    says: "colour is unknown: there are $schema, step, now, rows, answers, cases.",
  },
  {
    given: "another verdict",
    content: withCase({ expect: { verdict: "allow" } }),
    says: 'cases[0].expect.verdict must be "continue" or "block" or "invalid".',
  },
  { given: "another step", content: withCase({ step: "later" }), says: 'must be "after-sign-in" or "before-create-user"' },
  {
    given: "a moment that is none",
    content: withCase({ now: "2026-02-31x" }),
    says: "a.json:8: cases[0].now must be as described: When the request comes",
  },
  { given: "a moment without a zone", content: withCase({ now: "2026-06-15T12:00:00" }), says: "cases[0].now must be as described" },
  { given: "no name", content: { cases: [{ request: { email: "kim@contoso.com" } }] }, says: "cases[0].name is missing." },
  {
    given: "two of one name",
    content: { cases: [...withCase({}).cases, ...withCase({}).cases] },
    says: "cases[1].name is the name of another case in this file.",
  },
  { given: "no request", content: { cases: [{ name: "one" }] }, says: 'cases[0] has no request: write "request"' },
  { given: "request and body", content: withCase({ body: {} }), says: "cases[0].body is given beside request: a case has one of them." },
  { given: "no address", content: withCase({ request: {} }), says: "cases[0].request.email is missing." },
  {
    given: "a mistyped event",
    content: withCase({ expect: { events: { "sign-up.decide.v1": false } } }),
    says: 'cases[0].expect.events["sign-up.decide.v1"] is no event: did you mean sign-up.decided.v1?',
  },
  {
    given: "a mistyped attribute",
    content: withCase({ request: { email: "kim@contoso.com", attributes: { dispalyName: "Kim" } } }),
    says: "a.json:8: cases[0].request.attributes.dispalyName is no attribute: did you mean displayName?",
  },
  {
    given: "a form that collects what nobody has",
    content: withCase({ request: { email: "kim@contoso.com", collects: ["shoes"] } }),
    says: "cases[0].request.collects[0] is no attribute: write city",
  },
  {
    given: "a fault that is none",
    content: withCase({ answers: { crm: "slow" } }),
    says: 'cases[0].answers.crm must be "timeout" or "refused".',
  },
  {
    given: "a status that is none",
    content: withCase({ answers: { crm: { status: 99 } } }),
    says: "cases[0].answers.crm.status must be a whole number from 200 to 599.",
  },
  {
    given: "one answer of several",
    content: withCase({ answers: { crm: ["refused", { sttus: 500 }] } }),
    says: "cases[0].answers.crm[1].sttus is unknown: did you mean status?",
  },
  { given: "an unknown table", content: withCase({ rows: { list: [] } }), says: "cases[0].rows.list is unknown: there are accessList" },
  {
    given: "a row without its key",
    content: withCase({ rows: { profiles: [{ city: "Seoul" }] } }),
    says: "cases[0].rows.profiles[0].person is missing.",
  },
  {
    given: "a row of half a key",
    content: withCase({ rows: { ledger: [{ id: 7 }] } }),
    says: "cases[0].rows.ledger[0] cannot be a row: id, its key, is missing.",
  },
  {
    given: "a row of the list with another effect",
    content: { ...withCase({}), rows: { accessList: [{ entry: "contoso.com", effect: "maybe" }] } },
    says: "rows.accessList[0] cannot be a row of the access list: effect is none of allow, approval and deny.",
  },
  {
    given: "a row of the list that names nobody",
    content: withCase({ rows: { accessList: [{ entry: "no such thing", effect: "allow" }] } }),
    says: /cases\[0\]\.rows\.accessList\[0\] cannot be a row of the access list: ./,
  },
  {
    given: "a column that the list has not",
    content: withCase({ rows: { accessList: [{ entry: "contoso.com", effect: "allow", isuer: "google.com" }] } }),
    says: "isuer is none of its columns",
  },
  ...[{ sate: "proven" }, { state: "proved" }, { state: "proven", expiresAt: "2030-01-01" }].map((cells) => ({
    given: `a partner with ${JSON.stringify(cells)}`,
    content: withCase({ rows: { decisions: [{ reference: "partner", id: "contoso.com", ...cells }] } }),
    says: `cases[0].rows.decisions[0] cannot be a partner's row: its column ${Object.keys(cells).at(-1)}.`,
  })),
  {
    given: "two rows of one entry",
    content: withCase({ rows: { accessList: ["contoso.com", "CONTOSO.com"].map((entry) => ({ entry, effect: "allow" })) } }),
    says: "cases[0].rows.accessList[1] is there twice: two rows mean the same.",
  },
  {
    given: "a mistyped word for what happened before",
    content: withCase({ earlier: "invted" }),
    says: 'cases[0].earlier must be "pending" or "approved" or "denied" or "expired" or "provisioned" or "failed" or "invited" or "invitation-ended" or "access-ended": did you mean "invited"?',
  },
  {
    given: "a mistyped word in a list of what happened before",
    content: withCase({ earlier: ["aproved"] }),
    says: 'or "invitation-ended" or "access-ended": did you mean "approved"?',
  },
  { given: "a mistyped step", content: withCase({ step: "after-signin" }), says: ': did you mean "after-sign-in"?' },
  { given: "a state that is none", content: withCase({ earlier: "accepted" }), says: 'cases[0].earlier must be "pending"' },
  {
    given: "an attribute that no form collects",
    content: withCase({ request: { email: "kim@contoso.com", attributes: { department: "Sales" } } }),
    says: /attributes\.department is no attribute: there are displayName, .*country, extension_Department\.$/,
  },
  ...[undefined, "workforce", "b2c"].map((tenant) => ({
    given: `an attribute of an external tenant in ${tenant}`,
    content: withCase({ request: { email: "kim@contoso.com", tenant, attributes: { companyName: "Contoso" } } }),
    says: "attributes.companyName is no attribute: there are displayName",
  })),
  {
    given: "a mistyped attribute of a sign-up before",
    content: withCase({ earlier: { attributes: { ctiy: "Seoul" } } }),
    says: "cases[0].earlier.attributes.ctiy is no attribute: did you mean city?",
  },
  {
    given: "an unknown member of a sign-up before",
    content: withCase({ earlier: [{ emial: "lee@contoso.com" }] }),
    says: "cases[0].earlier[0].emial is unknown: did you mean email?",
  },
  {
    given: "two times of a sign-up before",
    content: withCase({ earlier: [{ now: "2026-06-15", minutesBefore: 5 }] }),
    says: "cases[0].earlier[0].minutesBefore is given beside now: write one of them.",
  },
  {
    given: "an address that is none",
    content: withCase({ earlier: { ipAddress: "203.0.113" } }),
    says: 'cases[0].earlier.ipAddress must be an IP address, such as "203.0.113.24".',
  },
  ...["x.com", "203.0.113.5"].map((who) => ({
    given: `${who} for whoever a limit counts`,
    content: withCase({ rows: { admitted: [{ limit: "domain", who, count: 5 }] } }),
    says: 'cases[0].rows.admitted[0].who must be an address, such as "kim@contoso.com"',
  })),
  {
    given: "another person before a whole body",
    content: { cases: [{ name: "one", body: {}, earlier: [{ email: "lee@contoso.com" }] }] },
    says: "cases[0].earlier[0] names another person, which a case with a whole body cannot: use request.",
  },
  {
    given: "used codes beside a whole body",
    content: { cases: [{ name: "one", body: {}, rows: { usedCodes: [{ list: "codes", value: "X1", by: "lee@contoso.com" }] } }] },
    says: "cases[0].rows.usedCodes names people, which a case with a whole body cannot: use request.",
  },
  {
    given: "used codes of a whole file",
    content: { ...withCase({}), rows: { usedCodes: [] } },
    says: "rows.usedCodes is unknown",
  },
])("a case file with $given is refused, with file and line", async ({ content, says }) => {
  const error = await read(content).catch((thrown: unknown) => thrown);
  expect((error as Error).message).toMatch(says);
  for (const line of (error as Error).message.split("\n")) expect(line).toMatch(/a\.json:\d+: /);
});

it("every mistake in a case file is reported at once", async () => {
  await expect(read(withCase({ step: "later", expect: { verdct: "continue" } }))).rejects.toThrow(/step must be .*\n.*verdct is unknown/s);
});

it("a folder with other files is not read as cases", () => {
  expect(() => caseFilesIn(join(policyFolder({ "cases/continue/one.json": {} }), "cases"))).toThrow(
    /cases\/continue: a folder of cases holds/,
  );
  expect(caseFilesIn(join(policyFolder({ "cases/b.json": {}, "cases/a.json": {}, "cases/.hidden": "" }), "cases"))).toHaveLength(2);
  expect(caseFilesIn("/nowhere")).toEqual([]);
});

it("a warning names attributes that the tenant does not send", async () => {
  const { hints } = await read(
    withCase({
      request: { email: "kim@contoso.com", application: "3c9e8b7a-1f24-4b5d-8c60-9d7e2a1f4b33" },
      earlier: [{ ipAddress: "203.0.113.5", issuer: "gogle.com" }],
    }),
  );
  expect(hints.map((each) => each.replace(/^.*?\.json:\d+: /, ""))).toEqual([
    'cases[0].request.application reaches no rule: a workforce tenant does not send it. Add "tenant": "b2c" or "tenant": "external-tenant" to the request.',
    'cases[0].earlier[0].ipAddress reaches no rule: a workforce tenant does not send it. Add "tenant": "external-tenant" to the request.',
    expect.stringContaining("Perhaps nobody signs in with a provider called gogle.com: "),
  ]);
});

it("companyName is accepted from an external tenant", async () => {
  const request = {
    email: "kim@contoso.com",
    tenant: "external-tenant",
    attributes: { companyName: "Contoso" },
    collects: ["companyName"],
  };
  expect((await read(withCase({ request }))).content.cases).toHaveLength(1);
});
