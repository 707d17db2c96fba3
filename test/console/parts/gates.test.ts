import { marshall } from "@aws-sdk/util-dynamodb";
import type { ConsolePorts } from "../../../console/app/ports";
import { accessList } from "../../../features/access-list/rule";
import { anyPolicy } from "../../support/any-policy";
import { asked, record, startConsole, type TestConsole } from "../support";

const lenient = anyPolicy([accessList({ otherwise: "continue" })]);

/** A console of a deployment with these gates beside the unnamed one. */
async function consoleWith(...gates: string[]): Promise<TestConsole> {
  const started = await startConsole();
  const { policiesAt } = started.world;
  const ports: Partial<ConsolePorts> = {
    gates: ["default", ...gates],
    policiesAt: (gate) => (gate === "default" ? policiesAt(gate) : [lenient]),
  };
  Object.assign(started.world, ports);
  return started;
}

let console: TestConsole;
afterEach(() => console.close());

const textOf = async (path: string) => await (await console.get(path, "Administrator")).text();
const save = (fields: Record<string, string>) => console.post("/access-list/save", "Administrator", fields);
const row = async (entry: string) => await console.world.accessList.get(entry);

/** The hidden fields of a row's own form, which its saving needs. */
async function formOf(entry: string): Promise<Record<string, string>> {
  const page = await textOf(`/access-list?open=${encodeURIComponent(entry)}`);
  const [, form = ""] = /<form[^>]*action="\/access-list\/save"[^>]*>(.*?)<\/form>/s.exec(page) ?? [];
  const fields = [...form.matchAll(/<input[^>]*name="([^"]+)"[^>]*value="([^"]*)"/g)].map(([, name = "", value = ""]) => [name, value]);
  return Object.fromEntries(fields.filter(([name]) => name !== "form-token"));
}

describe("with one gate", () => {
  beforeEach(async () => {
    console = await consoleWith();
    await console.world.decisions.keep(record(), 90);
    await asked(console, "kim@contoso.com");
  });

  it.each(["/decisions", "/approvals", "/access-list"])("%s does not mention gates", async (path) => {
    const [content] = /<main.*<\/main>/s.exec(await textOf(path)) ?? [];
    expect(content).toMatch(/<h1/);
    // A reason may be that the gate was closed.
    expect(content?.replace(/<select id="reason".*?<\/select>/s, "")).not.toMatch(/\bgates?\b/i);
  });

  it.each([
    { stored: "text", gates: "suppliers" },
    { stored: "a list", gates: ["suppliers"] },
    { stored: "what cannot be read", gates: "" },
  ])("an edit keeps the gates to which a row is limited: $stored", async ({ gates }) => {
    await console.put({ entry: "contoso.com", effect: "allow", gates });
    const { gates: _, ...form } = await formOf("contoso.com");
    await save({ ...form, effect: "allow", issuer: "", expiresAt: "", note: "edited" });
    expect(await row("contoso.com")).toEqual(marshall({ entry: "contoso.com", effect: "allow", note: "edited", gates }));
  });
});

describe("with several gates", () => {
  beforeEach(async () => {
    console = await consoleWith("partners", "suppliers");
  });

  it("decisions have a gate column and a gate filter", async () => {
    await console.world.decisions.keep(record({ reference: "K7QD-9MXD", email: "kim@contoso.com" }), 90);
    await console.world.decisions.keep(record({ reference: "K7QD-9MXE", email: "lee@contoso.com", gate: "suppliers" }), 90);
    const all = await textOf("/decisions");
    expect(all).toMatch(/<select id="gate"/);
    expect([/kim@/, /lee@/, /Default/].every((each) => each.test(all))).toBe(true);
    const some = await textOf("/decisions?gate=suppliers");
    expect([/kim@/.test(some), /lee@/.test(some)]).toEqual([false, true]);
    expect(await textOf("/decisions/K7QD-9MXE")).toMatch(/, gate suppliers/);
  });

  it("requests show their gate, and have a gate filter", async () => {
    await asked(console, "kim@contoso.com");
    await asked(console, "kim@contoso.com", { gate: "suppliers" });
    const kims = async (path: string) => (await textOf(path)).match(/<small><bdi>kim@contoso/g)?.length ?? 0;
    expect(await Promise.all(["/approvals", "/approvals?gate=suppliers", "/approvals?gate=partners"].map(kims))).toEqual([2, 1, 0]);
    expect(await textOf("/approvals?gate=suppliers")).toMatch(/data-from="\/approvals\/live\?[^"]*gate=suppliers/);
  });

  it("rows are found by the gates at which they apply", async () => {
    await console.put({ entry: "a.example", effect: "allow", gates: "suppliers" });
    await console.put({ entry: "b.example", effect: "allow", gates: "partners" });
    await console.put({ entry: "c.example", effect: "deny" });
    const found = async (query: string) => (await textOf(`/access-list${query}`)).match(/[abc]\.example(?=<\/bdi><\/a>)/g);
    expect(await found("")).toEqual(["a.example", "b.example", "c.example"]);
    expect(await found("?gate=suppliers")).toEqual(["a.example", "c.example"]);
    expect(await found("?gate=default")).toEqual(["c.example"]);
    expect(await found("?gate=partners&q=c.example")).toEqual(["c.example"]);
  });

  it("a row that names an unknown gate is flagged", async () => {
    await console.put({ entry: "a.example", effect: "allow", gates: "suppliers" });
    await console.put({ entry: "b.example", effect: "allow", gates: "supliers default" });
    const flagged = await textOf("/access-list?problem=1");
    expect(flagged).toContain("names a gate that does not exist here: supliers. Gates: ");
    expect(flagged).not.toContain("a.example</bdi>");
  });

  it("rows have a gate column and a gate field", async () => {
    await console.put({ entry: "contoso.com", effect: "allow", gates: ["suppliers", "default"] });
    expect(await textOf("/access-list")).toContain('<span class="tag">default</span> <span class="tag">suppliers</span>');
    const form = await formOf("contoso.com");
    expect(form.gates).toBe("default suppliers");
    await save({ ...form, effect: "allow", gates: "Partners" });
    expect(await row("contoso.com")).toEqual(marshall({ entry: "contoso.com", effect: "allow", gates: "partners" }));
    const refused = await save({ ...(await formOf("contoso.com")), effect: "allow", gates: "no/gate" });
    expect(await refused.text()).toMatch(
      /Gates is not names of gates\. Write some of these with spaces between, or leave it empty for all: [\w ]*suppliers/,
    );
  });

  it("the likely outcome for a person is computed with the gate's own policy", async () => {
    await console.put({ entry: "contoso.com", effect: "deny", gates: "suppliers" });
    const said = async (gate: string) =>
      /class="outcome (\w*)">(?:The list|No entry counts)/.exec(await textOf(`/people?email=kim@contoso.com&gate=${gate}`))?.[1];
    expect(await Promise.all(["suppliers", "partners", "default"].map(said))).toEqual(["block", "continue", "block"]);
  });
});
