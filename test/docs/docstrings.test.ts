import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as policyApi from "../../index";
import { packageRoot } from "../../lib/package-root";

/** A name that policies may import, and what stands above its declaration. */
interface PublicExport {
  readonly name: string;
  readonly isType: boolean;
  readonly file: string;
  readonly docstring: string;
}

function exportsOf(file: string, list: string): readonly PublicExport[] {
  const source = readFileSync(join(packageRoot, file), "utf8");
  return list
    .split(",")
    .map((each) => each.trim().replace("type ", ""))
    .filter((name) => name !== "")
    .map((name) => {
      const declaration = new RegExp(`/\\*\\*((?:(?!\\*/)[\\s\\S])*)\\*/\\nexport (?:interface|type|class|function|const) ${name}\\b`);
      return { name, isType: !(name in policyApi), file, docstring: (declaration.exec(source)?.[1] ?? "").replace(/^ *\* ?/gm, "").trim() };
    });
}

const publicExports = [...readFileSync(join(packageRoot, "index.ts"), "utf8").matchAll(/export (?:type )?\{([^}]*)\} from "\.\/(.*)";/g)]
  .flatMap(([, list = "", module = ""]) => exportsOf(`${module}.ts`, list))
  .map((each) => ({ ...each, example: /@example\n([\s\S]*)$/.exec(each.docstring)?.[1] }));

/** What the compiler says of examples, `NAME: message` each. A name of the package that an example uses is imported for it. */
function complaints(examples: readonly { readonly name: string; readonly example: string }[]): readonly string[] {
  const imported = (code: string) => publicExports.map(({ name }) => name).filter((name) => new RegExp(`\\b${name}\\b`).test(code));
  // Beside the project's own sources, so that its packages are found.
  const folder = mkdtempSync(join(packageRoot, ".docs-code-"));
  try {
    for (const { name, example } of examples) {
      const preamble = `import { ${imported(example).join(", ")} } from "entra-gatehouse"; import * as v from "valibot"; export {};`;
      writeFileSync(join(folder, `${name}.ts`), `${preamble}\n${example}`);
    }
    const files = examples.map(({ name }) => `${name}.ts`);
    const compilerOptions = { verbatimModuleSyntax: false };
    writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ extends: "../tsconfig.json", compilerOptions, files, include: [] }));
    execFileSync(process.execPath, [join(packageRoot, "node_modules/typescript/bin/tsc"), "--project", folder, "--pretty", "false"]);
    return [];
  } catch (error) {
    const output = String((error as { stdout?: Buffer }).stdout ?? error);
    return output
      .trim()
      .split("\n")
      .map((line) => line.replace(/^\S*?(\w+)\.ts\(\d+,\d+\)/, "$1"));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

it.each(publicExports)("$name says what it is for ($file)", ({ docstring }) => expect(docstring).toMatch(/^[A-Z][\s\S]*[.:]/));

it.each(publicExports.filter(({ isType }) => !isType))("$name shows how it is used ($file)", ({ example }) =>
  expect(example).toMatch(/\S/),
);

it("every example compiles", () => {
  const examples = publicExports.flatMap(({ name, example }) => (example === undefined ? [] : [{ name, example }]));
  expect(examples.length).toBeGreaterThan(25);
  expect(complaints(examples)).toEqual([]);
});

it("an example that does not compile is found", () =>
  expect(complaints([{ name: "accessList", example: "accessList({ otherwise: true })" }])).toEqual([
    expect.stringMatching(/^accessList: error TS2322/),
  ]));
