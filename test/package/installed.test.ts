import { execFile, execFileSync, spawnSync } from "node:child_process";
import {
  copyFileSync,
  cpSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join, relative } from "node:path";
import { promisify, stripVTControlCharacters } from "node:util";
import { gunzipSync } from "node:zlib";
import { appFiles } from "../../features/init/verbs/app-files";
import { packageRoot } from "../../lib/app-root";
import type { CaseResult } from "../../local/cases/run";
import { admitted, record } from "../cli/records";
import { gatehouse, jsonLines, type Ran, startInstance } from "../cli/support";
import { lockedPackages, pathsWith } from "../support/locked-packages";
import { usersNode } from "../support/users-node";
import { entraAttributes } from "../types/tenant";

// The package as a stranger meets it: packed by init in a clone, installed once as the app that init made says, without running any
// package's install script, and used by apps beside it that know nothing of this repository.

/** An app of ES modules, one of whose Gatehouses a CommonJS module makes. Its template is the only one that is looked at whole. */
const ownApp = {
  "app.js": `import { copyFileSync } from "node:fs";
import { App, Stack } from "aws-cdk-lib";
import { Bucket } from "aws-cdk-lib/aws-s3";
import { Gatehouse } from "entra-gatehouse/cdk";
import { addSuppliers } from "./suppliers.cjs";

const app = new App();
const stack = new Stack(app, "Portal");
new Bucket(stack, "Own");
new Gatehouse(stack, "Partners", { policy: "policy" });
addSuppliers(stack);
copyFileSync(app.synth().getStackByName("Portal").templateFullPath, "portal.json");
`,
  "suppliers.cjs": `const { Gatehouse } = require("entra-gatehouse/cdk");
exports.addSuppliers = (stack) => new Gatehouse(stack, "Suppliers", { policy: "samples/policies/domains" });
`,
};

/** Runs many commands, or the cases of many folders, in one process: to load the package for each would take minutes. */
const programs = {
  "commands.cjs": `const { runCommand } = require("./node_modules/entra-gatehouse/dist/node/cli/main.js");
const kept = (ran, stream) => ({ write: (text) => (ran[stream] += text) });
(async () => {
  const all = [];
  for (const args of require("./asked.json")) {
    const ran = { stdout: "", stderr: "" };
    const exitCode = await runCommand(args, { stdout: kept(ran, "stdout"), stderr: kept(ran, "stderr") });
    all.push({ ...ran, exitCode });
  }
  console.log(JSON.stringify(all));
})();
`,
  "cases.cjs": `const { runCases } = require("./node_modules/entra-gatehouse/dist/node/local/cases/run.js");
(async () => {
  const all = [];
  for (const name of process.argv.slice(2)) all.push(...(await runCases("policies/" + name)).results);
  console.log(JSON.stringify(all));
})();
`,
};

/** What a policy makes and this package reads, or the reverse: a source's word, a failed call, an address that is not there. */
const crossing = {
  "policies/crossing/before-create-user.ts": `import { beforeCreateUser, defineRule, http, lookup, NotAsked, prefill, type Source, UpstreamError, pass } from "entra-gatehouse";
import * as v from "valibot";

const badges: Source = {
  name: "badges",
  uses: [],
  find: ({ attributes: { city } }) => (city === "Busan" ? { displayName: "Guard" } : new NotAsked("untrusted")),
};
const hr = http({
  name: "hr",
  url: "https://hr.contoso.com/people/{jobTitle}",
  schema: v.object({ city: v.string() }),
  attributes: ({ city }) => ({ city }),
  onFailure: "continue",
});
const risk = defineRule("risk", ({ signUp: { attributes } }) => {
    if (attributes.state === "down") throw new UpstreamError({ service: "risk", kind: "failed", status: 503 });
    return pass();
  }, { refuses: "people while their risk is unknown", sets: [] });
export default beforeCreateUser([prefill(hr), lookup(badges, { only: ["displayName"], notFound: "continue" }), risk]);
`,
  "policies/crossing/cases/cases.json": JSON.stringify({
    answers: { hr: { status: 503 } },
    cases: [
      {
        name: "a source that cannot be asked keeps people out",
        request: { email: "kim@contoso.com", attributes: { jobTitle: "Guard" } },
        expect: { verdict: "block", reason: "lookup.address-unproven" },
      },
      {
        name: "a failed call that may be done without lets people in",
        request: { email: "kim@contoso.com", attributes: { city: "Busan", jobTitle: "Guard" } },
        expect: { verdict: "continue" },
      },
    ],
  }),
};

let folder: string;
/** The app that init made in a clone, where the packages are installed. */
let mine: string;
let made: ReturnType<typeof spawned>;
let tarball: string;

beforeAll(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "gatehouse-package-")));
  mine = join(folder, "mine");
  made = spawned(usersNode, packageRoot, [join("bin", "entra-gatehouse.mjs"), "init", mine]);
  tarball = join(mine, readManifest(mine).dependencies["entra-gatehouse"].replace("file:", ""));
  installPackages();
}, 300_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Installs what the app lists. What npm would put into `.bin` is there before, or it would fetch the packages again. */
function installPackages(): void {
  const { dependencies, devDependencies } = readManifest(mine);
  const names = Object.keys({ ...dependencies, ...devDependencies }).filter((name) => lockedPackages[`node_modules/${name}`] !== undefined);
  const shipped = Object.keys(lockedPackages).filter((where) => where !== "" && !lockedPackages[where]?.dev);
  for (const where of new Set([...shipped, ...pathsWith(names)])) linkPackage(where);
  const [from, to] = [packageRoot, mine].map((root) => join(root, "node_modules", ".bin")) as [string, string];
  mkdirSync(to);
  for (const entry of readdirSync(from, { withFileTypes: true }).filter((each) => each.isSymbolicLink())) {
    const target = readlinkSync(join(from, entry.name));
    if (existsSync(join(to, target))) symlinkSync(target, join(to, entry.name));
  }
  const args = ["install", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline", "--loglevel=error"];
  const { status, stderr } = spawned("npm", mine, args);
  if (status !== 0) throw new Error(`npm install: ${stderr}`);
}

const readManifest = (app: string) => JSON.parse(readFileSync(join(app, "package.json"), "utf8"));

/**
 * Puts a package of this repository where npm would unpack it. npm keeps of these packages what a package declares, takes away
 * the rest and fetches what is missing: the installation is as from a registry, without unpacking 300 MB.
 */
function linkPackage(where: string): void {
  const from = join(packageRoot, where);
  if (!existsSync(from)) return; // One for another system.
  mkdirSync(join(mine, where), { recursive: true });
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    if (entry.name === "node_modules") continue; // Each package in it has its own place in the lock.
    if (entry.isDirectory()) linkPackage(join(where, entry.name));
    else linkFile(join(from, entry.name), join(mine, where, entry.name));
  }
}

function linkFile(from: string, to: string): void {
  try {
    linkSync(from, to);
  } catch {
    copyFileSync(from, to); // On another file system.
  }
}

/** Runs a program of node_modules or a file, as a person in that folder would, without what this process adds for tests. */
function run(cwd: string, ...args: readonly string[]) {
  return spawned(usersNode, cwd, args);
}

function spawned(program: string, cwd: string, args: readonly string[], more: NodeJS.ProcessEnv = {}) {
  // Colours would stand between a name and its line.
  const { NODE_OPTIONS, FORCE_COLOR, ...rest } = process.env;
  const env = { ...rest, CDK_OUTDIR: "cdk.out", ...more };
  const shell = program === "npm" && process.platform === "win32";
  const { status, stdout, stderr } = spawnSync(program, args, { cwd, encoding: "utf8", shell, env });
  return { status, stdout: stripVTControlCharacters(stdout), stderr };
}

const installed = () => join(mine, "node_modules", "entra-gatehouse");
const cli = () => join(installed(), "bin", "entra-gatehouse.mjs");

/** An app beside the installation, which it shares. */
function makeApp(name: string, files: Readonly<Record<string, string>>): string {
  const app = join(folder, name);
  mkdirSync(app);
  cpSync(join(installed(), "policy"), join(app, "policy"), { recursive: true });
  for (const [file, text] of Object.entries(files)) writeFileSync(join(app, file), text);
  return sharePackages(app);
}

function sharePackages(app: string): string {
  symlinkSync(join(mine, "node_modules"), join(app, "node_modules"), "junction");
  return app;
}

/** Runs commands in one process. @param app a folder with `commands.cjs` */
async function runCommands(app: string, commands: readonly (readonly string[])[]): Promise<readonly Ran[]> {
  writeFileSync(join(app, "asked.json"), JSON.stringify(commands));
  return JSON.parse(await runBeside(app, "commands.cjs"));
}

/** The same while a server of this process answers it. */
async function runBeside(cwd: string, ...args: readonly string[]): Promise<string> {
  const { NODE_OPTIONS, FORCE_COLOR, ...env } = process.env;
  return (await promisify(execFile)(usersNode, args, { cwd, env, maxBuffer: 100_000_000 })).stdout;
}

/** What `start` says as it ends, of an app that it cannot serve. */
function startedInVain(app: string): string {
  const { status, stderr } = run(app, cli(), "start", "--ephemeral", "--json", "--port", "0");
  expect(status).toBe(1);
  return stderr
    .split("\n")
    .filter((line) => !line.startsWith("Building "))
    .join("\n");
}

/** Every file below a folder that speaks of this repository's place. */
function filesNamingUs(where: string): readonly string[] {
  return readdirSync(where, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => readFileSync(file).includes(packageRoot));
}

describe("the packed file", () => {
  it("shows no time, place or user of its packing, and is small", () => {
    const { members, bytes } = tarMembers(tarball);
    expect(members.length).toBeGreaterThan(1_000);
    expect(new Set(members.map(({ mode, owner, time }) => `${mode} ${owner} ${time}`))).toEqual(
      new Set(["644 0:0 1985-10-26T08:15:00.000Z", "755 0:0 1985-10-26T08:15:00.000Z"]),
    );
    expect(members.map(({ name }) => name)).toEqual(expect.arrayContaining(["package/LICENSE", "package/THIRD-PARTY-NOTICES.md"]));
    expect(bytes).toBeLessThan(4_200_000);
  });

  it("holds this repository's compiled modules and no others", () => {
    const modules = tarMembers(tarball).members.flatMap(({ name }) => /^package\/dist\/(?:node|bundle)\/(.+)\.js$/.exec(name)?.[1] ?? []);
    const hasSource = (module: string) => [".ts", ".tsx"].some((ending) => existsSync(join(packageRoot, `${module}${ending}`)));
    expect(modules.filter((module) => !hasSource(module))).toEqual([]);
  });
});

/** The members of a packed file, as their headers have them. */
function tarMembers(file: string) {
  const packed = readFileSync(file);
  const tar = gunzipSync(packed);
  const members: { readonly name: string; readonly mode: string; readonly owner: string; readonly time: string }[] = [];
  for (let at = 0; tar[at] !== 0; ) {
    const text = (from: number, length: number) => tar.toString("utf8", at + from, at + from + length).replace(/\0.*$/s, "");
    const number = (from: number, length: number) => Number.parseInt(text(from, length).trim() || "0", 8);
    const [mode, uid, gid, size, time] = [number(100, 8), number(108, 8), number(116, 8), number(124, 12), number(136, 12)];
    const name = text(345, 155) === "" ? text(0, 100) : `${text(345, 155)}/${text(0, 100)}`;
    members.push({ name, mode: mode.toString(8), owner: `${uid}:${gid}`, time: new Date(time * 1_000).toISOString() });
    at += 512 * (1 + Math.ceil(size / 512));
  }
  return { members, bytes: packed.length };
}

describe("a user's app", () => {
  it("synthesizes two Gatehouses beside its own resource, but start serves at most one", () => {
    const app = makeApp("own", {
      "package.json": JSON.stringify({ type: "module" }),
      "cdk.json": JSON.stringify({ app: "node app.js", context: { "aws:cdk:bundling-stacks": [] } }),
      ...ownApp,
    });
    expect(startedInVain(app)).toMatch(
      /^The app has 2 Gatehouses \(Portal\/Partners, Portal\/Suppliers\), but only one can be served: .*\n$/,
    );
    const { Resources, Outputs } = JSON.parse(readFileSync(join(app, "portal.json"), "utf8"));
    const types = (Object.values(Resources) as { Type: string }[]).map(({ Type }) => Type);
    expect(types.filter((each) => each === "AWS::ApiGateway::RestApi")).toHaveLength(2);
    expect(types).toContain("AWS::S3::Bucket");
    expect(Object.keys(Outputs)).toEqual(expect.arrayContaining(["PartnersCredentialsSecret", "SuppliersCredentialsSecret"]));
  });

  it("has no trace of the repository, and no source except policies to start from", () => {
    expect(filesNamingUs(installed())).toEqual([]);
    const sources = readdirSync(installed(), { recursive: true }).filter((file) => /(?<!\.d)\.tsx?$/.test(String(file)));
    expect(sources.filter((file) => !/^(policy|samples)\b/.test(String(file)))).toEqual([]);
  });
});

/** A construct around a Gatehouse, whose declarations the compiler is to write. */
function portal(): string {
  const getters = ["extension", "approvals", "approvalApi", "rotation", "console", "accounts", "bus"];
  const constructs = ["Gatehouse", "SignUpStep", "RetainedTable", "Alarms", "Credentials", "CustomDomain", "LoggedHttpApi"];
  const features = ["ExtensionApi", "Approvals", "ApprovalApi", "ConnectorRotation", "Console", "EventQueue", "Notifications", "AuditLog"];
  const all = [...constructs, ...features, "Arrivals", "GroupMembership", "GatehouseStack"];
  const internal: Readonly<Record<string, string>> = {
    Gatehouse: "facts, features, answeringDefaults, tableDefaults, secretDefaults, records, answering,",
    SignUpStep: "props,",
  };
  return `import type { App } from "aws-cdk-lib";
import { Construct } from "constructs";
import { Gatehouse, loadPolicyFolder, readSettings } from "entra-gatehouse/cdk";
import type * as cdk from "entra-gatehouse/cdk";

${all.map((name) => `export const properties${name} = ({ ${internal[name] ?? ""} ...of }: cdk.${name}) => of;`).join("\n")}

export const steps = loadPolicyFolder("policy");
export const settings = (app: App) => ({ props: readSettings(app) });

export class Portal extends Construct {
  readonly gatehouse = new Gatehouse(this, "SignUp", { policy: "policy" });
${getters.map((name) => `  readonly ${name} = this.gatehouse.${name};`).join("\n")}
  readonly blocks = this.gatehouse.metricDecisions({ verdict: "block" });
  readonly options: cdk.DecisionMetricOptions = { step: "before-create-user" };
  readonly list = this.gatehouse.tables.accessList;
}
`;
}

describe("policies in a user's app", () => {
  const samples = readdirSync(join(packageRoot, "samples", "policies"), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);
  let app: string;
  beforeAll(() => {
    app = makeApp("policies", { "package.json": "{}", "settings.ts": 'export default { policy: "policies/lookup" };\n', ...programs });
    cpSync(join(packageRoot, "samples", "policies"), join(app, "policies"), { recursive: true });
    mkdirSync(join(app, "policies", "crossing", "cases"), { recursive: true });
    for (const [file, text] of Object.entries(crossing)) writeFileSync(join(app, file), text);
  });

  it("pass their cases", async () => {
    const results = JSON.parse(await runBeside(app, "cases.cjs", ...samples, "crossing")) as readonly CaseResult[];
    expect(results.length).toBeGreaterThan(samples.length);
    expect(results.filter(({ right }) => !right)).toEqual([]);
  }, 240_000);

  it("are explained and previewed as in the repository", async () => {
    const instance = await startInstance();
    await instance.putRow({ entry: "contoso.com", effect: "allow" });
    await instance.decisions.keep(admitted("kim", 1), 90);
    await instance.decisions.keep(record("lee", 1, { step: "after-sign-in", issuers: ["google.com"] }), 90);
    const askedIn = (policies: string) =>
      samples.flatMap((name): readonly (readonly string[])[] => {
        const options = ["--json", "--policy", `${policies}/${name}`, ...instance.local];
        // Nobody proves the second address: what asks by it is not asked.
        return [
          ["why", "kim@contoso.com", "--issuer", "google.com", ...options],
          ["why", "kim@woodgrove.com", "--issuer", "facebook.com", ...options],
          ["preview", ...options],
        ];
      });
    const call = [
      "why",
      "kim@woodgrove.com",
      "--issuer",
      "facebook.com",
      "--call",
      "--json",
      "--policy",
      "policies/lookup",
      ...instance.local,
    ];
    const [called, ...here] = await runCommands(app, [call, ...askedIn("policies")]);
    const there: Ran[] = [];
    for (const args of askedIn("samples/policies")) there.push(await gatehouse(...args));
    await instance.close();
    // They ran at different times and in different folders.
    const told = (ran: Ran) => ({
      ...ran,
      stdout: jsonLines(ran).map((line) => ({ ...(line as object), policy: undefined, since: undefined })),
    });
    expect(here.map(told)).toEqual(there.map(told));
    expect(told(called as Ran)).toMatchObject({ exitCode: 2, stdout: [{ verdict: "block", reasons: ["lookup.address-unproven"] }] });
  }, 240_000);

  it("can be compared to find a person whom only the draft lets in", () => {
    const [lookup, draft] = ["lookup", "lenient"].map((name) => join(app, "policies", name)) as [string, string];
    cpSync(lookup, draft, { recursive: true });
    const file = join(draft, "before-create-user.ts");
    const policy = readFileSync(file, "utf8");
    const open = policy.replace('notFound: "block"', 'notFound: "block", untrusted: "continue"');
    writeFileSync(file, open.replace("trust:", 'admitsEverybody: "A draft.", trust:'));
    const found = run(app, cli(), "preview", "--find", "admitted", "--seconds", "3", "--policy", "policies/lenient");
    expect({ ...found, draft: readFileSync(file, "utf8") === policy }).toEqual({
      status: 2,
      stdout: expect.stringContaining("lookup.address-unproven"),
      stderr: "",
      draft: false,
    });
  }, 60_000);
});

describe("init", () => {
  it("writes an app from a clone, names the next steps, and the app synthesizes", () => {
    expect(made).toMatchObject({ status: 0, stdout: expect.stringContaining("\n  npm install\n"), stderr: "" });
    const { app: command } = JSON.parse(readFileSync(join(mine, "cdk.json"), "utf8")) as { app: string };
    expect(run(mine, ...command.split(" ").slice(1))).toMatchObject({ status: 0 });
    expect(readdirSync(join(mine, "cdk.out"))).toContain("Gatehouse.template.json");
    expect(filesNamingUs(join(mine, "cdk.out"))).toEqual([]);

    // What is wrong with the app is said in a sentence, without a stack trace.
    const settings = join(mine, "settings.ts");
    const right = readFileSync(settings, "utf8");
    writeFileSync(settings, right.replace('policy: "policy"', 'policy: "nowhere"'));
    const { status, stderr } = run(mine, ...command.split(" ").slice(1));
    writeFileSync(settings, right);
    expect({ status, stderr }).toEqual({ status: 1, stderr: expect.stringMatching(/^[^\n]*nowhere[^\n]*\n$/) });
  });

  it("installs the whole package from the packed file in the app, and not from a registry", () => {
    expect(readManifest(mine).dependencies["entra-gatehouse"]).toBe(`file:vendor/${basename(tarball)}`);
    const files = readdirSync(installed(), { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    const paths = files.map((entry) => join("package", relative(installed(), entry.parentPath), entry.name).replaceAll("\\", "/"));
    expect(paths.sort()).toEqual(
      tarMembers(tarball)
        .members.map(({ name }) => name)
        .sort(),
    );
  });

  /** In place of npm, which packs the same files again: a program that writes down its call, and hands out the packed file. */
  function copyingNpm(): string {
    const program = join(folder, "npm-cli.cjs");
    const [from, name, calls] = [tarball, basename(tarball), join(folder, "npm-calls.json")].map((each) => JSON.stringify(each));
    const copy = `require("node:fs").copyFileSync(${from}, require("node:path").join(process.argv.at(-1), ${name}));`;
    const note = `require("node:fs").writeFileSync(${calls}, JSON.stringify({ cwd: process.cwd(), args: process.argv.slice(2, -1) }));`;
    writeFileSync(program, `${copy}\n${note}\nconsole.log(JSON.stringify([{ filename: ${name} }]));\n`);
    return program;
  }

  const quoted = "Contoso's gate_v1.2";

  it("starts from a sample, packs the running package, and quotes the folder's name in its next steps", () => {
    const args = [cli(), "init", quoted, "--from", "services", "--package-manager", "pnpm"];
    const who = {
      GIT_AUTHOR_NAME: "Kim",
      GIT_AUTHOR_EMAIL: "kim@contoso.com",
      GIT_COMMITTER_NAME: "Kim",
      GIT_COMMITTER_EMAIL: "kim@contoso.com",
    };
    const begun = spawned(usersNode, folder, args, { npm_execpath: copyingNpm(), ...who });
    expect(begun).toMatchObject({ status: 0, stderr: "" });
    expect(begun.stdout).toContain("\n  cd 'Contoso'\\''s gate_v1.2'\n  pnpm install\n  npm run gate -- start\n");
    expect(JSON.parse(readFileSync(join(folder, "npm-calls.json"), "utf8"))).toEqual({
      cwd: installed(),
      args: ["pack", "--ignore-scripts", "--json", "--pack-destination"],
    });
    expect(execFileSync("git", ["log", "--format=%s"], { cwd: join(folder, quoted), encoding: "utf8" })).toBe("First policy\n");
    const app = sharePackages(join(folder, quoted));
    expect(readManifest(app).name).toBe("contoso-s-gate_v1.2");
    for (const file of ["policy/cases/services.json", "policy/answers/crm.json"]) {
      const { $schema } = JSON.parse(readFileSync(join(app, file), "utf8"));
      expect(existsSync(join(app, file, "..", $schema))).toBe(true);
    }
  }, 120_000);

  it("starts from an answer to who may sign up", () => {
    const args = [cli(), "init", "answered", "--who", "domains", "--domain", "wingtiptoys.com"];
    expect(spawned(usersNode, folder, args, { npm_execpath: copyingNpm() })).toMatchObject({ status: 0, stderr: "" });
    const app = sharePackages(join(folder, "answered"));
    expect(readFileSync(join(app, "policy/who.ts"), "utf8")).toContain('domains: ["wingtiptoys.com"]');
    expect(readdirSync(join(app, "policy/cases"))).toEqual(["who.json"]);
    const { $schema } = JSON.parse(readFileSync(join(app, "policy/cases/who.json"), "utf8"));
    expect(existsSync(join(app, "policy/cases", $schema))).toBe(true);
  }, 120_000);

  // As Node resolves modules: the app's own tsconfig.json resolves them as a bundler does.
  it("writes an app that compiles with tenant attributes and an outer construct, but not with wrong types or attributes", () => {
    writeFileSync(join(mine, "entra-attributes.ts"), entraAttributes);
    const suppliers = join("policies", "suppliers", "before-create-user.ts");
    mkdirSync(join(mine, dirname(suppliers)), { recursive: true });
    writeFileSync(join(mine, suppliers), "export default 1 satisfies string;\n");
    const own = join("policy", "own.ts");
    const rules = ['assign({ extension_Tags: ["a"] })', 'assign({ extension_Tags: "a" })', 'assign({ extension_Typo: "a" })'];
    writeFileSync(join(mine, own), `import { assign } from "entra-gatehouse";\nexport default [\n${rules.join(",\n")},\n];\n`);
    const construct = join("bin", "construct.ts");
    const options = ["decisionDays: 30", "decisionDay: 30"].map((option) => `{ policy: "policy", ${option} }`);
    const stacks = options.map((given) => `new GatehouseStack(new App(), "Gatehouse", ${given});\n`);
    const imports = `import { App } from "aws-cdk-lib";\nimport { GatehouseStack } from "entra-gatehouse/cdk";\n`;
    writeFileSync(join(mine, construct), imports + stacks.join(""));
    const around = join("bin", "portal.ts");
    writeFileSync(join(mine, around), portal());
    const tsc = join("node_modules", "typescript", "bin", "tsc");
    const declarations = ["--noEmit", "false", "--declaration", "--emitDeclarationOnly", "--rootDir", ".", "--outDir", "built"];
    const { status, stdout } = run(
      mine,
      tsc,
      "--singleThreaded",
      "--module",
      "nodenext",
      "--moduleResolution",
      "nodenext",
      ...declarations,
    );
    const declared = readFileSync(join(mine, "built", "bin", "portal.d.ts"), "utf8");
    for (const made of ["entra-attributes.ts", "policies", "built", own, construct, around]) rmSync(join(mine, made), { recursive: true });
    const refused = [...stdout.matchAll(/^(\S+?)\((\d+),/gm)].map(([, file, line]) => ({ file, line: Number(line) }));
    // TypeScript 7 ends with 1, the versions before it with 2.
    expect({ failed: status !== 0, refused }).toEqual({
      failed: true,
      refused: [
        { file: construct, line: 4 },
        { file: suppliers, line: 1 },
        { file: own, line: 4 },
        { file: own, line: 5 },
      ],
    });
    expect(declared).toContain("readonly list: cdk.RetainedTable;");
  }, 60_000);

  it("writes an app whose npm test compiles it, then reports each missing await, before it runs the cases", () => {
    expect(readManifest(mine).scripts).toMatchObject({ lint: "oxlint", test: "tsc && oxlint && entra-gatehouse test" });
    mkdirSync(join(mine, "policies", "forgetful"), { recursive: true });
    const source = `import { beforeCreateUser, defineRule, service, pass } from "entra-gatehouse";
const crm = service("crm", { url: "https://crm.contoso.com/api" });
const forgetful = defineRule("forgetful", async ({ services }) => {
    const ask = () => services.call("crm", { path: "/partners" });
    services.call("crm", { path: "/partners" }); // found
    ask(); // found
    ["a"].forEach(async () => { // found
      await ask();
    });
    ["a"].map(ask); // found
    void ask();
    await ask();
    return pass();
  }, { uses: [crm] });
export default beforeCreateUser([forgetful]);
`;
    writeFileSync(join(mine, "policies", "forgetful", "before-create-user.ts"), source);
    const { status, stdout } = spawned("npm", mine, ["test"]);
    rmSync(join(mine, "policies"), { recursive: true });
    const found = [...stdout.matchAll(/([\w/]+)\/before-create-user\.ts:(\d+):/g)].map(([, at, line]) => `${at}:${line}`);
    const marked = source.split("\n").flatMap((line, index) => (line.endsWith("// found") ? `policies/forgetful:${index + 1}` : []));
    expect({ status, found, faults: stdout.match(/\.\w+:\d+:/g)?.length }).toEqual({ status: 1, found: marked, faults: marked.length });
    expect(stdout).not.toContain("cases are right");
  }, 120_000);

  it("writes apps that run their cases, and find the package's samples by the same names as in the clone", async () => {
    const elsewhere = {
      services: join(quoted, "policy"),
      answered: join("answered", "policy"),
      lookup: join("policies", "policies", "lookup"),
      crossing: join("policies", "policies", "crossing"),
      modules: join("own", "policy"),
    };
    for (const [name, from] of Object.entries(elsewhere)) cpSync(join(folder, from), join(mine, "policies", name), { recursive: true });
    writeFileSync(join(mine, "policies", "modules", "package.json"), JSON.stringify({ type: "module" }));
    const copied = Object.keys(elsewhere).map((name) => [name, { policy: `policies/${name}` }]);
    const settings = { policy: "policy", gates: Object.fromEntries(copied) };
    for (const [file, text] of Object.entries(programs)) writeFileSync(join(mine, file), text);
    const runWith = (chosen: object, ...commands: readonly (readonly string[])[]) => {
      writeFileSync(join(mine, "settings.ts"), `export default ${JSON.stringify(chosen)};\n`);
      return runCommands(mine, commands);
    };
    const [ofGates] = await runWith(settings, ["test"]);
    const sample = "samples/policies/domains";
    const [ofSample, doctor] = await runWith({ policy: sample }, ["test", "--policy", sample], ["doctor"]);
    const right = { exitCode: 0, stderr: "", stdout: expect.stringMatching(/^(\d+) of \1 cases are right\.\n$/m) };
    expect([ofGates, ofSample]).toEqual([right, right]);
    for (const name of Object.keys(settings.gates)) expect(ofGates?.stdout).toContain(name);
    expect(doctor?.stdout).toMatch(/^ok {2}policy$/m);
  }, 120_000);

  it.each([
    { manager: "npm", name: "mine", file: undefined, manifest: { allowScripts: { "classic-level": false, esbuild: false } } },
    { manager: "pnpm", name: quoted, file: "pnpm-workspace.yaml", manifest: {} },
  ])("writes only the files that $manager reads", ({ name, file, manifest }) => {
    const app = join(folder, name);
    const theirs = ["pnpm-workspace.yaml", ".yarnrc.yml"].filter((each) => existsSync(join(app, each)));
    expect(theirs).toEqual(file === undefined ? [] : [file]);
    expect(readManifest(app)).toMatchObject(manifest);
  });

  it("writes only the files that yarn reads", () => {
    const files = appFiles({ name: "by-yarn", packed: "vendor/entra-gatehouse.tgz", packageManager: "yarn" });
    expect(Object.keys(files).filter((file) => ["pnpm-workspace.yaml", ".yarnrc.yml"].includes(file))).toEqual([".yarnrc.yml"]);
    expect(JSON.parse(files["package.json"] as string)).toMatchObject({ dependenciesMeta: { esbuild: { built: false } } });
    expect(files["README.md"]).toContain("\nyarn install\n");
  });

  it("lists the available samples", () => {
    const { status, stderr } = run(folder, cli(), "init", "from-nothing", "--from", "../policy");
    expect({ status, stderr }).toEqual({
      status: 1,
      stderr: expect.stringMatching(
        /^There is no sample policy \.\.\/policy: --from takes one of applications, .*vendor-then-person, .*who-open\.\n$/,
      ),
    });
    expect(existsSync(join(folder, "from-nothing"))).toBe(false);
  });

  it("refuses a folder that is not empty, and leaves it unchanged", () => {
    const app = makeApp("taken", {});
    const before = readdirSync(app);
    const said = "taken is not empty: name a folder that does not exist yet, or is empty.\n";
    expect(run(folder, cli(), "init", "taken")).toEqual({ status: 1, stdout: "", stderr: said });
    expect(readdirSync(app)).toEqual(before);
    expect(readdirSync(folder).filter((name) => name.startsWith(".entra"))).toEqual([]);
  });
});

describe("start", () => {
  it.each([
    {
      name: "without-cdk-json",
      files: { "package.json": "{}" },
      says: /^There is no cdk\.json in .*without-cdk-json: run this in the folder of your CDK app, or make one with init\.\n$/,
    },
    {
      name: "without-app",
      files: { "cdk.json": "{}" },
      says: /cdk\.json does not say how to run the app: /,
    },
  ] as { name: string; files: Record<string, string>; says: RegExp }[])(
    "names in one sentence what it cannot serve: $name",
    ({ name, files, says }) => expect(startedInVain(makeApp(name, files))).toMatch(says),
  );
});
