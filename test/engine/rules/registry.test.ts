import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { reasons as catalogueReasons } from "../../../engine/messages/catalogue";
import { reasonWords } from "../../../features/reasons";
import { allRuleTexts, reasonsOfNoRule, ruleHelpers, ruleRegistry } from "../../../features/rules";
import { packageRoot } from "../../../lib/app-root";

const REGISTRY = "features/lists/about.ts";

const read = (path: string) => readFileSync(join(packageRoot, path), "utf8");
const filesBelow = (folder: string) =>
  readdirSync(join(packageRoot, folder), { recursive: true, encoding: "utf8" })
    .map((file) => join(folder, file))
    .filter((file) => /\.tsx?$/.test(file));

const folders = ruleRegistry.map(({ module }) => dirname(module));

/** What index.ts gives a policy from the modules of rules, types aside, and the module it comes from. */
const exported = [...read("index.ts").matchAll(/export \{([^}]*)\} from "\.\/(.*)";/g)]
  .filter(([, , module = ""]) => /^engine\/rules\//.test(module) || folders.includes(dirname(module)))
  .flatMap(([, names = "", module]) =>
    names
      .split(",")
      .map((name) => name.trim())
      .filter((name) => name !== "" && !name.startsWith("type "))
      .map((name) => ({ name, module })),
  );

const allReasons = [...new Set<string>([...ruleRegistry.flatMap(({ reasons }) => reasons), ...reasonsOfNoRule])];
const allTexts: readonly string[] = [...catalogueReasons, ...Object.keys(allRuleTexts)];

/** Of a rule's folder, what is not its code. */
const NOT_THE_RULE =
  /\/((about|reasons|texts|store|client|worker|stack|pages|verbs|local|cases|rows|mails)\.tsx?$|(store|client|worker|stack|pages|verbs|local)\/)/;

/** The modules of a rule: its own file, and those of its folder if it has one. */
function sourceOf(module: string): string {
  const folder = /^(features\/[^/]+)\/rule$|^(engine\/rules\/[^/]+)\//
    .exec(module)
    ?.slice(1)
    .find((each) => each !== undefined);
  const others = ruleRegistry.filter((each) => each.module !== module).map((each) => `${each.module}.ts`);
  const isOther = (file: string) => NOT_THE_RULE.test(file) || others.includes(file.replaceAll("\\", "/"));
  return (folder === undefined ? [`${module}.ts`] : filesBelow(folder).filter((file) => !isOther(file))).map(read).join("\n");
}

/** A failure says what to do: the first that a newcomer reads of it. */
function must(holds: boolean, otherwise: string): void {
  if (!holds) throw new Error(otherwise);
}

describe("the registry of rules", () => {
  it.each(exported)("contains $name, which a policy can import", ({ name }) =>
    must(
      ruleRegistry.some((rule) => rule.export === name) || ruleHelpers.includes(name),
      `${REGISTRY} has no entry for ${name}: the about.ts of its feature lacks it, or npm run lists has to run. What is no rule belongs in the helpers of its module.`,
    ),
  );

  it.each(ruleHelpers)("excludes %s, which is exported but is no rule", (name) =>
    expect(exported.map((each) => each.name)).toContain(name),
  );

  it("contains each rule under a name of its own", () => {
    const names = ruleRegistry.map(({ fullest }) => fullest.name);
    expect(new Set(names).size).toBe(names.length);
  });

  it("limits the catalogues to the reasons of Gatehouse itself and of the rules in the shipped policy", () => {
    const shipped = ruleRegistry.filter((rule) =>
      ["after-sign-in", "before-create-user"].some((step) => read(`policy/${step}.ts`).includes(`${rule.export}(`)),
    );
    expect([...catalogueReasons].sort()).toEqual([...new Set([...shipped.flatMap(({ reasons }) => reasons), ...reasonsOfNoRule])].sort());
  });

  it("stays out of every function's bundle, and so does the list of all rules' texts", () => {
    const importing = ["adapters", "console", "engine", "features", "handlers", "lambda", "lib", "local", "policy", "simulator"]
      .flatMap(filesBelow)
      .concat("index.ts")
      // For synth and for cases, which no function imports.
      .filter((file) => !/^(lib\/policy-folder\/(?:reasons|policy-folder)\.ts|local\/cases\/)/.test(file))
      .filter((file) => /^(?!import type ).* from "[./\w-]*\/features\/rules"/m.test(read(file)));
    expect(importing).toEqual([]);
  });
});

describe.each(ruleRegistry)("the rule $export", ({ module, reasons, written, export: name, fullest }) => {
  it("can be imported by a policy", () =>
    must(
      exported.some((each) => each.name === name && each.module === module),
      `index.ts does not export ${name}: add export { ${name} } from "./${module}";`,
    ));

  it("has a test suite of its own", () => {
    const tests = [`${module}.test.ts`, dirname(module)]
      .filter((path) => path !== "engine/rules")
      .map((path) => join(packageRoot, "test", path));
    must(tests.some(existsSync), `${name} has no suite: write test/${module}.test.ts.`);
  });

  it("appears in the docs under its export's name", () => expect(written.startsWith(`${name}(`)).toBe(true));

  it("is recorded under its export's name", () =>
    expect(fullest.name).toBe(name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)));

  it("registers each reason that its source names", () => {
    const source = sourceOf(module);
    const given = [...source.matchAll(/\breason: "([^"]+)"/g)].map(([, reason = ""]) => reason);
    const named = [...source.matchAll(/"([a-z-]+\.[a-z-]+)"/g)].map(([, text = ""]) => text).filter((text) => allTexts.includes(text));
    const missing = [...given, ...named].filter((reason) => !reasons.includes(reason));
    must(missing.length === 0, `${REGISTRY} lacks reasons of ${name}: ${[...new Set(missing)].join(", ")}.`);
  });

  it("names the attributes that it can refuse, so that synth asks for their labels", () =>
    must(
      !sourceOf(module).includes('kind: "invalid"') || (fullest.asks ?? []).length > 0,
      `${name} can find a problem with an attribute: ${module}.ts has to name it in \`asks\`, and \`fullest\` in its about.ts to have one.`,
    ));
});

describe.each([...new Set([...allReasons, ...allTexts])])("the reason %s", (reason) => {
  it("has a text", () =>
    must(
      allTexts.includes(reason),
      `No text for ${reason}: add it to the texts.ts of its feature, which npm run lists gathers. If the policy that ships uses the rule: to the catalogues.`,
    ));

  it("is used by a rule", () =>
    must(
      allReasons.includes(reason),
      `${REGISTRY} knows no rule that gives ${reason}: name it in the rule's reasons, or take its text away.`,
    ));

  it("has a text for operators, in both languages of the console", () => {
    const { meaning, remedy } = reasonWords[reason] ?? {};
    for (const language of ["en", "ko"] as const) {
      for (const words of [meaning, remedy])
        must(/\S/.test(words?.[language] ?? ""), `No words for ${reason} in "${language}": add them to the reasons.ts of its feature.`);
    }
  });
});
