import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import * as policyApi from "../../index";
import { packageRoot } from "../../lib/app-root";
import { loadTypeScript } from "../../lib/load-typescript";
import { referredExports } from "../../scripts/reference";
import type { Block } from "./pages";

/** What a page takes as given: names of the package that its fragment uses without importing them. */
function preamble(code: string): string {
  const used = (name: string) => new RegExp(`\\b${name}\\b`).test(code);
  const names = Object.keys(policyApi).filter((name) => used(name) && !code.includes("entra-gatehouse"));
  return [
    names.length > 0 ? `import { ${names.join(", ")} } from "entra-gatehouse";` : "",
    /\bv\./.test(code) && !code.includes("valibot") ? 'import * as v from "valibot";' : "",
    used("GatehouseSettings") && !code.includes("entra-gatehouse") ? 'import type { GatehouseSettings } from "entra-gatehouse/cdk";' : "",
    used("gatehouse") && !/\b(const|let) gatehouse\b/.test(code) ? 'declare const gatehouse: import("entra-gatehouse/cdk").Gatehouse;' : "",
  ].join(" ");
}

/** A fence may show several files, each begun by a comment with its name; one may import another. */
function filesOf({ code }: Block): readonly { readonly name: string; readonly code: string }[] {
  const parts = code.split(/^(?=\/\/ policy\/[\w-]+\.ts$)/m).filter((part) => part.trim() !== "");
  return parts.map((part, index) => ({ name: /^\/\/ policy\/([\w-]+)\.ts$/m.exec(part)?.[1] ?? `part-${index}`, code: part }));
}

const isPolicy = ({ code }: Block) => /\b(afterSignIn|beforeCreateUser|beforeSendingToken)\(/.test(code);

/** Why a file does not load; nothing if it does. */
function whyNot(file: string): readonly string[] {
  try {
    loadTypeScript(file);
    return [];
  } catch (error) {
    return [String(error)];
  }
}

const publicExports = referredExports();

/** An example of a docstring. Those of the files beside the reference are compiled with the project. */
export interface Example {
  readonly name: string;
  readonly entry: string;
  readonly example: string;
}

/** An example as a module: names of the package that it uses are imported. */
function toModule({ entry, example }: Example): string {
  const used = publicExports.filter((each) => each.entry === entry && new RegExp(`\\b${each.name}\\b`).test(example));
  const names = used.map(({ name, kind, typeOnly }) => (typeOnly || kind === "interface" || kind === "type" ? `type ${name}` : name));
  const imports = `import { ${names.join(", ")} } from "${entry}"; import * as v from "valibot"; void v;`;
  // Constructs are made in another one.
  const code = entry === "entra-gatehouse/cdk" ? `function example(this: import("constructs").Construct) {${example}}` : example;
  return `${imports}\n${code}`;
}

export interface Complaint {
  readonly of: Block | Example;
  /** As `page:line: message`, or `name: message`. */
  readonly text: string;
}

/**
 * What the compiler says of all blocks and examples, and why policies do not load. At once, as the compiler takes most of its time for the
 * types of the packages.
 */
export function compileCode(all: readonly Block[], examples: readonly Example[]): readonly Complaint[] {
  // Beside the project's own sources, so that its packages are found.
  const folder = mkdtempSync(join(packageRoot, ".docs-code-"));
  try {
    const ofBlocks = all.flatMap((block, index) =>
      filesOf(block).map(({ name, code }) => [`block-${index}/${name}.ts`, `${preamble(code)} export {};\n${code}`] as const),
    );
    const ofExamples = examples.map((each, index) => [`example-${index}/${each.name}.ts`, toModule(each)] as const);
    for (const [file, text] of [...ofBlocks, ...ofExamples]) {
      mkdirSync(join(folder, dirname(file)), { recursive: true });
      writeFileSync(join(folder, file), text);
    }
    const files = [...ofBlocks, ...ofExamples].map(([file]) => file);
    writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ extends: "../tsconfig.json", files, include: [] }));
    const inTypes = compilerLines(folder).map((line) => toComplaint(line, all, examples));
    const policies = all.filter((block) => isPolicy(block) && inTypes.every((complaint) => complaint.of !== block));
    const inLoading = policies.flatMap((block) =>
      filesOf(block)
        .flatMap(({ name }) => whyNot(join(folder, `block-${all.indexOf(block)}`, `${name}.ts`)))
        .map((why) => ({ of: block, text: `${block.page}:${block.line}: ${why}` })),
    );
    return [...inTypes, ...inLoading];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function toComplaint(line: string, all: readonly Block[], examples: readonly Example[]): Complaint {
  const [, kind, index, at, message] = /^.*?(block|example)-(\d+)\/[\w-]+\.ts\((\d+),\d+\): (.*)$/.exec(line) ?? [];
  const block = kind === "block" ? all[Number(index)] : undefined;
  if (block !== undefined) return { of: block, text: `${block.page}:${block.line + Number(at) - 2}: ${message}` };
  const example = kind === "example" ? examples[Number(index)] : undefined;
  if (example !== undefined) return { of: example, text: `${example.name}: ${message}` };
  throw new Error(line);
}

/** What the compiler says of a project, a line for each fault. */
function compilerLines(project: string): readonly string[] {
  const compiler = join(packageRoot, "node_modules/typescript/bin/tsc");
  const args = [compiler, "--singleThreaded", "--project", project, "--pretty", "false"];
  const { stdout } = spawnSync(process.execPath, args, { encoding: "utf8" });
  return stdout.split("\n").filter((line) => /^\S/.test(line));
}
