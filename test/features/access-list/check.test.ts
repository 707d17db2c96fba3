import { gatehouse, jsonLines, startInstance, type TestInstance } from "../../cli/support";

let instance: TestInstance;
beforeAll(async () => {
  instance = await startInstance();
  const rows: readonly Record<string, string>[] = [
    { entry: "contoso.com", effect: "allow" },
    { entry: "lee@contoso.com", effect: "deny" },
    { entry: "mina@gmail.com", effect: "allow", issuer: "google.com" },
    { entry: "issuer:google.com/1184", effect: "deny" },
    { entry: "*.fabrikam.com", effect: "allow" },
    { entry: "fabrikam.com", effect: "allow", expiresAt: "2020-01-01" },
    { entry: "litware.com", effect: "allow", expiresAt: "soon" },
    { entry: "pat@litware.com", effect: "allow" },
    { entry: "issuer:facebook.com", effect: "deny" },
  ];
  for (const row of rows) await instance.putRow(row);
});
afterAll(() => instance.close());

const check = (...args: string[]) => gatehouse("list", "check", ...args, ...instance.local);

it.each([
  { args: ["kim@contoso.com"], exitCode: 0, says: "let in by contoso.com (allow): the domain of the address" },
  { args: ["KIM@Contoso.com"], exitCode: 0, says: "kim@contoso.com, signed in with mail or google.com or entra" },
  { args: ["lee@contoso.com"], exitCode: 2, says: "refused by lee@contoso.com (deny): this very address" },
  { args: ["lee@contoso.com"], exitCode: 2, says: "  matches too: contoso.com (allow): the domain of the address" },
  { args: ["lee+x@contoso.com"], exitCode: 2, says: "refused by lee@contoso.com (deny): the address without its +tag" },
  {
    args: ["m.ina+x@googlemail.com", "--issuer", "google"],
    exitCode: 0,
    says: "mina@gmail.com (allow): another spelling of the same mailbox",
  },
  { args: ["mina@gmail.com"], exitCode: 0, says: "mina@gmail.com, signed in with google.com\n" },
  {
    args: ["mina@gmail.com", "--issuer", "entra"],
    exitCode: 2,
    says: "does not count: mina@gmail.com (allow, issuer google.com), it counts only for people",
  },
  {
    args: ["kim@contoso.com", "--issuer", "google.com", "--id", "1184"],
    exitCode: 2,
    says: "refused by issuer:google.com/1184 (deny): this very",
  },
  {
    args: ["kim@contoso.com", "--issuer", "facebook"],
    exitCode: 2,
    says: "refused by issuer:facebook.com (deny): the provider, whatever the address",
  },
  { args: ["kim@eu.fabrikam.com"], exitCode: 0, says: "let in by *.fabrikam.com (allow): a wildcard" },
  { args: ["kim@fabrikam.com"], exitCode: 2, says: "fabrikam.com (allow (expired), until 2020-01-01), its time is over" },
  { args: ["kim@litware.com"], exitCode: 2, says: "litware.com (allow (void)), expiresAt is not a date" },
  {
    args: ["pat+x@litware.com"],
    exitCode: 2,
    says: "pat@litware.com (allow), it allows the address without its +tag, which may be another person's address",
  },
  { args: ["kim@nobody.example"], exitCode: 2, says: "before-create-user: refused, as no entry matches this person" },
])("list check for $args prints: $says", async ({ args, exitCode, says }) => {
  const ran = await check(...args);
  expect(ran.stdout).toContain(says);
  expect(ran).toMatchObject({ exitCode, stderr: "" });
});

it.each([
  {
    args: ["not an address"],
    exitCode: 2,
    says: "is not one plain e-mail address: the sign-up is refused before the list is asked (request.email)",
  },
  { args: ["a@contoso.com", "--issuer", ""], exitCode: 2, says: "Such an identity cannot be read" },
  { args: ["a@contoso.com", "--id", "1184"], exitCode: 1, says: "--id needs --issuer" },
  { args: ["a@contoso.com", "--policy", "nowhere"], exitCode: 1, says: "There is no policy folder nowhere" },
  {
    args: ["a@contoso.com", "--policy", "test/infrastructure/policies/no-list"],
    exitCode: 1,
    says: "No step of this policy asks the access list",
  },
  { args: [], exitCode: 1, says: "missing required argument 'email'" },
])("list check ends with exit code $exitCode for $args", async ({ args, exitCode, says }) => {
  expect(await check(...args)).toMatchObject({ exitCode, stdout: "", stderr: expect.stringContaining(says) });
});

it("list check warns of an unlikely provider", async () =>
  expect((await check("kim@contoso.com", "--issuer", "gogle.com")).stderr).toContain(
    "Perhaps nobody signs in with a provider called gogle.com",
  ));

it("list check prints JSON", async () => {
  const ran = await check("lee@contoso.com", "--issuer", "mail", "--json");
  const found = {
    verdict: "block",
    reason: "access-list.denied",
    matches: [
      { entry: "lee@contoso.com", effect: "deny", level: "address" },
      { entry: "contoso.com", effect: "allow", level: "domain" },
    ],
    ignored: [],
  };
  expect(jsonLines(ran)).toEqual([
    {
      email: "lee@contoso.com",
      issuers: ["mail"],
      allowed: false,
      steps: ["after-sign-in", "before-create-user"].map((step) => ({ step, ...found })),
    },
  ]);
});

it.each([
  { args: ["not an address"], email: null, reason: "request.email" },
  { args: ["Kim@contoso.com", "--issuer", ""], email: "kim@contoso.com", reason: "request.unreadable" },
])("list check prints JSON for $args if the gate refuses that person before it asks the list", async ({ args, email, reason }) => {
  const ran = await check(...args, "--json");
  expect(ran).toMatchObject({ exitCode: 2, stderr: "" });
  expect(jsonLines(ran)).toEqual([{ email, allowed: false, reason, steps: [] }]);
});

it("list check follows the policy's classes, its trust, its answer for unlisted people and its shadow mode", async () => {
  const policy = ["--policy", "test/cli/policies/odd"];
  expect(await check("kim@nobody.example", "--issuer", "entra", ...policy)).toMatchObject({
    exitCode: 0,
    stdout: [
      "kim@nobody.example, signed in with entra",
      "before-create-user: refused, as no entry matches this person (in shadow: it only reports and stops nobody)",
      "before-create-user: no entry matches: other rules decide",
      "",
    ].join("\n"),
  });
  const untrusted = await check("kim@contoso.com", "--issuer", "entra", "--policy", "samples/policies/approval");
  expect(untrusted.stdout).toContain("does not count: contoso.com (allow), the policy does not trust entra for this address");
  await instance.putRow({ entry: "relay", effect: "deny" });
  const ran = await check("kim@duck.com", ...policy);
  expect(ran.exitCode).toBe(2);
  expect(ran.stdout).toContain("refused by relay (deny): a class that the domain belongs to");
});
