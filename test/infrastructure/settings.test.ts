import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { App } from "aws-cdk-lib";
import fc from "fast-check";
import type * as v from "valibot";
import { GroupMembership, type GroupMembershipProps } from "../../features/arrivals/stack";
import { packageRoot } from "../../lib/app-root";
import { SetupError } from "../../lib/errors";
import type { Gatehouse } from "../../lib/gatehouse";
import { assertOptions, gatehouseOptions } from "../../lib/gatehouse-options";
import { omitStackProps } from "../../lib/gatehouse-stack";
import { type Path, pathWords, readSchema } from "../../lib/schema-flaws";
import { readSettings, settingsIn } from "../../lib/settings";
import { runs } from "../support/runs";
import { synthesize } from "../support/synth";
import { Portal } from "./samples/portal";

const GUID = "11111111-1111-1111-1111-111111111111";

/** A new one each time: what was loaded from a path once stays loaded. */
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(packageRoot, ".local-test-settings-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const read = (context: Record<string, string> = {}) => readSettings(new App({ context }), folder);
const write = (source: string) => writeFileSync(join(folder, "settings.ts"), source);

it("the settings are only the policy if there is no settings.ts", () => expect(read()).toEqual({ policy: "policy" }));

it("the settings come from settings.ts, then from the command line", () => {
  write('export default { policy: "mine", alarmEmail: "it@contoso.com", console: { tenantId: "contoso.com", clientId: "1" } };');
  expect(read()).toMatchObject({ policy: "mine", alarmEmail: "it@contoso.com", console: { tenantId: "contoso.com" } });
  expect(read({ policy: "other", console: "local" })).toMatchObject({
    policy: "other",
    alarmEmail: "it@contoso.com",
    console: { tenantId: "local", clientId: "gatehouse-console" },
  });
});

describe("settings by stage", () => {
  const staged = `export default (stage) => {
    if (stage !== undefined && stage !== "test") throw new Error("the stages are test and the one without a name");
    return stage === "test" ? { policy: "policy", decisionDays: 7, setsApiLogRole: false } : { policy: "policy", decisionDays: 90 };
  };`;

  it("are the exported function's result for the stage, which is also added to the stack's name", () => {
    write(staged);
    expect(read()).toEqual({ policy: "policy", decisionDays: 90 });
    expect(read({ stage: "test" })).toEqual({ policy: "policy", decisionDays: 7, setsApiLogRole: false, stackName: "Gatehouse-test" });
  });

  it("are the same for every stage if they are exported as an object, but a custom stack name gets the stage added", () => {
    write('export default { stackName: "Portal", decisionDays: 30 };');
    expect(read({ stage: "test" })).toEqual({ policy: "policy", decisionDays: 30, stackName: "Portal-test" });
  });

  it("leave the stack's name unchanged for npm start, which keeps its data under one name", () => {
    write(staged);
    expect(read({ stage: "test", console: "local" })).toMatchObject({ decisionDays: 7 });
    expect(read({ stage: "test", console: "local" })).not.toHaveProperty("stackName");
  });

  it("follow the environment variable's stage if the command line names no stage", () => {
    write(staged);
    process.env.GATEHOUSE_STAGE = "test";
    try {
      expect(read()).toMatchObject({ stackName: "Gatehouse-test" });
      expect(settingsIn(folder)).toMatchObject({ decisionDays: 7 });
    } finally {
      delete process.env.GATEHOUSE_STAGE;
    }
  });

  it("are refused in one sentence if the stage does not exist", () => {
    write(staged);
    expect(() => read({ stage: "tset" })).toThrow(SetupError);
    expect(() => read({ stage: "tset" })).toThrow(
      "settings.ts has no options for the stage tset: the stages are test and the one without a name",
    );
  });

  it.each(["Test", "test_2", "-test", "test-", "a".repeat(33), "te.st", "../x"])("refuse a stage name that AWS refuses: %s", (stage) => {
    expect(() => read({ stage })).toThrow(`-c stage is ${JSON.stringify(stage)}: a stage's name has up to 32 small letters`);
  });
});

it("settings.ts is refused if it exports nothing", () => {
  write("export const settings = {};");
  expect(() => read()).toThrow("settings.ts has to export its options as default: export default { … } satisfies GatehouseSettings;");
});

it.each([
  { given: "a word that is not defined", source: "export default { policy: police };", says: /settings\.ts:1:\d+: police is not defined$/ },
  { given: "a module that is not there", source: 'import "./nowhere";\nexport default {};', says: /settings\.ts.*Cannot find module/ },
])("settings.ts is refused in one sentence, without a stack trace, for $given", ({ source, says }) => {
  write(source);
  expect(() => read()).toThrow(SetupError);
  expect(() => read()).toThrow(says);
});

describe("docs/settings.md", () => {
  const page = readFileSync(join(packageRoot, "docs", "settings.md"), "utf8");

  it("shows settings that are accepted unchanged", () => {
    const [, shown = ""] = /```ts\n(.*?)```/s.exec(page) ?? [];
    write(shown);
    const settings = read();
    expect(settings).toMatchObject({ alarmEmail: "it@contoso.com", decisionDays: 30 });
    expect(() => assertOptions(settings)).not.toThrow();
  });

  it("has an example of stages in docs/stages.md, whose settings are accepted unchanged", () => {
    const [, shown = ""] = /```ts\n(.*?)```/s.exec(readFileSync(join(packageRoot, "docs", "stages.md"), "utf8")) ?? [];
    write(shown);
    for (const stage of [undefined, "test"]) expect(() => assertOptions({ policy: "policy", ...settingsIn(folder, stage) })).not.toThrow();
    expect(settingsIn(folder, "test")).toMatchObject({ setsApiLogRole: false });
    expect(() => settingsIn(folder, "tset")).toThrow("settings.ts has no options for the stage tset: the stages are test");
  });

  it("shows a stack that compiles and asks for its policies", () => {
    expect(page).toContain(readFileSync(join(__dirname, "samples", "portal.ts"), "utf8"));
    expect(() => new Portal(new App(), "Portal")).toThrow("There is no policy folder policy/partners.");
  });

  it("lists every option and no other", () => {
    const listed = [...page.matchAll(/^- `(\w+)`:/gm)].map(([, name]) => name as string);
    expect(listed.sort()).toEqual(Object.keys(gatehouseOptions.entries).sort());
  });
});

describe("a mistyped key is refused", () => {
  it("in a trust store, where it would admit every certificate of its authority", () => {
    const customDomain = {
      domainName: "signup.contoso.com",
      certificateArn: "arn:aws:acm:eu-west-1:111111111111:certificate/1",
      trustStore: { subjct: "CN=entra" },
    };
    expect(() => assertOptions({ policy: "policy", customDomain })).toThrow(
      "Gatehouse's option customDomain.trustStore.subjct is unknown: did you mean subject?",
    );
  });

  it("in the option env, and in the options of a construct such as GroupMembership", () => {
    expect(() => omitStackProps({ policy: "policy", env: { regoin: "eu-west-1" } as object })).toThrow(
      "Gatehouse's option env.regoin is unknown: did you mean region?",
    );
    const ids = { tenantId: GUID, clientId: GUID, groupId: GUID };
    const add = (gatehouse: Gatehouse) => new GroupMembership(gatehouse, "Partners", { ...ids, details: {} } as GroupMembershipProps);
    expect(() => synthesize({ add })).toThrow("Gatehouse's option Partners.details is unknown: did you mean detail?");
  });

  const places = objectsIn(gatehouseOptions);
  it.each(["customDomain.trustStore", "customDomain.failover", "webhooks[0].eventPattern", "gates.any"])(
    "in every object of the options, among them %s",
    (place) => expect(places.map(({ path }) => pathWords(path))).toContain(place),
  );

  it.each(places.map(({ path, keys }) => ({ place: pathWords(path), path, keys })))("at $place", ({ path, keys }) => {
    const letter = fc.integer({ min: 0, max: 40 });
    const typo = fc.tuple(fc.constantFrom(...keys), letter, fc.constantFrom(..."abcxyzQ_")).map(([key, at, other]) => {
      const changed = at % key.length;
      return { key, typed: `${key.slice(0, changed)}${other}${key.slice(changed + 1)}` };
    });
    fc.assert(
      fc.property(typo, ({ key, typed }) => {
        fc.pre(!keys.includes(typed));
        const told = messageOf(() => assertOptions(optionsWith([...path, typed], 1)));
        expect(told).toContain(`Gatehouse's option ${pathWords([...path, typed])} is unknown`);
        // Of two kinds of trust store, the one is named that lacks least.
        const isOneKind = places.filter((place) => pathWords(place.path) === pathWords(path)).length === 1;
        expect(told).toMatch(key.length < 3 ? /there are/ : isOneKind ? /did you mean/ : /did you mean|there are/);
      }),
      { numRuns: runs(30, 1_000) },
    );
  });
});

/** Every object of options that the schema describes: where it stands, and what it may have. */
function objectsIn(schema: v.GenericSchema, path: Path = []): readonly { readonly path: Path; readonly keys: readonly string[] }[] {
  const { type, entries = {}, item, value, choices = [] } = readSchema(schema);
  const inner = [
    ...Object.entries(entries).flatMap(([name, member]) => objectsIn(member as v.GenericSchema, [...path, name])),
    ...choices.flatMap((choice) => objectsIn(choice, path)),
    ...(item ? objectsIn(item, [...path, 0]) : []),
    ...(value ? objectsIn(value, [...path, "any"]) : []),
  ];
  return type === "strict_object" ? [{ path, keys: Object.keys(entries) }, ...inner] : inner;
}

function optionsWith([first, ...rest]: Path, value: unknown): object {
  const inner = rest.length === 0 ? value : optionsWith(rest, value);
  return typeof first === "number" ? [inner] : { [first as string]: inner };
}

function messageOf(call: () => void): string {
  try {
    call();
    return "";
  } catch (error) {
    return (error as Error).message;
  }
}
