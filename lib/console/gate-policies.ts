import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DEFAULT_GATE } from "../../engine/sign-up/gate";
import type { Gate } from "../policy-folder/gates";
import { sourceFile } from "../resources/bundle";

/**
 * Hands on a module that exports the policies of named gates, `{ suppliers: [policy, …] }`, as a bundle takes it in.
 * @param bundle has read it when it returns
 */
export function withGatePolicies<T>(gates: readonly Gate[], bundle: (module: string) => T): T {
  const named = gates.filter(({ name }) => name !== DEFAULT_GATE);
  if (named.length === 0) return bundle(sourceFile("console", "app", "no-gates"));
  const folder = mkdtempSync(join(tmpdir(), "gatehouse-gates-"));
  try {
    const module = join(folder, "gates.js");
    writeFileSync(module, sourceOf(named));
    return bundle(module);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function sourceOf(named: readonly Gate[]): string {
  // Before a token is sent nobody is judged: there is nothing to ask.
  const gates = named.map(({ name, policy }) => ({ name, policy: policy.filter(({ step }) => step !== "before-sending-token") }));
  const files = [...new Set(gates.flatMap(({ policy }) => policy.map(({ file }) => file)))];
  const imports = files.map((file, index) => `import policy${index} from ${JSON.stringify(file)};`);
  const members = gates.map(({ name, policy }) => {
    const policies = policy.map(({ file }) => `policy${files.indexOf(file)}`);
    return `${JSON.stringify(name)}: [${policies.join(", ")}]`;
  });
  return [...imports, `export default { ${members.join(", ")} };`, ""].join("\n");
}
