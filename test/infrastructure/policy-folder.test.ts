import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { packageRoot } from "../../lib/app-root";
import { loadGates } from "../../lib/policy-folder/gates";
import { loadPolicyFolder, type PolicyStep } from "../../lib/policy-folder/policy-folder";
import { checkPolicyTypes } from "../../lib/policy-folder/policy-types";
import { policyWarnings } from "../../lib/policy-folder/policy-warnings";
import { writeBundle } from "../../lib/resources/bundle";
import { stepBundle } from "../../lib/sign-up/step-bundle";

/** A new one each time: what was loaded from a path once stays loaded. */
let folder: string;
let shown: string;
beforeEach(() => {
  folder = mkdtempSync(join(packageRoot, ".local-test-policy-"));
  shown = relative(packageRoot, folder);
});
afterEach(() => rmSync(folder, { recursive: true }));

const put = (name: string, source: string) => writeFileSync(join(folder, name), source);
const SOUND = `import { accessList, beforeCreateUser } from "entra-gatehouse";\nexport default beforeCreateUser([accessList()], { trust: "any" });\n`;

describe("a policy folder", () => {
  it.each([
    {
      given: "no export",
      source: "export const nothing = 1;\n",
      says: ": it must export a policy: write export default beforeCreateUser([…]).",
    },
    { given: "an error of its own", source: `\nthrow new Error("too late");\n`, says: ":2:7: too late" },
    { given: "a module that is not there", source: `\nimport "./nowhere";\n`, says: ":2: Cannot find module './nowhere'" },
    {
      given: "a package that is not there",
      source: `\nimport "left-pad/all";\n`,
      says: `:2: Cannot find module 'left-pad/all'\nIs it a package that is not installed yet? Run "npm install left-pad".`,
    },
    {
      given: "curly quotation marks",
      source: SOUND.replaceAll('"', "”"),
      says: `:1:45: Expected string but found "”"\nPerhaps a curly quotation mark (“ ” ‘ ’): write " or ' in its place.`,
    },
    {
      given: "a wait",
      source: `${SOUND}await Promise.resolve();\n`,
      says: "A policy cannot wait as it loads: await in a rule, or import the data from a .json or .ts file.",
    },
    {
      given: "a file that it reads",
      source: `import { readFileSync } from "node:fs";\nreadFileSync("people.csv");\n`,
      says: "open 'people.csv'\nA function holds what its policy imports, and no other file: import the data, such as a .json or .ts file, in place of reading it.",
    },
    {
      given: "the CDK app's exports",
      source: `import { readSettings } from "entra-gatehouse/cdk";\n${SOUND}void readSettings;\n`,
      says: `:1: entra-gatehouse/cdk is for the CDK app: a policy imports from "entra-gatehouse".`,
    },
    {
      given: "rules without their list",
      source: SOUND.replace("[accessList()]", "accessList()"),
      says: ":2:16: The policy for before-create-user takes its rules as a list: write square brackets around them, as in [accessList()].",
    },
  ])("is refused by an error that names the file relative to the project: $given", ({ source, says }) => {
    put("before-create-user.ts", source);
    const load = () => loadPolicyFolder(shown);
    expect(load).toThrow(says);
    expect(load).toThrow(`${shown}/before-create-user.ts`);
    expect(load).not.toThrow(packageRoot);
  });

  it("is refused by an error that names the place of the mistake, even in a file that a step imports", () => {
    put("who.ts", `import { admit } from "entra-gatehouse";\nexport const who = admit({ everyoneElse: "aproval" as "approval" });\n`);
    put("before-create-user.ts", SOUND.replace("accessList()", "...who").replace("\n", '\nimport { who } from "./who";\n'));
    expect(() => loadPolicyFolder(shown)).toThrow(`${shown}/who.ts:2:20: admit: `);
  });

  it.each(["before-creat-user.ts", "beforeCreateUser.ts"])(
    "is refused if a step has another file name and would be ignored: %s",
    (name) => {
      put("after-sign-in.ts", SOUND.replaceAll("beforeCreateUser", "afterSignIn"));
      put(name, SOUND);
      expect(() => loadPolicyFolder(shown)).toThrow(
        `${shown}/${name}: it exports the policy for before-create-user, which must be in before-create-user.ts: rename the file.`,
      );
    },
  );

  it("is refused if one service has two URLs, in any steps", () => {
    const calling = (maker: string, url: string) =>
      `import { ${maker}, defineRule, pass, service } from "entra-gatehouse";\nconst uses = [service("crm", { url: "${url}" })];\nexport default ${maker}([defineRule("calling", () => pass(), { refuses: "strangers", uses })]);\n`;
    put("after-sign-in.ts", calling("afterSignIn", "https://crm.contoso.com"));
    put("before-create-user.ts", calling("beforeCreateUser", "https://crm.fabrikam.com"));
    expect(() => loadPolicyFolder(shown)).toThrow(
      `The policy folder ${shown}: the service "crm" is declared with two URLs, https://crm.contoso.com/ and https://crm.fabrikam.com/. Give one of them another name.`,
    );
  });

  it.each([
    { keep: false, refuses: true },
    { keep: true, refuses: false },
  ])("is refused if records would keep an attribute that a rule excludes from records: keep $keep", ({ keep, refuses }) => {
    put(
      "before-create-user.ts",
      `import { accessList, beforeCreateUser, minimumAge } from "entra-gatehouse";\nexport default beforeCreateUser([accessList(), minimumAge("extension_Born", { years: 16, keep: ${keep} })], { trust: "any", eventAttributes: ["extension_Born"] });\n`,
    );
    const load = () => loadPolicyFolder(shown);
    if (refuses) expect(load).toThrow("eventAttributes names extension_Born, whose value a rule keeps out of every record");
    else expect(load).not.toThrow();
  });

  const withTerms = (files: string, before = "") =>
    `import { accessList, assign, beforeCreateUser, terms } from "entra-gatehouse";\nexport default beforeCreateUser([accessList(), ${before}terms("extension_Terms", { version: "1", files: ${files} })], { trust: "any" });\n`;

  it.each([
    {
      given: "that are missing",
      text: undefined,
      says: "the file terms.en.md (en) cannot be read: put it into the policy folder, or correct files.",
    },
    { given: "that are empty", text: " \n", says: "the file terms.en.md (en) is empty: write the terms into it." },
    { given: "that are not UTF-8", text: Buffer.from([0xc7, 0xd1]), says: "the file terms.en.md (en) is not UTF-8: save it as UTF-8." },
  ])("is refused with terms $given", ({ text, says }) => {
    put("before-create-user.ts", withTerms('{ en: "terms.en.md" }'));
    if (text !== undefined) writeFileSync(join(folder, "terms.en.md"), text);
    expect(() => loadPolicyFolder(shown)).toThrow(`${shown}/before-create-user.ts: terms("extension_Terms"): ${says}`);
  });

  it.each([
    {
      given: "in the same step",
      before: "assign({ extension_Terms: true } as never), ",
      first: "",
      says: "before-create-user.ts: the rule assign",
    },
    {
      given: "in an earlier step",
      before: "",
      first: `import { afterSignIn, assign } from "entra-gatehouse";\nexport default afterSignIn([assign({ extension_Terms: true } as never)]);\n`,
      says: "after-sign-in.ts: the rule assign",
    },
  ])("is refused if a rule ticks the box of terms $given", ({ before, first, says }) => {
    put("terms.en.md", "Be kind.");
    put("before-create-user.ts", withTerms('{ en: "terms.en.md" }', before));
    if (first !== "") put("after-sign-in.ts", first);
    expect(() => loadPolicyFolder(shown)).toThrow(
      `${shown}/${says} sets "extension_Terms", the box of the terms, which only the person may tick`,
    );
  });

  it("is refused if two rules use the same box for their terms", () => {
    put("terms.en.md", "Be kind.");
    const other = 'terms("extension_Terms", { version: "2", files: { en: "terms.en.md" } }), ';
    put("before-create-user.ts", withTerms('{ en: "terms.en.md" }', other));
    expect(() => loadPolicyFolder(shown)).toThrow(
      'two rules take "extension_Terms" for the box of their terms: give each its own attribute.',
    );
  });

  it("causes a warning if prefill may tick the box of terms", () => {
    put("terms.en.md", "Be kind.");
    put("before-create-user.ts", withTerms('{ en: "terms.en.md" }'));
    put(
      "after-sign-in.ts",
      `import { afterSignIn, prefill, profiles } from "entra-gatehouse";\nexport default afterSignIn([prefill(profiles())], { trust: ["mail"] });\n`,
    );
    expect(policyWarnings(loadPolicyFolder(shown))).toContain(
      'In after-sign-in, prefill fills in whatever its source knows: no source may hold "extension_Terms", the box of the terms.',
    );
  });

  it.each([
    { given: "the same text", text: "Be kind.", refused: false },
    { given: "another text", text: "Be brief.", refused: true },
  ])("may share a version of its terms with another gate only if both have the same text: $given", ({ text, refused }) => {
    const at = (name: string, words: string) => {
      mkdirSync(join(folder, name));
      put(`${name}/terms.en.md`, words);
      put(`${name}/before-create-user.ts`, withTerms('{ en: "terms.en.md" }'));
      return loadPolicyFolder(join(shown, name));
    };
    const gates = () => loadGates({ policy: at("own", "Be kind."), gates: { suppliers: { policy: at("suppliers", text) } } });
    if (refused)
      expect(gates).toThrow(/suppliers\/before-create-user.ts: the terms of extension_Terms, version 1, en are another text than/);
    else expect(gates).not.toThrow();
  });

  it("puts the hashes of its terms into the bundle, which then needs no file", async () => {
    put("terms.en.md", "Be kind.\n");
    put("before-create-user.ts", withTerms('{ en: "terms.en.md" }'));
    const [step] = loadPolicyFolder(shown);
    const sha256 = createHash("sha256").update("Be kind.\n").digest("hex");
    const written = join(folder, "bundle");
    await writeBundle(stepBundle(step as PolicyStep, "before-create-user"), written);
    const code = readFileSync(join(written, "index.js"), "utf8");
    expect(code).toContain(sha256);
    expect(code).not.toContain("GATEHOUSE_TERMS");
    const kept = readFileSync(join(folder, "terms.en.md"), "utf8");
    put("terms.en.md", `${kept}More.\n`);
    await writeBundle(stepBundle(step as PolicyStep, "before-create-user"), written);
    expect(readFileSync(join(written, "index.js"), "utf8")).not.toContain(sha256);
  });

  it("may take a step from another file that the step's own file re-exports", () => {
    put("strict.ts", SOUND);
    put("before-create-user.ts", `export { default } from "./strict";\n`);
    expect(loadPolicyFolder(shown)).toMatchObject([{ step: "before-create-user" }]);
  });
});

describe("the type check of a policy folder", () => {
  /** What the check says of a policy that does not compile. */
  function readFaults(policy: string): string {
    try {
      checkPolicyTypes(policy);
    } catch (error) {
      return (error as Error).message;
    }
    return "";
  }

  it.each([
    { given: "no folder", below: "nowhere", says: /^There is no policy folder \S+\/nowhere\.$/ },
    {
      given: "no step",
      below: ".",
      says: /^The policy folder \S+ has no step: it needs one of after-sign-in\.ts, before-create-user\.ts, before-sending-token\.ts\.$/,
    },
  ])("refuses in the loader's words if there is $given", ({ below, says }) => {
    put("notes.ts", "const wrong: string = 1;\n");
    expect(() => checkPolicyTypes(join(shown, below))).toThrow(says);
  });

  it("names the file and line of each error, also in imported files", () => {
    put("before-create-user.ts", `import { beforeCreateUser } from "entra-gatehouse";\n\nexport default beforeCreateUser([]);\n`);
    const validation = "export default afterSignIn([validate(v.object({}))]);\n";
    const imported = `import { afterSignIn, validate } from "entra-gatehouse";\nimport * as v from "valibot";\nimport "./draft";\n${validation}`;
    put("after-sign-in.ts", imported);
    put("draft.ts", "export const wrong: string = 1;\n");
    const said = readFaults(shown);
    for (const place of ["before-create-user.ts(3,", "after-sign-in.ts(4,", "draft.ts(1,14): error TS2322: "]) {
      expect(said).toContain(`${shown}/${place}`);
    }
  });

  it("names the place of a syntax error", () => {
    put("after-sign-in.ts", "export default afterSignIn([\n");
    expect(readFaults(shown)).toMatch(new RegExp(`${shown}/after-sign-in\\.ts\\(\\d,`));
  });

  it("skips files that no step imports", () => {
    put("before-create-user.ts", `import type {} from "./sound";\n${SOUND}`);
    put("sound.ts", "export const right = 1;\n");
    put("draft.ts", "export const wrong: string = 1;\n");
    expect(() => checkPolicyTypes(shown)).not.toThrow();
  });

  describe("of several gates compiled together", () => {
    /** One gate has the first policy, and another one the second. */
    const gatesWith = (...policies: readonly [string, string]) => {
      const [policy, other] = policies.map((source, index) => {
        mkdirSync(join(folder, `${index}`));
        put(`${index}/before-create-user.ts`, source);
        return `${shown}/${index}`;
      }) as [string, string];
      return loadGates({ policy, gates: { other: { policy: other } } });
    };
    const declaring = (type: string) => `${SOUND}declare global {\n  interface OfThePolicy {\n    readonly it: ${type};\n  }\n}\n`;

    it("names the file of the wrong gate, and no other", () => {
      const wrong = SOUND.replace("[accessList()]", "[accessList(), ...([] as number[])]");
      expect(() => gatesWith(SOUND, wrong)).toThrow(new RegExp(`^${shown}/1/before-create-user\\.ts\\(2,[^\\n]*(\\n [^\\n]*)*$`));
    });

    it("accepts policies that compile separately but not in one program", () => {
      expect(gatesWith(declaring("string"), declaring("number")).map(({ name }) => name)).toEqual(["default", "other"]);
    });
  });

  it("explains failed imports if the app's packages are out of reach", () => {
    const outside = mkdtempSync(join(tmpdir(), "policy-outside-"));
    writeFileSync(join(outside, "before-create-user.ts"), `import * as v from "valibot";\n${SOUND}void v;\n`);
    expect(() => loadPolicyFolder(outside)).toThrow(/'valibot'[\s\S]*\nThe policy folder \S+ lies outside the app: move it into /);
    rmSync(outside, { recursive: true });
  });
});
