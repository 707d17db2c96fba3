import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as policyApi from "../../index";
import { loadTypeScript } from "../../lib/load-typescript";
import { packageRoot } from "../../lib/package-root";
import { type Block, blocks } from "./pages";

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

interface Complaint {
  readonly block: Block;
  /** As `page:line: message`. */
  readonly text: string;
}

/**
 * What the compiler says of all blocks, and why policies do not load. At once, as the compiler takes most of its time for the types of the
 * packages.
 */
function complaints(all: readonly Block[]): readonly Complaint[] {
  // Beside the project's own sources, so that its packages are found.
  const folder = mkdtempSync(join(packageRoot, ".docs-code-"));
  try {
    const files = all.flatMap((block, index) =>
      filesOf(block).map(({ name, code }) => {
        const file = `block-${index}/${name}.ts`;
        mkdirSync(join(folder, `block-${index}`), { recursive: true });
        writeFileSync(join(folder, file), `${preamble(code)} export {};\n${code}`);
        return file;
      }),
    );
    writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ extends: "../tsconfig.json", files, include: [] }));
    const inTypes = compilerLines(folder).map((line) => {
      const [, place, index, at, message] = /^(.*?block-(\d+)\/[\w-]+\.ts)\((\d+),\d+\)(.*)$/.exec(line) ?? [];
      if (place === undefined) throw new Error(line);
      const block = all[Number(index)] as Block;
      return { block, text: `${block.page}:${block.line + Number(at) - 2}${message}` };
    });
    const policies = all.filter((block) => isPolicy(block) && inTypes.every((complaint) => complaint.block !== block));
    const inLoading = policies.flatMap((block) =>
      filesOf(block)
        .flatMap(({ name }) => whyNot(join(folder, `block-${all.indexOf(block)}`, `${name}.ts`)))
        .map((why) => ({ block, text: `${block.page}:${block.line}: ${why}` })),
    );
    return [...inTypes, ...inLoading];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What the compiler says of a project, a line for each fault. */
function compilerLines(project: string): readonly string[] {
  const compiler = join(packageRoot, "node_modules/typescript/bin/tsc");
  const args = [compiler, "--singleThreaded", "--project", project, "--pretty", "false"];
  const { stdout } = spawnSync(process.execPath, args, { encoding: "utf8" });
  return stdout.split("\n").filter((line) => /^\S/.test(line));
}

const inLanguage = (language: string) => blocks.filter((block) => block.language === language);

describe("TypeScript", () => {
  const made = (code: string) => ({ page: "README.md", line: 10, language: "ts", code: `export default ${code};\n` });
  const misspelt = made("beforeCreateUser([\n  accessLst(),\n])");
  const open = made('beforeCreateUser([accessList({ otherwise: "continue" })])');
  let found: readonly Complaint[];
  beforeAll(() => {
    found = complaints([...inLanguage("ts"), misspelt, open]);
  });
  const textsOf = (block: Block) => found.filter((complaint) => complaint.block === block).map(({ text }) => text);

  it("compiles in every block, and every policy loads", () => {
    expect(inLanguage("ts").length).toBeGreaterThan(20);
    expect(inLanguage("ts").flatMap(textsOf)).toEqual([]);
  });

  it("that does not compile is found, and a policy that does not load", () => {
    expect(textsOf(misspelt)).toEqual([expect.stringMatching(/^README\.md:11: error TS2304/)]);
    expect(textsOf(open)).toEqual([
      expect.stringMatching(/^README\.md:10: TypeError: The policy for before-create-user lets everybody in/),
    ]);
  });
});

it.each(inLanguage("json"))("$page:$line is JSON", ({ code }) => {
  expect(() => JSON.parse(code)).not.toThrow();
});
