import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { approvers } from "../../../features/approvals/approvers";
import { readMarks } from "../../../features/incidents/selection";
import { onlyDomains } from "../../../features/only-domains/rule";
import { lastAllowDay, partnerEntry } from "../../../features/partners/entries";
import { gatehouse, startInstance, type TestInstance } from "../../cli/support";
import { startConsole, type TestConsole } from "../../console/support";

// Every door by which somebody types the address of a person who is to match later.

let instance: TestInstance;
let pages: TestConsole;
beforeAll(async () => {
  instance = await startInstance();
  pages = await startConsole();
});
afterAll(async () => {
  await pages.close();
  await instance.close();
});
beforeEach(() => instance.clear());

const GUEST = "not an address but the name that Entra gives a guest: write kim@partner.com";
const forms = [
  { typed: "spam*@gmail.com", says: "an address takes no wildcard. Write the whole address, or gmail.com for everyone of that domain" },
  { typed: "kim?@contoso.com", says: "an address takes no wildcard" },
  { typed: "%@contoso.com", says: "an address takes no wildcard" },
  { typed: "kim_partner.com#EXT#@contoso.onmicrosoft.com", says: GUEST },
  { typed: "kim_partner.com#EXT@contoso.onmicrosoft.com", says: GUEST },
  { typed: "kim_partner.com_EXT_@contoso.onmicrosoft.com", says: GUEST },
  { typed: "kim_lee@gmail.com", says: "not an address that Gmail gives" },
];

const command = async (...args: string[]) => {
  const { exitCode, stdout, stderr } = await gatehouse(...args, ...instance.local);
  return { isRefused: exitCode === 1, text: stderr, stdout };
};
const file = (text: string, name: string) => {
  const path = join(instance.data, name);
  writeFileSync(path, text);
  return path;
};
const form = async (path: string, fields: Parameters<TestConsole["post"]>[2]) => {
  const response = await pages.post(path, "Administrator", fields);
  return { isRefused: response.status === 400, text: (await response.text()).replaceAll("Not an address", "not an address") };
};

const code = async (use: () => unknown) => {
  try {
    use();
    return { isRefused: false, text: "" };
  } catch (error) {
    return { isRefused: true, text: (error as Error).message };
  }
};

/**
 * Not here, as they search only: `list check`, `list show`, `explain`, `decisions list`, `audit`, the console's searches, `gate`, which
 * takes no address, and `approvals undelegate`, which ends what stands. A decision of the approval API names a request, not a person.
 * `general`: the door refuses without the reason, in its own words. */
const doors: Readonly<Record<string, { through(typed: string): Promise<{ isRefused: boolean; text: string }>; general?: string }>> = {
  "list allow": { through: (typed) => command("list", "allow", typed) },
  "list deny": { through: (typed) => command("list", "deny", typed) },
  "list add": { through: (typed) => command("list", "add", typed, "--effect", "deny") },
  "list import, CSV": { through: (typed) => command("list", "import", file(`entry,effect\n${typed},deny\n`, "list.csv"), "--yes") },
  "list import, JSON lines": {
    through: (typed) => command("list", "import", file(`${JSON.stringify({ entry: typed, effect: "deny" })}\n`, "list.jsonl"), "--yes"),
  },
  "list import --dry-run": {
    through: (typed) => command("list", "import", file(`entry,effect\n${typed},deny\n`, "list.csv"), "--dry-run"),
  },
  "console, add an entry": {
    through: (typed) => form("/access-list/add", { entry: typed, effect: "deny", expiresAt: "", note: "", issuer: "", gates: "" }),
  },
  "console, import a file": {
    through: (typed) => form("/access-list/import", { file: new File([`entry,effect\n${typed},deny\n`], "list.csv") }),
  },
  invite: { through: (typed) => command("invite", typed) },
  "invite --sponsor": { through: (typed) => command("invite", "lee@fabrikam.com", "--sponsor", typed) },
  "invite --file": { through: (typed) => command("invite", "--file", file(`email\n${typed}\n`, "people.csv")) },
  "invite --file, sponsor": {
    through: (typed) => command("invite", "--file", file(`email,sponsor\nlee@fabrikam.com,${typed}\n`, "people.csv")),
  },
  "invite transfer": { through: (typed) => command("invite", "transfer", "lee@fabrikam.com", typed) },
  "approvals delegate --to": {
    through: (typed) => command("approvals", "delegate", "pat@contoso.com", "--to", typed, "--until", "2099-01-01"),
  },
  "approvals delegate, who delegates": {
    through: (typed) => command("approvals", "delegate", typed, "--to", "lee@fabrikam.com", "--until", "2099-01-01"),
  },
  "incident select --entry": { through: (typed) => command("incident", "select", "--since", "2h", "--entry", typed) },
  "incident select --domain": {
    through: (typed) => command("incident", "select", "--since", "2h", "--domain", typed),
    general: "cannot be read: write ",
  },
  "incident select --network": {
    through: (typed) => command("incident", "select", "--since", "2h", "--network", typed),
    general: "write an IP address",
  },
  "console, people of an incident": { through: (typed) => code(() => readMarks({ entry: typed })) },
  "console, add a partner": {
    through: (typed) => form("/partners/add", { domain: typed }),
    general: "contoso.com",
  },
  "console, invite": {
    through: (typed) => form("/people/invite", { addresses: typed, days: "14", sponsor: "", note: "", language: "en" }),
  },
  "console, the sponsor of an invitation": {
    through: (typed) => form("/people/invite", { addresses: "lee@fabrikam.com", days: "14", sponsor: typed, note: "", language: "en" }),
    general: "sponsor",
  },
  "policy, approvers": { through: (typed) => code(() => approvers("Security", typed)) },
  "policy, onlyDomains": { through: (typed) => code(() => onlyDomains([typed])), general: "is not a domain; write " },
  "table import profiles": {
    through: (typed) => command("table", "import", "profiles", file(`person,city\n${typed},Seoul\n`, "profiles.csv")),
  },
  "console, add a profile": {
    through: (typed) => form("/profiles/add", { person: typed, note: "", expiresAt: "", "attribute-city": "Seoul" }),
    general: "neither an e-mail address nor an account",
  },
};

describe.each(Object.entries(doors))("%s", (_, { through, general }) => {
  it.each(forms)("refuses $typed, because no sign-up can match it", async ({ typed, says }) => {
    const { isRefused, text } = await through(typed);
    expect(text).toContain(general ?? says);
    expect(isRefused).toBe(true);
    expect(await instance.rows()).toEqual([]);
    expect(await pages.world.accessList.get(typed.toLowerCase())).toBeUndefined();
  });
});

it.each(forms)("a partner's contacts cannot contain $typed", ({ typed }) => {
  const now = new Date("2027-01-31T00:00:00Z");
  const domain = typed.slice(typed.indexOf("@") + 1);
  const entry = { entry: typed, effect: "allow", expiresAt: lastAllowDay(now), note: "" };
  expect(partnerEntry(entry, domain, now)).toEqual({ flaw: "address" });
});

describe("an existing row that no sign-up can match", () => {
  const typed = "spam*@gmail.com";
  beforeEach(() => instance.putRow({ entry: typed, effect: "deny" }));

  it("is reported by list lint, and shown as void", async () => {
    const lint = await gatehouse("list", "lint", ...instance.local);
    expect(lint).toMatchObject({
      exitCode: 2,
      stdout: expect.stringContaining(`mistyped: ${typed}: entry is not an address that anybody has`),
    });
    const { stdout } = await gatehouse("list", "show", "--json", ...instance.local);
    expect(JSON.parse(stdout)).toMatchObject({ entry: typed, state: "void", problem: expect.stringMatching(/: it counts for nobody$/) });
  });

  it("can be imported again, changed, removed and restored", async () => {
    const path = file(`entry,effect,note\n${typed},deny,seen\n`, "again.csv");
    expect(await gatehouse("list", "import", path, "--yes", ...instance.local)).toMatchObject({ exitCode: 0 });
    expect(await gatehouse("list", "deny", typed, "--note", "seen again", "--yes", ...instance.local)).toMatchObject({ exitCode: 0 });
    expect(await gatehouse("list", "remove", typed, "--yes", ...instance.local)).toMatchObject({ exitCode: 0 });
    const { stdout } = await gatehouse("list", "changes", "--json", ...instance.local);
    const { id } = JSON.parse(stdout.split("\n")[0] ?? "") as { id: string };
    expect(await gatehouse("list", "revert", id, "--yes", ...instance.local)).toMatchObject({ exitCode: 0 });
    expect(await instance.rows()).toMatchObject([{ entry: typed, effect: "deny", note: "seen again" }]);
  });
});

describe("an import tells at the page and at the command", () => {
  const many = Array.from({ length: 21 }, (_, index) => `place${index}.example,allow\n`).join("");
  it.each([
    { what: "that rows repeat", text: "entry,effect\nlee@fabrikam.com,deny\nLee@fabrikam.com,deny\n", says: "Repeated in the file: 1." },
    {
      what: "which columns are not read",
      text: "userPrincipalName,displayName,mail,userType\nlee@fabrikam.com,Lee,lee@fabrikam.com,Guest\n",
      says: "Not read: displayName, userType.",
    },
    { what: "that an allow goes", text: "entry,effect\nlee+x@fabrikam.com,deny\n", says: "would win over it, so they are removed." },
    { what: "that rows were not compared", text: `entry,effect\n${many}`, says: "More than 20 entries are not compared" },
  ])("$what", async ({ text, says }) => {
    for (const put of [pages.put, instance.putRow]) await put({ entry: "lee+x@fabrikam.com", effect: "allow" });
    const isOfUsers = text.startsWith("userPrincipalName");
    const fields = { file: new File([text], "list.csv"), ...(isOfUsers && { effect: "deny" }) };
    const page = await (await pages.post("/access-list/import", "Administrator", fields)).text();
    expect(page.split(says)).toHaveLength(2);
    const ran = await command("list", "import", file(text, "list.csv"), "--dry-run", ...(isOfUsers ? ["--effect", "deny"] : []));
    expect(`${ran.stdout}${ran.text}`.split(says)).toHaveLength(2);
  });
});

it("a deny of a public suffix is accepted with a warning", async () => {
  const added = await gatehouse("list", "deny", "github.io", ...instance.local);
  expect(added).toMatchObject({ exitCode: 0, stderr: expect.stringContaining("to mean all of them, write *.github.io") });
  const path = file("entry,effect\nco.uk,deny\n", "suffix.csv");
  const imported = await gatehouse("list", "import", path, "--yes", ...instance.local);
  expect(imported).toMatchObject({ exitCode: 0, stderr: expect.stringContaining("to mean all of them, write *.co.uk") });
  const { stdout } = await gatehouse("list", "lint", ...instance.local);
  expect(stdout).toContain("mistyped: github.io: People have addresses under github.io");
});
