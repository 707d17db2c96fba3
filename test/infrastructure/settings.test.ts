import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { App } from "aws-cdk-lib";
import { assertOptions } from "../../lib/gatehouse-options";
import { packageRoot } from "../../lib/package-root";
import { readSettings } from "../../lib/settings";
import { SetupError } from "../../lib/setup-error";
import { Portal } from "./samples/portal";

/** A new one each time: what was loaded from a path once stays loaded. */
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(packageRoot, ".local-test-settings-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const read = (context: Record<string, string> = {}) => readSettings(new App({ context }), folder);
const write = (source: string) => writeFileSync(join(folder, "settings.ts"), source);

it("are the policy alone without settings.ts", () => expect(read()).toEqual({ policy: "policy" }));

it("are what settings.ts says, then what the command line says", () => {
  write('export default { policy: "mine", alarmEmail: "it@contoso.com", console: { tenantId: "contoso.com", clientId: "1" } };');
  expect(read()).toMatchObject({ policy: "mine", alarmEmail: "it@contoso.com", console: { tenantId: "contoso.com" } });
  expect(read({ policy: "other", console: "local" })).toMatchObject({
    policy: "other",
    alarmEmail: "it@contoso.com",
    console: { tenantId: "local", clientId: "gatehouse-console" },
  });
});

it("are refused where nothing is exported", () => {
  write("export const settings = {};");
  expect(() => read()).toThrow("settings.ts has to export its options as default: export default { … } satisfies GatehouseSettings;");
});

it.each([
  { given: "a word that is not defined", source: "export default { policy: police };", says: /settings\.ts:1:\d+: police is not defined$/ },
  { given: "a module that is not there", source: 'import "./nowhere";\nexport default {};', says: /settings\.ts.*Cannot find module/ },
])("are refused in a sentence, without a stack trace, for $given", ({ source, says }) => {
  write(source);
  expect(() => read()).toThrow(SetupError);
  expect(() => read()).toThrow(says);
});

describe("docs/settings.md", () => {
  const page = readFileSync(join(packageRoot, "docs", "settings.md"), "utf8");

  it("shows settings that are taken as they stand", () => {
    const [, shown = ""] = /```ts\n(.*?)```/s.exec(page) ?? [];
    write(shown);
    const settings = read();
    expect(settings).toMatchObject({ alarmEmail: "it@contoso.com", decisionDays: 30 });
    expect(() => assertOptions(settings)).not.toThrow();
  });

  it("shows a stack that compiles and asks for its policies", () => {
    expect(page).toContain(readFileSync(join(__dirname, "samples", "portal.ts"), "utf8"));
    expect(() => new Portal(new App(), "Portal")).toThrow("There is no policy folder policy/partners.");
  });

  it("lists every option and no other", () => {
    const listed = [...page.matchAll(/^\| `(\w+)` /gm)].map(([, name]) => name as string);
    const known = /write one of (.*)\.$/.exec(messageOf(() => assertOptions({ policy: "policy", unknown: 1 })))?.[1]?.split(", ");
    expect(listed.sort()).toEqual(known?.sort());
  });
});

function messageOf(call: () => void): string {
  try {
    call();
    return "";
  } catch (error) {
    return (error as Error).message;
  }
}
