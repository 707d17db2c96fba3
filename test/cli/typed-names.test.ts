import { gatehouse, startInstance, type TestInstance } from "./support";

// Every command makes its advice on an unreadable address or domain from what was typed.

describe("an address or a domain that cannot be read", () => {
  let instance: TestInstance;
  beforeAll(async () => {
    instance = await startInstance([], "policy", { accounts: true });
  });
  afterAll(() => instance.close());

  const people = ["Kim <kim@fabrikam,com>", "mailto:kim@fabrikam.com?subject=x"];
  const byAddress: readonly (readonly string[])[] = [
    ["why"],
    ["invite"],
    ["expiry", "show"],
    ["expiry", "end", "--yes"],
    ["expiry", "end", "--yes", "--sponsor"],
    ["expiry", "list", "--sponsor"],
    ["decisions", "list", "--email"],
    ["approvals", "show"],
    ["person", "export"],
    ["person", "forget-account", "--yes"],
    ["audit", "list", "--person"],
  ];
  it.each(byAddress.flatMap((verb) => people.map((typed) => ({ verb, typed }))))(
    "$verb $typed says which is meant",
    async ({ verb, typed }) => {
      const { exitCode, stderr } = await gatehouse(...verb, typed, ...instance.local);
      expect({ exitCode, stderr }).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("write kim@fabrikam.com") });
    },
  );

  const domains: readonly (readonly [typed: string, meant: string])[] = [
    ["https://fabrikam.com/", "fabrikam.com"],
    ["*.fabrikam.com", "fabrikam.com, without its subdomains"],
    ["fabrikam", "one like contoso.com"],
  ];
  const byDomain: readonly (readonly string[])[] = [
    ["approvals", "deny-domain", "--yes"],
    ["expiry", "list", "--domain"],
    ["expiry", "end", "--yes", "--domain"],
    ["decisions", "list", "--domain"],
  ];
  it.each(byDomain.flatMap((verb) => domains.map(([typed, meant]) => ({ verb, typed, meant }))))(
    "$verb $typed says that $meant is meant",
    async ({ verb, typed, meant }) => {
      const { exitCode, stderr } = await gatehouse(...verb, typed, ...instance.local);
      expect({ exitCode, stderr }).toMatchObject({ exitCode: 1, stderr: expect.stringContaining(`write ${meant}`) });
    },
  );
});

describe("a guest's user name", () => {
  let instance: TestInstance;
  beforeAll(async () => {
    instance = await startInstance([], "policy", { accounts: true });
    for (const words of [
      ["invite", "kim@fabrikam.com"],
      ["list", "allow", "kim@fabrikam.com"],
    ])
      expect(await gatehouse(...words, "--yes", ...instance.local)).toMatchObject({ exitCode: 0 });
  });
  afterAll(() => instance.close());

  const names = ["kim_fabrikam.com#EXT#@contoso.onmicrosoft.com", "kim_fabrikam.com_EXT_@contoso.onmicrosoft.com"];
  const reading: readonly (readonly string[])[] = [
    ...[["why"], ["list", "check"], ["approvals", "show"], ["person", "export"], ["decisions", "list", "--email"]],
    ...[
      ["expiry", "show"],
      ["expiry", "list", "--sponsor"],
      ["audit", "list", "--person"],
      ["person", "erase", "--yes"],
    ],
  ];
  it.each(reading.flatMap((words) => names.map((name) => ({ words, name }))))(
    "means the guest's address: $words $name",
    async ({ words, name }) => {
      const ask = async (who: string) => {
        const { exitCode, stdout, stderr } = await gatehouse(...words, who, ...instance.local);
        return { exitCode, stdout, stderr: stderr.replaceAll(who, "kim@fabrikam.com") };
      };
      expect(await ask(name)).toEqual(await ask("kim@fabrikam.com"));
    },
  );
});
