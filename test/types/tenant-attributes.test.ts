import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { attributesText } from "../../features/entra/verbs/types/attributes";
import { packageRoot } from "../../lib/app-root";
import { PolicyError } from "../../lib/errors";
import { checkPolicyTypes } from "../../lib/policy-folder/policy-types";
import { entraAttributes } from "./tenant";

const folder = mkdtempSync(join(packageRoot, ".local-test-types-"));
afterAll(() => rmSync(folder, { recursive: true }));

const text = attributesText({
  attributes: [
    { name: "displayName", type: "string", label: "Display Name" },
    { name: "city", type: "string", label: "City", description: "Where you */ live" },
    { name: "extension_Seats", type: "number", label: "Seats" },
    { name: "extension_Vip", type: "boolean", label: "VIP" },
    { name: "extension_PartnerNumber", type: "string", label: "Partner number" },
    { name: "extension_Tags", type: "readonly string[]", label: "Tags" },
    { name: "extension_Odd-Name", type: "string", label: "Odd" },
  ],
  extensionsAppId: "0f3a1b7c-9d2e-4f5a-8b6c-7d8e9fa0b1c2",
  flows: [
    { flow: "B2X_1_Partner", collects: ["city", "displayName"] },
    { flow: "Sign up", gate: "suppliers", collects: [..."abcdefgh"].map((letter) => `extension_${letter.repeat(20)}`) },
  ],
});

const compiling = [
  "format({ displayName: titleCase, extension_PartnerNumber: upperCase })",
  'assign({ city: "Seoul", extension_Seats: 3, extension_Vip: true })',
  'permittedValue("extension_PartnerNumber")',
  'permittedValue("extension_Seats")',
  'lookup(profiles({ trust: [] }), { only: ["extension_Seats", "city"] })',
  "validate(v.object({ city: v.string(), extension_Seats: v.number(), email: v.string() }))",
  "validate(v.looseObject({ city: v.string() }))",
  "validate(v.record(v.string(), v.any()))",
  "validate(anything)",
  'requestApproval({ show: ["city"] })',
  'verifyIdentity(experian({ fields: { telephone: "displayName", surName: () => "x" } }))',
  'beforeCreateUser([accessList()], { trust: "any", labels: { extension_PartnerNumber: "Number", email: "Mail" }, eventAttributes: ["city"] })',
];

const refused = [
  "format({ dispalyName: titleCase })",
  "format({ extension_Seats: titleCase })",
  'assign({ ctiy: "Seoul" })',
  'assign({ extension_Seats: "three" })',
  'assign({ extension_Unknown: "x" })',
  'permittedValue("extension_Typo")',
  'permittedValue("extension_Tags")',
  "format({ extension_Tags: titleCase })",
  'lookup(profiles({ trust: [] }), { only: ["extension_Typo"] })',
  "validate(v.object({ city: v.string(), extension_Typo: v.string() }))",
  "validate(v.object({ extension_Seat: v.number() }))",
  'requestApproval({ show: ["jobTitle"] })',
  'verifyIdentity(experian({ fields: { telephone: "dispalyName" } }))',
  'beforeCreateUser([accessList()], { trust: "any", labels: { extension_Typo: "Number" } })',
  'beforeCreateUser([accessList()], { trust: "any", eventAttributes: ["ctiy"] })',
];

const imports = `import { accessList, assign, beforeCreateUser, experian, format, lookup, permittedValue, profiles, requestApproval, titleCase, upperCase, validate, verifyIdentity } from "entra-gatehouse";
import * as v from "valibot";
declare const anything: import("@standard-schema/spec").StandardSchemaV1;
`;

function compilerOutput(project: string): string {
  try {
    return execFileSync(
      process.execPath,
      [join(packageRoot, "node_modules/typescript/bin/tsc"), "--singleThreaded", "--project", project, "--pretty", "false"],
      {
        encoding: "utf8",
      },
    );
  } catch (error) {
    return (error as { stdout: string }).stdout;
  }
}

it("the compiler checks declared claims, but allows every other name, if tenant attributes are unknown", () => {
  const own = join(folder, "own-claim");
  mkdirSync(own);
  const lines = [
    'declare module "entra-gatehouse" { interface TenantAttributes { partner_tier: string } }',
    "format({ displayName: titleCase })",
    'assign({ city: "Seoul", partner_tier: "gold" })',
    "assign({ extension_Seats: 3 })",
    'permittedValue("extension_PartnerNumber")',
    'beforeCreateUser([accessList()], { trust: "any", labels: { extension_Code: "Code" }, eventAttributes: ["city", "partner_tier"] })',
    "assign({ partner_tier: 3 })",
  ];
  writeFileSync(join(own, "policy.ts"), imports + lines.join(";\n"));
  writeFileSync(join(own, "tsconfig.json"), JSON.stringify({ extends: "../../tsconfig.json", files: ["policy.ts"], include: [] }));
  const refused = [...compilerOutput(own).matchAll(/policy\.ts\((\d+),/g)].map(
    ([, line]) => lines[Number(line) - imports.split("\n").length],
  );
  expect(refused).toEqual(["assign({ partner_tier: 3 })"]);
});

describe("a clone with the attributes file", () => {
  /** A clone's folders, with a policy of its own. */
  function clone(name: string, policy: string): string {
    const root = join(folder, name);
    mkdirSync(join(root, "policy"), { recursive: true });
    copyFileSync(join(packageRoot, "policy", "tsconfig.json"), join(root, "policy", "tsconfig.json"));
    writeFileSync(join(root, "tsconfig.json"), JSON.stringify({ extends: "../../tsconfig.json" }));
    writeFileSync(join(root, "entra-attributes.ts"), entraAttributes);
    writeFileSync(join(root, "policy", "before-create-user.ts"), imports + policy);
    return root;
  }

  it("gives the policy's project the tenant's attributes, with collections as lists of texts", () => {
    const lines = ['assign({ extension_Tags: ["a"] as readonly string[] });', 'assign({ extension_Tags: "a" });', 'assign({ ctiy: "x" });'];
    const refused = compilerOutput(join(clone("policies", lines.join("\n")), "policy")).matchAll(/before-create-user\.ts\((\d+),/g);
    expect([...refused].map(([, line]) => lines[Number(line) - imports.split("\n").length])).toEqual(lines.slice(1));
  });

  // The rules' registry among it, which makes one of each rule.
  it("compiles all deployed and executed code with any tenant's attributes", () => {
    const root = clone("product", "");
    const { include } = JSON.parse(readFileSync(join(packageRoot, "tsconfig.json"), "utf8")) as { include: readonly string[] };
    const ours = include.filter((each) => !["policy", "samples", "test", "bench"].includes(each));
    const settings = { extends: "../../tsconfig.json", include: ["entra-attributes.ts", ...ours.map((each) => `../../${each}`)] };
    writeFileSync(join(root, "tsconfig.json"), JSON.stringify(settings));
    expect(compilerOutput(root)).toBe("");
  });
});

it("the attributes file is written in the formatter's style", () => {
  const biome = join(packageRoot, "node_modules/@biomejs/biome/bin/biome");
  const args = ["format", "--stdin-file-path=entra-attributes.ts"];
  expect(execFileSync(process.execPath, [biome, ...args], { encoding: "utf8", cwd: packageRoot, input: text })).toBe(text);
});

describe("a policy and the tenant's attributes", () => {
  const policy = join(folder, "policy");
  const lines = [...compiling, ...refused];
  let said = "";
  beforeAll(() => {
    mkdirSync(policy);
    const source =
      'import { assign, beforeCreateUser } from "entra-gatehouse";\nexport default beforeCreateUser([assign({ ctiy: "x" })]);\n';
    writeFileSync(join(policy, "before-create-user.ts"), `${source}import "./names";\n`);
    writeFileSync(join(policy, "names.ts"), imports + lines.map((line) => `${line};`).join("\n"));
    writeFileSync(join(folder, "entra-attributes.ts"), text);
    try {
      checkPolicyTypes(policy, join(folder, "entra-attributes.ts"));
    } catch (error) {
      expect(error).toBeInstanceOf(PolicyError);
      said = String(error);
    }
  });

  it("are compiled together before the policy is deployed or run", () => {
    expect(said).toMatch(/before-create-user\.ts\(2,\d+\): error/);
    expect(said).toMatch(/\nThe tenant has no attribute ctiy\. Did you mean city\?\n/);
    expect(said).toMatch(/\nThe tenant has no attribute extension_Seat\. Did you mean extension_Seats\?(\n|$)/);
    // It has that one, of another type.
    expect(said).not.toContain("no attribute extension_Tags");
  });

  it("match if the policy uses only names that the tenant has", () => {
    // In this repository the package's own sources are compiled, too.
    const found = [...said.matchAll(/^(?:PolicyError: )?(\S+?)\((\d+),/gm)].filter(([, file]) => !file?.endsWith("/before-create-user.ts"));
    const numbers = found.map(([, file, line]) => (file?.endsWith("/names.ts") ? Number(line) - imports.split("\n").length : -1));
    expect([...new Set(numbers)].map((number) => lines[number] ?? `${number}: ${said}`)).toEqual(refused);
  });

  it("allow every name if the tenant's attributes are unknown", () => expect(() => checkPolicyTypes(policy)).not.toThrow());
});
